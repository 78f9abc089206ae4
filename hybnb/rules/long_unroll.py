"""A Python loop puts a copy of its body into the graph for every round.

Sees        a `for` over a range of fifty or more with TensorFlow ops in it.
Matters     tracing runs the loop, so that the graph has one copy per round: tracing takes longer and needs more memory. On
            a CPU such a graph is often faster than a loop of TensorFlow's own.
Wrong when  the loop is short, or the function is called so often that the trace doesn't matter.
Instead     loop over tf.range(…), which AutoGraph turns into one loop in the graph, or use ops on the whole tensor.
Source      TensorFlow guide "Better performance with tf.function", on Python loops; 1000 rounds took 0.9 s to trace.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "two hundred steps": """
        def walk(x):
            for _ in range(200):
                x = x * 1.001 + 0.001
            return x
        # %%
        walk(tf.ones([2]))
    """,
}
QUIET = {
    "a loop of the graph": """
        def walk(x):
            for _ in tf.range(200):
                x = x * 1.001 + 0.001
            return x
        # %%
        walk(tf.ones([2]))
    """,
    "a few rounds": """
        def walk(x):
            for _ in range(5):
                x = x * 1.001 + 0.001
            return x
        # %%
        walk(tf.ones([2]))
    """,
    "a long loop without ops": """
        def walk(x):
            total = 0.0
            for i in range(200):
                total += i
            return x * total
        # %%
        walk(tf.ones([2]))
    """,
}


@rule("HYB406", "long-unroll", stance="notes", effects=("unroll",), claim="harmless", covers=("python-unroll",))
def check(evidence: Evidence) -> Iterator[Place]:
    """Loops whose number of rounds is known."""
    for effect in wording.of(evidence, "unroll"):
        count = effect.details.get("count", "many")
        message = f"The graph holds {count} copies of this loop's body{wording.by(effect)}."
        yield Place(effect, message, "Loop over tf.range(…) if tracing takes too long.")
