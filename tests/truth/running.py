"""Runs a sample's cells on the real TensorFlow, eagerly or with the judged function as a tf.function."""

from __future__ import annotations

import ast
import contextlib
import linecache
import logging
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import tensorflow as tf

from tests.truth.picture import CELL, Camera, Picture
from tests.truth.sample import Judged, Sample

HOME = "notebook"
WRAPPER, KEEPER = "__as_tf_function__", "__as_decorated__"
INNERMOST = ("staticmethod", "classmethod", "property")
FOREIGN = ("tensorflow", "absl", "h5py", "keras", "matplotlib", "asyncio")
Body = list[ast.stmt]


@dataclass(frozen=True)
class Outcome:
    """What one statement of the last cell did."""

    source: str
    value: Picture | None = None  #: of an expression
    exception: str = ""  #: name of its class
    message: str = ""
    text: str = ""  #: stdout and stderr, from Python and from TensorFlow's own code
    log: str = ""
    warnings: str = ""


@dataclass
class Trace:
    """What one run of the whole sample did."""

    calls: list[Outcome] = field(default_factory=list)
    names: Mapping[str, Picture] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    traces: int = 0


class SetUpError(Exception):
    """A cell before the last one failed: the sample itself is wrong."""


def run(sample: Sample, *, graph: bool, seed: int, options: Mapping[str, Any] | None = None) -> Trace:
    """Run all cells in a fresh namespace and a fresh folder. The cells before the last see the same seeds in every
    run, so that weights made there are the same; `seed` is set before the calls.
    """
    made: list[Any] = []
    module = ModuleType(HOME)  # AutoGraph asks for the module of a lambda
    sys.modules[HOME] = module
    namespace = vars(module)
    namespace.update(_decorators(made, options))
    with _fresh_folder() as folder, _log() as log, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        warnings.simplefilter(
            "ignore", SyntaxWarning
        )  # of the text, said when a cell is compiled; AutoGraph does so again
        tf.config.run_functions_eagerly(False)  # a sample before this one may have asked for it
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        _set_up(sample, namespace, graph=graph)
        keras.utils.set_random_seed(seed)
        camera = Camera(HOME, frozenset(re.findall(r"\.(\w+)", sample.text)))
        trace = Trace([_call(node, namespace, camera, log, warned) for node in ast.parse(sample.cells[-1]).body])
        known = {name: value for name, value in namespace.items() if not name.startswith("__")}
        trace.names = {name: camera.take(value) for name, value in known.items() if not isinstance(value, ModuleType)}
        trace.files = {str(file.relative_to(folder)): _content(file) for file in folder.rglob("*") if file.is_file()}
    trace.files = {_event_name(name): content for name, content in trace.files.items()}
    trace.traces = sum(map(_traces, made))
    return trace


