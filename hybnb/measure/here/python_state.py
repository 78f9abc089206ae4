"""All that is mutable in Python and within a function's reach: what it holds now, and how to put that back.

From the function it goes through the globals it names, closures, defaults, arguments and attributes. Of each container and
object a shallow copy is kept; afterwards items are compared by identity, so that no code of the user's is asked.
"""

from __future__ import annotations

import io
import random
import sys
import types
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from hybnb.classes import has_base, is_one_of, module_of, mro_of, name_of, own_of, root_of
from hybnb.measure.here.kept import MISSING, Cell, Ends, Items, Kept, Mapping, Name, Slot, Stream

MOST: Final = 20_000  #: objects; a small model has 900, a large one 15 000
PLAIN_ITEMS: Final = 1_000  #: a longer list of plain values is watched by its length and ends only

_ATOMS: Final = (int, float, complex, bool, str, bytes, type(None), type(...), range, slice, types.CodeType)
_ITERATORS: Final[tuple[type, ...]] = (
    types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, type(iter([])), type(iter(())), type(iter({})),
    type(iter(set())), type(iter(range(1))), type(iter("")), enumerate, zip, map, filter, reversed,
)  # fmt: skip
_FILE: Final = io.IOBase.__mro__[1]  #: what files have as a base; io.IOBase itself only knows of them
#: Where state of TensorFlow's C++ lives that can't be read and put back; Keras has its own classes on top of these.
_OPAQUE: Final = {
    "tensorflow.python.ops.lookup_ops": "a lookup table",
    "tensorflow.python.ops.data_flow_ops": "a queue",
    "tensorflow.python.data.ops.iterator_ops": "an iterator over a dataset",
    "tensorflow.python.ops.summary_ops_v2": "a summary writer",
    "tensorflow.python.checkpoint.checkpoint_management": "a checkpoint manager",
}
_COMPILED_BY_KERAS: Final = frozenset({"train_function", "test_function", "predict_function"})


