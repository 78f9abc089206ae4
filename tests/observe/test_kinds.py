"""Whose module is it?"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from hybnb.observe.kinds import is_users_module


@pytest.mark.parametrize(
    ("name", "users"), [("helpers", True), ("keras.src.layers.made_up", False), ("tensorflow.made_up", False)]
)
def test_a_library_is_known_by_its_name_wherever_it_lies(
    name: str, users: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType(name)
    module.__file__ = str(tmp_path / "module.py")
    monkeypatch.setitem(sys.modules, name, module)
    assert is_users_module(name) is users


def test_the_notebook_is_the_users_and_python_is_not() -> None:
    assert is_users_module("__main__")
    assert not is_users_module("json")
    assert not is_users_module("")
