"""Who changes what, by the text alone."""

from __future__ import annotations

import pytest
from astroid.manager import AstroidManager

from hybnb.analyse.text.bindings import Changes
from hybnb.analyse.text.parse import parse
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


def contents_of(source: str) -> set[str]:
    """The names whose contents a cell changes, "[...]" left aside."""
    unit = parse(Cell(1, source))
    assert unit is not None
    return {name for name in Changes.of(unit).contents if not name.endswith("[...]")}


@pytest.mark.parametrize(
    "body",
    [
        "parts = config['parts']\n    parts['a'] = 1",
        "for part in config.values():\n        part['a'] = 1",
        "for i, part in enumerate(config):\n        part.append(i)",
        "for name, (one, other) in config.items():\n        other.clear()",
        "first, *rest = config\n    rest[0].pop()",
        "part = config.get('parts')\n    part.update(a=1)",
        "whole = config\n    inner = whole['a']\n    inner.append(1)",
    ],
)
def test_what_is_changed_under_a_name_is_changed_in_what_the_name_was_taken_from(body: str) -> None:
    assert "config" in contents_of(f"def change():\n    {body}\n")


@pytest.mark.parametrize(
    "body",
    [
        "parts = dict(config)\n    parts['a'] = 1",
        "parts = [*config]\n    parts.append(1)",
        "parts = []\n    for name in config:\n        parts.append(name)",
        "for part in config:\n        print(part)",
        "count = config['count']\n    count += 1",
    ],
)
def test_what_is_new_or_only_looked_at_changes_nothing_else(body: str) -> None:
    assert "config" not in contents_of(f"def change():\n    {body}\n")


def test_an_array_is_changed_by_a_function_that_adds_to_what_it_is_given_or_hands_it_on() -> None:
    changes = Changes()
    for number, source in enumerate(
        [
            "def bump(row, by):\n    row += by",
            "def both(rows):\n    bump(rows[0], 1)",
            "both(table)\nbump(net.mean, 2)",
        ],
        1,
    ):
        unit = parse(Cell(number, source))
        assert unit is not None
        changes.add(Changes.of(unit))

    assert {"table", ".mean[+]"} <= {*changes.augmented, *(name.removesuffix("[+]") for name in changes.augmented)}


@pytest.mark.parametrize("source", ["net.__dict__ = saved", "net.__init__(2)", "vars(net).update(saved)"])
def test_what_sets_all_attributes_at_once_is_known_as_that(source: str) -> None:
    unit = parse(Cell(1, source))
    assert unit is not None

    assert "*" in Changes.of(unit).attributes


def test_a_constructor_that_calls_that_of_its_base_sets_nothing_anew() -> None:
    unit = parse(
        Cell(1, "class Net(Base):\n    def __init__(self):\n        Base.__init__(self)\n        super().__init__()")
    )
    assert unit is not None

    assert "*" not in Changes.of(unit).attributes


@pytest.mark.parametrize(
    "source",
    [
        "node = head\nwhile node:\n    node['seen'] = True\n    node = node['next']",
        "a = b\nb = a\na.append(1)\nb.append(2)",
    ],
)
def test_names_that_are_taken_from_each_other_come_to_an_end(source: str) -> None:
    assert contents_of(source)


def names_of(source: str) -> set[str]:
    """The names that a cell binds."""
    unit = parse(Cell(1, source))
    assert unit is not None
    return set(Changes.of(unit).names)


def test_a_default_value_that_takes_from_a_list_changes_it() -> None:
    assert "rows" in contents_of("def first(row=rows.pop()):\n    return row\n")
    assert "rows" not in contents_of("def first(row=rows.index(1)):\n    return row\n")


def test_parameters_and_what_comprehensions_count_with_are_no_names_of_the_notebook() -> None:
    bound = "def scale(x, *rest, by=2, **more):\n    y = x\n\nhalf = lambda z, w=1: z\nsums = [i + j for i in a for j in i]\n"
    assert names_of(bound) == {"scale", "half", "sums"}
    assert names_of("for i in a:\n    (b, c), d.e = i\n    del f\n") == {"i", "b", "c", "f"}
    assert names_of("def set_all():\n    global k\n    k, m = 1, 2\n") == {"set_all", "k"}
