"""What TensorFlow has for what NumPy and Python's `math` do."""

from __future__ import annotations

from typing import Final

from hybnb.analyse import lexicon

OTHERWISE: Final = "Use the TensorFlow function for it."
#: by another name than NumPy's
NAMES: Final = {
    "sum": "reduce_sum", "mean": "reduce_mean", "average": "reduce_mean", "max": "reduce_max", "amax": "reduce_max", "min": "reduce_min",
    "amin": "reduce_min", "prod": "reduce_prod", "any": "reduce_any", "all": "reduce_all", "std": "math.reduce_std",
    "var": "math.reduce_variance", "concatenate": "concat", "clip": "clip_by_value", "power": "pow", "isnan": "math.is_nan",
    "isfinite": "math.is_finite", "isinf": "math.is_inf", "arctan2": "atan2", "arctan": "atan", "arcsin": "asin", "arccos": "acos",
    "absolute": "abs", "fabs": "abs", "array": "convert_to_tensor", "asarray": "convert_to_tensor",
}  # fmt: skip
WITHIN: Final = ("", "math.", "linalg.")
ALIKE: Final = frozenset({"op", "higher-order"})


def instead(call: str) -> str:
    """The step for a call such as "np.exp", for `array[i]`, or for `array[i] = …`."""
    if call.endswith("= …"):
        return "Gather the values in a tf.TensorArray, or use tf.tensor_scatter_nd_update."
    if call.endswith("]"):
        return "Make it a tensor, and use tf.gather."
    root, _, rest = call.partition(".")
    last = call.rpartition(".")[2]
    if root not in ("np", "numpy", "math") or not rest:
        return OTHERWISE
    for within in WITHIN:
        name = f"{within}{NAMES.get(last, last)}"
        entry = lexicon.lookup(f"tensorflow.{name}")
        if entry is not None and entry.category in ALIKE:
            return f"Use tf.{name}."
    return OTHERWISE
