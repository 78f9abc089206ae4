"""What the patterns of a `match` ask of its subject: attributes, entries, and whether it is equal to a value."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow import members, protocols
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import staleness
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import NEVER, Choice, Container, Instance, Value, join_all


def asked(run: Run, pattern: nodes.Pattern | None, subject: Value, scope: Scope) -> None:
    """Follow what a pattern reads of a subject."""
    match pattern:
        case nodes.MatchAs(pattern=inner, name=name):
            asked(run, inner, subject, scope)
            if name is not None:
                scope.names[name.name] = _let_through(run, inner, subject, scope).named(name.name)
        case nodes.MatchOr(patterns=alternatives):
            for one in alternatives:
                asked(run, one, subject, scope)
        case nodes.MatchValue(value=value):
            protocols.compared(run, pattern, "==", subject, evaluate(run, value, scope))
        case nodes.MatchClass(patterns=by_place, kwd_attrs=names, kwd_patterns=by_name):
            subject = _let_through(run, pattern, subject, scope)
            if subject is NEVER:
                return
            if by_place:  # by the names in `__match_args__`
                staleness.whole_read(run, pattern, subject)
            for name, one in zip(names, by_name, strict=True):
                asked(run, one, members.load_attribute(run, pattern, subject, name), scope)
        case nodes.MatchSequence() | nodes.MatchMapping() if isinstance(subject.ref, Container):
            staleness.contents_read(run, pattern, subject, subject.ref)


def _let_through(run: Run, pattern: nodes.Pattern | None, subject: Value, scope: Scope) -> Value:
    """What of the values that a subject may be can pass a pattern that names a class of the user's."""
    cls = evaluate(run, pattern.cls, scope).ref if isinstance(pattern, nodes.MatchClass) else None
    if not isinstance(cls, Class):
        return subject
    options = subject.ref.options if isinstance(subject.ref, Choice) else (subject,)
    passing = [one for one in options if not _of_another(one, cls)]
    return join_all(passing) if passing else NEVER


def _of_another(value: Value, cls: Class) -> bool:
    own = value.ref.cls if isinstance(value.ref, Instance) else None
    return own is not None and all(one.node is not cls.node for one in own.lineage())
