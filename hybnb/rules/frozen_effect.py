"""A Python effect of a tf.function is frozen already.

Sees        a function that carries tf.function and prints, appends, draws host random numbers, reads the clock or has
            another effect in Python.
Matters     the effect happens once per trace instead of once per call: output is missing, lists hold symbols, numbers that
            should vary stay the same.
Wrong when  the effect is meant to tell that tracing happens.
Instead     move the effect out of the function, use TensorFlow's own (tf.print, tf.Variable, tf.random), or take the
            decorator away.
Source      TensorFlow guide "Better performance with tf.function", on Python side effects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import EffectKind, Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FROZEN: Final = tuple[EffectKind, ...]((
    "mutation", "output", "host-random", "clock", "sleep", "environment", "host-iterator", "summary-step",
))  # fmt: skip

FIRES = {
    "a print in a decorated function": """
        @tf.function
        def step(x):
            print("step")
            return x * 2.0
        # %%
        step(tf.ones([2]))
        step(tf.ones([2]))
    """,
    "a list that should grow": """
        losses = []

        @tf.function
        def step(x):
            loss = tf.reduce_mean(x)
            losses.append(loss)
            return loss
        # %%
        step(tf.ones([2]))
        step(tf.ones([2]))
    """,
}
QUIET = {
    "tf.print": """
        @tf.function
        def step(x):
            tf.print("step")
            return x * 2.0
        # %%
        step(tf.ones([2]))
        step(tf.ones([2]))
    """,
    "an effect of the graph": """
        total = tf.Variable(0.0)

        @tf.function
        def step(x):
            total.assign_add(tf.reduce_mean(x))
            return x * 2.0
        # %%
        step(tf.ones([2]))
        step(tf.ones([2]))
    """,
}


@rule("HYB502", "frozen-effect", stance="blocks", needs=("source", "decorator"))
def check(evidence: Evidence) -> Iterator[Place]:
    """By the effects that analysis found in a decorated function."""
    traces = evidence.history.traces if evidence.history is not None else None
    times = f" ({traces} so far)" if traces else ""
    for effect in wording.of(evidence, *FROZEN):
        message = f"As a tf.function does, `{evidence.facts.function.name}` runs this once per trace{times}, not once per call."
        yield Place(effect, message, "Move it out, use TensorFlow's own, or remove the decorator.")
