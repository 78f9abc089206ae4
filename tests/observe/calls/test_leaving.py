"""Where probes are written into a function, an exception leaves it on the line that it would leave it from without them."""

from __future__ import annotations

import ast
import builtins
import textwrap
from typing import Any

import pytest

from hybnb.observe.calls.rewrite import TABLE, instrument
from hybnb.observe.calls.written import Idle
from tests.observe.calls.probing import WRITTEN

pytestmark = pytest.mark.skipif(not WRITTEN, reason="on Python 3.12 and newer no probe is written into code")

Places = list[tuple[str, int, int]]


def left(source: str, probed: bool) -> tuple[str, Places]:
    """How a call of `f` ends: the exception; function, line and line of the frame for each entry of its traceback."""
    tree = ast.parse(textwrap.dedent(source))
    for node in list(ast.walk(tree)):
        if probed and isinstance(node, ast.FunctionDef):
            instrument(node, "entry")
    namespace: dict[str, Any] = {}
    exec(compile(tree, "<cell>", "exec"), namespace)
    with pytest.raises(BaseException) as caught:
        namespace["f"]()
    places, trace = [], caught.value.__traceback__
    while trace is not None:
        places.append((trace.tb_frame.f_code.co_name, trace.tb_lineno, trace.tb_frame.f_lineno))
        trace = trace.tb_next
    return repr(caught.value), places[1:]


FUNCTIONS = [
    """
    def f():
        x = 1
        return x / 0
    """,
    """
    def f():
        try:
            1 / 0
        except ZeroDivisionError as bad:
            print("told")
            raise
    """,
    """
    def f():
        try:
            1 / 0
        except KeyError:
            pass
        except (TypeError, ValueError):
            raise
    """,
    """
    def f():
        try:
            1 / 0
        finally:
            x = 1
            x += 1
    """,
    """
    def f():
        for i in range(2):
            if i:
                try:
                    try: 1 / 0
                    except ZeroDivisionError: raise KeyError(i) from None
                except LookupError:
                    if i:
                        raise
                finally:
                    i = 2
    """,
    """
    def f():
        try:
            x = 1
        except KeyError:
            raise
        else:
            x / 0
        finally:
            x = 2
    """,
    """
    def f():
        def g():
            try:
                raise KeyError
            except KeyError: raise
        try:
            g()
        except ValueError: raise
        except: raise
    """,
    """
    import contextlib
    def f():
        with contextlib.suppress(KeyError):
            try:
                1 / 0
            except KeyError: raise
    """,
]


@pytest.mark.parametrize("source", FUNCTIONS)
def test_an_exception_leaves_on_the_line_that_it_would_leave_from(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(builtins), TABLE, {"entry": Idle()})
    assert left(source, probed=True) == left(source, probed=False)


ENDS = [
    "for i in []:\n    x = i",
    "for i in [1]:\n    x = i\nelse:\n    x = 2",
    "while x:\n    x = 0\nelse:\n    x = 2",
    "with open('/dev/null') as file:\n    file.read()",
    "if x:\n    with open('/dev/null') as file:\n        file.read()\nelse:\n    x = 1",
    "match x:\n    case 1:\n        x = 2\n    case 2:\n        x = 3",
    "match x:\n    case 2:\n        x = 3\n    case _:\n        x = 4",
    "match x:\n    case 2:\n        x = 3\n    case y:\n        x = y",
    "match x:\n    case _:\n        x = 4",
    "try:\n    x = int('3')\nexcept ValueError:\n    x = 4",
    "try:\n    x = 3\nfinally:\n    x = 4",
    "def g():\n    return 1",
]


@pytest.mark.parametrize("end", ENDS)
def test_it_does_so_whatever_a_finally_ends_with(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(builtins), TABLE, {"entry": Idle()})
    source = "def f(x=1):\n    try:\n        1 / 0\n    finally:\n" + textwrap.indent(end, " " * 8)
    assert left(source, probed=True) == left(source, probed=False)


def test_it_does_so_where_hybnb_is_gone() -> None:
    assert left(FUNCTIONS[1], probed=True) == left(FUNCTIONS[1], probed=False)
