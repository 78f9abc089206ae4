"""Did eager and graph do the same? Two rows of shots side by side → differences, each as small as it can be said.

Where numbers differ, *witnesses* decide: the same calls run eagerly once more, with inputs moved in their last digits and other
seeds. What they move by themselves is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from msgspec.structs import replace

from hybnb.measure.differing import Spread, exact, pairs, spreads
from hybnb.measure.picture import Picture, Shot
from hybnb.model import Agreement, Difference, DifferenceKind

MOST: Final = 8  #: differences that are kept
WITNESSES: Final = 10  #: for functions that draw; one for others
DRAWS: Final = (
    40  #: more calls of a graph that seems to draw the same each time: a number drawn in one of ten would show
)
GRAVITY: Final[Mapping[DifferenceKind, int]] = {
    "exception": 0, "stdout": 1, "file": 1, "global": 2, "closure": 2, "attribute": 2, "argument": 2, "variable": 3,
    "draws": 4, "value": 5, "shape": 6, "structure": 6, "dtype": 7, "type": 8,
}  # fmt: skip
#: What a graph can't help to do: those kinds ask for care, they don't change what is computed.
ONLY_TYPES: Final = frozenset({"type"})
ADDRESS: Final = re.compile(r"0x[0-9a-f]+")
RESULT: Final = "the result"
SYMBOLIC: Final = "holds a tensor without a value"


def agreement(
    eager: Sequence[Shot],
    graph: Sequence[Shot],
    witnesses: Sequence[Sequence[Shot]] = (),
    operations: int = 1,
    repeats: Sequence[Sequence[int]] = (),
    flipped: int = 0,
    complete: bool = True,
) -> Agreement:
    """What all calls came to. `repeats` are groups of calls, from 0, that had equal arguments; `operations` is the size of
    the graph; without `witnesses` numbers must agree up to rounding."""
    spread = spreads(run for witness in witnesses for run in _runs(eager, witness))
    found: list[Difference] = []
    for number, (one, other) in enumerate(zip(eager, graph, strict=True), 1):
        beside = [witness[number - 1] for witness in witnesses if number <= len(witness)]
        found += _call(number, one, other, beside, operations, spread)
    found += _draws(eager, graph, repeats)
    first = {(each.where, each.kind): each for each in reversed(found)}
    ordered = sorted(first.values(), key=lambda each: (GRAVITY[each.kind], each.call, len(each.where)))
    return Agreement(len(eager), tuple(ordered[:MOST]), _random(eager, witnesses), flipped, complete)


def doubtful(found: Agreement) -> bool:
    """Numbers differ, which a witness could explain."""
    return any(each.kind not in ONLY_TYPES | {"exception", "dtype"} for each in found.differences)


# ---- one call -----------------------------------------------------------------------------------------------------


def _runs(eager: Sequence[Shot], witness: Sequence[Shot]) -> Iterator[tuple[str, Picture, Picture]]:
    for one, other in zip(eager, witness, strict=False):
        if one.result is not None and other.result is not None:
            yield RESULT, one.result, other.result
        for name in one.state.keys() & other.state.keys():
            yield name, one.state[name].picture, other.state[name].picture


def _call(
    number: int, eager: Shot, graph: Shot, beside: Sequence[Shot], operations: int, spread: Spread
) -> Iterator[Difference]:
    if eager.exception != graph.exception:
        yield Difference("exception", "the function", _ending(eager), _ending(graph), number, eager.line or graph.line)
    if eager.result is not None and graph.result is not None:
        for kind, path, one, other in pairs(eager.result, graph.result, RESULT, operations, spread):
            yield Difference(kind, path, one, other, number)
    yield from _output(number, eager, graph, beside)
    for name in sorted(eager.state.keys() | graph.state.keys()):
        yield from _state(number, name, eager, graph, operations, spread)


def _ending(shot: Shot) -> str:
    if shot.exception is None:
        return "returns"
    return f"raises {shot.exception}" + (f" ({shot.message[:160]})" if shot.message else "")


def _output(number: int, eager: Shot, graph: Shot, beside: Sequence[Shot]) -> Iterator[Difference]:
    one, other, *more = (ADDRESS.sub("0x", shot.stdout) for shot in (eager, graph, *beside))
    moving = any(text != one for text in more)
    if one != other and not (moving and one.count("\n") == other.count("\n")):
        yield Difference("stdout", "the function", _printed(one), _printed(other), number)
    for name in sorted(eager.files.keys() | graph.files.keys()):
        if eager.files.get(name) != graph.files.get(name):
            yield Difference("file", name, _written(eager.files.get(name)), _written(graph.files.get(name)), number)


def _printed(text: str) -> str:
    return f"prints {text.strip()[:60]!r}" if text else "prints nothing"


def _written(content: bytes | None) -> str:
    return "isn't written" if content is None else f"has {len(content)} bytes"


def _state(number: int, name: str, eager: Shot, graph: Shot, operations: int, spread: Spread) -> Iterator[Difference]:
    one, other = eager.state.get(name), graph.state.get(name)
    if one is None or other is None:
        kind = (one or other or eager.state[name]).kind
        yield Difference(
            kind, name, *(("doesn't exist", "exists") if one is None else ("exists", "doesn't exist")), number
        )
        return
    for kind, where, left, right in pairs(one.picture, other.picture, name, operations, spread):
        of_variable = kind == "value" and "variables[" in where.removeprefix(name)
        right = SYMBOLIC if right == "is a SymbolicTensor" else right
        yield Difference("variable" if of_variable else one.kind, where, left, right, number)


# ---- draws --------------------------------------------------------------------------------------------------------


def _draws(eager: Sequence[Shot], graph: Sequence[Shot], repeats: Sequence[Sequence[int]]) -> Iterator[Difference]:
    """Equal calls that vary eagerly and give one and the same as a graph: numbers or times frozen while tracing."""
    for group in repeats:
        if varied([graph[number] for number in group]):
            continue
        for first, second in combinations(group, 2):
            one, two = eager[first].result, eager[second].result
            if one is not None and two is not None and any(kind == "value" for kind, *_ in pairs(one, two, RESULT)):
                yield Difference("draws", "the result", "varies", "is the same each time", second + 1)
                break


def varied(shots: Sequence[Shot]) -> bool:
    """Calls that came to different results, or to none."""
    results = [exact(shot.result) for shot in shots if shot.result is not None]
    return len(results) < len(shots) or any(result != results[0] for result in results)


def frozen(found: Agreement) -> bool:
    """The graph seems to give one and the same where eager calls vary: a few equal draws may also be chance."""
    return any(each.kind == "draws" for each in found.differences)


def by_chance(found: Agreement) -> Agreement:
    """The same, after more calls of the graph have varied."""
    return replace(found, differences=tuple(each for each in found.differences if each.kind != "draws"))


def _random(eager: Sequence[Shot], witnesses: Sequence[Sequence[Shot]]) -> bool:
    """Some witness gave clearly other numbers, or another number of them."""
    return any(
        kind in ("value", "shape", "structure")
        for witness in witnesses
        for one, other in zip(eager, witness, strict=False)
        if one.result is not None and other.result is not None
        for kind, *_ in pairs(one.result, other.result, RESULT, 10_000)
    )
