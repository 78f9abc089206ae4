"""What the user wants to hear no more of in this session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from hybnb.errors import HybnbError, UnknownFunctionError
from hybnb.model import Verdict
from hybnb.rules import registry
from hybnb.show.inert import inert
from hybnb.show.silence import unmuted


class Muted:
    """Function keys and codes, in the order in which they were muted."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self._names)

    def visible(self, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """The verdicts without what is muted; the same objects where nothing is."""
        if not self._names:
            return verdicts
        return tuple(kept for one in verdicts if (kept := unmuted(one, self._names.keys())) is not None)

    def mute(self, what: str, verdicts: Sequence[Verdict]) -> str:
        """Mute a function by its name or key, or a rule by its code or name; gives the sentence that says so.

        UnknownFunctionError when it is none of them.
        """
        name = _code(what) or known(what, verdicts).function.key
        self._names[name] = None
        shown = inert(name, 80)
        return f"{shown} is muted in this session; %hybnb unmute {shown} brings it back"

    def unmute(self, what: str) -> str:
        """Bring it back; HybnbError when it isn't muted."""
        name = what if what in self._names else _code(what)
        if name not in self._names:
            listed = ", ".join(inert(one, 80) for one in self._names)
            raise HybnbError(
                f"{inert(what, 80)} isn't muted; {f'what is muted is {listed}' if listed else 'nothing is'}"
            )
        del self._names[name]
        return f"{inert(name, 80)} is shown again"


def _code(what: str) -> str | None:
    wanted = what.strip().lower()
    return next((rule.code for rule in registry() if wanted in (rule.code.lower(), rule.name.lower())), None)


def known(name: str, verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on a function by its qualified name or key, the last one defined; UnknownFunctionError with similar names."""
    for verdict in reversed(verdicts):
        if name in (verdict.function.name, verdict.function.key):
            return verdict
    raise UnknownFunctionError(
        f"hybnb knows no function {inert(name, 80)}; {_hint(name, {one.function.name for one in verdicts})}"
    )


def _hint(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, names, n=3)
    return f"did you mean {' or '.join(near)}?" if near else "%hybnb lists those it knows, %hybnb? its commands"
