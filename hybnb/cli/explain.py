"""`hybnb explain`: what a rule sees, why it matters and what to do."""

from __future__ import annotations

import argparse
from typing import Any

from hybnb.cli.say import draw

HELP: dict[str, Any] = {
    "help": "explain a rule",
    "description": "Tell what a rule sees, why it matters, when it is wrong and what to do instead, with its samples.",
}


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """The options of `hybnb explain`."""
    parser.add_argument("code", metavar="CODE", help="a code or name, as HYB201")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the explanation; HybnbError for a code that no rule has."""
    from hybnb.show import explained, text

    draw(text.explanation(explained.explanation(options.code)))
    return 0
