"""The only module that leans on TensorFlow's internals; each piece is tried before it is used, save on versions that it was
tried on before.

What is used, and what for:

* `tensorflow.python.pywrap_tfe.TFE_Py_FastPathExecute` and `.TFE_Py_Execute`: the two functions every eager op goes
  through. Generated wrappers look them up in that module at each call, so replacing the attributes shows every op.
* `EagerTensor._shape_tuple()` and `._datatype_enum()`: shape and dtype without building TensorShape objects.
* `tensorflow.python.eager.context.context_safe()`: is eager execution set up, without setting it up.

TensorFlow is only ever taken from `sys.modules`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cache
from threading import RLock, get_ident
from types import ModuleType
from typing import Any, Final, Literal

Feature = Literal["recording", "matching", "cloning"]
Shape = tuple[int, ...]

Tensors = tuple[tuple[Shape, int], ...]  #: shape and dtype number of each
Reader = Callable[[Iterable[Any]], Tensors]

#: The functions every eager op goes through, and where in their arguments the op's name stands; its inputs follow it.
ENTRY_POINTS = {"TFE_Py_FastPathExecute": 1, "TFE_Py_Execute": 2}

#: Versions on which the self-tests of what is used after every cell are known to pass. They aren't run there, because the
#: tensors and graphs that they make count: in the numbers that TensorFlow appends to the names of the user's own graphs,
#: as `__inference_step_52` in the text of an error.
PROVEN: frozenset[str] = frozenset({"2.16.2", "2.21.0"})
_AFTER_CELLS: Final = frozenset({"recording", "matching"})
LONGEST_WAIT: Final = 2.0  #: seconds that a thread of the user's waits for a self-test on another one
#: A self-test traces a few times; on several threads at once TensorFlow would warn that this is too often.
_TRYING: Final = RLock()


def tensorflow_version() -> str | None:
    """Version of the TensorFlow this process has imported; None when it has none, or is still importing it."""
    version = getattr(sys.modules.get("tensorflow"), "__version__", None)
    return version if isinstance(version, str) else None


def available(feature: Feature) -> str | None:
    """None when the feature can be used now, else the reason why not, as half a sentence."""
    version = tensorflow_version()
    if version is None:
        return "TensorFlow hasn't been imported"
    if not runs_eagerly():
        return "TensorFlow isn't executing eagerly here"
    if feature in _AFTER_CELLS and version in PROVEN:
        return None
    if not _TRYING.acquire(timeout=LONGEST_WAIT):
        return "another thread is trying it"
    try:
        return _tried(feature, version)
    finally:
        _TRYING.release()


def runs_eagerly() -> bool:
    """True when the calling thread would run an op at once, and TensorFlow has already chosen its devices.

    Before the devices are chosen nothing of ours may run an op: the user could no longer configure them.
    """
    try:
        context = sys.modules["tensorflow.python.eager.context"].context_safe()
        return context is not None and bool(context._initialized) and bool(context.executing_eagerly())
    except (KeyError, AttributeError):
        return False


def entry_module() -> ModuleType:
    """The module whose ENTRY_POINTS every eager op goes through."""
    return sys.modules["tensorflow.python.pywrap_tfe"]


def accelerator() -> str:
    """The kind of the first device that isn't a CPU, as "GPU"; empty when there is none, or TensorFlow hasn't chosen yet.

    Asking TensorFlow for its devices before that would have it choose, and take the memory of all GPUs.
    """
    module = sys.modules.get("tensorflow.python.eager.context")
    context = module.context_safe() if module is not None else None
    if context is None or not context._initialized:
        return ""
    devices = sys.modules["tensorflow"].config.list_logical_devices()
    return next((str(device.device_type) for device in devices if device.device_type != "CPU"), "")


def drain() -> Callable[[], object] | None:
    """What waits until all that was started on an accelerator is done; None without one: a CPU's ops return when they are."""
    return sys.modules["tensorflow"].test.experimental.sync_devices if accelerator() else None


def tensor_reader() -> Reader:
    """A function that gives shape and dtype number of the eager tensors among values, lists of them included.

    It runs for every recorded op, within the user's call: about 0.3 microseconds per tensor.
    """
    eager_tensor = sys.modules["tensorflow.python.framework.ops"].EagerTensor

    def read(values: Iterable[Any]) -> Tensors:
        found: list[tuple[Shape, int]] = []
        for value in values:
            kind = type(value)
            if kind is eager_tensor:
                found.append((value._shape_tuple(), value._datatype_enum()))
            elif kind is list or kind is tuple:
                found += read(value)
        return tuple(found)

    return read


@cache
def item_sizes() -> dict[int, int]:
    """Bytes per element by dtype number; handles, variants and strings count as 8."""
    dtypes = sys.modules["tensorflow"].dtypes
    found = {}
    for number in range(1, 100):
        try:
            dtype = dtypes.as_dtype(number)
            found[number] = (int(dtype.size) if dtype.is_numpy_compatible else 0) or 8
        except (TypeError, AttributeError):
            continue
    return found


@cache
def _tried(feature: Feature, version: str) -> str | None:
    """The self-test of a feature, once per process and version of TensorFlow."""
    tests = {"recording": _try_recording, "matching": _try_matching, "cloning": _try_cloning}
    try:
        return tests[feature]()
    except Exception as trouble:
        return f"TensorFlow {version} is built differently here ({type(trouble).__name__}: {trouble})"


def _try_matching() -> str | None:
    from hybnb.measure import adapter_matching

    return adapter_matching.self_test()


def _try_cloning() -> str | None:
    from hybnb.measure import adapter_state

    return adapter_state.self_test()


def _try_recording() -> str | None:
    """Run one small op on the CPU with the entry points replaced, and see whether all of it shows."""
    tensorflow, module = sys.modules["tensorflow"], entry_module()
    originals = {name: getattr(module, name) for name in ENTRY_POINTS}
    seen: list[tuple[str, tuple[Any, ...], Any]] = []
    here = get_ident()

    def spy(original: Callable[..., Any], position: int) -> Callable[..., Any]:
        def passing(*arguments: Any, **options: Any) -> Any:
            result = original(*arguments, **options)
            if get_ident() == here:
                seen.append((arguments[position], arguments, result))
            return result

        return passing

    with tensorflow.device("CPU:0"):
        left = tensorflow.constant([[1.0, 2.0, 3.0]])
        try:
            for name, position in ENTRY_POINTS.items():
                setattr(module, name, spy(originals[name], position))
            result = tensorflow.raw_ops.AddV2(x=left, y=left)
        finally:
            for name, original in originals.items():
                setattr(module, name, original)
    read, sizes = tensor_reader(), item_sizes()
    if [name for name, _, _ in seen] != ["AddV2"] or seen[0][2] is not result:
        return "ops don't go through the entry points that hybnb knows"
    found = read(seen[0][1])
    if [shape for shape, _ in found] != [(1, 3), (1, 3)] or sizes.get(found[0][1]) != 4:
        return "shapes of eager tensors can't be read"
    return None
