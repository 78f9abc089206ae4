"""The functions that a cell's syntax tree defines, and which of them a probe may be written into."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from hybnb.syntax import HOLDERS

Function = ast.FunctionDef | ast.AsyncFunctionDef

#: Last names of decorators that neither read the function's bytecode nor run it elsewhere.
KNOWN_DECORATORS: Final = frozenset({
    "function", "custom_gradient", "recompute_grad", "with_name_scope", "do_not_convert", "experimental_do_not_convert",
    "no_automatic_dependency_tracking", "register_keras_serializable", "RegisterGradient",
    "staticmethod", "classmethod", "property", "setter", "getter", "deleter", "abstractmethod", "override", "final",
    "overload", "wraps", "lru_cache", "cache", "cached_property", "contextmanager", "asynccontextmanager",
    "singledispatch", "singledispatchmethod", "register",
})  # fmt: skip
KNOWN_CLASS_DECORATORS: Final = frozenset({
    "dataclass", "total_ordering", "register_keras_serializable", "final", "runtime_checkable", "define", "frozen",
})  # fmt: skip

#: Libraries that compile functions from their bytecode.
BYTECODE_READERS: Final = frozenset({"numba", "torch", "codon"})

#: CPython refuses more than 20 statically nested blocks; a probe adds two.
_DEEPEST_NEST: Final = 12

#: What of a node is spelled: not what follows from where it stands.
_SPELLED: Final = {
    kind: tuple(name for name in kind._fields if name not in ("ctx", "type_comment"))
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}

_Blocks = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar)
_Scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Definition(NamedTuple):
    """One `def` of a cell."""

    key: str  #: FunctionId.name: "Trainer.step", "make.inner"
    node: Function
    nested: bool  #: inside another function
    plain: bool  #: no decorator, here or on its class, is unknown


class _Block(NamedTuple):
    """Statements still to be looked through."""

    statements: Iterable[ast.stmt]
    prefix: str
    nested: bool
    plain: bool


def definitions(tree: ast.Module, own_decorators: Iterable[str] = ()) -> Iterator[Definition]:
    """All `def`s below a module, outer ones first. `own_decorators` are functions the user wrote, which count as known.

    Goes by a stack of its own: a chain of a thousand `elif`s is a thousand levels deep.
    """
    known = KNOWN_DECORATORS.union(own_decorators)
    blocks = [_Block(tree.body, "", False, True)]
    while blocks:
        block = blocks.pop()
        for node in block.statements:
            if isinstance(node, Function):
                plain = block.plain and _all_known(node.decorator_list, known)
                yield Definition(block.prefix + node.name, node, block.nested, plain)
                blocks.append(_Block(node.body, f"{block.prefix}{node.name}.", True, plain))
            elif isinstance(node, ast.ClassDef):
                plain = block.plain and _all_known(node.decorator_list, KNOWN_CLASS_DECORATORS)
                blocks.append(_Block(node.body, f"{block.prefix}{node.name}.", block.nested, plain))
            else:
                blocks.extend(block._replace(statements=inner) for inner in blocks_below(node))


def blocks_below(node: ast.AST) -> Iterator[Iterable[ast.stmt]]:
    """Lists of statements directly below a statement."""
    if type(node) not in HOLDERS:
        return
    for name in ("body", "orelse", "finalbody"):
        inner = getattr(node, name, None)
        if isinstance(inner, list):
            yield inner
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def _all_known(decorators: Iterable[ast.expr], known: Iterable[str]) -> bool:
    return all(_last_name(each) in known for each in decorators)


def _last_name(decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""


class Version(NamedTuple):
    """One version of a function's code."""

    digest: str  #: the same for the same code, wherever it stands and however it is laid out
    generator: bool  #: calling it runs nothing of the body


def version_of(node: Function) -> Version:
    """What tells a function's code from that of another version."""
    words: list[str] = []
    _spell(node, words)
    text = "\0".join(words)
    generator = "Yield" in text and any(isinstance(each, ast.Yield | ast.YieldFrom) for each in _own_nodes(node))
    return Version(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest(), generator)


def _spell(node: Any, words: list[str]) -> None:
    """A tree in words, as `ast.dump` has it, in a fraction of the time; without what follows from where a node stands."""
    kind = type(node)
    if kind is ast.Name:  # half of all nodes, and with the next two nearly all
        words += "Name", node.id
        return
    if kind is ast.Attribute:
        words += "Attribute", node.attr
        _spell(node.value, words)
        return
    if kind is ast.Constant:
        words += "Constant", repr(node.value), repr(node.kind)
        return
    words.append(kind.__name__)
    for name in _SPELLED[kind]:
        value = getattr(node, name, None)
        if type(value) is list:
            words.append(str(len(value)))
            for each in value:
                if isinstance(each, ast.AST):
                    _spell(each, words)
                else:
                    words.append(repr(each))
        elif isinstance(value, ast.AST):
            _spell(value, words)
        else:
            words.append(repr(value))


def nests_too_deep(node: Function) -> bool:
    """True when two more blocks might be more than CPython compiles."""
    waiting: list[tuple[ast.stmt, int]] = [(each, 0) for each in node.body]
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, _Scopes):
            continue
        depth += isinstance(each, _Blocks) + isinstance(each, ast.Try | ast.TryStar)
        if depth > _DEEPEST_NEST:
            return True
        waiting.extend((inner, depth) for statements in blocks_below(each) for inner in statements)
    return False


def _own_nodes(node: Function) -> Iterator[ast.AST]:
    """Everything in a function's body but what is inside other functions."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        each = waiting.pop()
        yield each
        if not isinstance(each, _Scopes):
            waiting.extend(ast.iter_child_nodes(each))


def imported_roots(tree: ast.Module) -> Iterator[str]:
    """Root packages that a cell imports, wherever in it."""
    blocks: list[Iterable[ast.stmt]] = [tree.body]
    while blocks:
        for node in blocks.pop():
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]
            else:
                blocks.extend(blocks_below(node))
