"""Python's own tree of a text is made once, and nobody who reads it changes it."""

import ast

from hybnb.analyse.parse import parse
from hybnb.model import Cell
from hybnb.syntax import syntax

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
