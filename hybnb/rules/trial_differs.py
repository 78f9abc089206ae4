"""Run both ways on what the notebook passed, the function did something else as a graph.

Sees        a trial: the function ran eagerly and as a graph from the same state, in a process of its own, several times and with
            other values, and what it returned, printed, changed or raised wasn't the same.
Matters     this is no guess: the calls of the notebook would come out differently.
Wrong when  it rests on something that differs between two processes, such as the time or the working directory.
Instead     look at what differed; the reasons that the source shows stand beside it.
Source      the trial itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from hybnb.model import Difference, DifferenceKind, Evidence, Span, Stance
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

#: A tensor in the place of a number or an array often serves as well.
RISKS: Final = frozenset[DifferenceKind]({"type"})

FIRES = {
    "a list of losses": """
        losses = []
        def step(x):
            losses.append(tf.reduce_sum(x))
            return x * 2.0
        # %%
        step(tf.ones([2]))
        step(tf.ones([2]))
    """,
    "a draw of NumPy's": """
        def noisy(x):
            return x + np.random.normal()
        # %%
        noisy(tf.ones([2]))
        noisy(tf.ones([2]))
    """,
}
QUIET = {
    "a variable that counts": """
        count = tf.Variable(0)
        def step(x):
            count.assign_add(1)
            return x * 2.0
        # %%
        step(tf.ones([2]))
        step(tf.ones([2]))
    """,
    "noise of TensorFlow's": """
        def noisy(x):
            return x + tf.random.normal([2])
        # %%
        noisy(tf.ones([2]))
        noisy(tf.ones([2]))
    """,
}


@rule("HYB295", "trial-differs", stance="blocks", needs=("trial",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place, with the gravest and smallest difference."""
    trial = evidence.trial
    found = trial.agreement.differences if trial is not None and trial.agreement is not None else ()
    if not found:
        return
    first = found[0]
    stance: Stance = "risks" if all(one.kind in RISKS for one in found) else "blocks"
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    message = wording.sentence(f"{first.message}{more}").rstrip(".") + "."
    yield Place(_where(evidence, first), f"Tried both ways: {message}", _instead(first), _details(first), stance)


def _where(evidence: Evidence, first: Difference) -> Span:
    """The line that raised, where that is known, else the `def`."""
    function, own = evidence.facts.function, calls.own(evidence)
    line = evidence.facts.first_line + (first.line or 0)
    if first.line is None or not function.line < line <= function.end_line:
        return own
    return replace(own, line=line, end_line=line)


def _instead(first: Difference) -> str:
    if first.kind == "exception":
        return "Mend what the graph can't do, and have it tried again."
    if first.kind == "type":
        return "Convert the tensor where the result is used."
    return "Keep what must happen in every call out of the function, or in a tf.Variable, and have it tried again."


def _details(first: Difference) -> dict[str, str]:
    return {"difference": first.kind, "where": first.where, "eager": first.eager, "graph": first.graph}
