"""The comm `hybnb`: reports out to the panels of all front ends, commands in.

Front ends open comms to the kernel, and the kernel opens one to them when hybnb is loaded. A front end that knows
nothing of hybnb closes it, or never answers; both are all right. What comes in may come on any thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from hybnb.model.wire import TARGET, Answer, Bye, Command, Hello, ReportMessage, Seen, ToFrontEnd
from hybnb.show.inert import inert
from hybnb.show.json import encodable
from hybnb.show.news import news

log = logging.getLogger("hybnb")
PATIENCE: Final = 2.0  #: seconds of an idle kernel in which a panel confirms what it was sent


class Line:
    """One comm. A panel is at its end once it has spoken, until it no longer confirms what it is sent."""

    def __init__(self, comm: Any) -> None:
        self.comm = comm
        self.spoke: float | None = None  #: when anything came last
        self.last: ReportMessage | None = None  #: what its panel has; None once it may have missed one
        self._sent = 0.0  #: when that went out
        self._gone = False
        self._confirms = False
        self._partial = False

    def heard(self, command: Command | None, now: float) -> None:
        """Something came; None when it was no command."""
        self.spoke, self._gone = now, False
        self._confirms = self._confirms or isinstance(command, Seen)
        if isinstance(command, Hello):
            self._partial, self.last = command.partial, None

    def report(self, message: ReportMessage, now: float) -> None:
        """Send a report: what is new of it, where the panel can make do with that."""
        self.send(news(message, self.last) if self.last is not None and self._partial else message)
        self.last, self._sent = message, now

    def send(self, message: ToFrontEnd) -> None:
        """Send anything."""
        data = msgspec.to_builtins(message)
        try:
            self.comm.send(data)
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can't hold
            self.comm.send(encodable(data))

    def rested(self, begin: float, end: float) -> None:
        """The kernel was idle from begin to end. A panel that said nothing meanwhile about what it was sent is gone.

        While the kernel is busy a panel's words wait in its queue, so only silence in an idle kernel counts.
        """
        waited = end - max(begin, self._sent)
        if self._confirms and self.spoke is not None and self.spoke <= self._sent and waited >= PATIENCE:
            self._gone, self.last = True, None

    @property
    def alive(self) -> bool:
        """Is a panel there?"""
        return self.spoke is not None and not self._gone


class Channel:
    """All comms of one kernel. `heard` is told each command with the line to answer on; `clock` gives seconds."""

    def __init__(self, heard: Callable[[Line, Command], None], clock: Callable[[], float]) -> None:
        self._heard = heard
        self._clock = clock
        self._lines: dict[str, Line] = {}

    def open(self) -> None:
        """Listen, and tell the front ends that there is somebody to speak to."""
        import comm

        comm.get_comm_manager().register_target(TARGET, self._opened)
        self._keep(comm.create_comm(target_name=TARGET))

    def close(self) -> None:
        """Say goodbye and listen no more."""
        import comm

        manager: Any = comm.get_comm_manager()
        if manager.targets.get(TARGET) == self._opened:
            manager.unregister_target(TARGET, self._opened)
        self.send(Bye())
        lines, self._lines = self._lines, {}
        for line in lines.values():
            with _unharmed():
                line.comm.close()

    @property
    def spoken(self) -> tuple[Line, ...]:
        """Those on which a front end has said anything."""
        return tuple(line for line in list(self._lines.values()) if line.spoke is not None)

    @property
    def alive(self) -> bool:
        """Does any panel watch?"""
        return any(line.alive for line in self.spoken)

    def rested(self, begin: float, end: float) -> None:
        """The kernel was idle from begin to end; see `Line.rested`."""
        for line in self.spoken:
            line.rested(begin, end)

    def send(self, message: ToFrontEnd) -> None:
        """Send to all panels that have spoken."""
        for line in self.spoken:
            with _unharmed():
                line.send(message)

    def report(self, message: ReportMessage) -> None:
        """Send to all panels that watch. The others get everything once they speak again."""
        for line in self.spoken:
            if line.alive:
                with _unharmed():
                    line.report(message, self._clock())

    def _opened(self, comm: Any, message: dict[str, Any]) -> None:
        """A front end opened a comm; what came with it may be its first command already."""
        line = self._keep(comm)
        if message["content"].get("data"):
            self._message(line, message)

    def _keep(self, comm: Any) -> Line:
        line = self._lines[comm.comm_id] = Line(comm)
        # Not on_msg: that would fire pre_execute and post_execute, and with them what others do after a cell.
        comm.handle_msg = lambda message: self._message(line, message)
        comm.on_close(lambda _: self._lines.pop(comm.comm_id, None))
        return line

    def _message(self, line: Line, message: dict[str, Any]) -> None:
        with _unharmed():
            data = message["content"].get("data")
            try:
                command = msgspec.convert(data, Command)
            except msgspec.ValidationError as bad:
                line.heard(None, self._clock())
                line.send(_not_a_command(data, bad))
                return
            line.heard(command, self._clock())
            self._heard(line, command)


def _not_a_command(data: Any, bad: msgspec.ValidationError) -> Answer:
    asked = data.get("id") if isinstance(data, dict) else None
    said = f"this kernel's hybnb doesn't know that command ({inert(str(bad), 200)}); install the same version on both sides"
    return Answer(asked if type(asked) is int else 0, False, said, "bad-command")


@contextmanager
def _unharmed() -> Iterator[None]:
    """A front end that is gone, or says something mad, is no trouble of the user's."""
    try:
        yield
    except Exception:
        log.debug("hybnb's comm failed", exc_info=True)
