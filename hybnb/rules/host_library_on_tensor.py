"""A Python library gets a tensor.

Sees        math functions and functions of other libraries (SciPy, scikit-learn, PIL, json …) whose argument is a tensor.
Matters     they need numbers, and tensors have none while TensorFlow traces: TypeError.
Wrong when  the library knows symbolic tensors and works on them.
Instead     the TensorFlow function for it, or tf.py_function where there is none.
Source      TensorFlow guide, Better performance with tf.function.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import counterparts, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "math.sqrt": """
        import math
        def norm(x):
            return math.sqrt(tf.reduce_sum(x * x)) * tf.constant(1.0)
        # %%
        norm(tf.constant([3.0, 4.0]))
        """,
    "math.isnan decides, in a helper": """
        import math
        def good(value):
            return not math.isnan(value)
        # %%
        def guarded(x):
            if good(tf.reduce_sum(x)):
                return x * 2.0
            return x
        # %%
        guarded(tf.constant([3.0, 4.0]))
        """,
}
QUIET = {
    "a constant of math": """
        import math
        def area(radius):
            return math.pi * radius * radius
        # %%
        area(tf.constant(2.0))
        """,
    "math on a static shape": """
        import math
        def flat(x):
            return tf.reshape(x, [math.prod(x.shape)])
        # %%
        flat(tf.ones([2, 3]))
        """,
}


@rule(
    "HYB223", "host-library-on-tensor", stance="blocks", effects=("host-call",), claim="raises", covers=("host-math",)
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call."""
    for effect in wording.of(evidence, "host-call"):
        call, argument = wording.named(effect, "call", "a Python call"), wording.named(effect, "argument", "a tensor")
        message = f"{call} needs the value of {argument}, which doesn't exist while TensorFlow traces"
        step = counterparts.instead(effect.details.get("call", ""))
        if effect.details.get("call") == "tf.constant":
            step = "Use tf.stack or tf.convert_to_tensor, which take tensors."
        elif effect.details.get("call", "").startswith(("tf.", "keras.")):
            step = "Pass a Python value there."
        yield Place(effect, f"{message}{wording.by(effect)}.", step)
