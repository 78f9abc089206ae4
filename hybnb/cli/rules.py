"""`hybnb rules`: every rule with its stance."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from hybnb.cli.say import draw

HELP: dict[str, Any] = {"help": "list all rules", "description": "List all rules with their stance and statement."}


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """The options of `hybnb rules`."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json is a list of objects")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    from hybnb.show import explained

    if options.format == "json":
        print(msgspec.json.format(msgspec.json.encode(explained.listed())).decode())
        return 0
    from hybnb.show import text

    draw(text.rules(explained.listed()))
    return 0
