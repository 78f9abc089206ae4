"""From what was seen while running a function to its row in the table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import tensorflow as tf

from hybnb.analyse.lexicon import Category, Entry
from making_tables.kinds import kind_of
from making_tables.results import dtype_rule, shape_rule
from making_tables.running import Seen, Values, both_ways, eagerly
from making_tables.samples import candidates

#: Parameters that take a Python function, wherever TensorFlow and Keras have one of that name.
FUNCTION_PARAMETERS = frozenset({
    "fn", "f", "func", "body", "body_fun", "cond", "true_fn", "false_fn", "branch_fns", "branches", "pred_fn_pairs", "default",
    "map_fn", "map_func", "reduce_func", "predicate", "join_func", "body_fn", "cond_fn", "elementwise_fn", "callable", "function", "pyfunc",
    "key_func", "window_size_func", "transformation_func", "on_epoch", "forward", "step_func",
})  # fmt: skip

#: So many different arguments are run both ways.
_ROUNDS = 4

_RANDOM_WORDS = ("Random", "Multinomial", "TruncatedNormal", "StatefulUniform", "StatefulStandardNormal", "RngSkip", "RngReadAndSkip")
_VARIABLE_WORDS = ("VariableOp", "ResourceGather", "ResourceScatter", "ResourceApply", "ResourceSparseApply", "VarHandle", "VarIsInitialized")


class Signature(NamedTuple):
    """Names of parameters."""

    parameters: tuple[str, ...]
    required: tuple[str, ...]
    name_slot: int | None


def signature(function: Callable[..., Any]) -> Signature | None:
    """The parameters of a callable, the receiver left out; None when it doesn't tell."""
    try:
        found = [p for p in inspect.signature(function).parameters.values() if p.name not in ("self", "cls")]
    except (TypeError, ValueError):
        return None
    named = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    positional = [p.name for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return Signature(
        parameters=tuple(p.name for p in named),
        required=tuple(p.name for p in named if p.default is p.empty),
        name_slot=positional.index("name") if "name" in positional else None,
    )


def classify(function: Callable[..., Any], given: tuple[Values, ...] = ()) -> Entry:
    """The row of a function, found by running it; `given` are arguments it is known to take."""
    found = signature(function)
    base = Entry() if found is None else Entry(name_slot=found.name_slot, parameters=found.parameters)
    seen: list[tuple[Values, Seen]] = []
    for arguments in _working(function, () if found is None else found.required, given):
        try:
            seen.append((arguments, both_ways(function, arguments)))
        except Exception:  # noqa: BLE001 - whatever TensorFlow raises, these arguments teach nothing
            continue
        if len(seen) == _ROUNDS:
            break
    if not seen:
        return base
    category = _category([each for _, each in seen])
    rows = msgspec.structs.replace(base, category=category, returns=_returns([each.eager.structure for _, each in seen]))
    if category in ("op", "random-op", "state-op", "variable-op", "higher-order") and rows.returns == "tensor":
        samples = [arguments for arguments, _ in seen]
        dtype = dtype_rule(function, samples, base.parameters)
        return msgspec.structs.replace(rows, dtype=dtype, shape=shape_rule(function, samples, base.parameters))
    return rows


def _working(function: Callable[..., Any], required: tuple[str, ...], given: tuple[Values, ...]) -> Iterator[Values]:
    """Arguments with which the function runs eagerly."""
    tried = given or candidates(required)
    working = 0
    for arguments in tried:
        try:
            eagerly(function, arguments)
        except Exception:  # noqa: BLE001 - most guesses are wrong
            continue
        working += 1
        yield arguments
        if working == 3 * _ROUNDS:
            return


def _category(seen: list[Seen]) -> Category:
    """One category that every run agrees with; "unknown" when they speak against one another."""
    found = {_category_of_one(each) for each in seen}
    for strongest in ("unknown", "eager-introspection", "random-op", "variable-op", "state-op", "op"):
        if strongest in found:
            return strongest  # type: ignore[return-value]
    return found.pop()


def _category_of_one(seen: Seen) -> Category:
    tensors = bool({"tensor", "composite"} & set(seen.eager.kinds))
    if seen.stateful and seen.redraws and not seen.repeats:
        return category_of_ops(seen.stateful, random=True)
    # Assert and CheckNumerics are stateful only so that they aren't pruned: what they guard is the same in both.
    stateful = seen.stateful - {"Assert", "CheckNumerics"} if tensors else seen.stateful
    if stateful:
        return category_of_ops(stateful)
    if not tensors and (seen.eager.structure != seen.graph.structure or not seen.agrees):
        return "eager-introspection"
    if not seen.repeats or seen.redraws or not seen.agrees or seen.eager.structure != seen.graph.structure:
        return "unknown"
    return "op" if tensors else "plain"


def category_of_ops(stateful: frozenset[str], random: bool = False) -> Category:
    """The category of a function in whose graph these stateful ops were found; `random`: new results were seen in both."""
    if not stateful:
        return "op"
    if random or any(word in op and not op.startswith("Stateless") for op in stateful for word in _RANDOM_WORDS):
        return "random-op"
    if any(word in op for op in stateful for word in _VARIABLE_WORDS):
        return "variable-op"
    return "state-op"


def _returns(structures: list[str]) -> Any:
    """The kind of the result when all runs agree."""
    outer = {structure.partition("(")[0] for structure in structures}
    only = outer.pop() if len(outer) == 1 else None
    return None if only == "object" else only
