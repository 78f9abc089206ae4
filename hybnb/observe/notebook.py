"""Notebooks and modules on disk → cells; nothing is run and nothing is written."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hybnb.errors import HybnbError
from hybnb.model import Cell
from hybnb.observe.json_lines import source_lines
from hybnb.observe.magic_lines import peel

SUFFIXES = (".ipynb", ".py")
_SKIPPED = frozenset({"__pycache__", "node_modules", "build", "dist", "site-packages", "venv", "env"})
_TENSORFLOW = re.compile(r"tensorflow|keras", re.IGNORECASE)
_FORMAT = 4  #: the notebook format read directly; older ones are upgraded in memory


class Document(Struct, frozen=True):
    """One file and its code cells; a module is one cell."""

    path: Path
    kind: Literal["notebook", "module"]
    cells: tuple[Cell, ...]
    language: str = "python"
    lines: tuple[tuple[int, ...], ...] = ()  #: for each cell, the file's line for each line of its source

    def file_line(self, cell: int, line: int) -> int:
        """Line in the file of a line of a cell; all three count from 1."""
        known = self.lines[cell - 1] if cell <= len(self.lines) else ()
        if not known:
            return line
        return known[min(line, len(known)) - 1]


class _Cell(Struct):
    cell_type: str
    source: str | list[str] = ""
    id: str | None = None

    def text(self) -> str:
        return self.source if isinstance(self.source, str) else "".join(self.source)


class _Notebook(Struct):
    nbformat: int
    cells: list[_Cell] = []
    metadata: dict[str, Any] = {}


def find(paths: Iterable[Path]) -> list[Path]:
    """The notebooks and modules at `paths`, folders searched to their depth, each file once, in order.

    Hidden folders, virtual environments and build products are left out. HybnbError for a path that isn't there and
    for a folder that holds nothing to judge.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(_inside(path))
            if not inside:
                raise HybnbError(f"{path} holds no .ipynb or .py file; name a file or another folder")
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        else:
            raise HybnbError(f"{path} doesn't exist; check the spelling")
    return list(found)


def _inside(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED
            and not name.endswith(".egg-info")
            and not Path(parent, name, "pyvenv.cfg").exists()
        ]
        for name in files:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)


def read(path: Path) -> Document:
    """The cells of a notebook or module; HybnbError, one sentence, when that can't be."""
    suffix = path.suffix.lower()
    if path.is_dir():
        raise HybnbError(f"{path} is a folder, not a file; give its files or let hybnb search it")
    if suffix not in SUFFIXES:
        raise HybnbError(f"{path} is neither a notebook (.ipynb) nor a Python module (.py)")
    content = _bytes(path)
    return _module(path, content) if suffix == ".py" else _notebook(path, content)


def mentions_tensorflow(cells: Iterable[Cell]) -> bool:
    """Could the code use TensorFlow or Keras? False only when neither name occurs anywhere."""
    return any(_TENSORFLOW.search(cell.source) for cell in cells)


def module_name(path: Path) -> str:
    """The name a module is imported by, counting the packages it lies in."""
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.resolve().parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts) or path.resolve().parent.name


def module_source(path: Path, content: bytes) -> str:
    """A module's text in the encoding it declares, with plain line ends; HybnbError when it isn't text."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as bad:
        raise HybnbError(f"{path} isn't text in the encoding it declares ({bad}); save it as UTF-8") from bad
    if "\0" in text:
        raise HybnbError(f"{path} is a binary file, not Python source")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _bytes(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would wait for somebody to write to it
            raise HybnbError(f"{path} isn't a regular file")
        return path.read_bytes()
    except FileNotFoundError as bad:
        raise HybnbError(f"{path} doesn't exist; check the spelling") from bad
    except OSError as bad:
        raise HybnbError(f"{path} can't be read ({bad.strerror or bad}); check its permissions") from bad


def _module(path: Path, content: bytes) -> Document:
    source = module_source(path, content)
    return Document(path, "module", (Cell(1, source, path=str(path), module=module_name(path)),))


def _notebook(path: Path, content: bytes) -> Document:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise HybnbError(f"{path} isn't a notebook: it is a binary file or not in UTF-8") from bad
    notebook = _parsed(path, text)
    language = _language(notebook.metadata)
    if language.lower() not in {"python", "ipython"}:
        raise HybnbError(f"{path} is written in {language}; hybnb judges Python notebooks")
    lines = tuple(source_lines(text))
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cells = []
    for index, code in enumerate(codes, 1):
        peeled = peel(code.text())
        line = lines[index - 1][0] if index <= len(lines) else 1
        cells.append(Cell(index, peeled.source, id=code.id, file_line=line, timed_magic=peeled.timed))
    return Document(path, "notebook", tuple(cells), language, lines)


def _parsed(path: Path, text: str) -> _Notebook:
    try:
        # not msgspec's own reader: Python's gives the line of an error and takes the NaN that outputs may hold
        raw = json.loads(text, strict=False)
        version = msgspec.convert(raw, type=_Version).nbformat
        if version < _FORMAT:
            raw = _upgraded(path, text, version)
        elif version > _FORMAT:
            raise HybnbError(f"{path} is in notebook format {version}; hybnb knows 1 to {_FORMAT}, so update hybnb")
        return msgspec.convert(raw, type=_Notebook)
    except json.JSONDecodeError as bad:
        if not text.strip():
            raise HybnbError(f"{path} is an empty file, not a notebook") from bad
        raise HybnbError(f"{path} isn't valid JSON (line {bad.lineno}: {bad.msg}); restore it from a backup") from bad
    except msgspec.ValidationError as bad:
        raise HybnbError(f"{path} isn't a Jupyter notebook: {bad}") from bad
    except RecursionError as bad:
        raise HybnbError(f"{path} isn't a Jupyter notebook: its JSON is nested too deeply") from bad


class _Version(Struct):
    nbformat: int


def _upgraded(path: Path, text: str, version: int) -> Any:
    import nbformat  # slow to import, and old files are rare

    try:
        return json.loads(nbformat.v4.writes(nbformat.convert(nbformat.reader.reads(text), _FORMAT)))
    except Exception as bad:
        raise HybnbError(f"{path} is in notebook format {version} and can't be upgraded; save it again") from bad


def _language(metadata: dict[str, Any]) -> str:
    info, kernel = metadata.get("language_info"), metadata.get("kernelspec")
    for table, key in ((info, "name"), (kernel, "language")):
        if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]:
            return str(table[key])
    name = kernel.get("name") if isinstance(kernel, dict) else None
    spoken = {"ir": "R", "julia": "Julia"}  # the kernels of old notebooks that name no language
    return spoken.get(str(name).partition("-")[0], "python")
