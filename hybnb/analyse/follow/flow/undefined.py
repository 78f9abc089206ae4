"""Variables that a loop sets first: a graph's loop over a dataset has to be given their first values, and any loop fails in its own
way where it has no round.
"""

from __future__ import annotations

from collections.abc import Mapping

from astroid import nodes

from hybnb.analyse.follow.flow import liveness
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Value


def note(
    run: Run, loop: nodes.NodeNG, before: Mapping[str, Value], after: Mapping[str, Value], *, sure: bool, by_round: bool = False
) -> None:  # fmt: skip
    """Note each that is read after the loop, or in it before it is set, as where a round may not set it. `by_round`: that alone
    matters which is read after a loop without rounds.
    """
    function = run.frame.function
    if function is None:
        return
    for name, value in after.items():
        old = before.get(name)
        if (
            old is not value
            and (old is None or old.kind == "none")
            and (liveness.used_after(run, loop, name) or (not by_round and liveness.carried(function.node, loop, name)))
        ):
            if by_round:
                run.effect("loop-inconsistent", loop, sure and old is None, variable=name, why="no-round")
                continue
            why, certain = ("undefined", True) if old is None else ("unset", old.sure)
            run.effect("loop-inconsistent", loop, sure and certain, variable=name, why=why)
