"""A tensor becomes the key of a dict or an element of a set.

Sees        a dict key, set element or hash() made from a tensor, or from a number that a trace turns into one: int() or
            float() of a tensor, a NumPy scalar that is passed in.
Matters     eagerly the number can be hashed; while TensorFlow traces it is a tensor: TypeError, unhashable.
Wrong when  it never is.
Instead     a tensor indexed by a tensor, tf.lookup tables, tf.switch_case; or keep the key a Python number.
Source      TensorFlow API, tf.Tensor; AutoGraph reference, Limitations: Python collections.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a dict looked up by int() of a tensor": """
        factors = {1: 2.0, 2: 3.0}
        def scaled(x):
            return x * factors[int(x)]
        # %%
        scaled(tf.constant(2.0))
        """,
    "a NumPy scalar as key": """
        factors = {1: 2.0, 2: 3.0}
        def scaled(x, kind):
            return x * factors[kind]
        # %%
        scaled(tf.constant(2.0), np.int64(1))
        """,
}
QUIET = {
    "a Python key": """
        factors = {"a": 2.0, "b": 3.0}
        def scaled(x):
            for key in factors:
                x = x * factors[key]
            return x
        # %%
        scaled(tf.constant(2.0))
        """,
    "a reference as key": """
        def scaled(x):
            known = {x.ref(): 2.0}
            return x * known[x.ref()]
        # %%
        scaled(tf.constant(2.0))
        """,
}


@rule("HYB228", "tensor-as-key", stance="blocks", effects=("tensor-key",), claim="raises", covers=("tensor-hash",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per key."""
    for effect in wording.of(evidence, "tensor-key"):
        construct = effect.details.get("construct", "key")
        message = f"the {construct} is a tensor while TensorFlow traces, and tensors can't be hashed"
        message = f"{wording.sentence(message)}{wording.by(effect)}."
        yield Place(effect, message, "Keep the key a Python number that is passed in, or look it up in a tensor.")
