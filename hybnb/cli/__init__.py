"""The command line: one subcommand a file, each with `prepare_parser` and `run`."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from hybnb import __version__
from hybnb.cli import check, explain, fix, report, rules
from hybnb.cli.say import complain
from hybnb.errors import HybnbError

__all__ = ["check", "explain", "fix", "main", "program", "report", "rules"]
COMMANDS = {"check": check, "fix": fix, "report": report, "explain": explain, "rules": rules}
DESCRIPTION = "Tells whether tf.function would make a function faster and keep its results."
INTERRUPTED = 130  #: what shells expect after Ctrl-C
YOUNG: Final = 1_000_000  #: new objects before the garbage collector looks for cycles: some 50 000 lines, and 200 MB


def program() -> NoReturn:
    """The whole process: its garbage is looked for now and then only, and not at all where it ends anyway."""
    gc.set_threshold(YOUNG)  # Python's own 700 make one second in five a search through trees that are still in use
    code = main()
    gc.freeze()
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; the exit code: 0 nothing to change, 1 something to change, 2 trouble with the input."""
    _never_fail_on_letters()
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except HybnbError as trouble:
        complain(str(trouble))
        return trouble.exit_code
    except BrokenPipeError:  # the reader, as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        complain("stopped")
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hybnb", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"hybnb {__version__}")
    subcommands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.prepare_parser(subcommands.add_parser(name, **command.HELP))
    return parser


def _never_fail_on_letters() -> None:
    """A terminal that can't show a letter gets its escape instead of stopping the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
