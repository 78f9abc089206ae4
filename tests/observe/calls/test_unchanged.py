"""A notebook runs with probes as without."""

from __future__ import annotations

import ast
import re
import sys

import pytest

from tests.observe.calls.probing import WAYS, watching
from tests.shells import new_shell, run

BEHAVIOUR = '''
import inspect, sys, traceback

def plain(x, y=2, *rest, key=None, **more):
    """Its docstring."""
    total = x
    del y
    return sorted(locals())

class Base:
    def who(self): return "base"
    def __init_subclass__(cls, **k): cls.marked = True

class Child(Base):
    """A child."""
    count = 0
    def who(self): return super().who() + __class__.__name__
    def __private(self): return 1
    def ask(self): return self.__private()

def counter():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    return up

def only_docstring():
    """Nothing else."""

def stub(): ...

def with_global():
    global made
    made = 5

def handled():
    try:
        raise KeyError("a")
    except KeyError:
        return sys.exc_info()[0].__name__

def chained():
    try: 1 / 0
    except ZeroDivisionError as e: raise ValueError("second") from e

def finally_wins():
    try: return 1
    finally: return 2

def name_error(): return not_there

def recurse(n): return n if n > 50 else recurse(n + 1)

def one_line(x): return x * 2

def annotated(x: "int" = 3) -> "str": return str(x)
'''
SHOWS = [
    "plain(1, q=2)",
    "plain.__doc__, plain.__code__.co_varnames, plain.__code__.co_firstlineno, plain.__defaults__",
    "str(inspect.signature(plain)), inspect.getsource(plain), inspect.getsource(Child), inspect.getsource(one_line)",
    "Child().who(), Child().ask(), Child.marked, Child.__doc__",
    "[f() for f in [counter()] for _ in range(3)]",
    "only_docstring(), only_docstring.__doc__, stub()",
    "with_global(), made",
    "handled(), sys.exc_info()",
    "finally_wins(), recurse(0), one_line(4), annotated(), annotated.__annotations__",
    "chained()",
    "name_error()",
    "plain()",
]


def shown(shell):
    run(shell, BEHAVIOUR)
    return [run(shell, show) for show in SHOWS]


@pytest.mark.parametrize("way", WAYS)
def test_a_notebook_shows_the_same_with_and_without_probes(way):
    with new_shell() as shell:
        expected = shown(shell)
    with watching(way) as watch:
        assert shown(watch.shell) == expected
        assert watch["plain"].count == 1
        assert "ValueError: second" in "".join(expected)


def test_a_traceback_shows_no_line_of_the_probe(watch):
    out = watch.run("def f(x):\n    y = 1\n    return y / x", "f(0)")
    assert re.search(r"----> 3 +return y / x", out)
    assert "hybnb" not in out


def test_an_exception_keeps_its_place_in_every_frame(watch):
    watch.run(
        "import traceback\ndef inner(x):\n    y = 1\n    return y / x\ndef outer():\n    z = 1\n    inner(0)\n    return z",
        "try: outer()\nexcept ZeroDivisionError as e: places = [(f.name, f.lineno) for f in traceback.extract_tb(e.__traceback__)]",
    )
    assert watch.shell.user_ns["places"][1:] == [("outer", 7), ("inner", 4)]


def test_an_interrupt_passes_through(watch):
    watch.run("def f(): raise KeyboardInterrupt", "try: f()\nexcept KeyboardInterrupt: caught = True")
    assert watch.shell.user_ns["caught"]
    assert watch["f"].raised == 1


@pytest.mark.parametrize(
    "cell",
    [
        "def f(:",
        "",
        "f = lambda x: x",
        "async def f(): pass",
        "class A: pass",
        "x = " + "+".join(["1"] * 800),
        "if 0: pass\n" + "".join(f"elif {i}: pass\n" for i in range(1, 300)) + "def f(): pass",
        "def f():\n" + "".join(f"{' ' * (i + 1)}for i{i} in (1,):\n" for i in range(18)) + " " * 20 + "pass\nf()",
        "def ünï(): return 'ç'\nünï()",
        "def f(__hybnb__=1): return __hybnb__\nf()",
        "def f():\n    match 1:\n        case 1:\n            def g(): return 2\n            return g()\nf()",
        "def f():\n    try: pass\n    except* ValueError: pass\nf()",
        "def f(): " + "; ".join(["x = 1"] * 500),
        "def f():\n    try: raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\n    except* ValueError: raise KeyError\nf()",
        "def f(): raise ValueError().with_traceback(None) from None\nf()",
    ],
)
def test_odd_cells_run_as_they_are(watch, cell):
    with new_shell() as shell:
        expected = run(shell, cell)
    assert run(watch.shell, cell) == expected


@pytest.mark.parametrize("depth", [600, 1200, 2000, 2800])
@pytest.mark.parametrize("cell", ["x = 1{}", "def f(x): return x{}\nf(1)", "def f(): return 1\nx = f(){}"])
def test_expressions_nest_as_deep_as_without_probes(watch, cell, depth):
    nested = cell.format(" + 1" * depth)
    with new_shell() as shell:
        expected = run(shell, nested)
    assert run(watch.shell, nested) == expected


@pytest.mark.parametrize("names", ["__import__ = getattr", "__hybnb__ = Exception"])
def test_shadowed_names_that_hybnb_uses_itself_change_nothing(watch, names):
    watch.run(f"{names} = None", "def f(x): return 1 / x", "f(1)")
    assert "ZeroDivisionError: division by zero" in watch.run("f(0)")


def test_the_users_own_transformers_work_as_before(watch):
    transformers = watch.shell.ast_transformers
    transformers.append(Doubling())
    assert run(watch.shell, "def f(): return 4\nprint(f())") == "8\n"
    assert run(watch.shell, "def f(): return 4\nprint(f())") == "8\n"
    transformers.pop()
    assert run(watch.shell, "def f(): return 4\nprint(f())") == "4\n"
    assert watch["f"].count == 1


class Doubling(ast.NodeTransformer):
    """Somebody else's, which leaves the places of its nodes to IPython."""

    def visit_Constant(self, node):
        return ast.Constant(node.value * 2)


@pytest.mark.parametrize(
    "cell",
    [
        "def f(n): return f(n + 1)\nf(0)",
        pytest.param(
            "def f(n):\n    try: return f(n + 1)\n    except RecursionError: return n\nprint(f(0))",
            marks=pytest.mark.skipif(sys.version_info >= (3, 12), reason="a callback of sys.monitoring takes a level"),
        ),
        "def f(n):\n    try: f(n + 1)\n    except* RecursionError: raise\nf(0)",
    ],
)
def test_recursion_without_end_ends_as_without_probes(native, cell):
    with new_shell() as shell:
        shell.InteractiveTB.set_mode("Plain")  # the others take a minute for a thousand frames
        expected = run(shell, cell)
    native.shell.InteractiveTB.set_mode("Plain")
    assert run(native.shell, cell) == expected
    assert not native.trouble


def test_calls_are_counted_as_before_after_a_recursion_without_end(native):
    native.run("def f(n): return f(n + 1) if n else 0", "try: f(1)\nexcept RecursionError: pass")
    before = native["f"].count
    native.run("f(0)\nf(0)\nf(0)")
    assert native["f"].count == before + 3
    assert native["f"].recent_seconds[-3:] == (0.0, 0.0, 0.0)
    assert not any(probe.busy for probe in native.probes._roster.probes())
