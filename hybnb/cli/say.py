"""What the command line says on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hybnb.show.inert import inert

if TYPE_CHECKING:
    from rich.console import RenderableType

LONGEST = 1000  #: characters of a sentence


def complain(sentence: str) -> None:
    """One line of hybnb's own."""
    print(f"hybnb: {inert(sentence, LONGEST)}", file=sys.stderr)


def draw(drawn: RenderableType) -> None:
    """A table or text on stdout: in colour on a terminal, plain elsewhere."""
    if sys.stdout.isatty():
        from rich.console import Console

        Console(highlight=False).print(drawn)
    else:
        from hybnb.show import text

        print(text.plain(drawn))


@contextmanager
def progress(total: int) -> Iterator[Callable[[str, int], None]]:
    """A bar over `total` files; the caller tells what is looked at and how many files are done.

    Nothing is drawn where stderr isn't a terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _at, _done: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda at, done: bar.update(task, description=escape(inert(at, 60)), completed=done)
