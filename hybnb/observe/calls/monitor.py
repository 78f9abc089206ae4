"""Watches code objects through sys.monitoring (Python 3.12 and newer); the code itself stays as it is.

Starts and returns are local events of the watched code objects, so other code pays nothing for them. That a call ended
with an exception can only be told for all code at once (no version up to 3.13 allows it locally): some 0.3 microseconds
for each Python frame that an exception leaves, as long as something is watched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import CodeType
from typing import Any, Final
from weakref import ref

from hybnb.observe.calls.probe import Probe

_TOOL_IDS: Final = (4, 3)  #: those that PEP 669 leaves to nobody in particular
_GENERATORS: Final = 0x20 | 0x200  #: code flags of generators and async generators
DEPTH: Final = 2  #: frames from a probe's `enter` up to the watched function: the callback is in between


class Monitor:
    """Runs a probe for each code object given to it.

    `monitoring` is sys.monitoring, or a stand-in for it that calls back with `depth` frames in between.
    """

    def __init__(self, monitoring: Any = None, depth: int = DEPTH) -> None:
        self.depth = depth
        self._monitoring: Any = monitoring or getattr(sys, "monitoring", None)
        self._tool: int | None = None
        self._active = False
        self._probes: dict[int, Probe] = {}
        self._codes: dict[int, ref[CodeType]] = {}

    def install(self) -> bool:
        """Take a tool id; False when all are taken by others."""
        monitoring = self._monitoring
        self._tool = next((each for each in _TOOL_IDS if monitoring.get_tool(each) is None), None)
        if self._tool is None:
            return False
        monitoring.use_tool_id(self._tool, "hybnb")
        events = monitoring.events
        for event, callback in zip(
            (events.PY_START, events.PY_RETURN, events.PY_UNWIND), self._callbacks(), strict=True
        ):
            monitoring.register_callback(self._tool, event, callback)
        self.resume()
        return True

    def remove(self) -> None:
        """Give the tool id back; nothing is watched any more."""
        if self._tool is None:
            return
        self.pause()
        events = self._monitoring.events
        for event in (events.PY_START, events.PY_RETURN, events.PY_UNWIND):
            self._monitoring.register_callback(self._tool, event, None)
        self._monitoring.free_tool_id(self._tool)
        self._tool = None
        self._probes.clear()
        self._codes.clear()

    def pause(self) -> None:
        """Switch all events off, so that watched code runs as if nothing watched it."""
        self._switch(on=False)

    def resume(self) -> None:
        """Switch them on again."""
        self._switch(on=True)

    def watch(self, code: CodeType, probe: Probe) -> None:
        """Run `probe` for this code object from now on."""
        address = id(code)
        self._probes[address] = probe
        self._codes[address] = ref(code, partial(self._gone, address))
        if self._active:
            self._set(code, on=True)

    def unwatch(self, probe: Probe) -> None:
        """Leave all code objects of a probe alone."""
        for address in [address for address, each in self._probes.items() if each is probe]:
            code = self._codes[address]()
            if code is not None:
                self._set(code, on=False)
            self._gone(address)

    def _gone(self, address: int, _: object = None) -> None:
        self._probes.pop(address, None)
        self._codes.pop(address, None)

    def _switch(self, on: bool) -> None:
        if self._tool is None:
            return
        self._active = on
        for weak in list(self._codes.values()):
            code = weak()
            if code is not None:
                self._set(code, on)
        self._monitoring.set_events(self._tool, self._monitoring.events.PY_UNWIND if on else 0)

    def _set(self, code: CodeType, on: bool) -> None:
        if self._tool is None:
            return
        events = self._monitoring.events
        wanted = events.PY_START if code.co_flags & _GENERATORS else events.PY_START | events.PY_RETURN
        self._monitoring.set_local_events(self._tool, code, wanted if on else 0)

    def _callbacks(self) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
        """Callbacks for start, return and exception: closures, because they run in every call."""
        probes, disable = self._probes, self._monitoring.DISABLE

        def started(code: CodeType, _offset: int) -> object:
            try:
                probes[id(code)].enter()
            except KeyError:
                return disable
            except Exception:  # no stack left
                return None
            return None

        def returned(code: CodeType, _offset: int, _value: object) -> object:
            try:
                probes[id(code)].leave()
            except KeyError:
                return disable
            except Exception:
                return None
            return None

        def unwound(code: CodeType, _offset: int, _exception: object) -> None:
            probe = probes.get(id(code))
            if probe is not None:
                try:
                    probe.fail_for_good()
                except Exception:
                    return

        return started, returned, unwound
