"""A tf.function that gains nothing.

Sees        a function that carries tf.function and computes nothing with tensors, is only called by other tf.functions, or
            is a method that Keras traces itself.
Matters     the decorator costs time in each call or another boundary in each trace, and makes debugging harder.
Wrong when  the function is exported, or called eagerly from code that hybnb can't see.
Instead     remove the decorator.
Source      TensorFlow guide "Effective TensorFlow 2"; 30 of 159 changes studied for "Challenges in Migrating Imperative Deep
            Learning Programs to Graph Execution" removed the decorator.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a decorated schedule": """
        @tf.function
        def rate(epoch):
            return 0.1 if epoch < 10 else 0.01
        # %%
        rate(1)
        rate(20)
    """,
    "a decorated loss inside a decorated step": """
        @tf.function
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        @tf.function
        def step(x):
            return loss(x) * 2.0
        step(tf.ones([2]))
        step(tf.zeros([2]))
    """,
}
QUIET = {
    "a decorated step called from a cell": """
        @tf.function
        def step(x):
            for _ in range(20):
                x = x * 1.01 + 0.01
            return x
        # %%
        step(tf.ones([2]))
        step(tf.ones([2]))
    """,
    "nothing to remove": """
        def rate(epoch):
            return 0.1 if epoch < 10 else 0.01
        # %%
        rate(1)
        rate(20)
    """,
}


@rule("HYB503", "decorator-of-no-use", stance="notes", needs=("source", "decorator"), claim="no-gain")
def check(evidence: Evidence) -> Iterator[Place]:
    """By what analysis found."""
    decoration, why = evidence.facts.decoration, _why(evidence)
    if decoration is not None and why:
        yield Place(decoration.span, f"The decorator gains nothing: {why}.", "Remove the decorator.")


def _why(evidence: Evidence) -> str:
    facts = evidence.facts
    if facts.tensor_computation == "no":
        return "the function computes nothing with tensors"
    if facts.keras_role is not None and facts.keras_role.startswith("on_"):
        return f"Keras calls `{facts.keras_role}` from Python, and each call should happen"
    if facts.keras_role is not None:
        return f"Keras traces `{facts.keras_role}` itself, and run_eagerly=True no longer reaches it"
    if facts.graph_callers and not (facts.eager_callers or facts.keras_callers) and not calls.calls(evidence):
        return f"only {wording.listed(facts.graph_callers)} calls it, which is a graph already"
    return ""
