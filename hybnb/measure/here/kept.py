"""Single things that hold something, with what they held, and how to put it back."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Final

MISSING: Final = object()  #: stands for no value


class Kept:
    """One thing with what it held."""

    what = ""

    def inside(self) -> Iterator[Any]:
        """What is to be walked next."""
        return iter(())

    def changed(self) -> bool:
        """It holds something else now."""
        raise NotImplementedError

    def put_back(self) -> None:
        """Have it hold what it held."""
        raise NotImplementedError


class Name(Kept):
    """A name of a namespace."""

    def __init__(self, space: dict[str, Any], name: str) -> None:
        self._space, self._name, self._value = space, name, space.get(name, MISSING)
        self.what = f"the global {name}"

    def changed(self) -> bool:
        return self._space.get(self._name, MISSING) is not self._value

    def put_back(self) -> None:
        if self._value is MISSING:
            self._space.pop(self._name, None)
        else:
            self._space[self._name] = self._value


class Cell(Kept):
    """What a name of an enclosing function holds."""

    what = "a name of an enclosing function"

    def __init__(self, cell: types.CellType) -> None:
        self._cell, self._value = cell, _contents(cell)

    def inside(self) -> Iterator[Any]:
        return iter(() if self._value is MISSING else (self._value,))

    def changed(self) -> bool:
        return _contents(self._cell) is not self._value

    def put_back(self) -> None:
        if self._value is MISSING:
            del self._cell.cell_contents
        else:
            self._cell.cell_contents = self._value


class Mapping(Kept):
    """The keys and values of a dict."""

    def __init__(self, value: dict[Any, Any], items: list[tuple[Any, Any]], what: str) -> None:
        self._value, self._items, self.what = value, items, what

    def changed(self) -> bool:
        if dict.__len__(self._value) != len(self._items):
            return True
        now = dict.items(self._value)
        return any(
            key is not was or item is not held for (key, item), (was, held) in zip(now, self._items, strict=True)
        )

    def put_back(self) -> None:
        dict.clear(self._value)
        dict.update(self._value, self._items)


class Items(Kept):
    """The items of a list, a set and the like."""

    def __init__(self, value: Any, base: Any, items: list[Any]) -> None:
        self._value, self._base, self._items, self.what = value, base, items, f"a {base.__name__}"

    def changed(self) -> bool:
        now = list(self._base.__iter__(self._value))
        if len(now) != len(self._items):
            return True
        if self._base is set:
            return {id(item) for item in now} != {id(item) for item in self._items}
        return any(one is not other for one, other in zip(now, self._items, strict=True))

    def put_back(self) -> None:
        self._base.clear(self._value)
        if self._base is set:
            set.update(self._value, self._items)
        else:
            self._base.extend(self._value, self._items)


class Ends(Kept):
    """Length and ends of a long list of plain values."""

    what = "a long list"

    def __init__(self, value: Any, base: Any) -> None:
        self._value, self._base = value, base
        self._was = self._ends()

    def _ends(self) -> tuple[int, Any, Any]:
        base = self._base
        return base.__len__(self._value), base.__getitem__(self._value, 0), base.__getitem__(self._value, -1)

    def changed(self) -> bool:
        now = self._ends()
        return now[0] != self._was[0] or now[1] is not self._was[1] or now[2] is not self._was[2]

    def put_back(self) -> None:
        """What came behind is taken away again; more can't be done, and more the source didn't allow."""
        while self._base.__len__(self._value) > self._was[0]:
            self._base.pop(self._value)


class Slot(Kept):
    """An attribute that stands in a slot."""

    what = "an attribute"

    def __init__(self, owner: Any, member: types.MemberDescriptorType) -> None:
        self._owner, self._member = owner, member
        self._value = self._now()

    def _now(self) -> Any:
        try:
            return self._member.__get__(self._owner)
        except AttributeError:
            return MISSING

    def inside(self) -> Iterator[Any]:
        return iter(() if self._value is MISSING else (self._value,))

    def changed(self) -> bool:
        return self._now() is not self._value

    def put_back(self) -> None:
        if self._value is MISSING:
            self._member.__delete__(self._owner)
        else:
            self._member.__set__(self._owner, self._value)


class Stream(Kept):
    """A stream of random numbers."""

    def __init__(self, read: Any, write: Any, what: str) -> None:
        self._read, self._write, self.what = read, write, what
        self._state = read()

    def changed(self) -> bool:
        return repr(self._read()) != repr(self._state)

    def put_back(self) -> None:
        self._write(self._state)


def _contents(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING
