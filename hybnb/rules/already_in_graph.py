"""Every caller of the function is a graph already.

Sees        only tf.functions call it, and no call outside a graph was observed.
Matters     it is traced as part of its callers; a tf.function of its own adds a boundary and gains nothing.
Wrong when  a caller that hybnb can't see, in a module it wasn't shown, calls it eagerly.
Instead     leave it undecorated, so that it becomes part of its callers' graphs.
Source      TensorFlow guide "Effective TensorFlow 2", on decorating the outermost function; redundant inner decorators
            were removed in 7 of 159 changes studied for "Challenges in Migrating Imperative Deep Learning Programs to
            Graph Execution".
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a loss that only a decorated step uses": """
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
    "it is called from a cell too": """
        def loss(x):
            return tf.reduce_mean(x * x)

        @tf.function
        def step(x):
            return loss(x) * 2.0
        # %%
        loss(tf.ones([2]))
        step(tf.ones([2]))
    """,
    "its caller is eager": """
        def loss(x):
            return tf.reduce_mean(x * x)

        def step(x):
            return loss(x) * 2.0
        # %%
        loss(tf.ones([2]))
    """,
}


@rule("HYB101", "already-in-graph", stance="notes", claim="context")
def check(evidence: Evidence) -> Iterator[Place]:
    """By the callers that analysis knows, or by calls that all came from within a trace."""
    facts, history = evidence.facts, evidence.history
    if calls.calls(evidence) or facts.eager_callers:
        return
    by = wording.listed(facts.graph_callers)
    if by:
        message = f"Only {by} calls it, in a graph, so it is traced there anyway."
        yield Place(calls.own(evidence), message, "Leave it undecorated.", {"callers": ", ".join(facts.graph_callers)})
    elif history is not None and history.in_graph and not calls.decorated(evidence):
        message = f"All {history.in_graph} calls seen came from within a graph, so it is traced there anyway."
        yield Place(calls.own(evidence), message, "Leave it undecorated.")
