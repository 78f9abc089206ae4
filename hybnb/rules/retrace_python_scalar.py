"""A Python number that changes from call to call is passed in.

Sees        observed calls with three or more different Python numbers for a parameter or inside a container, or call
            sites that pass different ones.
Matters     tf.function takes a Python number for a constant: every new value is traced anew, with reduce_retracing too.
Wrong when  there are only a few values, each used for very many calls.
Instead     pass a tensor (tf.constant), a NumPy scalar such as np.float32(lr), or keep the value in a tf.Variable.
Source      TensorFlow guide "Better performance with tf.function", on Python arguments; ten values gave ten traces.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import CallHistory, Evidence, Kind
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

NUMBERS = frozenset[Kind]({"number", "bool"})
INSTEAD = "Pass it as a tensor, with tf.constant(…), or keep it in a tf.Variable."

FIRES = {
    "a step counter": """
        def step(x, n):
            return x * tf.cast(n, tf.float32)
        # %%
        step(tf.ones([2]), 1)
        step(tf.ones([2]), 2)
        step(tf.ones([2]), 3)
        step(tf.ones([2]), 4)
    """,
    "a learning rate in a dictionary": """
        def descend(w, options):
            return w - options["rate"] * w
        # %%
        descend(tf.ones([3]), {"rate": 0.3})
        descend(tf.ones([3]), {"rate": 0.2})
        descend(tf.ones([3]), {"rate": 0.1})
    """,
}
QUIET = {
    "the same number in every call": """
        def step(x, n):
            return x * n
        # %%
        step(tf.ones([2]), 2.0)
        step(tf.ones([2]), 2.0)
        step(tf.ones([2]), 2.0)
    """,
    "NumPy scalars": """
        def step(x, n):
            return x * n
        # %%
        step(tf.ones([2]), np.float32(1))
        step(tf.ones([2]), np.float32(2))
        step(tf.ones([2]), np.float32(3))
    """,
    "tensors with different values": """
        def step(x, n):
            return x * n
        # %%
        step(tf.ones([2]), tf.constant(1.0))
        step(tf.ones([2]), tf.constant(2.0))
        step(tf.ones([2]), tf.constant(3.0))
    """,
    "a flag has two values": """
        def forward(x, training):
            return tf.nn.dropout(x, 0.0) if training else x
        # %%
        forward(tf.ones([2]), True)
        forward(tf.ones([2]), False)
        forward(tf.ones([2]), True)
        forward(tf.ones([2]), False)
    """,
    "numbers that are equal share a trace": """
        def scale(x, n):
            return x * tf.cast(n, tf.float32)
        # %%
        scale(tf.ones([2]), 1)
        scale(tf.ones([2]), 1)
        scale(tf.ones([2]), 1)
    """,
}


@rule(
    "HYB301",
    "retrace-python-scalar",
    stance="notes",
    claim="retraces",
    covers=("retrace-scalar",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """Numbers in observed calls; where nothing was called, numbers at the call sites."""
    found = calls.varying(evidence, ("value",), NUMBERS)
    if found:
        seen = found[0].seen
        told = f"{wording.code(found[0].path)} was {len(seen)} different Python numbers ({calls.examples(seen)})"
        yield calls.place(evidence, found, told, INSTEAD)
    elif calls.worth_tracing(evidence) and _unseen(evidence.history):
        names = [one.name for one in evidence.facts.parameters if one.changing and "number" in one.kinds]
        if names:
            message = f"Calls pass different Python numbers for {wording.listed(names)}, and a tf.function is traced anew for each."
            yield Place(calls.own(evidence), message, INSTEAD, {"parameter": ", ".join(names)})


def _unseen(history: CallHistory | None) -> bool:
    """Nothing is known of calls; where TensorFlow counts the traces of a tf.function, that tells more."""
    return history is None or (not history.calls and not history.traces)
