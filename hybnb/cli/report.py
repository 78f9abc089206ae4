"""`hybnb report`: everything about many files as one page, one table or one JSON."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from hybnb.cli import judging
from hybnb.errors import HybnbError
from hybnb.model import Report

HELP: dict[str, Any] = {
    "help": "write everything about notebooks and modules into one file",
    "description": "Judge notebooks and modules as `hybnb check` does, and write all of it: as an HTML page that needs "
    "nothing else, as JSON (schema 1), or as CSV with one row per function.",
    "epilog": "Exit code: 0 when it was written, 2 when a path could not be read or run to its end.",
}
FORMATS = ("html", "json", "csv")


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """The options of `hybnb report`."""
    judging.add_paths(parser)
    parser.add_argument("--format", choices=FORMATS, help="default: as the name of FILE ends, else html")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    judging.add_codes(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Judge all paths, write the report, and return the exit code."""
    file: Path | None = options.output
    if file is not None and file.suffix.lower() in (".ipynb", ".py"):
        raise HybnbError(f"{file} would be overwritten by a report; choose a name that ends in .html, .json or .csv")
    judged = tuple(judging.each(options))
    report = judging.report(judged)
    form = options.format or (file.suffix.lower().removeprefix(".") if file else "")
    _write(_written(form if form in FORMATS else "html", report, judged), file)
    return 2 if any(source.error for source in report.sources) else 0


def _written(form: str, report: Report, judged: tuple[judging.Judged, ...]) -> str:
    from hybnb.show import json, pages, rows

    if form == "json":
        return json.encode(report) + "\n"
    if form == "csv":
        return rows.csv(report)
    texts: dict[str, dict[int | str, str]] = {
        one.source.path: {cell.path or cell.index: cell.source for cell in one.document.cells}
        for one in judged
        if one.document is not None
    }
    return pages.page(report, texts)


def _write(text: str, file: Path | None) -> None:
    if file is None:
        print(text, end="")
        return
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as bad:
        raise HybnbError(f"{file} can't be written ({bad.strerror or bad})") from bad
