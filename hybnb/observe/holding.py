"""What names hold, as tokens: equal ones mean that a trace made then would be the same now. Values aren't kept alive.

Python's own scalars count by value, functions by their code, containers by their first items, everything else by what
object it is. What is inside arrays and tensors isn't looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final
from weakref import ref

from hybnb.classes import is_one_of, own_of
from hybnb.observe.values import Sketcher

Token = Hashable

_classes: Final = Sketcher()
_SCALARS: Final[frozenset[type]] = frozenset({int, float, bool, str, bytes, type(None)})
LONGEST: Final = 200  #: characters of a text that is compared
MOST: Final = 50  #: items of a container that are looked at
DEPTH: Final = 3


def holding(names: frozenset[str], namespace: Mapping[str, object]) -> dict[str, Token]:
    """A token for each name, for each "module:name" of a loaded module, and for each attribute "Class.name" of the objects
    of that class that the namespace names.
    """
    found = {name: token(namespace[name]) for name in names if "." not in name and name in namespace}
    found.update(_of_modules(name for name in names if ":" in name))
    names = frozenset(name for name in names if ":" not in name)
    wanted = [(cls, name) for cls, _, name in (one.removesuffix("[]").partition(".") for one in names) if cls and name]
    classes = {cls for cls, _ in wanted}
    for path, value in list(namespace.items()) if classes else ():
        made = _classes.made(type(value))
        if not made.written or made.name.rpartition(".")[2] not in classes or made.attributes is None:
            continue
        own: Mapping[str, object] = made.attributes(value) or {}
        for cls, name in wanted:
            if made.name.rpartition(".")[2] == cls and name in own:
                found[f"{path}.{name}"] = "attribute", _which(value), token(own[name])
    return found


def _of_modules(names: Iterable[str]) -> Iterator[tuple[str, Token]]:
    for module, _, name in (one.partition(":") for one in names):
        loaded = sys.modules.get(module)
        if type(loaded) is ModuleType and name in vars(loaded):
            yield f"{module}.{name}", token(vars(loaded)[name])


def same(before: Token, now: Token) -> bool:
    """Nothing has changed that a trace made before would have to know. Another object's attribute is no change of it."""
    match before, now:
        case ("attribute", owner, _), ("attribute", other, _) if owner != other:
            return True
    return before == now


def token(value: Any, depth: int = DEPTH) -> Token:
    """One value's."""
    cls = type(value)
    if is_one_of(cls, _SCALARS):
        return (cls, value) if cls not in (str, bytes) or len(value) <= LONGEST else (cls, _which(value))
    if cls is FunctionType:
        return _of_function(value, depth)
    if depth and is_one_of(cls, (list, tuple)):
        return cls, len(value), tuple(token(item, depth - 1) for item in islice(value, MOST))
    if depth and cls is dict:
        pairs: list[tuple[Any, Any]] = []
        with suppress(RuntimeError):  # another thread changes it
            pairs = list(islice(value.items(), MOST))
        return cls, len(value), tuple((token(key, 0), token(item, depth - 1)) for key, item in pairs)
    made = _classes.made(cls)
    if depth and made.kind == "class" and _classes.made(value).written:
        members = [(name, member) for name, member in own_of(value).items() if type(member) is FunctionType]
        return "class", tuple((name, token(member, depth - 1)) for name, member in members)
    return _which(value)


def _of_function(function: FunctionType, depth: int) -> Token:
    defaults = function.__defaults__ or ()
    cells = [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)] if depth else []
    return "function", _of_code(function.__code__), tuple(token(one, max(0, depth - 1)) for one in (*defaults, *cells))


def _filled(cell: Any) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True


def _of_code(code: CodeType) -> Token:
    """What runs; not where it stands."""
    constants = tuple(_of_code(one) if type(one) is CodeType else (type(one), one) for one in code.co_consts)
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants


class _Which:
    """Which object it is, without keeping it alive where that can be avoided."""

    __slots__ = ("number", "object")

    def __init__(self, value: object) -> None:
        self.number = id(value)
        try:
            self.object: ref[Any] | None = ref(value)
        except TypeError:
            self.object = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Which) or self.number != other.number:
            return False
        return self.object is None or (
            self.object() is not None and self.object() is (other.object or (lambda: None))()
        )

    def __hash__(self) -> int:
        return self.number


def _which(value: object) -> Token:
    return _Which(value)
