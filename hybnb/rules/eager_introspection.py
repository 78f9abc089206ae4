"""The code asks whether it runs eagerly.

Sees        tf.executing_eagerly(), tf.inside_function(), hasattr(x, "numpy"), the type or the device of a tensor.
Matters     the answer is another one while TensorFlow traces, so the graph holds the other branch.
Wrong when  both branches compute the same, as code written for both modes does.
Instead     one way that works in both; decide by an argument.
Source      TensorFlow API, tf.executing_eagerly.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "executing_eagerly": """
        def scaled(x):
            if tf.executing_eagerly():
                return x * 2.0
            return x * 3.0
        # %%
        scaled(tf.constant(1.0))
        """,
    "a tensor that has .numpy, in a helper": """
        def eager(value):
            return hasattr(value, "numpy")
        # %%
        def scaled(x):
            return x * (2.0 if eager(x) else 3.0)
        # %%
        scaled(tf.constant(1.0))
        """,
}
QUIET = {
    "isinstance of tf.Tensor": """
        def scaled(x):
            if isinstance(x, tf.Tensor):
                return x * 2.0
            return tf.constant(x) * 3.0
        # %%
        scaled(tf.constant(1.0))
        """,
    "tf.is_tensor and the rank": """
        def scaled(x):
            if tf.is_tensor(x) and x.shape.rank == 0:
                return x * 2.0
            return x * 3.0
        # %%
        scaled(tf.constant(1.0))
        """,
}


@rule(
    "HYB230",
    "eager-introspection",
    stance="blocks",
    effects=("eager-introspection",),
    covers=(
        "eager-introspection",
        "locals-changed",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per question."""
    for effect in wording.of(evidence, "eager-introspection"):
        call = wording.named(effect, "call", "this question")
        message = f"{call} answers otherwise while TensorFlow traces, and the graph keeps that answer"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Write it so that one way works in both modes.")
