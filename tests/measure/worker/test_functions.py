"""Functions of one code are packed alike, and each keeps what is its own."""

from __future__ import annotations

import concurrent.futures
import io
import json
import pickle
from collections.abc import Callable
from types import FunctionType
from typing import Any

import cloudpickle.cloudpickle as cloudpickle
import pytest

from hybnb.measure.worker.functions import FunctionPickler


def carried(value: Any) -> Any:
    """As another process would make it."""
    file = io.BytesIO()
    FunctionPickler(file, protocol=5).dump(value)
    return pickle.loads(file.getvalue())


def adding(step: Any) -> Callable[..., Any]:
    def add(value: Any, times: int = step) -> Any:
        return json.loads(json.dumps(value)) + step * times

    add.__doc__ = f"Adds {step}."
    add.step = step  # type: ignore[attr-defined]
    return add


def through(module: Any) -> Callable[[], Any]:
    def pool() -> Any:
        return module.futures.ThreadPoolExecutor

    return pool


def test_functions_of_one_code_keep_their_own_closures_defaults_and_attributes() -> None:
    made = carried([adding(step) for step in (1, 2, 3)])
    assert [one(10, 1) for one in made] == [11, 12, 13]
    assert [one(10) for one in made] == [11, 14, 19]
    assert [(one.__doc__, one.step) for one in made] == [("Adds 1.", 1), ("Adds 2.", 2), ("Adds 3.", 3)]


def test_a_name_that_was_given_anew_afterwards_stays_given() -> None:
    renamed = adding(2)
    renamed.__name__, renamed.__qualname__ = "other", "<locals>.other"
    assert [one.__name__ for one in carried([adding(1), renamed])] == ["add", "other"]


def test_functions_that_refer_to_themselves_can_be_packed() -> None:
    def counting(steps: list[Any]) -> Callable[[int], int]:
        def count(number: int) -> int:
            return 0 if number == 0 else 1 + count(number - 1)

        steps.append(count)
        return count

    assert [one(3) for one in carried([counting([]), counting([])])] == [3, 3]


def test_what_the_first_one_refers_to_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []
    found = cloudpickle._find_imported_submodules
    monkeypatch.setattr(cloudpickle, "_find_imported_submodules", lambda *asked: looked.append(asked) or found(*asked))
    carried([adding(step) for step in range(20)])
    assert len(looked) == 1


def test_modules_that_a_closure_holds_are_looked_for_in_each() -> None:
    file = io.BytesIO()
    packer = FunctionPickler(file, protocol=5)
    states = [packer.reducer_override(through(module))[2][1] for module in (json, concurrent)]
    assert [[one.__name__ for one in state["_cloudpickle_submodules"]] for state in states] == [
        [],
        ["concurrent.futures"],
    ]


def test_functions_of_equal_code_from_different_globals_are_told_apart() -> None:
    text = "def make():\n    def read():\n        return number\n    return read\n"
    made = []
    for number in (1, 2):
        names: dict[str, Any] = {"number": number, "__name__": "__main__"}
        exec(compile(text, "<cell>", "exec"), names)
        made.append(names["make"]())
    assert isinstance(made[0], FunctionType)
    assert [one() for one in carried(made)] == [1, 2]
