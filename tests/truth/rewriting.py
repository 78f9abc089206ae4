"""Rewrites a sample so that Python computes the same: other names, other order, helpers, aliases, wrappers.

Each takes and gives the cells as trees, with the name of the function judged, a plain function of the top level.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tests.truth.sample import Sample

WRAPS = """
import functools as _functools
def _passed_on(function):
    @_functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
"""


@dataclass(frozen=True)
class Notebook:
    """Cells as trees, and the function judged."""

    cells: tuple[ast.Module, ...]
    name: str

    @staticmethod
    def of(sample: Sample) -> Notebook:
        return Notebook(tuple(ast.parse(cell) for cell in sample.cells), sample.judged.name)

    @property
    def texts(self) -> list[str]:
        return [ast.unparse(cell) for cell in self.cells]

    @property
    def function(self) -> ast.FunctionDef:
        """The last definition of the function judged."""
        return [step for cell in self.cells for step in cell.body if _defines(step, self.name)][-1]

    def changed(self) -> Notebook:
        """A copy that may be written to."""
        return replace(self, cells=tuple(copy.deepcopy(cell) for cell in self.cells))


Rewrite = Callable[[Notebook], Notebook]


def suits(sample: Sample) -> bool:
    """The function judged is plain: made by a `def` at the top level, without yield, global, nonlocal or super."""
    if "." in sample.judged.name or sample.judged.bound:
        return False
    found = [step for cell in Notebook.of(sample).cells for step in cell.body if _defines(step, sample.judged.name)]
    odd = ast.Yield | ast.YieldFrom | ast.Await | ast.Global | ast.Nonlocal
    return bool(found) and not found[-1].decorator_list and not any(isinstance(n, odd) for n in ast.walk(found[-1]))


def _defines(step: ast.stmt, name: str) -> bool:
    return isinstance(step, ast.FunctionDef) and step.name == name


def rename_locals(notebook: Notebook) -> Notebook:
    """Every local name that isn't a parameter gets another one."""
    made = notebook.changed()
    function = made.function
    stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    inner = {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in stored - inner:
            node.id = f"{node.id}_renamed"
    return made


def reorder_definitions(notebook: Notebook) -> Notebook:
    """Functions defined one right after the other change places."""
    made = notebook.changed()
    for cell in made.cells[:-1]:
        for i in range(len(cell.body) - 1):
            pair = cell.body[i : i + 2]
            plain = all(isinstance(s, ast.FunctionDef) and not s.decorator_list and not s.args.defaults for s in pair)
            if plain and pair[0].name != pair[1].name:  # type: ignore[attr-defined]
                cell.body[i : i + 2] = pair[::-1]
    return made


def move_into_helper(notebook: Notebook) -> Notebook:
    """The body becomes that of a helper, which the function calls."""
    made = notebook.changed()
    function = made.function
    helper = copy.deepcopy(function)
    helper.name, helper.args.defaults, helper.args.kw_defaults = "_helper", [], [None] * len(function.args.kwonlyargs)
    function.body = [ast.Return(_call("_helper", function.args))]
    return _before(made, function, [helper])


def alias_globals(notebook: Notebook) -> Notebook:
    """Names from outside are read by way of a local alias."""
    made = notebook.changed()
    function = made.function
    bound = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    bound |= {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    bound |= {n.name for n in ast.walk(function) if isinstance(n, ast.FunctionDef)}
    top = {name for cell in made.cells for step in cell.body for name in _top_names(step)} - {function.name}
    loads = [n for step in function.body for n in ast.walk(step) if isinstance(n, ast.Name) and n.id in top - bound]
    names = sorted({load.id for load in loads})
    for load in loads:
        load.id = f"{load.id}_alias"
    aliases = [ast.parse(f"{name}_alias = {name}").body[0] for name in names]
    function.body[:0] = aliases
    return made


def wrap_in_class(notebook: Notebook) -> Notebook:
    """A method hands everything on to the function, and is called in its place wherever a cell calls that."""
    made = notebook.changed()
    function = made.function
    method = ast.parse("def run(self): pass").body[0]
    assert isinstance(method, ast.FunctionDef)
    method.args = copy.deepcopy(function.args)
    (method.args.posonlyargs or method.args.args).insert(0, ast.arg("self"))
    method.body = [ast.Return(_call(function.name, function.args))]
    holder = (
        ast.ClassDef("_Boxed", [], [], [method], [], type_params=[])
        if _typed()
        else ast.ClassDef("_Boxed", [], [], [method], [])
    )
    for step in (
        step for cell in made.cells for step in cell.body if not isinstance(step, ast.FunctionDef | ast.ClassDef)
    ):
        for node in ast.walk(step):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name:
                node.func.id = "_boxed_run"
    after = [holder, *ast.parse("_boxed = _Boxed()").body]
    made = _after(made, function, after)
    return replace(_spelled(made, "_boxed_run", "_boxed.run"), name="_Boxed.run")


def wrap_in_decorator(notebook: Notebook) -> Notebook:
    """A decorator made with functools.wraps hands everything on."""
    made = notebook.changed()
    function = made.function
    function.decorator_list = [ast.Name("_passed_on", ast.Load())]
    return _before(made, function, ast.parse(WRAPS).body)


REWRITES: dict[str, Rewrite] = {
    "other local names": rename_locals,
    "definitions in another order": reorder_definitions,
    "the body in a helper": move_into_helper,
    "aliases of what comes from outside": alias_globals,
    "a decorator with functools.wraps": wrap_in_decorator,
    "a method that hands on": wrap_in_class,  # the last, since it judges another function
}


def _typed() -> bool:
    return "type_params" in ast.ClassDef._fields


def _call(name: str, arguments: ast.arguments) -> ast.Call:
    """A call that hands on what `arguments` take."""
    given: list[ast.expr] = [ast.Name(a.arg, ast.Load()) for a in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg is not None:
        given.append(ast.Starred(ast.Name(arguments.vararg.arg, ast.Load()), ast.Load()))
    keywords = [ast.keyword(a.arg, ast.Name(a.arg, ast.Load())) for a in arguments.kwonlyargs]
    if arguments.kwarg is not None:
        keywords.append(ast.keyword(None, ast.Name(arguments.kwarg.arg, ast.Load())))
    return ast.Call(ast.Name(name, ast.Load()), given, keywords)


def _top_names(step: ast.stmt) -> Iterator[str]:
    if isinstance(step, ast.FunctionDef | ast.ClassDef):
        yield step.name
    elif isinstance(step, ast.Assign):
        yield from (n.id for t in step.targets for n in ast.walk(t) if isinstance(n, ast.Name))


def _before(notebook: Notebook, function: ast.FunctionDef, steps: Sequence[ast.stmt]) -> Notebook:
    for cell in notebook.cells:
        if function in cell.body:
            place = cell.body.index(function)
            cell.body[place:place] = steps
    return _settled(notebook)


def _after(notebook: Notebook, function: ast.FunctionDef, steps: Sequence[ast.stmt]) -> Notebook:
    for cell in notebook.cells:
        if function in cell.body:
            place = cell.body.index(function) + 1
            cell.body[place:place] = steps
    return _settled(notebook)


def _settled(notebook: Notebook) -> Notebook:
    for cell in notebook.cells:
        ast.fix_missing_locations(cell)
    return notebook


def _spelled(notebook: Notebook, before: str, after: str) -> Notebook:
    return replace(notebook, cells=tuple(ast.parse(text.replace(before, after)) for text in notebook.texts))
