"""Eager code that runs on copies of variables: more of TensorFlow's internals.

* `BaseResourceVariable._handle`: what every eager op on a variable is given. While another variable's is in its place, what
  the code writes is written there.
* The entry points of `adapter`: nothing but those copies may be written meanwhile, nor handed to a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import get_ident
from typing import Any, Final

from hybnb.measure import adapter, adapter_state

READING: Final = frozenset(
    {"ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VariableShape", "VarIsInitializedOp"}
)
RESOURCE: Final = 20  #: number of DataType

Pairs = Sequence[tuple[Any, Any]]  #: variables, each with its copy


class NoCopyError(Exception):
    """Eager code would have written a variable that isn't copied, or run a graph on one."""


def replaceable(variable: Any) -> bool:
    """Its handle can be exchanged."""
    return "_handle" in getattr(variable, "__dict__", {})


@contextmanager
def standing_in(pairs: Pairs) -> Iterator[None]:
    """Meanwhile the copies are what eager code finds in the variables. For all threads: nothing else may run."""
    before = [(variable, variable._handle) for variable, _ in pairs]
    try:
        for variable, copy in pairs:
            variable._handle = copy._handle
        yield
    finally:
        for variable, handle in before:
            variable._handle = handle


@contextmanager
def writing_only(handles: Iterable[Any], graphs_too: bool) -> Iterator[None]:
    """This thread's eager ops can write no resource but these and those it makes: NoCopyError before they run.

    With `graphs_too` they can't even be handed another one: what a graph does with it doesn't show in its name.
    """
    module, here = adapter.entry_module(), get_ident()
    allowed = {id(handle): handle for handle in handles}

    def checked(original: Callable[..., Any], position: int) -> Callable[..., Any]:
        def passing(*arguments: Any, **options: Any) -> Any:
            if get_ident() != here:
                return original(*arguments, **options)
            name = arguments[position]
            name = name.decode() if isinstance(name, bytes) else name
            barred = name not in READING if graphs_too else adapter_state.writes([name])
            if barred and any(id(one) not in allowed for one in _resources(arguments[position + 1 :])):
                raise NoCopyError(f"it runs {name} on what is no copy")
            result = original(*arguments, **options)
            for made in _resources(result if isinstance(result, list | tuple) else (result,)):
                allowed[id(made)] = made
            return result

        return passing

    originals = {name: getattr(module, name) for name in adapter.ENTRY_POINTS}
    try:
        for name, position in adapter.ENTRY_POINTS.items():
            setattr(module, name, checked(originals[name], position))
        yield
    finally:
        for name, original in originals.items():
            setattr(module, name, original)


def _resources(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        kind = type(value)
        if kind is list or kind is tuple:
            yield from _resources(value)
        elif hasattr(kind, "_datatype_enum") and value._datatype_enum() == RESOURCE:
            yield value
