"""An argument is passed that a traced function can't take.

Sees        a set, a slice (until Python 3.11), or another argument TensorFlow can't tell apart by value, as a dataclass that can't be hashed.
Matters     tf.function looks up its trace by the arguments: TypeError, "Could not generate a generic TraceType".
Wrong when  the argument is no longer passed.
Instead     a tuple for a set, two numbers for a slice; dataclass(frozen=True) for numbers, dataclass(eq=False) or a named tuple
            for tensors.
Source      TensorFlow guide, Better performance with tf.function: Rules of tracing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a set of names": """
        def picked(x, names):
            return x * float(len(names))
        # %%
        picked(tf.constant(1.0), {"a", "b"})
        """,
    "a frozen dataclass of tensors": """
        import dataclasses
        @dataclasses.dataclass(frozen=True)
        class State:
            mean: tf.Tensor
            count: int
        def updated(x, state):
            return state.mean + (x - state.mean) / state.count
        # %%
        updated(tf.constant(1.0), State(tf.constant(0.0), 2))
        """,
}
QUIET = {
    "a tuple of names": """
        def picked(x, names):
            return x * float(len(names))
        # %%
        picked(tf.constant(1.0), ("a", "b"))
        """,
    "a frozen dataclass of numbers": """
        import dataclasses
        @dataclasses.dataclass(frozen=True)
        class Settings:
            rate: float
            axes: tuple = (0, 1)
        def scaled(x, settings):
            return tf.reduce_sum(x * settings.rate, settings.axes)
        # %%
        scaled(tf.ones([2, 3]), Settings(0.5))
        """,
    "two numbers": """
        def part(x, begin, end):
            return x[begin:end]
        # %%
        part(tf.constant([1.0, 2.0, 3.0]), 0, 2)
        """,
}

NEXT = {"set": "Pass a tuple instead.", "slice": "Pass its bounds instead."}


@rule(
    "HYB281",
    "untraceable-argument",
    stance="blocks",
    effects=("argument-type",),
    claim="raises",
    covers=(
        "equal-object-alias",
        "arg-untraceable",
        "keras-symbolic-arg",
        "temp-instance",
        "self-unhashable",
        "self-slots",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per parameter."""
    for effect in wording.of(evidence, "argument-type"):
        parameter, what = wording.named(effect, "parameter", "a parameter"), effect.details.get("what", "value")
        fate = "" if "one trace" in what else ", which a tf.function can't take as an argument"
        message = f"{parameter} is passed {what if what.startswith('an ') else wording.a(what)}{fate}."
        yield Place(effect, wording.sentence(message), NEXT.get(what, "Pass tensors, or something that can be hashed."))
