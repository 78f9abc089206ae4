"""An argument lands in the `name` of a TensorFlow function.

Sees        a positional argument at the place of `name` that isn't a string, as in tf.sqrt(x, tf.float32).
Matters     eagerly the name isn't looked at; while TensorFlow traces it must be a string: TypeError.
Wrong when  it never is: the argument does nothing eagerly either.
Instead     leave it out, or pass what was meant by its keyword.
Source      TensorFlow API, tf.math.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a dtype given to tf.sqrt": """
        def root(x):
            return tf.sqrt(x, tf.float32)
        # %%
        root(tf.constant(4.0))
        """,
    "an axis given to tf.square, in a helper": """
        def size(value):
            return tf.square(value, -1)
        # %%
        def total(x):
            return tf.reduce_sum(size(x))
        # %%
        total(tf.constant([1.0, -2.0]))
        """,
}
QUIET = {
    "a name": """
        def root(x):
            return tf.sqrt(x, "root")
        # %%
        root(tf.constant(4.0))
        """,
    "an argument that the function has": """
        def total(x):
            return tf.reduce_sum(x, 0)
        # %%
        total(tf.constant([4.0]))
        """,
}


@rule("HYB234", "name-slot", stance="blocks", effects=("name-slot",), claim="raises", covers=("name-arg-type",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call."""
    for effect in wording.of(evidence, "name-slot"):
        call = wording.named(effect, "call", "this function")
        message = f"{call} takes this argument as its name, and that must be a string while TensorFlow traces"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Leave the argument out; eagerly it does nothing.")
