"""A Python effect in a graph is frozen already.

Sees        a function that carries tf.function, or that Keras or tf.data runs as a graph, and that prints, appends, draws host
            random numbers, reads the clock or has another effect in Python; of Keras's, also one that reads what changes.
Matters     the effect happens once per trace instead of once per call: output is missing, lists hold symbols, numbers that
            should vary stay the same.
Wrong when  the effect is meant to tell that tracing happens.
Instead     move the effect out of the function, use TensorFlow's own (tf.print, tf.Variable, tf.random), or take the
            decorator away.
Source      TensorFlow guide "Better performance with tf.function", on Python side effects; reference of tf.data.Dataset.map, on
            what it does with Python's random numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hybnb.analyse.needed import GRAPH_MAKERS
from hybnb.model import EffectKind, Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FROZEN: Final = tuple[EffectKind, ...]((
    "mutation", "output", "host-random", "clock", "sleep", "environment", "host-iterator", "summary-step",
))  # fmt: skip
STEPS: Final = frozenset({"train_step", "test_step", "predict_step"})

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


@rule("HYB502", "frozen-effect", stance="blocks", needs=("source",))
def check(evidence: Evidence) -> Iterator[Place]:
    """By the effects that analysis found in a function that is decorated, or that a library runs as a graph."""
    name = evidence.facts.function.name
    if calls.decorated(evidence):
        traces = evidence.history.traces if evidence.history is not None else None
        times = f" ({traces} so far)" if traces else ""
        said, step = f"As a tf.function does, `{name}` runs this once per trace{times}", "or remove the decorator"
    else:
        said, step = _in_a_library(evidence), "or call the function from Python"
    for effect in wording.of(evidence, *_frozen(evidence)) if said else ():
        yield Place(effect, f"{said}, not once per call.", f"Move it out, use TensorFlow's own, {step}.")


def _frozen(evidence: Evidence) -> Sequence[EffectKind]:
    """What a change elsewhere does to a tf.function other rules tell; a Dataset is traced anew whenever it is made."""
    return (*FROZEN, "stale-read") if _traced_by_keras(evidence) and not calls.decorated(evidence) else FROZEN


def _in_a_library(evidence: Evidence) -> str:
    """How it comes to run in a graph that isn't the user's; empty if it doesn't."""
    name = evidence.facts.function.name
    if _traced_by_keras(evidence):
        return f"`{name}` has run in a graph, as Keras makes one of it, where this happens once per trace"
    caller = next((one for one in evidence.facts.graph_callers if one.startswith(GRAPH_MAKERS)), None)
    return f"`{caller}` runs `{name}` as a graph, where this happens once per trace" if caller else ""


def _traced_by_keras(evidence: Evidence) -> bool:
    """And never called eagerly: an eager model runs its `call` in a graph too, once, when it is built.

    Its steps it does not: one that has run in a graph did so for a model that is compiled as usual, whatever others do.
    """
    role, history = evidence.facts.keras_role, evidence.history
    if role is None or role.startswith("on_") or history is None or not history.in_graph:
        return False
    for_some = role in STEPS and not any(wording.of(evidence, "keras-eager"))
    return for_some or not calls.calls(evidence)
