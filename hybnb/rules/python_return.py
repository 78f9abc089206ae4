"""The function returns something that isn't a tensor.

Sees        a return value that is a number, string, array, shape, variable or an object, also inside a list or dict.
Matters     a tf.function returns tensors: numbers, strings and arrays become tensors, a variable becomes its value. Objects,
            functions, sets and dicts with keys of mixed types are refused: TypeError.
Wrong when  the caller takes a tensor just as well.
Instead     return tensors, and convert in the caller.
Source      TensorFlow guide, Better performance with tf.function.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence, Stance
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a count": """
        def rows(x):
            tf.debugging.assert_non_negative(x)
            return len(x.shape)
        # %%
        rows(tf.constant([1.0, 2.0]))
        """,
    "an object": """
        class Result:
            def __init__(self, value):
                self.value = value
        # %%
        def score(x):
            return Result(tf.reduce_mean(x))
        # %%
        score(tf.constant([1.0, 2.0]))
        """,
    "the sum of a dict that may be empty": """
        def total(losses):
            return sum(losses.values())
        # %%
        total({"a": tf.constant(1.0), "b": tf.constant(2.0)})
        total({})
        """,
    "a number beside tensors": """
        def step(x):
            return {"loss": tf.reduce_mean(x), "size": x.shape[0]}
        # %%
        step(tf.constant([1.0, 2.0]))
        """,
}
QUIET = {
    "tensors in a dict": """
        def step(x):
            return {"loss": tf.reduce_mean(x), "sum": tf.reduce_sum(x)}
        # %%
        step(tf.constant([1.0, 2.0]))
        """,
    "a tensor, or a pair of tensors": """
        def scores(x, both=False):
            y = tf.nn.softmax(x)
            return (y, x) if both else y
        # %%
        scores(tf.constant([1.0, 2.0]))
        scores(tf.constant([1.0, 2.0]), both=True)
        """,
    "the sum of a dict that is never empty": """
        def total(losses):
            return sum(losses.values())
        # %%
        total({"a": tf.constant(1.0), "b": tf.constant(2.0)})
        total({"a": tf.constant(1.0)})
        """,
    "nothing": """
        total = tf.Variable(0.0)
        def step(x):
            total.assign_add(tf.reduce_sum(x))
        # %%
        step(tf.constant([1.0, 2.0]))
        """,
}

BECOMES = {
    "number": "a Python number", "sometimes a number": "a value that is a Python number in some cases", "bool": "a Python bool", "string": "a string", "bytes": "bytes",
    "ndarray": "a NumPy array", "numpy_scalar": "a NumPy number", "shape": "a shape", "range": "a range",
    "variable": "a variable", "list": "a list", "tuple": "a tuple", "dict": "a dict",
}  # fmt: skip
UNSURE = ("a value of more than one type", "unknown", "tensor_array", "dataset", "object")
REFUSED = {"mixed-keys": "a dict with keys of several types", "instance": "an object"}


@rule(
    "HYB280",
    "python-return",
    stance="risks",
    effects=("return-type",),
    covers=(
        "python-value-becomes-tensor",
        "return-coerced",
        "return-variable",
        "return-object",
        "return-mixed-keys",
        "var-alias-read",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per returned value; what a tf.function refuses blocks."""
    for effect in wording.of(evidence, "return-type"):
        what = effect.details.get("what", "")
        stance: Stance = "risks"
        if what in BECOMES:
            fate, step = _becomes(what), "Return a tensor, and convert it in the caller."
        elif what in UNSURE:
            fate, step = f"what is returned may come out as another type ({what})", "Return tensors."
        else:
            kind = REFUSED.get(what) or wording.a(what.replace("_", " "))
            fate, step = (
                f"{kind} is returned, which a tf.function refuses with TypeError",
                "Return its tensors instead.",
            )
            stance = "blocks"
        used = effect.details.get("used", "")
        if used:
            fate, stance = f"{fate}, and it is looked at as Python ({used})", "blocks"
        yield Place(effect, f"{wording.sentence(fate)}{wording.by(effect)}.", step, stance=stance)


def _becomes(what: str) -> str:
    into = "its value" if what == "variable" else "a tensor"
    return f"{BECOMES[what]} is returned, which a tf.function turns into {into}"
