"""Who changes what, by the text alone."""

from __future__ import annotations

import pytest
from astroid.manager import AstroidManager

from hybnb.analyse.bindings import Changes
from hybnb.analyse.parse import parse
from hybnb.model import Cell

FILLING = """
{decorator}
def fill(found, x):
    found.append(x)

class Kept:
    {decorator}
    def add(self, found, x):
        found.append(x)

    @staticmethod
    def put(found, x):
        found.append(x)
"""


@pytest.mark.parametrize("decorator", ["", "@kept", "@kept(1)", "@of.a.module"])
def test_a_parameter_that_is_filled_is_known_whatever_decorates_its_function(
    monkeypatch: pytest.MonkeyPatch, decorator: str
) -> None:
    monkeypatch.delitem(AstroidManager().astroid_cache, "builtins", raising=False)  # as long as nothing was inferred
    unit = parse(Cell(1, FILLING.format(decorator=decorator)))

    assert unit is not None
    assert dict(Changes.of(unit).filling) == {name: {"found", "0"} for name in ("fill", "add", "put")}
