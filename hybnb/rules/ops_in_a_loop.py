"""A loop runs TensorFlow ops round by round.

Sees        a `for` or `while` in Python with TensorFlow ops in it.
Matters     eagerly each round starts its ops anew from Python; in a graph the whole loop runs without Python.
Wrong when  the loop has few rounds or very large ops.
Instead     decorate the function, so that the loop becomes part of the graph.
Source      run with TensorFlow 2.21: loops of a hundred rounds were 14 to 34 times as fast in a graph.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

FIRES = {
    "an iteration": """
        def solve(x):
            for _ in range(20):
                x = 0.5 * (x + 2.0 / x)
            return x
        # %%
        solve(tf.constant([1.0, 2.0]))
        solve(tf.constant([3.0, 4.0]))
    """,
}
QUIET = {
    "no loop": """
        def half(x):
            return 0.5 * x
        # %%
        half(tf.constant([1.0, 2.0]))
    """,
    "a loop over Python numbers": """
        def scale(x):
            total = 0
            for i in range(20):
                total += i
            return x * float(total)
        # %%
        scale(tf.constant([1.0, 2.0]))
    """,
}


@rule("HYB411", "ops-in-a-loop", stance="favours", claim="harmless")
def check(evidence: Evidence) -> Iterator[Place]:
    """By the loops that analysis saw ops in."""
    count = evidence.facts.loops_with_ops
    if count and not calls.decorated(evidence):
        what = "A loop runs" if count == 1 else f"{count} loops run"
        yield Place(calls.own(evidence), f"{what} TensorFlow ops round by round, which a graph does without Python.")
