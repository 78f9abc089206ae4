"""The time is read from Python.

Sees        time.time, perf_counter, datetime.now and the like, in the function or below it.
Matters     the clock is read while TensorFlow traces; every call then sees the time of the trace.
Wrong when  it never is: a time that is read to measure the trace belongs outside too.
Instead     tf.timestamp() for a time inside the graph; measure durations around the call.
Source      TensorFlow guide, Better performance with tf.function: Executing Python side effects.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "seconds added to a result": """
        import time
        def stamp(x):
            return tf.cast(x, tf.float64) + time.perf_counter()
        # %%
        stamp(tf.constant(1.0))
        stamp(tf.constant(1.0))
        """,
    "the microsecond of now, in a helper": """
        from datetime import datetime
        def now():
            return datetime.now().timestamp()
        # %%
        def stamp(x):
            return tf.cast(x, tf.float64) + now()
        # %%
        stamp(tf.constant(1.0))
        stamp(tf.constant(1.0))
        """,
}
QUIET = {
    "tf.timestamp": """
        def stamp(x):
            return tf.cast(x, tf.float64) + tf.timestamp()
        # %%
        stamp(tf.constant(1.0))
        stamp(tf.constant(1.0))
        """,
    "nobody looks at the time": """
        import time
        def step(x):
            began = time.perf_counter()
            y = x * 2.0
            seconds = time.perf_counter() - began
            return y
        # %%
        step(tf.constant(1.0))
        step(tf.constant(2.0))
        """,
    "the caller measures": """
        import time
        def step(x):
            return x * 2.0
        # %%
        begin = time.perf_counter()
        step(tf.constant(1.0))
        seconds = time.perf_counter() - begin
        """,
}


@rule("HYB204", "host-clock", stance="blocks", effects=("clock",), covers=("frozen-clock",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per look at the clock."""
    for effect in wording.of(evidence, "clock"):
        call = wording.named(effect, "call", "the clock")
        message = f"{call} would be read once per trace; every call would see that time{wording.by(effect)}."
        yield Place(effect, message, "Use tf.timestamp(), or read the clock around the call.")
