"""Packs many functions of one code quickly: the wrappers that Keras gives each layer are a thousand in a MobileNet.

For each function cloudpickle compares the modules it refers to with all modules there are, which took half of the time. Functions
of the same code in the same module refer to the same ones, unless their closures hold modules.
"""

from __future__ import annotations

from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

import cloudpickle

from hybnb.measure.picture import closure_of

LOCAL: Final = "<locals>"  #: in the name of a function that was made by another: never found by its name
FOUND_BY_CODE: Final = frozenset({"__globals__", "_cloudpickle_submodules"})

Reduced = tuple[Any, ...]


class FunctionPickler(cloudpickle.Pickler):  # type: ignore[misc]
    """cloudpickle, which looks once for what functions of one code refer to."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._first: dict[tuple[CodeType, int], Reduced] = {}

    def reducer_override(self, obj: Any) -> Any:
        """As pickle asks for it; NotImplemented for what pickle does itself."""
        if type(obj) is not FunctionType or LOCAL not in obj.__qualname__ or _holds_modules(obj):
            return super().reducer_override(obj)
        key = obj.__code__, id(obj.__globals__)
        if key in self._first:
            return self._as_first(obj, self._first[key])
        found = super().reducer_override(obj)
        if found is not NotImplemented:
            self._first[key] = found
        return found

    def _as_first(self, function: FunctionType, first: Reduced) -> Reduced:
        make, _, (_, known), *rest = first
        own = {name: getattr(function, name) for name in known if name not in FOUND_BY_CODE}
        state = {**known, **own, "__globals__": dict(known["__globals__"])}
        return make, self._function_getnewargs(function), (dict(function.__dict__), state), *rest


def _holds_modules(function: FunctionType) -> bool:
    return any(issubclass(type(value), ModuleType) for _, value in closure_of(function))
