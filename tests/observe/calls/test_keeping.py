"""What is kept of a call for a trial: nothing that the notebook could notice, nothing beyond the bound."""

from __future__ import annotations

import sys
import weakref
from types import FrameType
from typing import Any

import numpy as np
import pytest

from hybnb.observe.calls.keeping import GoneError, Keeper, Kept
from hybnb.observe.calls.signature import Identities
from hybnb.observe.values import Sketcher


class Thing:
    """Something of the user's."""


def frame(*_values: Any, **_named: Any) -> FrameType:
    return sys._getframe()


def kept(keeper: Keeper, *values: Any, number: int = 1) -> Kept | None:
    keeper.note("f", frame(*values), number)
    return keeper.kept("f")


def back(found: Kept | None) -> Any:
    assert found is not None
    return dict(found.arguments)["_values"]()


@pytest.fixture
def keeper() -> Keeper:
    return Keeper(Sketcher(Identities().of))


def test_plain_values_and_containers_come_back_equal(keeper: Keeper) -> None:
    assert back(kept(keeper, 1, "a", [1, {"k": (2, None)}])) == (1, "a", [1, {"k": (2, None)}])


def test_a_list_is_kept_as_it_was_when_the_call_began(keeper: Keeper) -> None:
    given = [1]
    found = kept(keeper, given)
    given.append(2)
    assert back(found) == ([1],)


def test_an_array_is_copied_and_can_still_be_resized(keeper: Keeper) -> None:
    array = np.arange(4.0)
    found = kept(keeper, array)
    array[0] = 9.0
    array.resize(2)
    assert back(found)[0].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_an_object_is_let_go_when_the_notebook_lets_it_go(keeper: Keeper) -> None:
    thing = Thing()
    gone = weakref.ref(thing)
    found = kept(keeper, thing)
    assert back(found)[0] is thing
    del thing
    assert gone() is None
    with pytest.raises(GoneError, match="is gone"):
        back(found)


def test_what_is_too_large_is_not_kept(keeper: Keeper) -> None:
    found = kept(keeper, np.zeros(2**22))
    assert found is not None
    assert found.bytes == 0
    with pytest.raises(GoneError, match="too large"):
        back(found)


@pytest.mark.parametrize("value", ["x" * 2**25, b"x" * 2**25, 1 << 2**28], ids=type)
def test_a_long_text_or_number_is_not_kept(keeper: Keeper, value: Any) -> None:
    with pytest.raises(GoneError, match="too large"):
        back(kept(keeper, value))


def test_only_some_calls_are_kept(keeper: Keeper) -> None:
    assert back(kept(keeper, "first", number=1)) == ("first",)
    assert back(kept(keeper, "seventh", number=7)) == ("first",)
    assert back(kept(keeper, "eighth", number=8)) == ("eighth",)


def test_nothing_is_kept_while_trials_are_off(keeper: Keeper) -> None:
    keeper.on = False
    assert kept(keeper, 1) is None


def test_what_was_kept_can_be_released(keeper: Keeper) -> None:
    kept(keeper, 1)
    keeper.release("f")
    assert keeper.kept("f") is None
