"""How often TensorFlow would trace a function for the calls that were seen, and which arguments are to blame."""

from __future__ import annotations

from collections.abc import Sequence

from hybnb.measure.trace_types import TraceType, Typing, common, covers, described, difference
from hybnb.model import Call, CallHistory, Culprit, Retraces, TraceCount

CallType = dict[str, TraceType]

MOST_CULPRITS = 8


def reckoned(history: CallHistory) -> Retraces | None:
    """As TensorFlow's own matching counts them, or else as hybnb reads its rules.

    None where no call outside a graph was looked at: a tf.function's own body is seen while it is traced only.
    """
    if history.retraces is not None or all(call.in_graph >= call.count for call in history.calls):
        return history.retraces
    plain, reduced = traces(history), traces(history, reduce=True)
    return Retraces(plain.count, reduced.count if reduced.exact else None, plain.exact, plain.culprits)


def traces(history: CallHistory, reduce: bool = False) -> TraceCount:
    """Traces for the calls outside graphs, as they came; `reduce` asks about `reduce_retracing=True`.

    Exact for the calls that were looked at one by one, unless the count says otherwise. Variables that the function
    itself creates in its first call cost one more. With `reduce_retracing`, TensorFlow raises IndexError when a
    function is called with more or fewer `*args` or `**kwargs` than before; such a count is never exact.
    """
    known: list[CallType] = []
    culprits: dict[str, Culprit] = {}
    exact = not history.overflowed
    for call in history.calls:
        if call.in_graph >= call.count:
            continue
        asked, seen_in_full = call_type(call)
        exact = exact and seen_in_full
        if any(_covers(have, asked) for have in known):
            continue
        _note(culprits, known, asked)
        if reduce:
            exact = exact and not _lengths_differ(known, asked)
            asked = _generalised(known, asked)
        known.append(asked)
    return TraceCount(len(known), exact, tuple(culprits.values())[:MOST_CULPRITS])


def call_type(call: Call) -> tuple[CallType, bool]:
    """The trace types of a call's arguments, and whether all of them were seen in full."""
    typing = Typing()
    return {name: typing.of(sketch) for name, sketch in call.arguments}, typing.exact


def _covers(have: CallType, asked: CallType) -> bool:
    return have.keys() == asked.keys() and all(covers(have[name], asked[name]) for name in asked)


def _generalised(known: Sequence[CallType], asked: CallType) -> CallType:
    """What reduce_retracing traces for instead: each earlier trace in turn widens it where that is possible."""
    for have in known:
        if have.keys() != asked.keys():
            continue
        wider = {name: common(asked[name], have[name]) for name in asked}
        if all(found is not None for found in wider.values()):
            asked = {name: found for name, found in wider.items() if found is not None}
    return asked


def _lengths_differ(known: Sequence[CallType], asked: CallType) -> bool:
    """A tuple or dict came with different lengths: it may be `*args` or `**kwargs`."""
    pairs = [(have[name], found) for have in known for name, found in asked.items() if name in have]
    return any(
        (old[0] == new[0] == "dict" or old[:2] == new[:2] == ("items", "tuple")) and old[-1] != new[-1]
        for old, new in pairs
    )


def _note(culprits: dict[str, Culprit], known: Sequence[CallType], asked: CallType) -> None:
    """Blame the arguments in which `asked` differs from the trace it is most like."""
    changes = [_changes(have, asked) for have in known]
    for argument, (old, new) in min(changes, key=len, default={}).items():
        before, after = described(old), described(new)
        culprits.setdefault(argument, Culprit(argument, before, after if after != before else f"another {after}"))


def _changes(have: CallType, asked: CallType) -> dict[str, tuple[TraceType, TraceType]]:
    found = {}
    for name, new in asked.items():
        inner = difference(have.get(name, new), new)
        if inner is not None:
            found[name + inner[0]] = (inner[1], inner[2])
    return found
