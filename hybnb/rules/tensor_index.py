"""A Python sequence is indexed by a tensor.

Sees        a list, tuple or string with a tensor as index or slice bound, also one from int().
Matters     Python needs a number there, and tensors have none while TensorFlow traces: TypeError.
Wrong when  the sequence holds equal things, so that any index would do.
Instead     make the sequence a tensor and use tf.gather; for functions, tf.switch_case.
Source      AutoGraph reference, Limitations: Python collections.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a list of rates": """
        rates = [0.1, 0.2, 0.3]
        def step(x, epoch):
            return x * rates[epoch]
        # %%
        step(tf.constant(1.0), tf.constant(1))
        """,
    "int() doesn't help": """
        def pick(values, i):
            return values[int(i)]
        # %%
        def step(x):
            return x * pick((1.0, 2.0, 3.0), tf.argmax([0.0, 1.0]))
        # %%
        step(tf.constant(1.0))
        """,
}
QUIET = {
    "a tensor indexed by a tensor": """
        rates = tf.constant([0.1, 0.2, 0.3])
        def step(x, epoch):
            return x * rates[epoch]
        # %%
        step(tf.constant(1.0), tf.constant(1))
        """,
    "a Python index": """
        rates = [0.1, 0.2, 0.3]
        def step(x):
            for i in range(3):
                x = x * rates[i]
            return x
        # %%
        step(tf.constant(1.0))
        """,
}


@rule("HYB224", "tensor-index", stance="blocks", effects=("tensor-index",), claim="raises", covers=("python-index",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per index."""
    for effect in wording.of(evidence, "tensor-index"):
        target = wording.named(effect, "target", "a Python sequence")
        is_one = " is a Python sequence and" if effect.details.get("target") else ""
        message = f"{target}{is_one} can't be indexed by a tensor while TensorFlow traces"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Make it a tensor, and use tf.gather.")
