"""Python's own tree of a text is made once, nobody who reads it changes it, and it isn't kept longer than it is of use."""

import ast
import gc
import weakref

from hybnb.analyse.text.parse import parse
from hybnb.model import Cell
from hybnb.syntax import let_go, of_a_text, syntax

TEXT = """'''What the module is for.'''

class Model:
    '''What a model does.'''

    def call(self, x):
        '''What a call does.'''
        return x
"""


def test_analysis_leaves_the_tree_as_it_found_it():
    before = ast.dump(ast.parse(TEXT))

    unit = parse(Cell(1, TEXT))

    assert unit is not None
    assert unit.tree.doc_node.value == "What the module is for."
    assert ast.dump(syntax(TEXT)) == before


def test_everybody_gets_the_same_tree():
    assert syntax(TEXT) is syntax(TEXT)


def test_text_that_is_not_python_has_none():
    assert syntax("def step(x:") is None
    assert syntax("x = \0") is None


def test_trees_that_were_let_go_are_made_anew():
    tree = syntax(TEXT)

    let_go()

    assert syntax(TEXT) is not tree


def test_what_was_found_in_a_tree_goes_with_it():
    found = of_a_text(syntax)
    assert found(TEXT) is syntax(TEXT)
    tree = weakref.ref(syntax(TEXT))

    let_go()

    gc.collect()
    assert tree() is None
