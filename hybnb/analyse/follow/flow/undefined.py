"""Variables that a loop over a dataset sets first: a graph's loop over one has to be given their first values."""

from __future__ import annotations

from collections.abc import Mapping

from astroid import nodes

from hybnb.analyse.follow.flow import liveness
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Value


def note(
    run: Run, loop: nodes.NodeNG, before: Mapping[str, Value], after: Mapping[str, Value], *, sure: bool
) -> None:  # fmt: skip
    """Note each that is read after the loop, or in it before it is set, as where a round may not set it."""
    function = run.frame.function
    if function is None:
        return
    for name, value in after.items():
        old = before.get(name)
        if (
            old is not value
            and (old is None or old.kind == "none")
            and (liveness.used_after(run, loop, name) or liveness.carried(function.node, loop, name))
        ):
            why, certain = ("undefined", True) if old is None else ("unset", old.sure)
            run.effect("loop-inconsistent", loop, sure and certain, variable=name, why=why)
