"""An exception would come out of the function as another one.

Sees        a raise of a class of the notebook's own that has a constructor of its own, or of ZeroDivisionError and the like.
Matters     AutoGraph makes the exception anew, with one text as its argument; where that doesn't fit it raises StagingError,
            which an `except` for the original class doesn't catch.
Wrong when  the exception is never raised, or never caught by its class.
Instead     raise ValueError or another plain class, or check before the call.
Source      AutoGraph reference, Error handling.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a class with two arguments": """
        class DataError(Exception):
            def __init__(self, row, why):
                super().__init__(f"row {row}: {why}")
        def scaled(x, factor):
            if factor < 0:
                raise DataError(3, "negative")
            return x * factor
        # %%
        scaled(tf.constant(1.0), -1)
        """,
    "a keyword-only argument": """
        class Missing(Exception):
            def __init__(self, *, name):
                self.name = name
                super().__init__(name)
        def weighted(x, weights):
            if "bias" not in weights:
                raise Missing(name="bias")
            return x * weights["bias"]
        # %%
        weighted(tf.constant(1.0), {"scale": 1.0})
        """,
}
QUIET = {
    "a plain class": """
        def scaled(x, factor):
            if factor < 0:
                raise ValueError("negative")
            return x * factor
        # %%
        scaled(tf.constant(1.0), 2)
        """,
    "a class of the notebook's own without a constructor": """
        class DataError(Exception):
            pass
        def scaled(x, factor):
            if factor < 0:
                raise DataError("negative")
            return x * factor
        # %%
        scaled(tf.constant(1.0), 2)
        """,
}


@rule("HYB255", "exception-class", stance="risks", effects=("exception-class",), covers=("exception-wrapped",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per raise."""
    for effect in wording.of(evidence, "exception-class"):
        name = wording.named(effect, "exception", "the exception")
        message = f"{name} would come out of a tf.function as StagingError"
        message = f"{wording.sentence(message)}{wording.by(evidence, effect)}."
        yield Place(effect, message, "Raise a plain class such as ValueError, or check before the call.")
