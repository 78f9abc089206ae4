"""The words that a kernel and a front end exchange over the comm `hybnb`; `protocol.ts` is generated from them.

Kernel → front end: one of `ToFrontEnd`. Front end → kernel: one of `Command`, each of which but `seen` is answered.
Each is the `data` of one comm message, told apart by its `type`. All clients of a kernel see all its messages, so a
front end drops answers to ids that it didn't send, and begins to count at a number of its own.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from hybnb.model.drawn import Drawn
from hybnb.model.explained import Explanation
from hybnb.model.report import Report
from hybnb.settings import Settings

TARGET: Final = "hybnb"  #: the comm target, on both sides
PROTOCOL: Final = 1  #: grows when either side would misunderstand the other

Reason = Literal["", "bad-command", "other-protocol", "unknown-function", "unknown-code", "unavailable", "failed"]


class SeenCell(Struct, frozen=True):
    """A cell as the kernel ran it: advice on it is stale once the front end's text has another digest."""

    cell: int  #: the number that verdicts use
    cell_id: str | None  #: the front end's own, where it told one
    digest: str  #: SHA-1, in hexadecimal, of the text that the front end sent, newlines at its end left out, in UTF-8
    execution_count: int | None  #: of its last run


class KernelState(Struct, frozen=True):
    """What else a panel shows of the kernel's side."""

    active: bool  #: False after %hybnb off
    settings: Settings
    muted: tuple[str, ...] = ()  #: function keys and codes that are muted in this session
    measuring: tuple[str, ...] = ()  #: keys of the functions being measured or waiting for it, the first one running
    cannot_measure: str = ""  #: one sentence why nothing can be measured here; empty when it can
    trouble: tuple[str, ...] = ()  #: hybnb's own failures so far, one sentence each


class Same(Struct, frozen=True):
    """Which verdicts of a report are those of an earlier one, and so were left out."""

    base: int  #: the sequence of the earlier report, the last one sent over this comm
    places: tuple[int, ...]  #: for each verdict of the whole: its index there, or -1 where the next one sent stands


class ReportMessage(Struct, frozen=True, tag="report"):
    """Everything as it stands; one with a lower sequence than the last one is late and to be dropped."""

    sequence: int
    report: Report
    cells: tuple[SeenCell, ...]
    state: KernelState
    drawn: tuple[Drawn, ...]  #: one for each verdict of the report, in order
    totals: str  #: one line that counts all of them
    protocol: int = PROTOCOL
    same: Same | None = (
        None  #: set where only what is new was sent; its one source then lacks the rest, as does `drawn`
    )


class Answer(Struct, frozen=True, tag="answer"):
    """What came of the command with the id `to`; `message` is one sentence for the user, or empty."""

    to: int
    ok: bool
    message: str = ""
    reason: Reason = ""  #: why it failed, for programs
    detail: Explanation | None = None  #: to `explain`


class Progress(Struct, frozen=True, tag="progress"):
    """How far a measurement is; `fraction` runs from 0 to 1 where that can be told."""

    function: str  #: its key
    stage: str  #: one word or two: what is going on
    fraction: float | None
    message: str


class Bye(Struct, frozen=True, tag="bye"):
    """hybnb was unloaded; the comm closes."""


ToFrontEnd = ReportMessage | Answer | Progress | Bye


class Hello(Struct, frozen=True, tag="hello", forbid_unknown_fields=True):
    """The first words of a front end, and again after a reload; answered by a report as well."""

    id: int
    protocol: int
    version: str = ""  #: of the front end's extension
    partial: bool = False  #: it puts together reports of which only what is new is sent


class Seen(Struct, frozen=True, tag="seen", forbid_unknown_fields=True):
    """A report was shown. A front end that no longer says so is taken to be gone, and lines appear under cells again."""

    sequence: int


class Refresh(Struct, frozen=True, tag="refresh", forbid_unknown_fields=True):
    """Judge anew and send a report."""

    id: int


class Explain(Struct, frozen=True, tag="explain", forbid_unknown_fields=True):
    """Explain a rule by its code or name."""

    id: int
    code: str


class Measure(Struct, frozen=True, tag="measure", forbid_unknown_fields=True):
    """Measure a function, eager against graph; progress follows, then a report."""

    id: int
    function: str  #: its key


class Cancel(Struct, frozen=True, tag="cancel", forbid_unknown_fields=True):
    """Stop measuring a function, or all of them."""

    id: int
    function: str | None = None


class Mute(Struct, frozen=True, tag="mute", forbid_unknown_fields=True):
    """Show nothing more in this session about a function or a rule."""

    id: int
    what: str  #: a function's key, or a code


class Unmute(Struct, frozen=True, tag="unmute", forbid_unknown_fields=True):
    """Show it again."""

    id: int
    what: str


class Configure(Struct, frozen=True, tag="settings", forbid_unknown_fields=True):
    """Change settings of this session, as `%hybnb settings` does."""

    id: int
    values: dict[str, Any]  #: some of the fields of `Settings`, in their own types


Command = Hello | Seen | Refresh | Explain | Measure | Cancel | Mute | Unmute | Configure
