"""A NumPy function gets a tensor.

Sees        numpy functions and array constructors whose argument is a tensor made or passed in here.
Matters     NumPy asks for the values, and tensors have none while TensorFlow traces: NotImplementedError.
Wrong when  only the shape or rank is asked (np.shape, np.ndim); those work.
Instead     the TensorFlow function of the same name, or tf.numpy_function where there is none.
Source      TensorFlow guide, Better performance with tf.function; TensorFlow issue 40537.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import counterparts, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "np.mean of a tensor": """
        def score(x):
            return np.mean(x) * tf.constant(2.0)
        # %%
        score(tf.constant([1.0, 2.0]))
        """,
    "a tensor in np.array, in a helper": """
        def pack(values):
            return np.array(values)
        # %%
        def both(x):
            return tf.reduce_sum(pack([x, x * 2.0]))
        # %%
        both(tf.constant(1.0))
        """,
}
QUIET = {
    "NumPy on constants": """
        def scaled(x):
            return x * np.sqrt(2.0).astype("float32")
        # %%
        scaled(tf.constant([1.0, 2.0]))
        """,
    "a static shape": """
        def flat(x):
            return tf.reshape(x, [int(np.prod(x.shape))])
        # %%
        flat(tf.ones([2, 3]))
        """,
    "an array of the notebook": """
        weights = np.ones(2, "float32")
        def weighted(x):
            return x * np.sum(weights)
        # %%
        weighted(tf.constant([1.0, 2.0]))
        """,
}


@rule(
    "HYB222", "numpy-on-tensor", stance="blocks", effects=("numpy-call",), claim="raises", covers=("numpy-on-tensor",)
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call."""
    for effect in wording.of(evidence, "numpy-call"):
        call, argument = wording.named(effect, "call", "a NumPy call"), wording.named(effect, "argument", "a tensor")
        message = f"{call} needs the values of {argument}, which don't exist while TensorFlow traces"
        step = counterparts.instead(effect.details.get("call", ""))
        yield Place(effect, f"{message}{wording.by(effect)}.", step)
