"""What an input_signature lets in, and whether what is passed fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from astroid import nodes

from hybnb.analyse.candidates import Candidate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.shapes.marks import concrete
from hybnb.analyse.values import Value, python_dtype

Misfit = Literal["missing", "extra", "keyword-only", "fixed", "cast", "dtype", "rank"]
CAST = frozenset({"number", "bool", "string", "list", "tuple"})  #: become tensors of the spec's dtype without a word


def check(run: Run, candidate: Candidate, passed: Mapping[str, Sequence[Value]], defaults: Mapping[str, Value]) -> None:
    """Note where an input_signature changes or refuses what comes in, or leaves open a size that the body reads."""
    node, options = candidate.node, candidate.decoration.options if candidate.decoration is not None else {}
    text = options.get("input_signature", "")
    relaxed = run.varying_reads if options.get("reduce_retracing") == "True" else set()
    read = run.shape_reads if "None" in text else relaxed
    if read:
        run.effect("static-shape", node, False, target=", ".join(sorted(filter(None, read))))
    if not text or text == "None":
        return
    specs = candidate.signature(run)
    if specs is None:
        _unread(run, node, passed)
        return
    for name, why, sure in _misfits(node, specs, passed, defaults):
        run.effect("signature", node, sure, parameter=name, why=why)


def _unread(run: Run, node: nodes.NodeNG, passed: Mapping[str, Sequence[Value]]) -> None:
    """A signature kept elsewhere: what it makes of Python values isn't known."""
    for name, values in passed.items():
        if any(value.kind in CAST | {"ndarray"} for value in values):
            run.unknown(node, f"what `input_signature` makes of `{name}`")


def _misfits(
    node: nodes.FunctionDef | nodes.Lambda, specs: Sequence[Value], passed: Mapping[str, Sequence[Value]],
    defaults: Mapping[str, Value],
) -> Iterator[tuple[str, Misfit, bool]]:  # fmt: skip
    arguments = node.args
    keyword_only = {one.name for one in arguments.kwonlyargs}
    positional = [name for name in passed if name not in keyword_only | {arguments.vararg, arguments.kwarg}]
    for name in positional[len(specs) :]:
        if name not in defaults:
            yield name, "missing", True
        elif any(_other(value, defaults[name]) for value in passed[name]):
            yield name, "fixed", True
    if len(specs) > len(positional) and not arguments.vararg:
        yield "", "extra", True
    for name in keyword_only & passed.keys():
        if name not in defaults:
            yield name, "keyword-only", True
    for name, spec in zip(positional, specs, strict=False):
        for value in passed[name]:
            found = _misfit(spec, value)
            if found is not None:
                yield name, *found


def _other(value: Value, default: Value) -> bool:
    """It isn't the default."""
    same = value.constant and default.constant and type(value.const) is type(default.const)
    return not (same and value.const == default.const) and value.is_known


def _misfit(spec: Value, value: Value) -> tuple[Misfit, bool] | None:
    """How a value doesn't fit, and whether that is certain."""
    if value.kind in CAST and spec.kind not in CAST:
        return "cast", False
    array = value.kind in ("ndarray", "numpy_scalar") or value.array
    if not (value.is_tensor or array) or spec.dtype is None:  # no tf.TensorSpec, or an unreadable one
        return None
    if isinstance(spec.shape, tuple) and isinstance(value.shape, tuple) and not _fits(spec.shape, value.shape):
        return "rank", value.sure
    dtype = python_dtype(value) or value.dtype
    if not concrete(dtype):
        return ("cast", False) if array else None
    return None if dtype == spec.dtype else ("cast" if array else "dtype", value.sure)


def _fits(wanted: Sequence[object], shape: Sequence[object]) -> bool:
    """The same rank, and the same sizes where both are known."""
    sizes = zip(wanted, shape, strict=False)
    return len(wanted) == len(shape) and all(
        not isinstance(a, int) or not isinstance(b, int) or a == b for a, b in sizes
    )
