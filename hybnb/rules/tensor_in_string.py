"""A tensor is written into a string.

Sees        f-strings, %, .format(), str() and repr() with a tensor.
Matters     the text is made while TensorFlow traces and shows a symbol, as Tensor("x:0", shape=()), not a number; a format
            such as .2f raises TypeError.
Wrong when  the text is not used. One that is only the message of an error is left alone, unless somebody looks at it.
Instead     tf.strings.format or tf.print; make the text in the caller.
Source      TensorFlow guide, Better performance with tf.function: Executing Python side effects.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a label with two decimals": """
        def label(x):
            return "loss " + f"{tf.reduce_mean(x):.2f}"
        # %%
        label(tf.constant([1.0, 2.0]))
        """,
    "a text that is returned": """
        def describe(value):
            return "mean {}".format(value)
        # %%
        def label(x):
            return describe(tf.reduce_mean(x))
        # %%
        label(tf.constant([1.0, 2.0]))
        """,
    "percent": """
        def label(x):
            return tf.constant("%d" % x)
        # %%
        label(tf.constant(3))
        """,
    "the words of an error, which the caller takes from the traceback": """
        import traceback
        def root(x):
            if x.shape.rank != 1:
                raise ValueError(f"a vector, not {x}")
            return tf.sqrt(x)
        said = []
        def attempt(x):
            try:
                return root(x)
            except ValueError:
                said.append(traceback.format_exc().splitlines()[-1])
        # %%
        attempt(tf.constant([[1.0, 2.0]]))
        """,
    "the words of an error, which the caller keeps": """
        def root(x):
            if x.shape.rank != 1:
                raise ValueError(f"a vector, not {x}")
            return tf.sqrt(x)
        said = []
        def attempt(x):
            try:
                return root(x)
            except ValueError as error:
                said.append(str(error))
        # %%
        attempt(tf.constant([[1.0, 2.0]]))
        """,
}
QUIET = {
    "tf.strings.format": """
        def label(x):
            return tf.strings.format("mean {}", tf.reduce_mean(x))
        # %%
        label(tf.constant([1.0, 2.0]))
        """,
    "a static shape in the text": """
        def label(x):
            return tf.constant(f"shape {x.shape}")
        # %%
        label(tf.constant([1.0, 2.0]))
        """,
    "the words of an assert": """
        def root(x):
            assert x.shape.rank == 1, f"a vector, not {x}"
            return tf.sqrt(x)
        # %%
        root(tf.constant([1.0, 2.0]))
        """,
    "the words of an error": """
        def root(x):
            if x.shape.rank != 1:
                raise ValueError("a vector, not {}".format(x))
            return tf.sqrt(x)
        # %%
        root(tf.constant([1.0, 2.0]))
        """,
}


@rule(
    "HYB225",
    "tensor-in-string",
    stance="blocks",
    effects=("tensor-format",),
    covers=(
        "frozen-fstring",
        "percent-format",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per text."""
    for effect in wording.of(evidence, "tensor-format"):
        how, target = wording.construct(effect.details.get("how", "text")), wording.named(effect, "target", "a tensor")
        message = f"{how} would write a symbol instead of the value of {target}, or fail{wording.by(effect)}."
        yield Place(effect, wording.sentence(message), "Use tf.strings.format, or make the text in the caller.")
