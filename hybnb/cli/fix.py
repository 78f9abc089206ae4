"""`hybnb fix`: make the changes that keep what the code computes, and nothing else."""

from __future__ import annotations

import argparse
import difflib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hybnb import amounts
from hybnb.cli import judging, rewriting
from hybnb.cli.codes import known_codes
from hybnb.cli.say import complain
from hybnb.errors import HybnbError
from hybnb.model import Edit, Fix, Verdict
from hybnb.observe import notebook
from hybnb.show.difference import edited
from hybnb.show.inert import inert

HELP: dict[str, Any] = {
    "help": "make the changes that keep what the code computes",
    "description": "Write, adjust and remove decorators where that is advised and was checked to keep what the code "
    "computes. In a notebook only the lines that change are written: outputs, metadata and the rest of the file stay byte for byte. "
    "A file in which that isn't certain is left alone.",
    "epilog": "Most decorators are only advised once calls were seen, so use --execute; one that has to be "
    "measured first is written with --measure only. Exit code: 0 when all was done or nothing was to do; 1 with --diff when there is something to do; 2 when a path could not be read, run to its end "
    "or changed.",
}
LONGEST = 10_000  #: characters of a line of a diff


class Plan(NamedTuple):
    """What to change in one file."""

    document: notebook.Document
    fixes: tuple[tuple[Verdict, Fix], ...]
    edits: dict[int, list[Edit]]  #: by code cell


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """The options of `hybnb fix`."""
    judging.add_paths(parser)
    parser.add_argument("--diff", action="store_true", help="only show what would change")
    parser.add_argument("--select", dest="codes", type=known_codes, metavar="CODES", help="only functions with one of these findings, as HYB5")  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Fix all paths and return the exit code."""
    judged = tuple(judging.each(options))
    report = judging.report(judged)
    failed = any(source.error for source in report.sources)
    plans = [_plan(one.document, one.source.verdicts, options.codes) for one in judged if one.document is not None]
    done = 0
    for plan in (plan for plan in plans if plan.fixes):
        try:
            before, after = _rewritten(plan)
            if options.diff:
                _print_difference(plan)
            elif before != after:
                _replace(plan.document.path, after)
                _print_done(plan)
            done += len(plan.fixes)
        except (HybnbError, OSError, UnicodeError) as trouble:
            complain(f"{plan.document.path} was left alone: {trouble}")
            failed = True
    unmeasured = "" if options.measure else _unmeasured(judged)  # what was tried in vain is not to be tried again
    print(f"{amounts.counted(done, 'change')} {'to make' if options.diff else 'made'}.{unmeasured}")
    return 2 if failed else int(options.diff and done > 0)


def _unmeasured(judged: Sequence[judging.Judged]) -> str:
    """How many functions are left as they are until a measurement says that a change pays."""
    number = sum(verdict.answer == "measure" for one in judged for verdict in one.source.verdicts)
    return f" {amounts.counted(number, 'function')} to measure first: --execute --measure." if number else ""


def _plan(document: notebook.Document, verdicts: tuple[Verdict, ...], codes: tuple[str, ...] | None) -> Plan:
    """The fixes that are certain and don't get in each other's way."""
    edits: dict[int, list[Edit]] = {}
    fixes = []
    for verdict in verdicts:
        if not verdict.actionable:  # whether a change pays isn't known before it is measured
            continue
        if codes and not any(finding.code.startswith(codes) for finding in verdict.findings):
            continue
        for fix in verdict.fixes:
            if _certain(fix, document) and _fits(fix, edits, document):
                fixes.append((verdict, fix))
                for edit in fix.edits:
                    edits.setdefault(edit.cell, []).append(edit)
    return Plan(document, tuple(fixes), edits)


def _certain(fix: Fix, document: notebook.Document) -> bool:
    here = None if document.kind == "notebook" else str(document.path)
    return fix.safety == "same" and fix.verified and bool(fix.edits) and all(edit.path == here for edit in fix.edits)


def _fits(fix: Fix, edits: dict[int, list[Edit]], document: notebook.Document) -> bool:
    """No edit overlaps one that was taken before, and no two insert at the same place."""
    for edit in fix.edits:
        taken = edits.get(edit.cell, [])
        apart = all(edit.start != other.start for other in taken)
        if not apart or edited(document.cells[edit.cell - 1].source, [*taken, edit]) is None:
            return False
    return True


def _rewritten(plan: Plan) -> tuple[bytes, bytes]:
    """The file's bytes as they are and as they shall be."""
    path = plan.document.path
    if notebook.read(path).cells != plan.document.cells:
        raise HybnbError("it was changed meanwhile")
    before = path.read_bytes()
    if plan.document.kind == "module":
        return before, rewriting.module(path, before, plan.edits[1])
    bom = before[:3] if before.startswith(b"\xef\xbb\xbf") else b""
    return before, bom + rewriting.notebook(before[len(bom) :].decode(), plan.edits).encode()


def _replace(path: Path, content: bytes) -> None:
    """In one step, so that a full disk or a power cut leaves the old file."""
    target = path.resolve()
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".hybnb-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(target, temporary)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _print_done(plan: Plan) -> None:
    for verdict, fix in plan.fixes:
        function = verdict.function
        place = f"cell {function.cell}:{function.line}" if plan.document.kind == "notebook" else str(function.line)
        print(f"{inert(str(plan.document.path), 1000)}:{place}: {inert(fix.title)}")


def _print_difference(plan: Plan) -> None:
    for line in _difference(plan):
        print(inert(line.rstrip("\n"), LONGEST))


def _difference(plan: Plan) -> Iterator[str]:
    for number, edits in sorted(plan.edits.items()):
        before = plan.document.cells[number - 1].source
        name = str(plan.document.path) + (f":cell {number}" if plan.document.kind == "notebook" else "")
        after = edited(before, edits) or before
        yield from difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, name)
