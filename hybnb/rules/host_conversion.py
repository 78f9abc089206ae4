"""A tensor is turned into a Python number.

Sees        float(), int(), bool(), complex() or round() of a tensor.
Matters     AutoGraph turns float() and int() into casts: what was a Python number is a float32 or int32 tensor from there
            on, which other Python code may refuse. bool() and complex() raise.
Wrong when  the number is only used in further TensorFlow arithmetic of that dtype.
Instead     tf.cast, or convert what the function returns.
Source      AutoGraph reference, Functions: built-in functions.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a loss returned as a float": """
        def loss(x):
            return float(tf.reduce_mean(x * x))
        # %%
        loss(tf.constant([1.0, 2.0]))
        """,
    "a count returned as an int, by way of a helper": """
        def count(mask):
            return int(tf.reduce_sum(tf.cast(mask, tf.int32)))
        # %%
        def positive(x):
            return count(x > 0.0)
        # %%
        positive(tf.constant([1.0, -2.0]))
        """,
    "the truth of a tensor": """
        def any_large(x):
            return tf.cast(bool(tf.reduce_any(x > 1.0)), tf.float32)
        # %%
        any_large(tf.constant([1.0, 2.0]))
        """,
}
QUIET = {
    "a static dimension": """
        def mean(x):
            return tf.reduce_sum(x) / float(x.shape[0])
        # %%
        mean(tf.constant([1.0, 2.0]))
        """,
    "tf.cast": """
        def count(x):
            return tf.cast(tf.reduce_sum(x), tf.int32)
        # %%
        count(tf.constant([1.0, 2.0]))
        """,
}

RAISES = ("bool()", "complex()")


@rule("HYB221", "host-conversion", stance="risks", effects=("host-conversion",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per conversion; those that raise block."""
    for effect in wording.of(evidence, "host-conversion"):
        call, target = effect.details.get("call", "the conversion"), wording.named(effect, "target", "a tensor")
        way = wording.by(effect)
        converted = effect.details.get("converted", "")
        if call in RAISES or converted == "no":
            message = f"`{call}` of {target} needs a value, which a tensor doesn't have while TensorFlow traces{way}."
            yield Place(effect, message, "Use tf.cast, or convert the result in the caller.", stance="blocks")
        elif converted:
            message = f"`{call}` of {target} gives a tensor instead of a Python number{way}."
            yield Place(effect, message, "Use tf.cast, or convert the result in the caller.", stance="notes")
        else:
            message = f"a {call} with {target} may come out differently, which is a Python number only eagerly{way}."
            yield Place(effect, wording.sentence(message), "Use tf.cast and TensorFlow's operators.")
