"""From what was seen while running a function to its row in the table."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from hybnb.analyse.lexicon import Category, Entry
from making_tables.results import dtype_rule, shape_rule
from making_tables.running import Seen, Values, both_ways, eagerly
from making_tables.samples import candidates
from making_tables.variations import needing_values, other_choices

#: Parameters that take a Python function, wherever TensorFlow and Keras have one of that name.
FUNCTION_PARAMETERS = frozenset({
    "fn", "f", "func", "body", "body_fun", "cond", "true_fn", "false_fn", "branch_fns", "branches", "pred_fn_pairs", "default",
    "map_fn", "map_func", "reduce_func", "predicate", "join_func", "body_fn", "cond_fn", "elementwise_fn", "callable", "function", "pyfunc",
    "key_func", "window_size_func", "transformation_func", "on_epoch", "forward", "step_func",
})  # fmt: skip

#: So many different arguments are run both ways.
_ROUNDS = 4

_RANDOM_WORDS = (
    "Random",
    "Multinomial",
    "TruncatedNormal",
    "StatefulUniform",
    "StatefulStandardNormal",
    "RngSkip",
    "RngReadAndSkip",
)
_VARIABLE_WORDS = (
    "VariableOp",
    "ResourceGather",
    "ResourceScatter",
    "ResourceApply",
    "ResourceSparseApply",
    "VarHandle",
    "VarIsInitialized",
)


#: Stateful only so that they aren't pruned or merged; the tensors they guard or fill are the same in both ways.
_GUARDS = frozenset({"Assert", "CheckNumerics", "Empty"})


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
    required = tuple(p.name for p in named if p.default is p.empty)
    return Signature(
        parameters=tuple(p.name for p in named),
        required=required or tuple("*0" for p in found if p.kind is p.VAR_POSITIONAL),
        name_slot=positional.index("name") if "name" in positional else None,
    )


def classify(function: Callable[..., Any], given: tuple[Values, ...] = (), rules: bool = True) -> Entry:
    """The row of a function, found by running it; `given` are arguments it is known to take; `rules`: those of dtype and shape too."""
    found = signature(function)
    base = Entry() if found is None else Entry(name_slot=found.name_slot, parameters=found.parameters)
    runs = trials(function, () if found is None else found.required, given)
    seen = [each for _, each in runs if isinstance(each, Seen)]
    if not seen:
        # Arguments chosen by hand are ordinary ones: when no trace takes them, users can't trace the function either.
        return msgspec.structs.replace(base, category="eager-only") if given and runs else base
    samples = [arguments for arguments, each in runs if isinstance(each, Seen)]
    seen += _chosen_otherwise(function, samples[0])
    returns, items = _returns({each.eager.structure for each in seen})
    row = msgspec.structs.replace(base, category=_category(seen), returns=returns, items=items)
    if rules and row.category != "unknown":
        row = msgspec.structs.replace(row, concrete=needing_values(function, samples[:2]))
    if not rules or row.returns != "tensor" or row.category not in ("op", "random-op", "state-op", "variable-op"):
        return row
    dtype = dtype_rule(function, samples, base.parameters)
    return msgspec.structs.replace(row, dtype=dtype, shape=shape_rule(function, samples, base.parameters))


def _chosen_otherwise(function: Callable[..., Any], sample: Values) -> list[Seen]:
    """The same call with its flags the other way round, as far as that works."""
    seen = []
    for arguments in other_choices(function, sample):
        with contextlib.suppress(Exception):  # many flags need other arguments beside them
            seen.append(both_ways(function, arguments))
    return seen


def trials(
    function: Callable[..., Any], required: tuple[str, ...], given: tuple[Values, ...]
) -> list[tuple[Values, Seen | Exception]]:
    """What was seen with each of a few arguments that work eagerly, or why these couldn't be traced."""
    runs: list[tuple[Values, Seen | Exception]] = []
    for arguments in _working(function, required, given):
        try:
            runs.append((arguments, both_ways(function, arguments)))
        except Exception as trouble:
            runs.append((arguments, trouble))
        if sum(isinstance(each, Seen) for _, each in runs) == _ROUNDS:
            break
    return runs


def _working(function: Callable[..., Any], required: tuple[str, ...], given: tuple[Values, ...]) -> Iterator[Values]:
    """Arguments with which the function runs eagerly."""
    tried = given or candidates(required)
    working = 0
    for arguments in tried:
        try:
            eagerly(function, arguments)
        except Exception:
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
            return strongest
    return found.pop()


def _category_of_one(seen: Seen) -> Category:
    tensors = bool({"tensor", "composite"} & set(seen.eager.kinds))
    if seen.stateful and seen.redraws and not seen.repeats:
        return category_of_ops(seen.stateful, random=True)
    stateful = seen.stateful - _GUARDS if tensors else seen.stateful
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


def _returns(structures: set[str]) -> tuple[Any, Any]:
    """The kinds of the result and of its items; "unknown" when the runs or the items differ."""
    outer = {structure.partition("(")[0] for structure in structures}
    kind = outer.pop() if len(outer) == 1 else "unknown"
    inner = {item for structure in structures for item in _flat_items(structure)}
    item = inner.pop() if len(inner) == 1 else None
    return kind, None if item in ("object", "nested") or kind == "unknown" else item


def _flat_items(structure: str) -> list[str]:
    """Kinds of the items of "tuple(tensor,tensor)"."""
    inside = structure.partition("(")[2].removesuffix(")")
    if structure.startswith("dict") or "(" in inside:
        return ["nested"]
    return inside.split(",") if inside else []
