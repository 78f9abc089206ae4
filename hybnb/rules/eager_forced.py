"""TensorFlow was told to run functions eagerly.

Sees        tf.config.run_functions_eagerly(True), or eager execution turned off as a whole.
Matters     a tf.function is then no graph at all: nothing that is measured now says how fast it would be.
Wrong when  never: it says how TensorFlow is set, not that this is a mistake.
Instead     call tf.config.run_functions_eagerly(False) when you are done with debugging.
Source      TensorFlow API, tf.config.run_functions_eagerly.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

FIRES = {
    "functions run eagerly": """
        def step(x):
            return x * 2.0

        tf.config.run_functions_eagerly(True)
        # %%
        step(tf.ones([2]))
    """,
}
QUIET = {
    "the usual way": """
        def step(x):
            return x * 2.0
        # %%
        step(tf.ones([2]))
    """,
}


@rule("HYB104", "eager-forced", stance="notes", needs=("calls",), claim="context")
def check(evidence: Evidence) -> Iterator[Place]:
    """By what the kernel said of itself."""
    if evidence.environment is not None and not evidence.environment.eager:
        message = "TensorFlow is set to run functions eagerly, or has eager execution turned off."
        step = "Call tf.config.run_functions_eagerly(False) before you time anything."
        yield Place(calls.own(evidence), message, step)
