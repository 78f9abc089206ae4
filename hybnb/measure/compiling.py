"""What XLA does otherwise than TensorFlow, seen in a graph: most of it only shows on bad input, so no trial meets it.

Compiled code doesn't check. An index out of range is clamped or dropped, an assertion left out, an integer divided by zero
gives some number, a matrix that has no inverse gives NaN; random numbers are others. Each was run both ways on TensorFlow
2.21; the tests do it again. Where the input that matters is a constant, what it came to has been seen, and there is no hazard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

Nodes = Mapping[str, Any]  #: of one function or of the graph itself, by name
Hazard = Callable[[Any, Nodes], bool]

INTEGERS: Final = frozenset({3, 4, 5, 6, 9, 17, 22, 23})  #: numbers of DataType: int8 to uint64
FLOATS: Final = frozenset({1, 2, 14, 19})
PASSING_ON: Final = frozenset({"Identity", "StopGradient", "Cast", "ExpandDims", "Reshape", "Squeeze"})


def hazards(definition: Any) -> tuple[str, ...]:
    """Of a GraphDef: half sentences that tell what XLA would do otherwise, each kind once, its op in brackets."""
    bodies = [definition.node, *(function.node_def for function in definition.library.function)]
    return tuple(dict.fromkeys(each for body in bodies for each in _of_body(body)))


def _of_body(body: Sequence[Any]) -> Iterator[str]:
    nodes = {node.name: node for node in body}
    for node in body:
        for pattern, words, hazard in KINDS:
            if pattern.fullmatch(node.op) and hazard(node, nodes):
                yield f"{words} ({node.op})"


def _always(_node: Any, _nodes: Nodes) -> bool:
    return True


def _input(at: int) -> Hazard:
    """The input at this position isn't a constant."""
    return lambda node, nodes: _constant(node, nodes, at) is None


def _constant(node: Any, nodes: Nodes, at: int) -> Any:
    """The constant node that an input comes from; None for what is only known when the graph runs."""
    given = [name for name in node.input if not name.startswith("^")]
    source = nodes.get(given[at].partition(":")[0]) if -len(given) <= at < len(given) else None
    while source is not None and source.op in PASSING_ON:
        source = nodes.get(source.input[0].partition(":")[0])
    return source if source is not None and source.op == "Const" else None


def _divides_by_an_integer(node: Any, nodes: Nodes) -> bool:
    """A divisor that is never 0 is a constant or, as in gradients, at least 1."""
    if node.attr["T"].type not in INTEGERS:
        return False
    source = nodes.get(node.input[1].partition(":")[0])
    floor = _constant(source, nodes, 1) if source is not None and source.op == "Maximum" else None
    return _constant(node, nodes, 1) is None and floor is None


def _integer_power(node: Any, nodes: Nodes) -> bool:
    return node.attr["T"].type in INTEGERS and _constant(node, nodes, 1) is None


def _rounds(node: Any, nodes: Nodes) -> bool:
    to_integer = node.attr["SrcT"].type in FLOATS and node.attr["DstT"].type in INTEGERS
    return to_integer and _constant(node, nodes, 0) is None


def _one_element(node: Any, nodes: Nodes) -> bool:
    """`x[i]` with a tensor `i`."""
    return node.attr["shrink_axis_mask"].i != 0 and _constant(node, nodes, 1) is None


def _starts_empty(node: Any, nodes: Nodes) -> bool:
    """A TensorArray of no elements yet, or of a number only known when the graph runs."""
    size = _constant(node, nodes, 1)
    return size is None or list(size.attr["value"].tensor.int_val) in ([], [0])


RANDOM: Final = (
    r"\w*(Random|Rng|Multinomial|TruncatedNormal|Shuffle|CandidateSampler|NonDeterministic|StatefulUniform|StatefulStandard"
    r"|StatefulTruncated|Stateless(?!If|While|Case))\w*"
)
INDEX: Final = "an index out of range isn't an error"
KINDS: Final[tuple[tuple[re.Pattern[str], str, Hazard], ...]] = tuple(
    (re.compile(pattern), words, hazard)
    for pattern, words, hazard in (
        (RANDOM, "other random numbers are drawn", _always),
        (r"(Resource)?Gather(V2|Nd)?|BatchGather", INDEX, _input(1)),
        (r"\w*Scatter\w*|TensorListGetItem|TensorListSetItem|DynamicPartition", INDEX, _input(1)),
        (r"(Parallel)?DynamicStitch", INDEX, _input(0)),
        (r"StridedSlice", INDEX, _one_element),
        (r"Slice|(Unsorted|Sparse)?Segment\w+", INDEX, _input(1)),
        (r"(Dense|Ragged)?Bincount", INDEX, _input(0)),
        (r"SparseSoftmaxCrossEntropyWithLogits", "a label out of range isn't an error", _input(1)),
        (r"ReverseSequence", "a length out of range isn't an error", _input(1)),
        (r"(FloorDiv|FloorMod|TruncateDiv|TruncateMod|Div|Mod)", "an integer divided by 0 isn't an error",
         _divides_by_an_integer),
        (r"Pow", "a negative power of an integer isn't an error", _integer_power),
        (r"Cast", "a float that the integer type can't hold becomes another number", _rounds),
        (r"Assert|CheckNumerics\w*", "what is asserted isn't checked", _always),
        (r"Matrix(Inverse|Solve)",
         "a matrix that can't be solved isn't an error", _always),
        (r"EmptyTensorList|TensorListPushBack|TensorListResize|TensorListConcat\w*", "a list that grows may stay empty",
         _always),
        (r"TensorListReserve", "a list that grows may stay empty", _starts_empty),
    )
)  # fmt: skip
