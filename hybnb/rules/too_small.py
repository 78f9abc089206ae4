"""A call is too short for a graph to pay.

Sees        observed calls with only a few small ops, which take no longer than calling a graph does.
Matters     calling a tf.function costs some 0.2 ms, an eager op some 0.02 ms: below about ten small ops the graph is
            slower.
Wrong when  the function is called from another graph, where a call costs nothing.
Instead     leave it eager, and decorate the function or loop that calls it many times.
Source      run with TensorFlow 2.21: below 0.2 ms a call the graph was slower in 82 of 82 functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.amounts import counted, seconds
from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

SHORT: Final = 0.2e-3  #: seconds of an eager call; the fastest graph call measured took as long
FEW: Final = 10  #: ops

FIRES = {
    "two ops": """
        def norm(x):
            return tf.sqrt(tf.reduce_sum(x * x))
        # %%
        norm(tf.ones([3]))
        norm(tf.ones([3]))
        norm(tf.ones([3]))
    """,
}
QUIET = {
    "many ops": """
        def power(x):
            for _ in range(40):
                x = x * 1.01 + 0.01
            return x
        # %%
        power(tf.ones([3]))
        power(tf.ones([3]))
        power(tf.ones([3]))
    """,
    "one large op": """
        def product(x):
            return tf.matmul(x, x)
        # %%
        product(tf.ones([600, 600]))
        product(tf.ones([600, 600]))
        product(tf.ones([600, 600]))
    """,
    "two calls prove nothing": """
        def norm(x):
            return tf.sqrt(tf.reduce_sum(x * x))
        # %%
        norm(tf.ones([3]))
        norm(tf.ones([3]))
    """,
}


@rule("HYB402", "too-small", stance="notes", needs=("calls",), claim="no-gain", covers=("too-small",))
def check(evidence: Evidence) -> Iterator[Place]:
    """By the prediction, else by the time of a call."""
    each = calls.eager_seconds(evidence.history)
    if calls.calls(evidence) < evidence.min_calls or each is None or evidence.facts.tensor_computation == "no":
        return
    prediction = evidence.prediction
    if prediction is None:
        small = each < SHORT
    else:
        small = prediction.trusted and prediction.ops < FEW and prediction.high < 1.0
    if small:
        ops = f" and runs {counted(prediction.ops, 'op')}" if prediction is not None and prediction.ops else ""
        message = f"A call takes {seconds(each)}{ops}; calling a graph takes about as long or longer."
        step = "Leave it eager, and decorate what calls it many times."
        yield Place(calls.own(evidence), message, step, {"seconds": f"{each:.3g}"})
