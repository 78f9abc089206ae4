"""`import` and `from … import`: what the names stand for; nothing is imported."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow.dispatch import statement
from hybnb.analyse.follow.run import Run
from hybnb.analyse.scope import Scope
from hybnb.model import Cell


@statement(nodes.Import)
def _import(run: Run, node: nodes.Import, scope: Scope) -> None:
    run.stirs += 1
    for name, alias in node.names:
        root = name if alias else name.split(".")[0]
        scope.names[alias or root] = run.program.module_value(root)


@statement(nodes.ImportFrom)
def _import_from(run: Run, node: nodes.ImportFrom, scope: Scope) -> None:
    run.stirs += 1
    module = _absolute(run.unit.cell, node)
    for name, alias in node.names:
        if name == "*":
            scope.names.update(run.program.star_import(module, into_package=run.unit.installed))
        else:
            scope.names[alias or name] = run.program.imported(module, name)


def _absolute(cell: Cell, node: nodes.ImportFrom) -> str:
    """The module that an import names, also where it names it by dots."""
    name = str(node.modname or "")
    if not node.level or cell.module is None:
        return name
    is_package = cell.path is not None and cell.path.endswith("__init__.py")
    package = cell.module if is_package else cell.module.rpartition(".")[0]
    for _ in range(node.level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{name}".strip(".")
