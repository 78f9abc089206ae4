"""What TensorFlow and Keras keep outside of variables, and graphs run on copies of them: more of their internals.

What is used, and what for:

* `eager.context.context()._seed` and `._rng`: where eager random ops get their seeds. Putting the old state back is not
  enough, because kernels are cached by their seeds and hold a state of their own: a trial gets seeds that nobody has.
* `keras.src.backend.common.global_state.GLOBAL_STATE_TRACKER`: names given to layers so far, the global seed generator,
  the policy for dtypes.
* `framework.ops.gradient_registry._registry`: an entry made while tracing an optimizer keeps the graph for ever.
* `ConcreteFunction.set_external_captures`, `.captured_inputs`, `.graph.variables`: which variables a graph uses; with
  others in their place it uses those.
* `_frequent_tracing_detector_manager._detectors`: how often functions were traced, for the warning that TensorFlow gives.
* `Function._key_for_call_stats` and `._omit_frequent_tracing_warning`: so that our traces don't count for the warning that
  TensorFlow gives the user; `._created_variables`, `._function_cache`.
* `eager.cancellation`: ends a graph that runs.

`adapter.available("cloning")` tries all of it first.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from hybnb.classes import has_base
from hybnb.measure.adapter import accelerator

Call = Callable[..., Any]

#: Ops with a state that are harmless on copies: variables, random numbers, calls of other functions, checks.
HARMLESS: Final = frozenset({
    "VarHandleOp", "ReadVariableOp", "VarIsInitializedOp", "VariableShape", "DestroyResourceOp", "Placeholder",
    "PartitionedCall", "StatefulPartitionedCall", "If", "While", "Case", "StatelessIf", "StatelessWhile", "Assert",
    "RngReadAndSkip", "RngSkip", "StatefulStandardNormalV2", "StatefulUniform", "StatefulUniformFullInt",
    "StatefulUniformInt", "StatefulTruncatedNormal", "StatefulRandomBinomial", "NonDeterministicInts",
    "RandomUniform", "RandomUniformInt", "RandomStandardNormal", "TruncatedNormal", "ParameterizedTruncatedNormal",
    "RandomGamma", "RandomPoisson", "RandomPoissonV2", "RandomShuffle", "Multinomial", "StatelessMultinomial",
    "UniformCandidateSampler", "LogUniformCandidateSampler", "FixedUnigramCandidateSampler", "ComputeAccidentalHits",
    "CudnnRNN", "CudnnRNNV2", "CudnnRNNV3", "CudnnRNNBackprop", "CudnnRNNBackpropV2", "CudnnRNNBackpropV3",
    "LearnedUnigramCandidateSampler", "ThreadUnsafeUnigramCandidateSampler", "AllCandidateSampler",
})  # fmt: skip
AND_DROPOUT: Final = " with dropout"  #: whose stream of random numbers, kept by its kernel, a trial would move on
_BEGINNINGS: Final = (
    "Assign",
    "ResourceApply",
    "ResourceSparseApply",
    "ResourceScatter",
    "ResourceGather",
    "ResourceStrided",
)
_WRITES: Final = (
    "Assign",
    "ResourceApply",
    "ResourceSparseApply",
    "ResourceScatter",
    "ResourceStrided",
    "Rng",
    "Stateful",
)
#: how the names of ops begin that multiply and add up
PRODUCTS: Final = ("MatMul", "BatchMatMul", "Conv", "DepthwiseConv", "Einsum", "CudnnRNN")
MOST_NUDGED: Final = 50_000_000  #: bytes of one argument
_CALLS: Final = frozenset({"StatefulPartitionedCall"})


@contextmanager
def seeds_of_its_own() -> Iterator[None]:
    """Eager random ops draw from seeds that nobody else has; afterwards the user's go on where they were."""
    context = sys.modules["tensorflow.python.eager.context"].context()
    seed, stream = context._seed, getattr(context, "_rng", None)
    own = int.from_bytes(os.urandom(4), "little") >> 1
    context._seed, context._rng = own, random.Random(own)
    try:
        yield
    finally:
        context._seed, context._rng = seed, stream
        if stream is None:  # nobody has drawn yet
            del context._rng


def seeded() -> bool:
    """Has the user given TensorFlow a seed? Then each eager random op makes a kernel of its own, which takes five times as long."""
    module = sys.modules.get("tensorflow.python.eager.context")
    return module is not None and module.context()._seed is not None


