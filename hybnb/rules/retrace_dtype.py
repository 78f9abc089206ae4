"""The dtype of a tensor changes from call to call.

Sees        observed calls with three or more dtypes of a tensor, array or variable.
Matters     tf.function traces each dtype anew, with reduce_retracing too.
Wrong when  the function is meant to serve several dtypes, each for many calls.
Instead     cast once before the calls, as with np.float32 or tf.cast.
Source      TensorFlow guide "Better performance with tf.function", on tracing; three dtypes gave three traces.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "numbers of three kinds": """
        def double(x):
            return x + x
        # %%
        double(tf.constant([1, 2]))
        double(tf.constant([1.0, 2.0]))
        double(np.array([1.0, 2.0]))
    """,
}
QUIET = {
    "two dtypes": """
        def double(x):
            return x + x
        # %%
        double(tf.constant([1, 2]))
        double(tf.constant([1.0, 2.0]))
        double(tf.constant([3, 4]))
    """,
    "one dtype": """
        def double(x):
            return x + x
        # %%
        double(tf.constant([1.0, 2.0]))
        double(np.array([1.0, 2.0], np.float32))
        double(tf.constant([3.0, 4.0]))
    """,
}


@rule("HYB306", "retrace-dtype", stance="notes", needs=("calls",), claim="retraces", covers=("retrace-dtype",))
def check(evidence: Evidence) -> Iterator[Place]:
    """Dtypes in observed calls."""
    found = calls.varying(evidence, ("dtype",))
    if found:
        told = f"{wording.code(found[0].path)} had {len(found[0].seen)} dtypes ({calls.examples(found[0].seen)})"
        yield calls.place(evidence, found, told, "Cast it to one dtype before the call.")
