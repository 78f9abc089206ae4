"""A Python container or object changes under a tensor condition.

Sees        a list, dict or object of the function's own that is changed in place in a branch of an `if` on a tensor.
Matters     both branches are traced, so the change always happens: a list grows whichever way the condition goes.
Wrong when  AutoGraph can follow the change, as it does for d["key"] = … of a key that was there before.
Instead     tf.where or a value set in both branches.
Source      AutoGraph reference, Limitations: Python collections in TensorFlow control flow.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a list that grows when a tensor says so": """
        def kept(x):
            parts = []
            for i in range(3):
                if x > float(i):
                    parts.append(x)
            return tf.stack(parts)
        # %%
        kept(tf.constant(2.0))
        """,
    "a helper adds to it": """
        def add(parts, x):
            parts.append(x)
        # %%
        def count(x):
            parts = [x]
            if x > 1.0:
                add(parts, x)
            return tf.add_n(parts)
        # %%
        count(tf.constant(0.5))
        """,
}
QUIET = {
    "a value set in both branches": """
        def kept(x):
            total = 0.0
            for i in range(3):
                if x > float(i):
                    total = total + x
            return total
        # %%
        kept(tf.constant(2.0))
        """,
    "a Python condition": """
        def kept(x):
            parts = []
            for i in range(3):
                if i > 0:
                    parts.append(x)
            return tf.stack(parts)
        # %%
        kept(tf.constant(2.0))
        """,
    "an entry that was there before": """
        def larger(x):
            best = {"value": tf.constant(0.0)}
            if x > 1.0:
                best["value"] = x
            return best["value"]
        # %%
        larger(tf.constant(2.0))
        larger(tf.constant(0.0))
        """,
}


@rule(
    "HYB243",
    "effect-under-tensor-branch",
    stance="blocks",
    effects=("branch-effect",),
    covers=(
        "hidden-mutation-in-loop",
        "append-under-tensor-if",
        "leak-cond-scope",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per change."""
    for effect in wording.of(evidence, "branch-effect"):
        target = wording.named(effect, "target", "a container")
        message = f"{target} changes under a tensor condition; both branches are traced, so it would always change"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Set a value in both branches, or use tf.where.")
