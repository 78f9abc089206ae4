"""What was found out about a node is kept as long as its tree, and no longer."""

from __future__ import annotations

import gc
import weakref

from astroid import nodes

from hybnb.analyse.follow.survey import ambiguous, assigned_in, names_in
from hybnb.analyse.text.parse import parse
from hybnb.analyse.text.rebuilding import survey
from hybnb.analyse.text.remembered import remembered
from hybnb.model import Cell


def function() -> nodes.FunctionDef:
    unit = parse(Cell(1, "def step(x):\n    for i in x:\n        y = lambda: i\n    return y"))
    assert unit is not None
    node = unit.tree.body[0]
    assert isinstance(node, nodes.FunctionDef)
    return node


def test_each_node_is_asked_once() -> None:
    asked: list[nodes.NodeNG] = []
    find = remembered(lambda node: asked.append(node) or len(asked))
    one, other = function(), function()
    assert [find(one), find(one), find(other), find(one)] == [1, 1, 2, 1]


def test_two_questions_about_one_node_have_an_answer_each() -> None:
    node = function()
    assert assigned_in(node.body[0]) == {"i", "y"}
    assert names_in(node.body[0]) == {"i", "x"}


def test_a_tree_that_nobody_needs_goes_with_its_answers() -> None:
    node = function()
    survey(node)
    ambiguous(node)
    names_in(node)
    known = weakref.ref(node.root())
    del node
    gc.collect()
    assert known() is None
