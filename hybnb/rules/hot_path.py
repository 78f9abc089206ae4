"""The notebook spends much of its time in the function.

Sees        fifty observed calls or more that together took a second or longer, each at least 0.8 ms.
Matters     if a graph makes it faster, this is where that counts.
Wrong when  the time goes into one large op or into Python.
Instead     decorate it if it is safe and predicted to be faster.
Source      run with TensorFlow 2.21: of 99 functions above 0.8 ms a call 97 were faster as a graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.amounts import counted, seconds
from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

OFTEN: Final = 50
LONG: Final = 1.0  #: seconds together
EACH: Final = 0.8e-3  #: seconds a call

FIRES = {
    "an iteration, five hundred times": """
        def solve(x):
            for _ in range(30):
                x = 0.5 * (x + 2.0 / x)
            return x
        # %%
        for _ in range(500): solve(tf.constant([1.0, 2.0]))
    """,
}
QUIET = {
    "a few calls": """
        def solve(x):
            for _ in range(30):
                x = 0.5 * (x + 2.0 / x)
            return x
        # %%
        for _ in range(10): solve(tf.constant([1.0, 2.0]))
    """,
    "many short calls": """
        def half(x):
            return 0.5 * x
        # %%
        for _ in range(500): half(tf.constant([1.0, 2.0]))
    """,
}


@rule("HYB412", "hot-path", stance="favours", needs=("calls",), claim="harmless")
def check(evidence: Evidence) -> Iterator[Place]:
    """By count and time of the calls."""
    history, each = evidence.history, calls.eager_seconds(evidence.history)
    assert history is not None
    if evidence.facts.tensor_computation == "no" or each is None:
        return
    if history.count >= OFTEN and history.seconds >= LONG and each >= EACH:
        message = f"{counted(history.count, 'call')} took {seconds(history.seconds)} together."
        yield Place(
            calls.own(evidence), message, "", {"calls": str(history.count), "seconds": f"{history.seconds:.3g}"}
        )
