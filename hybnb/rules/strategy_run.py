"""A strategy runs its replicas eagerly.

Sees        strategy.run in a function that is no tf.function and that no tf.function calls.
Matters     each operation is started by Python on each replica by itself; TensorFlow warns of significant overhead.
Wrong when  the function is called rarely, or while debugging.
Instead     decorate the function that calls strategy.run.
Source      TensorFlow guide, Distributed training: Use tf.distribute.Strategy with custom training loops.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a distributed step": """
        strategy = tf.distribute.MirroredStrategy(["CPU:0"])

        def replica(x):
            return tf.reduce_sum(x * 2.0)

        def step(x):
            return strategy.run(replica, args=(x,))
        # %%
        step(tf.ones([2]))
    """,
}
QUIET = {
    "what a replica does": """
        strategy = tf.distribute.MirroredStrategy(["CPU:0"])

        def replica(x):
            return tf.reduce_sum(x * 2.0)

        def step(x):
            return strategy.run(replica, args=(x,))
        # %%
        replica(tf.ones([2]))
    """,
    "a decorated step": """
        strategy = tf.distribute.MirroredStrategy(["CPU:0"])

        def replica(x):
            return tf.reduce_sum(x * 2.0)

        @tf.function
        def step(x):
            return strategy.run(replica, args=(x,))
        # %%
        step(tf.ones([2]))
    """,
}


@rule(
    "HYB413",
    "strategy-run",
    stance="favours",
    effects=("replicas",),
    claim="harmless",
    covers=("strategy-run-eager",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per run."""
    facts = evidence.facts
    if facts.decoration is not None or (facts.graph_callers and not (facts.eager_callers or facts.keras_callers)):
        return
    for effect in wording.of(evidence, "replicas"):
        call = wording.named(effect, "call", "the strategy")
        message = f"{call} runs outside of a graph, so that Python starts each operation on each replica by itself"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Decorate the function that calls it.")
