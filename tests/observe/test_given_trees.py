"""What IPython has parsed isn't parsed again, and is what a parser makes of the cell's text: no probe is left in it."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from hybnb import syntax
from hybnb.observe.calls import Probes
from hybnb.observe.cells import CellObserver
from tests.shells import new_shell, run


class Watch:
    """A shell with observer and probes; of each cell its text, its tree and whether that was taken from IPython."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.seen: list[tuple[str, ast.Module | None, bool]] = []
        self.trouble: list[BaseException] = []
        self.observer = CellObserver(shell, self._told, self.trouble.append)
        self.probes = Probes(shell, parsed=self.observer.parsed, trouble=self.trouble.append)
        self.observer.install()
        self.probes.install()

    def _told(self, cell: Any) -> None:
        taken = cell.source in syntax._given
        self.seen.append((cell.source, syntax.syntax(cell.source), taken))
        syntax.let_go()


@pytest.fixture
def watch():
    with new_shell() as shell:
        watch = Watch(shell)
        yield watch
        watch.probes.remove()
        watch.observer.remove()
        assert watch.trouble == []
        for source, tree, _ in watch.seen:
            assert dumped(tree) == dumped(ast.parse(source))


def dumped(tree):
    return ast.dump(tree, include_attributes=True)


DEFINING = """
import functools
@functools.lru_cache
def f(x):
    "doc"
    def inner(y):
        return y
    return inner(x)
class A:
    def step(self):
        yield 1
if f(1):
    def g(): pass
    async def h(): return 1
f(2); g(); 3
"""


def test_a_cell_of_definitions_is_parsed_once(watch):
    run(watch.shell, DEFINING.lstrip())
    assert [taken for *_, taken in watch.seen] == [True]


def test_so_is_one_whose_last_assignment_is_displayed(watch):
    watch.shell.ast_node_interactivity = "last_expr_or_assign"
    run(watch.shell, "def f(x):\n    return x\ny = f(1)")
    assert [taken for *_, taken in watch.seen] == [True]


def test_so_is_one_that_raises(watch):
    run(watch.shell, "def f(x):\n    return x / 0\nf(1)")
    assert [taken for *_, taken in watch.seen] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "%%time\ndef f(x):\n    return x\nf(1)",
        "def f(x):\n    return x\n%time f(1)",
        "def f(x):\n    return x\ny = %sql f\n",
        "%%capture\ndef f(x):\n    return x",
        "!true\ndef f(x):\n    return x",
    ],
)
def test_where_ipython_compiled_another_text_its_tree_is_not_taken(watch, text):
    run(watch.shell, text)
    assert not any(taken for *_, taken in watch.seen)


def test_a_cell_that_runs_another_gets_its_own_tree(watch):
    run(watch.shell, "def f(x):\n    return x\nget_ipython().run_cell('def g(x): return 2')\ndef h(x):\n    return 1")
    assert [taken for *_, taken in watch.seen] == [True]


def test_functions_after_an_inner_cell_are_watched_all_the_same(watch):
    inner = "get_ipython().run_cell('def g(x): return 2')"
    run(watch.shell, f"def f(x):\n    return x\n{inner}\ndef h(x):\n    return 1\nf(1); g(1); h(1); h(2)")
    assert {key: one.count for key, one in watch.probes.histories().items()} == {"f": 1, "g": 1, "h": 2}


def test_a_tree_that_another_transformer_may_have_changed_is_not_taken(watch):
    watch.shell.ast_transformers.append(ast.NodeTransformer())
    run(watch.shell, "def f(x):\n    return x")
    watch.shell.ast_transformers.pop()
    assert [taken for *_, taken in watch.seen] == [False]
