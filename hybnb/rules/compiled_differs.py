"""XLA treats an operation's bad input differently.

Sees        in a function with jit_compile=True: gathers and scatters, integer division, casts to integers, assertions, inverses,
            random numbers, text and prints.
Matters     compiled code doesn't check: indices are clamped, assertions dropped, divisions by zero give a number, random
            streams are others; text and prints can't be compiled at all.
Wrong when  the input is always good.
Instead     leave jit_compile out, or check the input before the call.
Source      XLA documentation, Operation semantics; TensorFlow guide, XLA.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "an index out of range": """
        @tf.function(jit_compile=True)
        def picked(x, index):
            return tf.gather(x, index)
        # %%
        picked(tf.constant([1.0, 2.0]), tf.constant([5]))
        """,
    "strings": """
        @tf.function(jit_compile=True)
        def longest(words):
            return tf.reduce_max(tf.strings.length(words))
        # %%
        longest(tf.constant(["a", "bcd"]))
        """,
    "a variable that starts from the first input": """
        class Peak:
            def __init__(self):
                self.peak = None
            @tf.function(jit_compile=True)
            def update(self, x):
                if self.peak is None:
                    self.peak = tf.Variable(tf.reduce_max(x))
                self.peak.assign(tf.maximum(self.peak, tf.reduce_max(x)))
                return self.peak + 0.0
        peak = Peak()
        # %%
        peak.update(tf.constant([1.0, 3.0]))
        """,
    "an assertion": """
        @tf.function(jit_compile=True)
        def root(x):
            tf.debugging.assert_positive(x)
            return tf.sqrt(x)
        # %%
        root(tf.constant([-1.0, 4.0]))
        """,
}
QUIET = {
    "a dense layer written out": """
        @tf.function(jit_compile=True)
        def dense(x, w):
            return tf.nn.relu(x @ w)
        # %%
        dense(tf.ones([2, 3]), tf.ones([3, 2]))
        """,
    "without jit_compile": """
        def picked(x, index):
            return tf.gather(x, index)
        # %%
        picked(tf.constant([1.0, 2.0]), tf.constant([1]))
        """,
}


FAILS = {
    "string": "works on strings, which XLA doesn't have",
    "grow": "changes its shape in a loop, and XLA needs shapes that stay",
    "start": "makes a variable that starts from what is passed, which can't be done ahead of the compiled code",
}


@rule(
    "HYB292",
    "compiled-differs",
    stance="risks",
    effects=("xla",),
    covers=(
        "xla-growing-loop",
        "var-init-from-arg-xla",
        "xla-unsupported",
        "xla-crash",
        "xla-oob-gather",
        "xla-oob-scatter",
        "xla-int-div-zero",
        "xla-assert-dropped",
        "xla-linalg-nan",
        "xla-cast",
        "xla-rng",
        "xla-tensorarray",
        "xla-shape-bounds",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per operation."""
    for effect in wording.of(evidence, "xla"):
        call = wording.named(effect, "call", "the operation")
        why = effect.details.get("why", "")
        message = f"compiled by XLA, {call} {FAILS.get(why, 'does something else on bad input than eagerly')}"
        message = f"{wording.sentence(message)}{wording.by(effect)}."
        step = "Leave jit_compile out, or check the input before the call."
        yield Place(effect, message, step, stance="blocks" if why in FAILS else "risks")
