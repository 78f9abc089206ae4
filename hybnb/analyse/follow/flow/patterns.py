"""What the patterns of a `match` ask of its subject: attributes, entries, and whether it is equal to a value."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow import members, protocols
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import staleness
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import Container, Value


def asked(run: Run, pattern: nodes.Pattern | None, subject: Value, scope: Scope) -> None:
    """Follow what a pattern reads of a subject."""
    match pattern:
        case nodes.MatchAs(pattern=inner):
            asked(run, inner, subject, scope)
        case nodes.MatchOr(patterns=alternatives):
            for one in alternatives:
                asked(run, one, subject, scope)
        case nodes.MatchValue(value=value):
            protocols.compared(run, pattern, "==", subject, evaluate(run, value, scope))
        case nodes.MatchClass(patterns=by_place, kwd_attrs=names, kwd_patterns=by_name):
            if by_place:  # by the names in `__match_args__`
                staleness.whole_read(run, pattern, subject)
            for name, one in zip(names, by_name, strict=True):
                asked(run, one, members.load_attribute(run, pattern, subject, name), scope)
        case nodes.MatchSequence() | nodes.MatchMapping() if isinstance(subject.ref, Container):
            staleness.contents_read(run, pattern, subject, subject.ref)
