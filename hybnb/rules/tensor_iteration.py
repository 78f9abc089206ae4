"""A tensor is iterated where AutoGraph can't help.

Sees        comprehensions, unpacking, `*`, list(), tuple(), zip(), enumerate(), map(), sum() and the like over a tensor.
            A plain `for` over a tensor is fine.
Matters     AutoGraph converts only `for` statements: OperatorNotAllowedInGraphError while TensorFlow traces.
Wrong when  it never is for tensors; a Python list of tensors is not one.
Instead     tf.unstack for a known length, tf.map_fn or a plain `for`; tf.reduce_sum for sum().
Source      AutoGraph reference, Common errors: iterating over a symbolic tensor.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a comprehension": """
        def squares(x):
            return tf.stack([v * v for v in x])
        # %%
        squares(tf.constant([1.0, 2.0]))
        """,
    "unpacking a shape that is a tensor": """
        def area(image):
            height, width = tf.shape(image)
            return height * width
        # %%
        area(tf.ones([2, 3]))
        """,
    "zip over two tensors, in a helper": """
        def pairs(a, b):
            total = 0.0
            for u, v in zip(a, b):
                total += u * v
            return total
        # %%
        def dot(x):
            return pairs(x, x)
        # %%
        dot(tf.constant([1.0, 2.0]))
        """,
    "sum of a tensor": """
        def total(x):
            return sum(x)
        # %%
        total(tf.constant([1.0, 2.0]))
        """,
}
QUIET = {
    "a plain for": """
        def total(x):
            result = 0.0
            for v in x:
                result += v
            return result
        # %%
        total(tf.constant([1.0, 2.0]))
        """,
    "tf.unstack": """
        def area(x):
            a, b = tf.unstack(x)
            return a * b
        # %%
        area(tf.constant([1.0, 2.0]))
        """,
    "a list of tensors": """
        def dot(gradients):
            return sum(tf.reduce_sum(a * b) for a, b in zip(gradients, gradients))
        # %%
        dot([tf.constant([1.0, 2.0]), tf.constant([3.0])])
        """,
    "a static shape": """
        def area(image):
            height, width = image.shape
            return tf.reduce_sum(image) * height * width
        # %%
        area(tf.ones([2, 3]))
        """,
}


@rule(
    "HYB226",
    "tensor-iteration",
    stance="blocks",
    effects=("tensor-iteration",),
    claim="raises",
    covers=("iterate-tensor-expr",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per iteration."""
    for effect in wording.of(evidence, "tensor-iteration"):
        construct = wording.construct(effect.details.get("construct") or "loop")
        target = wording.named(effect, "target", "a tensor")
        message = f"{construct} iterates over {target}, which AutoGraph can't convert{wording.by(effect)}."
        yield Place(effect, wording.sentence(message), "Use a plain `for`, tf.unstack or tf.map_fn.")