def keras_names() -> dict[str, Any]:
    """What Keras keeps for this thread; whoever changes it puts it back as it was, containers within included."""
    module = sys.modules.get("keras.src.backend.common.global_state")
    return {} if module is None else vars(module.GLOBAL_STATE_TRACKER)


def gradient_names() -> frozenset[str]:
    """Names in TensorFlow's registry of gradients."""
    return frozenset(sys.modules["tensorflow.python.framework.ops"].gradient_registry._registry)


def forget_gradients(known: frozenset[str]) -> None:
    """Take the gradients out of the registry that weren't known before; the graphs that need them must be gone."""
    registry = sys.modules["tensorflow.python.framework.ops"].gradient_registry._registry
    for name in [name for name in registry if name not in known]:
        del registry[name]


@contextmanager
def hushed() -> Iterator[None]:
    """What TensorFlow logs in this thread isn't shown, and traces don't count for the warning that it gives about too many:
    they aren't the user's."""
    here, logger = threading.get_ident(), logging.getLogger("tensorflow")
    functions = sys.modules["tensorflow.python.eager.polymorphic_function.polymorphic_function"]
    counting = functions._frequent_tracing_detector_manager

    def passes(record: logging.LogRecord) -> bool:
        return record.thread != here

    logger.addFilter(passes)
    counted, counting._detectors = counting._detectors, weakref.WeakKeyDictionary()
    try:
        yield
    finally:
        counting._detectors = counted
        logger.removeFilter(passes)


class _Key:
    """Stands for a function in TensorFlow's statistics of calls."""


def throwaway(function: Call) -> Any:
    """A tf.function that TensorFlow's warning about retracing doesn't count."""
    made = sys.modules["tensorflow"].function(function)
    made._hybnb_key = made._key_for_call_stats = _Key()
    made._omit_frequent_tracing_warning = True
    return made


