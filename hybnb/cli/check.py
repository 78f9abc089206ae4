"""`hybnb check`: judge notebooks and modules, by their source or by running them."""

from __future__ import annotations

import argparse
from typing import Any

from hybnb.cli import judging
from hybnb.model import Report
from hybnb.show import json, lines

HELP: dict[str, Any] = {
    "help": "judge the functions of notebooks and modules",
    "description": "Judge the functions of notebooks (.ipynb) and modules (.py). By default only the source is read: "
    "nothing runs, and TensorFlow isn't needed. Each line names a place as path:cell N:line:column (path:line:column "
    "in a module; lines and columns count from 1).",
    "epilog": "Exit code: 0 when nothing is to be changed; 1 when a function should be decorated, repaired, adjusted or "
    "undecorated, or a decorated one isn't safe (with --execute, none that was called too rarely to say whether a repair pays); 2 "
    "when a path could not be read, parsed or run to its end. A comment "
    "`# hybnb: ignore[CODE]` on a line hides that finding there; on a def line it counts for the whole function, and "
    "without codes it hides the function.",
}


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """The options of `hybnb check`."""
    judging.add_paths(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json is the report, schema 1")
    judging.add_codes(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="also what speaks for a function, and what is unknown"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check all paths, print the report, and return the exit code."""
    report = judging.report(tuple(judging.each(options)))
    _print(report, options)
    if any(source.error for source in report.sources):
        return 2
    return int(any(lines.asks_for_change(verdict) for source in report.sources for verdict in source.verdicts))


def _print(report: Report, options: argparse.Namespace) -> None:
    if options.format == "json":
        print(json.encode(report))
        return
    for line in lines.lines(report, everything=options.verbose or bool(options.select)):
        print(line)
    print(lines.summary(report))
