"""What a panel or a card may ask of a session; each command is answered in one sentence, whatever it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

import msgspec

from hybnb.errors import HybnbError, UnknownFunctionError
from hybnb.model import Explanation, Verdict, wire
from hybnb.model.wire import PROTOCOL, Answer, Command
from hybnb.session.muting import known
from hybnb.show.inert import inert

if TYPE_CHECKING:
    from hybnb.session.live import Session

Asked: TypeAlias = (
    wire.Hello | wire.Refresh | wire.Explain | wire.Measure | wire.Cancel | wire.Mute | wire.Unmute | wire.Configure
)
_REFUSALS: Final[dict[type, wire.Reason]] = {
    wire.Hello: "other-protocol",
    wire.Explain: "unknown-code",
    wire.Configure: "bad-command",
    wire.Measure: "unavailable",
    wire.Cancel: "unavailable",
}


def obey(session: Session, command: Command) -> Answer | None:
    """Do what was asked, and say what came of it; None where nothing is to be said."""
    if isinstance(command, wire.Seen):
        return None
    answer = _answer(session, command)
    return msgspec.structs.replace(answer, message=inert(answer.message))


def _answer(session: Session, command: Asked) -> Answer:
    try:
        return _done(session, command)
    except UnknownFunctionError as unknown:
        return Answer(command.id, False, str(unknown), "unknown-function")
    except HybnbError as refused:
        return Answer(command.id, False, str(refused), _REFUSALS.get(type(command), "failed"))
    except Exception as trouble:
        session.note(trouble)
        said = f"hybnb itself failed here ({type(trouble).__name__}); your notebook isn't affected"
        return Answer(command.id, False, said, "failed")


def _done(session: Session, command: Asked) -> Answer:
    said, detail = "", None
    match command:
        case wire.Hello(protocol=protocol):
            _same_protocol(protocol)
        case wire.Refresh():
            session.reports.outdated = True
        case wire.Explain(code=code):
            detail = _explanation(code)
        case wire.Measure(function=function):
            said = session.measuring.measure(_key(session, function))
        case wire.Cancel(function=function):
            said = session.measuring.cancel(None if function is None else _key(session, function))
        case wire.Mute(what=what):
            said = session.muted.mute(what, _verdicts(session))
        case wire.Unmute(what=what):
            said = session.muted.unmute(what)
        case wire.Configure(values=values):
            session.configure(values)
        case _:
            assert_never(command)
    return Answer(command.id, True, said, detail=detail)


def _key(session: Session, name: str) -> str:
    return known(name, _verdicts(session)).function.key


def _verdicts(session: Session) -> tuple[Verdict, ...]:
    """What was judged last: a command can only name what a report could have named."""
    return session.reports.verdicts or ()


def _same_protocol(theirs: int) -> None:
    if theirs != PROTOCOL:
        older = "panel" if theirs < PROTOCOL else "kernel"
        raise HybnbError(f"panel and kernel have different versions of hybnb; update the one of the {older}")


def _explanation(code: str) -> Explanation:
    from hybnb.show.explained import explanation

    return explanation(code)
