"""Every caller of the function is a graph, or should be.

Sees        only tf.functions, or methods that Keras traces, call it and no call outside a graph was observed; or only functions
            to be decorated call it, or such as are decorated by now.
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


@rule(
    "HYB101",
    "already-in-graph",
    stance="notes",
    claim="context",
    covers=(
        "caller-covered",
        "tf-data-always-graph",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """By the callers that analysis knows, or by calls that all came from within a trace."""
    facts, history = evidence.facts, evidence.history
    if evidence.planned_callers:
        by = wording.listed(evidence.planned_callers)
        graphs = "its graph traces" if len(evidence.planned_callers) == 1 else "their graphs trace"
        yield _only(evidence, evidence.planned_callers, f"and {graphs} it as well", f"Look at {by}.")
    elif calls.calls(evidence) or facts.eager_callers:
        return
    elif facts.keras_callers:
        if not calls.decorated(evidence):
            names = (*facts.graph_callers, *facts.keras_callers)
            yield _only(
                evidence, names, "as part of what Keras, or the step around it, traces", "Leave it undecorated."
            )
    elif facts.graph_callers:
        yield _only(evidence, facts.graph_callers, "in a graph, so it is traced there anyway", "Leave it undecorated.")
    elif history is not None and history.in_graph and not calls.decorated(evidence):
        seen = "The only call" if history.in_graph == 1 else f"All {history.in_graph} calls"
        message = f"{seen} seen came from within a graph, so it is traced there anyway."
        yield Place(calls.own(evidence), message, "Leave it undecorated.")


def _only(evidence: Evidence, callers: tuple[str, ...], how: str, step: str) -> Place:
    message = f"Only {wording.listed(callers)} {'calls' if len(callers) == 1 else 'call'} it, {how}."
    return Place(calls.own(evidence), message, step, {"callers": ", ".join(callers)})
