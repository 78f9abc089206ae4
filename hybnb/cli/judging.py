"""Judging the paths of a command line one by one, by their source or by running them."""

from __future__ import annotations

import argparse
import ast
import logging
import os
import platform
from collections.abc import Callable, Iterator, Sequence, Set
from functools import cache, partial
from pathlib import Path

import msgspec

from hybnb import __version__
from hybnb import settings as settings_of
from hybnb.cli.codes import known_codes
from hybnb.cli.say import complain, progress
from hybnb.errors import HybnbError
from hybnb.model import Environment, Report, Source, Tool
from hybnb.observe import notebook
from hybnb.observe.unwarned import unwarned
from hybnb.settings import Settings

log = logging.getLogger("hybnb")


class Judged(msgspec.Struct, frozen=True):
    """One path: its source, what else is to be said of it, what was read, and the environment it ran in, if it ran."""

    source: Source
    remarks: tuple[str, ...] = ()
    document: notebook.Document | None = None
    environment: Environment | None = None


def add_paths(parser: argparse.ArgumentParser) -> None:
    """What to judge, and how."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a notebook, a module, or a folder of them")
    parser.add_argument(
        "--execute", action="store_true", help="run each notebook in its kernel and judge what that saw"
    )
    parser.add_argument(
        "--measure",
        action="store_true",
        help="with --execute: also run functions that are worth it both ways, in a process that can't write or connect",
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=600, metavar="S", help="with --execute: seconds per cell (default 600)"
    )


def add_codes(parser: argparse.ArgumentParser) -> None:
    """Which rules to ask."""
    parser.add_argument("--select", type=known_codes, metavar="CODES", help="only these, as HYB2,HYB301")
    parser.add_argument("--ignore", type=known_codes, metavar="CODES", help="not these")


def report(judged: Sequence[Judged]) -> Report:
    """All of them in one report; what is wrong with a path is said on stderr."""
    environment = next((one.environment for one in judged if one.environment), Environment(platform.python_version()))
    for one in judged:
        for sentence in (*filter(None, (one.source.error,)), *one.remarks):
            complain(sentence)
    return Report(Tool(__version__), environment, tuple(one.source for one in judged))


def each(options: argparse.Namespace) -> Iterator[Judged]:
    """Each path on its own, so that one that fails leaves the others alone."""
    found: dict[Path, None] = {}
    for path in options.paths:
        try:
            found.update(dict.fromkeys(notebook.find([path])))
        except HybnbError as trouble:
            yield _failed(path, str(trouble))
    paths, told = tuple(found), set[str]()
    every = frozenset(map(_full, paths))
    with progress(len(paths)) as tell:
        for done, path in enumerate(paths):
            tell(str(path), done)
            one = _one(path, every - {_full(path)}, told, options, partial(_tell_cell, tell, path, done))
            told |= _imported(one)
            yield one


def _tell_cell(tell: Callable[[str, int], None], path: Path, done: int, cell: str) -> None:
    tell(f"{path} {cell}", done)


def _imported(judged: Judged) -> set[str]:
    """Files of the modules that were judged together with a module. What a notebook does with one is that notebook's."""
    if judged.document is None or judged.document.kind == "notebook":
        return set()
    return {_full(one.function.path) for one in judged.source.verdicts if one.function.path}


def _one(
    path: Path, besides: Set[str], told: Set[str], options: argparse.Namespace, tell: Callable[[str], None]
) -> Judged:
    """`besides` are all other files that are judged, and `told` those that were judged with a module before."""
    try:
        document = notebook.read(path)
        settings = _settings(path, options)
        environment, others = None, besides | told if document.kind == "module" else besides
        if options.execute and document.kind == "notebook" and document.cells:
            from hybnb.cli import execute  # nbclient takes a second to import

            measure = options.measure
            source, environment = execute.judged(document, settings, options.timeout, tell, measure)
        else:
            from hybnb.cli import static  # and so does astroid, which other commands don't need

            source = static.judged(document, settings, others)
        named = any(_full(one) == _full(path) for one in options.paths)
        unread = tuple(_unread(document, source, named=named))
        if unread and source.error is None:  # that isn't "nothing to change"
            source, unread = msgspec.structs.replace(source, error=unread[0]), unread[1:]
        remarks = (*_remarks(document, options.execute), *unread)
        return Judged(_without_others(source, others), remarks, document, environment)
    except HybnbError as trouble:
        return _failed(path, str(trouble))
    except Exception as trouble:
        log.debug("hybnb failed on %s", path, exc_info=True)
        reason = f"{type(trouble).__name__}: {trouble}"
        return _failed(path, f"{path}: hybnb itself failed here ({reason}); please report it with the file")


def _without_others(source: Source, others: Set[str]) -> Source:
    """Without the functions of modules that are judged by themselves."""
    verdicts = (one for one in source.verdicts if not one.function.path or _full(one.function.path) not in others)
    return msgspec.structs.replace(source, verdicts=tuple(verdicts))


@cache  # the system is asked about every part of a path
def _full(path: Path | str) -> str:
    return os.path.realpath(path)  # which doesn't raise where links lead in a circle


def _failed(path: Path, sentence: str) -> Judged:
    return Judged(Source(str(path), "module" if path.suffix == ".py" else "notebook", error=sentence))


def _remarks(document: notebook.Document, execute: bool) -> Iterator[str]:
    if not document.cells:
        yield f"{document.path} has no code cells, so there is nothing to judge"
    elif execute and document.kind == "module":
        yield f"{document.path} is a module: --execute runs notebooks only, so its source was read instead"


def _unread(document: notebook.Document, source: Source, *, named: bool) -> Iterator[str]:
    """Cells that may define functions of which nothing is said, because their text can't be followed. What a folder holds beside
    TensorFlow's code isn't spoken of, but what is `named` itself.
    """
    judged = {verdict.function.cell for verdict in source.verdicts}
    if len(judged) == len(document.cells) or not (named or notebook.mentions_tensorflow(document.cells)):
        return
    for cell in document.cells:
        if cell.index in judged or not any(word in cell.source for word in ("def ", "lambda")):
            continue
        from hybnb.analyse.text.parse import parse

        with unwarned():
            if parse(cell) is None:
                where = document.path if document.kind == "module" else f"{document.path}:cell {cell.index}"
                yield f"{where} {_unread_because(cell.source)}, so its functions aren't judged"


def _unread_because(source: str) -> str:
    try:
        compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as bad:
        return f"isn't Python (line {bad.lineno}: {bad.msg})"
    except (ValueError, RecursionError, MemoryError):
        pass
    return "isn't Python, or is nested too deeply to follow"


def _settings(path: Path, options: argparse.Namespace) -> Settings:
    given = {key: codes for key in ("select", "ignore") if (codes := getattr(options, key, None)) is not None}
    return settings_of.from_pyproject(path.resolve().parent).with_changes(given, "the command line")


def _seconds(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of seconds above 0")
    return value
