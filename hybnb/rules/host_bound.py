"""Much of the time is spent in Python, where a graph can't help.

Sees        tf.py_function and tf.numpy_function, which run Python in the middle of a graph; and NumPy or other Python work
            in the body where a recorded call spent a third of its time outside TensorFlow.
Matters     Python inside a graph runs as slowly as outside, one call at a time, and the graph can't be saved or moved to
            another device.
Wrong when  the Python part is a small share of a large function.
Instead     write it with TensorFlow ops, or do it before the function is called.
Source      TensorFlow API, tf.py_function and tf.numpy_function, on their limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

MUCH: Final = 1 / 3  #: share of an eager call's time

FIRES = {
    "NumPy in the middle of a graph": """
        def median(x):
            return tf.numpy_function(lambda a: np.median(a).astype("float32"), [x], tf.float32)
        # %%
        median(tf.constant([1.0, 2.0, 4.0]))
        median(tf.constant([1.0, 3.0, 4.0]))
    """,
}
QUIET = {
    "ops only": """
        def middle(x):
            return tf.sort(x)[tf.size(x) // 2]
        # %%
        middle(tf.constant([1.0, 2.0, 4.0]))
        middle(tf.constant([1.0, 3.0, 4.0]))
    """,
    "a constant made with NumPy": """
        def blend(x):
            return x * np.float32(0.5)
        # %%
        blend(tf.constant([1.0, 2.0]))
        blend(tf.constant([3.0, 4.0]))
    """,
}


@rule(
    "HYB405",
    "host-bound",
    stance="notes",
    effects=("host-callback", "host-work"),
    claim="no-gain",
    covers=(
        "py-bound",
        "py-function",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """Callbacks from the source; other Python work where a recorded call shows that it matters."""
    for effect in wording.of(evidence, "host-callback"):
        call = wording.named(effect, "call", "A callback")
        message = f"{call} runs Python in the middle of the graph, no faster than before{wording.by(effect)}."
        yield Place(effect, message, "Write this part with TensorFlow ops, or do it before the call.")
    share = evidence.prediction.host_share if evidence.prediction is not None else 0.0
    for effect in wording.of(evidence, "host-work") if share >= MUCH else ():
        call = wording.named(effect, "call", "Python work")
        message = f"{share:.0%} of a call's time is spent outside TensorFlow; {call} is part of it{wording.by(effect)}."
        yield Place(effect, message, "Do this part before the function is called.", {"share": f"{share:.2f}"})
