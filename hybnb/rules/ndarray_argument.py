"""A NumPy argument is used as an array, but a traced function gets a tensor.

Sees        array methods and attributes (.mean(), .T, .astype()), item assignment, a list as index, isinstance(np.ndarray)
            or a mix of dtypes, on a parameter that is passed NumPy arrays or NumPy scalars; a Python number, or an array,
            before a tensor of another dtype, as in tf.maximum(0, x).
Matters     tf.function turns NumPy arguments into tensors: methods are missing (AttributeError), isinstance answers
            otherwise, and a float64 array no longer adapts to float32 tensors (TypeError). A number that comes first is
            made a tensor by itself in a graph; eagerly it takes the dtype of the tensor beside it.
Wrong when  the calls that pass arrays are not those that matter.
Instead     TensorFlow functions; tf.cast or tf.convert_to_tensor in the caller.
Source      TensorFlow guide, Better performance with tf.function; TensorFlow issue 103823.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a method of arrays": """
        def centred(x):
            return tf.constant(1.0, tf.float64) * (x - x.mean())
        # %%
        centred(np.arange(3.0))
        """,
    "item assignment": """
        def cleared(x):
            x[0] = 0.0
            return tf.reduce_sum(x)
        # %%
        cleared(np.arange(3.0))
        """,
    "float64 and float32": """
        w = tf.constant([1.0, 2.0, 3.0])
        def weighted(x):
            return w * x
        # %%
        weighted(np.arange(3.0))
        """,
    "a whole number before floats": """
        def positive(x):
            return tf.maximum(0, x)
        # %%
        positive(tf.constant([1.5, -1.0]))
        """,
    "isinstance": """
        def scaled(x):
            if isinstance(x, np.ndarray):
                return tf.reduce_sum(x) * 2.0
            return tf.reduce_sum(x)
        # %%
        scaled(np.arange(3.0))
        """,
}
QUIET = {
    "shape, slices and arithmetic": """
        def centred(x):
            x = x[:2] + 1.0
            return tf.reshape(x, [x.shape[0], 1])
        # %%
        centred(np.arange(3.0))
        """,
    "an array of the notebook stays one": """
        weights = np.arange(3.0)
        def weighted(x):
            return x * weights.mean()
        # %%
        weighted(tf.constant([1.0, 2.0, 3.0]))
        """,
    "a number of the tensor's type, or behind it": """
        def positive(x):
            return tf.maximum(0.0, x) + tf.maximum(x, 0) + tf.add(x, 1) + 2 * x
        # %%
        positive(tf.constant([1.5, -1.0]))
        """,
    "only tensors are passed": """
        def weighted(x):
            return tf.reduce_mean(x) * 2.0
        # %%
        weighted(tf.constant([1.0, 2.0, 3.0]))
        """,
}

MATTERS = {
    "isinstance": "so `isinstance` answers otherwise",
    "dtype": "so its dtype no longer adapts to that of tensors",
    "item assignment": "which has no item assignment",
    "list index": "which can't be indexed by a list",
    "loop": "so the loop runs over tensors, in the graph",
}


@rule(
    "HYB229",
    "ndarray-argument",
    stance="blocks",
    effects=("array-argument",),
    covers=(
        "np-arg-methods",
        "np-arg-store",
        "np-arg-fancy-index",
        "eager-dtype-coercion",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per use."""
    for effect in wording.of(evidence, "array-argument"):
        how, parameter = effect.details.get("how", ""), wording.named(effect, "parameter", "")
        why = MATTERS.get(how, f"which has no `{how.removeprefix('method ')}`")
        message = f"{parameter} is passed a NumPy value, which a tf.function turns into a tensor, {why}"
        if not parameter:
            message = f"A value made of a NumPy argument is a tensor in a tf.function, {why}"
        step = "Use TensorFlow functions, or convert in the caller."
        if how == "number":
            message = f"{parameter or 'a value'} is a Python number that becomes a tensor in a loop or branch, {MATTERS['dtype']}"
            step = "Start it as a number of the tensors' type, as 0.0 beside floats, or use tf.cast here."
        if how == "large":
            message = (
                f"{parameter or 'a value'} is a Python number that becomes a tensor of 32 bits in a loop or branch"
            )
            step = "Start it as a tensor of tf.int64, and keep what it is multiplied by in that range."
        if how == "first":
            message = (
                f"{parameter or 'A number'} stands before a tensor of another dtype, and is made a tensor by itself"
            )
            step = "Put the tensor first, or write a number of its type, as 0.0 beside floats."
        yield Place(effect, f"{message}{wording.by(effect)}.", step)
