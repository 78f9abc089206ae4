"""Python asks for the truth of a tensor where AutoGraph can't help.

Sees        assert, `in`, any(), all(), max(), min(), sorted(), filter(), list.index() and the condition of a comprehension
            that depend on a tensor. A plain `if`, `while`, `and`, `or`, `not` is fine.
Matters     Python needs a true or false while TensorFlow traces: OperatorNotAllowedInGraphError.
Wrong when  it never is for tensors.
Instead     tf.reduce_any, tf.reduce_max, tf.maximum, tf.where, tf.debugging.assert_*.
Source      AutoGraph reference, Common errors: using a symbolic tensor as a Python bool.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "max with a number": """
        def relu(x):
            return max(x, 0.0)
        # %%
        relu(tf.constant(1.0))
        """,
    "assert": """
        def root(x):
            assert tf.reduce_min(x) >= 0.0
            return tf.sqrt(x)
        # %%
        root(tf.constant([1.0, 4.0]))
        """,
    "membership, in a helper": """
        def special(label):
            return label in (3, 5)
        # %%
        def weight(x, label):
            if special(label):
                return x * 2.0
            return x
        # %%
        weight(tf.constant(1.0), tf.constant(3))
        """,
    "the condition of a comprehension": """
        def kept(x):
            return tf.stack([limit * x for limit in (1.0, 2.0) if x > limit])
        # %%
        kept(tf.constant(3.0))
        """,
}
QUIET = {
    "tf.maximum": """
        def relu(x):
            return tf.maximum(x, 0.0)
        # %%
        relu(tf.constant(1.0))
        """,
    "if, and, not, a chained comparison": """
        def inside(x):
            if 0.0 < x < 1.0 and not x > 5.0:
                return x * 2.0
            return x
        # %%
        inside(tf.constant(0.5))
        inside(tf.constant(2.0))
        """,
    "assert about a static shape": """
        def root(x):
            assert x.shape[0] == 2
            return tf.sqrt(x)
        # %%
        root(tf.constant([1.0, 4.0]))
        """,
}

INSTEAD = {
    "assert": "Use tf.debugging.assert_*.",
    "max()": "Use tf.maximum or tf.reduce_max.",
    "min()": "Use tf.minimum or tf.reduce_min.",
    "any()": "Use tf.reduce_any.",
    "all()": "Use tf.reduce_all.",
    "sorted()": "Use tf.sort.",
    "in": "Use tf.reduce_any(tf.equal(...)).",
}


@rule(
    "HYB227",
    "tensor-truth",
    stance="blocks",
    effects=("tensor-bool",),
    claim="raises",
    covers=(
        "tensor-bool-expr",
        "assert-tensor",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per question."""
    for effect in wording.of(evidence, "tensor-bool"):
        construct, target = effect.details.get("construct", "this"), wording.named(effect, "target", "a tensor")
        message = (
            f"{wording.construct(construct)} asks whether {target} is true, which isn't known while TensorFlow traces"
        )
        step = INSTEAD.get(construct, "Use tf.where, tf.reduce_any or tf.boolean_mask.")
        yield Place(effect, f"{wording.sentence(message)}{wording.by(effect)}.", step)
