"""The function sleeps.

Sees        time.sleep and other waiting in the function or below it.
Matters     it waits while TensorFlow traces and never again, so a limit on how often something runs is gone. That is a risk
            rather than another result: only who waits for it can say whether it matters.
Wrong when  the pause is there only to make the work look slow.
Instead     wait outside, between the calls.
Source      TensorFlow guide, Better performance with tf.function: Executing Python side effects.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a pause after each step": """
        import time
        def step(x):
            time.sleep(0.3)
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        begin = time.perf_counter()
        step(tf.constant(1.0))
        tf.constant(time.perf_counter() - begin > 0.25)
        """,
    "a pause in a helper": """
        import time
        def rest():
            time.sleep(0.3)
        # %%
        class Loop:
            def step(self, x):
                rest()
                return x * 2.0
        loop = Loop()
        # %%
        loop.step(tf.constant(1.0))
        begin = time.perf_counter()
        loop.step(tf.constant(1.0))
        tf.constant(time.perf_counter() - begin > 0.25)
        """,
}
QUIET = {
    "the caller waits": """
        import time
        def step(x):
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        time.sleep(0.01)
        step(tf.constant(1.0))
        """,
    "another function sleeps": """
        import time
        def rest():
            time.sleep(0.01)
        def step(x):
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        rest()
        """,
}


@rule("HYB205", "python-sleep", stance="risks", effects=("sleep",), covers=("frozen-sleep",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per pause."""
    for effect in wording.of(evidence, "sleep"):
        call = wording.named(effect, "call", "a pause")
        message = f"{call} would wait once per trace, not once per call{wording.by(effect)}."
        yield Place(effect, message, "Wait outside, between the calls.")