class PythonState:
    """What a function can reach, as it was when this was made."""

    def __init__(self, function: Any, arguments: Sequence[Any]) -> None:
        self.obstacle: str | None = None  #: why it can't all be put back, in words
        self.variables: list[Any] = []  #: tf.Variables
        self.traced: list[Any] = []  #: tf.function objects
        self.classes: list[type] = []  #: of the user's objects
        self._kept: list[Kept] = []
        self._seen: dict[int, Any] = {}
        self._waiting: list[Any] = [function, *arguments]
        while self._waiting and self.obstacle is None:
            self._look(self._waiting.pop())

    def changes(self) -> list[str]:
        """What is not as it was, in words."""
        return [kept.what for kept in self._kept if kept.changed()]

    def restore(self) -> None:
        """Put everything back that isn't as it was."""
        for kept in self._kept:
            if kept.changed():
                kept.put_back()

    # ---- the walk --------------------------------------------------------------------------------------------------

    def _look(self, value: Any) -> None:
        cls = type(value)
        if is_one_of(cls, _ATOMS) or id(value) in self._seen:
            return
        module = module_of(cls)
        self._seen[id(value)] = value
        if len(self._seen) > MOST:
            self.obstacle = f"it reaches more than {MOST} objects"
        elif is_one_of(cls, _ITERATORS) or has_base(cls, _FILE) or module in ("itertools", "_socket", "socket"):
            self.obstacle = f"it uses a {name_of(cls)}, whose state can't be put back"
        elif module in _OPAQUE:
            self.obstacle = f"it uses {_OPAQUE[module]}, whose state can't be put back"
        elif cls is types.FunctionType:
            self._function(value)
        elif cls is types.MethodType:
            self._waiting += [value.__func__, value.__self__]
        elif cls is partial:
            self._waiting += [value.func, *value.args, *value.keywords.values()]
        elif not has_base(cls, type, types.ModuleType, types.BuiltinFunctionType):
            self._object(value, cls)

    def _function(self, function: types.FunctionType) -> None:
        if _root(function.__module__) in _LIBRARIES:
            return
        names = _names(function.__code__)
        self._names(function.__globals__, names)
        for cell in function.__closure__ or ():
            self._keep(Cell(cell))
        self._waiting += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        if function.__dict__:
            self._mapping(function.__dict__, "an attribute of a function")

    def _names(self, space: dict[str, Any], names: frozenset[str]) -> None:
        """The globals that a function names; of the user's modules, what the function names of them."""
        for name in names:
            value = space.get(name, MISSING)
            self._keep(Name(space, name))
            if type(value) is types.ModuleType:
                if id(value) not in self._seen and _is_users(value):
                    self._names(vars(value), names)
            elif value is not MISSING:
                self._waiting.append(value)

    def _object(self, value: Any, cls: type) -> None:
        mro, root = mro_of(cls), root_of(cls)
        if root not in _LIBRARIES:
            self.classes.append(cls)
        if root == "tensorflow" and self._of_tensorflow(value, mro):
            return
        for base in mro:
            if is_one_of(base, _CONTAINERS):
                self._container(value, base)
                break
        if cls is types.CellType:
            return
        if root == "numpy" or has_base(cls, random.Random):
            self._random(value)
        elif root not in _LIBRARIES or root in ("keras", "tf_keras", "tensorflow"):
            self._attributes(value, mro)

    def _of_tensorflow(self, value: Any, mro: Sequence[type]) -> bool:
        """True for TensorFlow's objects that need no look inside."""
        names = {name_of(base) for base in mro}
        if "BaseResourceVariable" in names:
            self.variables.append(value)
            return True
        if "Function" in names and hasattr(value, "_python_function"):
            self.traced.append(value)
            self._waiting.append(value._python_function)
            return True
        if "Tensor" in names:
            if value.dtype.name in ("resource", "variant"):
                self.obstacle = "it uses a resource of TensorFlow's that is no variable"
            return True
        return not names & {"Module", "AutoTrackable", "Trackable", "ListWrapper"}

    def _container(self, value: Any, base: Any) -> None:
        if base is dict:
            self._mapping(value, "a dict")
        elif base in (list, deque):
            items = list(base.__iter__(value))
            if len(items) > PLAIN_ITEMS and all(is_one_of(type(item), _ATOMS) for item in items):
                self._keep(Ends(value, base))
                return
            self._keep(Items(value, base, items))
            self._waiting += items
        elif base is set:
            items = list(set.__iter__(value))
            self._keep(Items(value, base, items))
            self._waiting += items
        elif base is bytearray:
            self._keep(Items(value, base, list(bytes(value))))
        else:
            self._waiting += list(base.__iter__(value))

    def _mapping(self, value: dict[Any, Any], what: str) -> None:
        items = list(dict.items(value))
        self._keep(Mapping(value, items, what))
        self._waiting += [item for key, item in items if not (type(key) is str and key in _COMPILED_BY_KERAS)]

    def _attributes(self, value: Any, mro: Sequence[type]) -> None:
        own = getattr(value, "__dict__", None) if _plain_dict(mro) else None
        if type(own) is dict:
            self._mapping(own, f"an attribute of a {name_of(type(value))}")
        for base in mro:
            slots = own_of(base).get("__slots__", ()) if root_of(base) not in _LIBRARIES else ()
            for name in (slots,) if isinstance(slots, str) else slots:
                member = own_of(base).get(name)
                if type(member) is types.MemberDescriptorType:
                    self._keep(Slot(value, member))

    def _random(self, value: Any) -> None:
        if has_base(type(value), random.Random):
            self._keep(Stream(value.getstate, value.setstate, "a random.Random"))
        elif hasattr(value, "bit_generator"):
            bits = value.bit_generator
            self._keep(Stream(lambda: bits.state, lambda state: setattr(bits, "state", state), "a NumPy generator"))
        elif name_of(type(value)) == "RandomState":
            self._keep(Stream(value.get_state, value.set_state, "a NumPy RandomState"))

    def _keep(self, kept: Kept) -> None:
        self._kept.append(kept)
        self._waiting += list(kept.inside())


_CONTAINERS: Final = (dict, list, deque, set, bytearray, tuple, frozenset)
_LIBRARIES: Final = frozenset({
    "tensorflow", "keras", "tf_keras", "numpy", "builtins", "collections", "enum", "functools", "types", "typing", "abc",
    "weakref", "threading", "_thread", "logging", "pathlib", "re", "random", "IPython", "hybnb", "ml_dtypes", "matplotlib",
})  # fmt: skip


def _root(module: Any) -> str:
    return module.partition(".")[0] if type(module) is str else ""


def _is_users(module: types.ModuleType) -> bool:
    file = vars(module).get("__file__")
    name = str(vars(module).get("__name__", ""))
    if name.partition(".")[0] in sys.stdlib_module_names or not isinstance(file, str):
        return False
    return "-packages" not in file


def _names(code: types.CodeType) -> frozenset[str]:
    """Names that a function mentions, those of functions inside it included."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if type(constant) is types.CodeType:
            found |= _names(constant)
    return frozenset(found)


def _plain_dict(mro: Sequence[type]) -> bool:
    """Reading `__dict__` runs no code of the user's."""
    found = next((own_of(base)["__dict__"] for base in mro if "__dict__" in own_of(base)), None)
    own = any("__getattribute__" in own_of(base) and root_of(base) not in _LIBRARIES for base in mro)
    return type(found) is types.GetSetDescriptorType and not own
