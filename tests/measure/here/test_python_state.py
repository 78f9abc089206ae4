"""What a function can reach in Python is found, and put back as it was."""

from __future__ import annotations

import random
import types
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from hybnb.measure.here.python_state import MOST, PythonState

LOG: list[int] = []
TOTAL = 0


def add_global() -> None:
    global TOTAL, LATER
    TOTAL += 1
    LATER = 2  # type: ignore[name-defined]
    LOG.append(TOTAL)


class Slotted:
    __slots__ = ("held", "other")

    def __init__(self) -> None:
        self.held = 1


class Plain:
    shared: list[int] = []

    def __init__(self) -> None:
        self.items = {"a": [1]}

    def grow(self) -> None:
        self.items["a"].append(2)
        self.items["b"] = []
        self.extra = 3


def changed_and_restored(function: Callable[..., Any], *arguments: Any) -> int:
    """How many things a call changed; asserts that all of them are put back."""
    state = PythonState(function, arguments)
    assert state.obstacle is None
    assert state.changes() == []
    function(*arguments)
    found = len(state.changes())
    state.restore()
    assert state.changes() == []
    return found


def test_globals_and_what_they_hold_are_put_back() -> None:
    assert changed_and_restored(add_global) == 3
    assert (TOTAL, LOG) == (0, [])
    assert "LATER" not in globals()


def test_attributes_and_containers_in_them_are_put_back() -> None:
    plain = Plain()
    assert changed_and_restored(plain.grow) == 3
    assert vars(plain) == {"items": {"a": [1]}}


def test_slots_are_put_back_those_without_a_value_too() -> None:
    def change(slotted: Slotted) -> None:
        slotted.held, slotted.other = 2, 3

    slotted = Slotted()
    assert changed_and_restored(change, slotted) == 2
    assert slotted.held == 1
    assert not hasattr(slotted, "other")


def test_closures_defaults_and_streams_of_numbers_are_put_back() -> None:
    count, own, waiting = 0, random.Random(3), deque([1])

    def draw(seen: set[float] = set()) -> None:  # noqa: B006
        nonlocal count
        count += 1
        seen.add(own.random())
        waiting.append(2)

    before = own.getstate()
    assert changed_and_restored(draw) == 4
    assert (count, own.getstate(), list(waiting), draw.__defaults__) == (0, before, [1], (set(),))


def test_what_does_not_change_is_not_told() -> None:
    def read(plain: Plain) -> int:
        return len(plain.items) + TOTAL

    assert changed_and_restored(read, Plain()) == 0


def test_no_code_of_the_users_is_asked() -> None:
    class Strict:
        def __eq__(self, other: object) -> bool:
            raise AssertionError

        def __hash__(self) -> int:
            raise AssertionError

        def __len__(self) -> int:
            raise AssertionError

    class Guarded(list[Any]):
        def __iter__(self) -> Any:
            raise AssertionError

    def change(held: list[Any]) -> None:
        held.append(1)

    assert changed_and_restored(change, [Strict(), Guarded([Strict()])]) == 1


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (iter([1]), "list_iterator"),
        ((number for number in range(3)), "generator"),
        (zip([1], [2], strict=False), "zip"),
        ([[number] for number in range(MOST + 1)], "more than"),
    ],
)
def test_what_cannot_be_put_back_is_an_obstacle(held: Any, words: str) -> None:
    state = PythonState(lambda value: value, [held])
    assert state.obstacle is not None
    assert words in state.obstacle


def test_libraries_are_not_gone_through() -> None:
    def use() -> Any:
        return types.SimpleNamespace

    assert changed_and_restored(use) == 0


class Hostile(type):
    """Its classes can't be hashed, compared or asked for attributes."""

    def __eq__(cls, other: object) -> bool:
        raise AssertionError

    def __hash__(cls) -> int:
        raise AssertionError

    def __getattribute__(cls, name: str) -> Any:
        raise AssertionError

    def __instancecheck__(cls, instance: object) -> bool:
        raise AssertionError


class Odd(metaclass=Hostile):
    @property
    def __class__(self) -> Any:
        raise AssertionError

    def grow(self) -> None:
        object.__getattribute__(self, "__dict__")["more"] = 1


def test_neither_a_metaclass_nor_an_object_is_asked_for_its_class() -> None:
    def change(odd: Any, held: list[Any]) -> None:
        type.__dict__["__dict__"].__get__(Odd)["grow"](odd)
        held.append(Odd)

    assert changed_and_restored(change, Odd(), [Odd]) == 2
