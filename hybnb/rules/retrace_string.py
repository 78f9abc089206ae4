"""A text that changes from call to call is passed in.

Sees        observed calls with three or more different strings or bytes for a parameter or inside a container.
Matters     tf.function takes Python text for a constant: every new text is traced anew, with reduce_retracing too.
Wrong when  there are only a few texts, such as names of modes, each used for very many calls.
Instead     leave the text outside, or pass it as a string tensor if ops need it.
Source      TensorFlow guide "Better performance with tf.function", on Python arguments; n texts gave n traces.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence, Kind
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

TEXTS = frozenset[Kind]({"string", "bytes"})
INSTEAD = "Keep the text outside the function, or pass tf.constant(text) if ops work on it."

FIRES = {
    "a label for each batch": """
        def step(x, label):
            return x + float(len(label))
        # %%
        step(tf.ones([2]), "batch 1")
        step(tf.ones([2]), "batch 2")
        step(tf.ones([2]), "batch 3")
    """,
}
QUIET = {
    "two modes": """
        def reduce(x, mode):
            return tf.reduce_sum(x) if mode == "sum" else tf.reduce_mean(x)
        # %%
        reduce(tf.ones([2]), "sum")
        reduce(tf.ones([2]), "mean")
        reduce(tf.ones([2]), "sum")
        reduce(tf.ones([2]), "mean")
    """,
    "string tensors": """
        def measure(text):
            return tf.strings.length(text)
        # %%
        measure(tf.constant("a"))
        measure(tf.constant("bc"))
        measure(tf.constant("def"))
    """,
}


@rule("HYB303", "retrace-string", stance="notes", needs=("calls",), claim="retraces", covers=("retrace-str",))
def check(evidence: Evidence) -> Iterator[Place]:
    """Texts in observed calls."""
    found = calls.varying(evidence, ("value",), TEXTS)
    if found:
        told = f"{wording.code(found[0].path)} was {len(found[0].seen)} different texts"
        yield calls.place(evidence, found, told, INSTEAD)
