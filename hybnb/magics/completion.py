"""Tab completion behind %hybnb."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from hybnb.magics.commands import COMMANDS, TRIALS
from hybnb.magics.options import FORMATS
from hybnb.settings import Settings

if TYPE_CHECKING:
    from hybnb.session import Session

log = logging.getLogger("hybnb")


def completer(session: Session) -> Any:
    """A matcher for IPython: commands, function names, codes, settings, formats."""

    @context_matcher()  # type: ignore[untyped-decorator]
    def hybnb_matcher(context: CompletionContext) -> SimpleMatcherResult:
        before, magic, typed = context.text_until_cursor.partition("%hybnb ")
        if not magic or before.strip(" %"):
            return {"completions": [], "suppress": False}
        words = typed.split(" ")
        try:
            fitting = [one for one in _choices(session, words[:-1]) if one.startswith(words[-1])]
        except Exception:  # completion is a convenience: no trouble of it may reach the user's typing
            log.debug("completion failed", exc_info=True)
            fitting = []
        listed = [SimpleCompletion(text=one, type="hybnb") for one in fitting]
        return {"completions": listed, "matched_fragment": words[-1], "suppress": bool(listed)}

    return hybnb_matcher


def _choices(session: Session, before: Sequence[str]) -> Iterator[str]:
    done = [word for word in before if word]
    if not done:
        yield from filter(None, COMMANDS)
        yield from _names(session)
    elif done in (["--"], ["apply"], ["measure"]):
        yield from _names(session)
    elif done == ["trials"]:
        yield from TRIALS
    elif done == ["unmute"]:
        yield from session.muted.names
    elif done in (["explain"], ["mute"]):
        from hybnb.rules import registry

        yield from _names(session) if done == ["mute"] else ()
        yield from (rule.code for rule in registry())
    elif done[0] == "settings":
        yield from (f"{key}=" for key in Settings.__struct_fields__)
    elif done[0] == "report":
        yield from FORMATS if done[-1] == "--format" else ("--format",)


def _names(session: Session) -> Iterator[str]:
    for source in session.report().sources:
        yield from (verdict.function.name for verdict in source.verdicts)