def trace(graph: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Trace a tf.function without running the graph; gives its concrete function."""
    return graph.get_concrete_function(*args, **kwargs)


def creates_variables(graph: Any) -> bool:
    """The body made variables while it was traced."""
    return bool(graph._created_variables)


def variables_of(concrete: Any) -> list[Any]:
    """The variables that a graph uses and that are alive."""
    return list(concrete.graph.variables)


def other_resources(concrete: Any) -> list[str]:
    """Types of the captured resources that are no variables."""
    handles = {id(variable.handle) for variable in variables_of(concrete)}
    return [
        tensor.dtype.name
        for tensor in concrete.captured_inputs
        if tensor.dtype.name in ("resource", "variant") and id(tensor) not in handles
    ]


def use_instead(concrete: Any, clones: dict[int, Any]) -> None:
    """Have a graph use other handles; `clones` has the new one by the id of the old one."""
    concrete.set_external_captures([clones.get(id(tensor), tensor) for tensor in concrete.captured_inputs])


def operations(concrete: Any) -> list[str]:
    """Names of all ops of a graph, those of its functions included; AND_DROPOUT behind those that draw by themselves."""
    definition = concrete.graph.as_graph_def()
    functions = (node for function in definition.library.function for node in function.node_def)
    return [
        node.op + AND_DROPOUT * (node.op.startswith("CudnnRNN") and node.attr["dropout"].f > 0)
        for node in (*definition.node, *functions)
    ]


def stateful(names: Sequence[str]) -> list[str]:
    """Those ops among `names` that could do something which can't be undone."""
    registry = sys.modules["tensorflow.python.framework.op_def_registry"]
    found = []
    for name in dict.fromkeys(names):
        if name in HARMLESS or name.startswith(_BEGINNINGS):
            continue
        definition = registry.get(name.removesuffix(AND_DROPOUT))  # None for the functions of the graph itself
        if definition is not None and definition.is_stateful:
            found.append(name)
    return found


def writes(names: Sequence[str]) -> bool:
    """Some of these ops change a variable."""
    return any(name.startswith(_WRITES) and name not in _CALLS for name in names)


def draws(names: Sequence[str]) -> bool:
    """Some of these ops draw random numbers."""
    return any(("Random" in name or "Truncated" in name or "Multinomial" in name or "Rng" in name) for name in names)


def takes_seeds(names: Iterable[str]) -> bool:
    """Some of these ops draw from TensorFlow's global seed, where there is one."""
    registry = sys.modules["tensorflow.python.framework.op_def_registry"]
    definitions = (registry.get(name) for name in names if not name.startswith("CudnnRNN"))
    return any(one is not None and any(each.name == "seed2" for each in one.attr) for one in definitions)


def is_variable(value: Any) -> bool:
    """A tf.Variable; Keras's own hold one of these."""
    return has_base(type(value), sys.modules["tensorflow"].Variable)


def clone(variable: Any) -> Any:
    """A variable of the same value, dtype, shape and device, known to nobody."""
    tensorflow = sys.modules["tensorflow"]
    with tensorflow.device(variable.device):
        return tensorflow.Variable(
            variable.read_value(), trainable=variable.trainable, dtype=variable.dtype, shape=variable.shape
        )


def coarse_products(names: Iterable[str]) -> bool:
    """Some of these ops multiply float32 with 10 bits after the point, TF32, as TensorFlow lets a GPU do by default."""
    enabled = sys.modules["tensorflow"].config.experimental.tensor_float_32_execution_enabled
    return accelerator() == "GPU" and any(name.startswith(PRODUCTS) for name in names) and bool(enabled())


def nudged(value: Any, least: float = 0.0) -> Any:
    """A float tensor or array, every other number of which is a few units in the last place larger, or of its `least` part;
    others as they are.
    """
    tensorflow, numpy = sys.modules["tensorflow"], sys.modules["numpy"]
    eager = has_base(type(value), tensorflow.Tensor) and hasattr(value, "numpy")
    if not (eager and value.dtype.is_floating) and not (type(value) is numpy.ndarray and value.dtype.kind == "f"):
        return value
    held = value.numpy() if eager else value
    if held.nbytes > MOST_NUDGED or held.dtype.kind != "f":
        return value
    factor = numpy.ones(held.size, held.dtype)
    factor[::2] += 4 * max(float(numpy.finfo(held.dtype).eps), least)
    moved = held * factor.reshape(held.shape)
    with tensorflow.device(value.device if eager else None):
        return tensorflow.constant(moved) if eager else moved


def out_of_memory(failure: Exception) -> bool:
    """Memory, of a device or of the machine, didn't suffice."""
    return isinstance(failure, MemoryError | sys.modules["tensorflow"].errors.ResourceExhaustedError)


def untraced(function: Any) -> bool:
    """A tf.function that was never called: a trace inside of ours would be its first."""
    return len(function._function_cache) == 0


def traces_held(function: Any) -> frozenset[Any]:
    """Keys of the traces that a tf.function holds."""
    return frozenset(function._function_cache._primary)


def forget_traces(function: Any, known: frozenset[Any]) -> None:
    """Drop the traces that a tf.function didn't hold before."""
    for context, kind in [key for key in function._function_cache._primary if key not in known]:
        function._function_cache.delete(kind, context)


class Cancellation:
    """Runs graphs so that they can be ended from a signal handler."""

    def __init__(self) -> None:
        module = sys.modules["tensorflow.python.eager.cancellation"]
        self._manager = module.CancellationManager()
        self._context = module.CancellationManagerContext

    def run(self, call: Callable[[], Any]) -> Any:
        """Call it; tf.errors.CancelledError comes out when it was cancelled meanwhile."""
        with self._context(self._manager):
            return call()

    def cancel(self) -> None:
        """End what runs, and whatever is still to run with this."""
        self._manager.start_cancel()


def self_test() -> str | None:
    """One small graph that writes a variable, run on a copy: the copy changes, the variable doesn't, in one trace."""
    tensorflow = sys.modules["tensorflow"]
    with tensorflow.device("CPU:0"):
        variable = tensorflow.Variable(1.0)
        graph = throwaway(lambda: variable.assign_add(2.0))
        concrete = trace(graph, (), {})
        copy, others = clone(variable), other_resources(concrete)
        use_instead(concrete, {id(variable.handle): copy.handle})
        names = operations(concrete)
        with seeds_of_its_own(), hushed():
            result = Cancellation().run(graph)
        held = [float(value) for value in (variable, copy, result)]
    if held != [1.0, 3.0, 3.0] or graph.experimental_get_tracing_count() != 1 or others:
        return "a graph can't be run on other variables"
    if stateful(names) or not writes(names) or stateful(["PrintV2"]) != ["PrintV2"] or gradient_names() is None:
        return "ops with side effects can't be told from others"
    return None