def prove(title: str, cells: tuple[str, ...]) -> None:
    """Run cells that assert something of TensorFlow by themselves, as they are written; what fails raises."""
    module = ModuleType(HOME)
    sys.modules[HOME] = module
    with _fresh_folder(), _log(), _captured(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        for number, source in enumerate(cells):
            name = f"{CELL}{number} of {title} {id(module)}>"
            linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
            exec(compile(source, name, "exec"), vars(module))


def _decorators(made: list[Any], options: Mapping[str, Any] | None) -> dict[str, Callable[[Any], Any]]:
    """What the judged function is given to in a graph run: tf.function, or the tf.function it carries already."""

    def as_tf_function(function: Any) -> Any:
        made.append(tf.function(function, **(options or {})))
        return made[-1]

    def as_decorated(decorator: Any) -> Any:
        if options is not None:
            return as_tf_function

        def decorate(function: Any) -> Any:
            made.append(decorator(function))
            return made[-1]

        return decorate

    return {WRAPPER: as_tf_function, KEEPER: as_decorated}


def _set_up(sample: Sample, namespace: dict[str, Any], *, graph: bool) -> None:
    for number, source in enumerate(sample.cells[:-1]):
        tree = ast.parse(source)
        if number == sample.judged.cell:
            _redecorate(tree, sample.judged, graph=graph)
        name = f"{CELL}{number} of {sample.title} {id(namespace)}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            exec(compile(tree, name, "exec"), namespace)
        except Exception as trouble:
            raise SetUpError(f"cell {number} raises {type(trouble).__name__}: {trouble}") from trouble


def _redecorate(tree: ast.Module, judged: Judged, *, graph: bool) -> None:
    """Make the judged function a tf.function, or take such a decorator away. Lines stay what they are, so AutoGraph
    reads the source that the user wrote.
    """
    for node in ast.walk(tree):
        if getattr(node, "lineno", None) != judged.line:
            continue
        if judged.bound and isinstance(node, ast.Assign):
            node.value = _applied(WRAPPER, _bare(node.value)) if graph else _bare(node.value)
        elif not judged.bound and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _decorate(node, graph=graph)
    ast.fix_missing_locations(tree)


def _decorate(node: ast.FunctionDef | ast.AsyncFunctionDef, *, graph: bool) -> None:
    texts = [ast.unparse(one) for one in node.decorator_list]
    own = next((i for i, text in enumerate(texts) if "tf.function" in text), None)
    if own is not None and graph:
        node.decorator_list[own] = _applied(KEEPER, node.decorator_list[own])
    elif own is not None:
        del node.decorator_list[own]
    elif graph:
        below = max((i + 1 for i, text in enumerate(texts) if text in INNERMOST), default=0)
        node.decorator_list.insert(below, ast.copy_location(ast.Name(WRAPPER, ast.Load()), node))


def _applied(name: str, value: ast.expr) -> ast.expr:
    called = ast.copy_location(ast.Name(name, ast.Load()), value)
    return ast.copy_location(ast.Call(called, [value], []), value)


def _bare(value: ast.expr) -> ast.expr:
    """f of tf.function(f)."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="tf"), attr="function"), args=[inner, *_]):
            return inner
    return value


def _call(
    node: ast.stmt, namespace: dict[str, Any], camera: Camera, log: list[str], warned: list[warnings.WarningMessage]
) -> Outcome:
    source, logged, before = ast.unparse(node), len(log), len(warned)
    value: Picture | None = None
    exception = message = ""
    with _captured() as text:
        try:
            if isinstance(node, ast.Expr):
                value = camera.take(eval(compile(ast.Expression(node.value), "<calls>", "eval"), namespace))
            else:
                exec(compile(ast.Module([node], []), "<calls>", "exec"), namespace)
        except Exception as raised:
            exception, message = type(raised).__name__, " ".join(str(raised).split())[-300:]
    said = [f"{one.category.__name__}: {one.message}" for one in warned[before:] if "site-packages" not in one.filename]
    return Outcome(source, value, exception, message, text[0], "\n".join(log[logged:]), "\n".join(said))


def _traces(function: Any) -> int:
    """Traces of a tf.function, with those of each instance when it is a method (both as of TensorFlow 2.21)."""
    own: int = function.experimental_get_tracing_count()
    return own + sum(_traces(one) for one in getattr(function, "_descriptor_cache", {}).values())


# ---- what is around a run -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def _fresh_folder() -> Iterator[Path]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


@contextlib.contextmanager
def _log() -> Iterator[list[str]]:
    """All records of the notebook's own loggers; what the sample did to logging is undone."""
    records: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if not record.name.startswith(FOREIGN):
                records.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    root, keep = logging.getLogger(), Keep()
    handlers, levels = root.handlers[:], {one: one.level for one in (root, logging.getLogger("tensorflow"))}
    root.addHandler(keep)
    try:
        yield records
    finally:
        root.handlers[:] = handlers
        for logger, level in levels.items():
            logger.setLevel(level)


@contextlib.contextmanager
def _captured() -> Iterator[list[str]]:
    """What is written to file descriptors 1 and 2, where TensorFlow's own code writes too."""
    text: list[str] = []
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as file:
        _flush()
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield text
        finally:
            _flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            os.close(saved[0])
            os.close(saved[1])
            file.seek(0)
            text.append(file.read().decode("utf-8", "replace"))


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _event_name(name: str) -> str:
    """Event files carry the time and the machine in their names."""
    return re.sub(r"events\.out\.tfevents\S*", "events", name)


def _content(file: Path) -> Any:
    """Bytes of a file; of an event file the steps and tags of its records, which carry the time too."""
    if "tfevents" not in file.name:
        return file.read_bytes()
    events = [tf.compat.v1.Event.FromString(record.numpy()) for record in tf.data.TFRecordDataset(str(file))]
    return [(event.step, [value.tag for value in event.summary.value]) for event in events]
