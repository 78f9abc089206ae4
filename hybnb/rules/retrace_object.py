"""A new function or object is passed in with every call.

Sees        observed calls with three or more different lambdas, partials, instances or models for one parameter, for a
            method also `self`; or with a bound method such as `scale.up`, which Python makes anew each time.
Matters     tf.function matches functions and objects by identity: each new one is traced anew.
Wrong when  there are few objects, each used for many calls: one trace per model is as it should be; or a bound method
            was kept under a name and is passed by that name.
Instead     make the object once and pass the same one, or pass the tensors it holds.
Source      TensorFlow guide "Better performance with tf.function", on Python objects; five lambdas gave five traces.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.analyse.signatures import Variation
from hybnb.model import Evidence, Kind
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FUNCTIONS = frozenset[Kind]({"function", "partial", "tf_function"})

FIRES = {
    "a lambda written in the call": """
        def apply(f, x):
            return f(x)
        # %%
        apply(lambda v: v + 1.0, tf.ones([2]))
        apply(lambda v: v + 2.0, tf.ones([2]))
        apply(lambda v: v + 3.0, tf.ones([2]))
    """,
    "a configuration made for each call": """
        class Config:
            def __init__(self, rate):
                self.rate = rate

        def step(x, config):
            return x * config.rate

        configs = [Config(0.1), Config(0.2), Config(0.3)]
        # %%
        step(tf.ones([2]), configs[0])
        step(tf.ones([2]), configs[1])
        step(tf.ones([2]), configs[2])
    """,
    "a bound method, which is a new object in each call": """
        class Scale:
            def up(self, v):
                return v * 3.0

        scale = Scale()

        def apply(f, x):
            return f(x)
        # %%
        apply(scale.up, tf.ones([2]))
        apply(scale.up, tf.ones([2]))
        apply(scale.up, tf.ones([2]))
    """,
}
QUIET = {
    "the same function": """
        def square(v):
            return v * v

        def apply(f, x):
            return f(x)
        # %%
        apply(square, tf.ones([2]))
        apply(square, tf.ones([2]))
        apply(square, tf.ones([2]))
    """,
    "one configuration": """
        class Config:
            rate = 0.1

        config = Config()

        def step(x, config):
            return x * config.rate
        # %%
        step(tf.ones([2]), config)
        step(tf.ones([2]), config)
        step(tf.ones([2]), config)
    """,
    "variables of one shape": """
        def grow(v):
            return v + 1.0

        variables = [tf.Variable([1.0]), tf.Variable([2.0]), tf.Variable([3.0])]
        # %%
        grow(variables[0])
        grow(variables[1])
        grow(variables[2])
    """,
}


@rule(
    "HYB304",
    "retrace-object",
    stance="notes",
    needs=("calls",),
    claim="retraces",
    covers=(
        "retrace-callable",
        "retrace-object",
        "retrace-generator-obj",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """Functions and objects in observed calls."""
    found = calls.varying(evidence, ("object",))
    if found:
        told, step = _words(found[0])
        yield calls.place(evidence, found, told, step)


def _words(one: Variation) -> tuple[str, str]:
    path, count = wording.code(one.path), len(one.seen)
    if one.kind == "method":
        told = f"{path} was a bound method in {count} calls, which Python makes anew each time"
        return told, "Keep it under a name (up = scale.up) and pass that name in every call."
    what = "functions" if one.kind in FUNCTIONS else "objects"
    return f"{path} was {count} different {what}", "Make it once and pass the same one in every call."
