"""When a function is traced, beside what changes what it reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import timing, unused
from hybnb.analyse.happened import qualified
from hybnb.analyse.text import keys
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.sites import Site

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace


def tracing(run: Run) -> bool:
    """A function is followed, rather than the top level."""
    return not run.quiet and bool(run.frames) and run.frames[0].function is not None


def place(run: Run) -> tuple[Unit, int]:
    """Where the function judged is traced at the earliest."""
    root = run.frames[0]
    if root.function is None:
        return root.unit, 1
    if run.traced_at is None:
        run.reads.add(f"~{getattr(root.function.node, 'name', '')}")
        run.traced_at = timing.traced_at(run.program, root.function, root.unit)
    return run.traced_at


def readers(run: Run) -> frozenset[str]:
    """The functions on the way here: what they change themselves is another finding."""
    return frozenset(qualified(frame.function.node) for frame in run.frames if frame.function is not None)


def runs_later(run: Run, namespace: Namespace) -> Callable[[Site], bool]:
    """Whether the function that makes a change may do so when the trace exists."""

    def ask(site: Site) -> bool:
        name, _, method = site.function.partition(".")
        run.reads.update((f"~{name}", f"~{method}"))
        root = run.frames[0].function
        if site.restored and root is not None and timing.used_within(run.program, name, root.node):
            return False
        if site.own and unused.but_by_constructors(run.program, namespace, name, method):
            return False  # what is set belongs to a new object
        return timing.may_run_after(run.program, namespace, site.function, *place(run))

    return ask


def note(run: Run, node: nodes.NodeNG, name: str, kind: str, site: Site | None, *, sure: bool = True) -> None:
    """What is read under this name changes there, if anywhere."""
    if site is not None:
        part = {"part": key} if kind == "dict" and (key := _key(node)) else {}
        run.effect("stale-read", node, sure, name=name, what=kind, changed=site.words(), **part)


def _key(node: nodes.NodeNG) -> str:
    """Which setting of a dict alone is read here, as it is written: `["lr"]`."""
    asked = keys.asked(node) or keys.asked_by(node)
    known = list(asked.known) if asked is not None else []
    return f"[{json.dumps(known[0]) if isinstance(known[0], str) else repr(known[0])}]" if len(known) == 1 else ""
