"""The function prints, logs, draws, writes or sends something from Python.

Sees        print, logging, warnings, progress bars, open files, plots, display, network and database calls, here or in a
            function that is called from here.
Matters     the call runs only while TensorFlow traces: once instead of each time, and with symbols in place of numbers.
Wrong when  the message is meant to tell that tracing happens.
Instead     tf.print for text; return the value and log, draw or write it outside; tf.summary for curves.
Source      TensorFlow guide, Better performance with tf.function: Executing Python side effects.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "print of a loss": """
        def step(x):
            loss = tf.reduce_mean(x * x)
            print("loss", loss)
            return loss
        # %%
        step(tf.constant([1.0, 2.0]))
        step(tf.constant([3.0, 4.0]))
        """,
    "a logger, in a function of another cell": """
        import logging
        log = logging.getLogger("training")
        def note(text):
            log.warning(text)
        # %%
        def step(x):
            note("step")
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        step(tf.constant(1.0))
        """,
    "a line added to a file": """
        def step(x):
            with open("steps.txt", "a") as file:
                file.write("step")
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        step(tf.constant(2.0))
        """,
}
QUIET = {
    "tf.print": """
        def step(x):
            tf.print("loss", x)
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        step(tf.constant(2.0))
        """,
    "the caller prints": """
        def step(x):
            return x * 2.0
        # %%
        print(float(step(tf.constant(1.0))))
        print(float(step(tf.constant(2.0))))
        """,
}

INSTEAD = {
    "stdout": "Use tf.print, or print what the function returns.",
    "log": "Log what the function returns, or use tf.print.",
    "warning": "Warn outside, or use tf.debugging.assert_*.",
    "progress": "Move the progress bar to the loop that calls the function.",
}


@rule(
    "HYB202",
    "python-output",
    stance="blocks",
    effects=("output",),
    covers=(
        "frozen-print",
        "frozen-log",
        "frozen-io",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call that puts something out."""
    for effect in wording.of(evidence, "output"):
        call = wording.named(effect, "call", "an output call")
        message = f"{call} would run once per trace, not once per call{wording.by(effect)}."
        step = INSTEAD.get(effect.details.get("channel", ""), "Return the value, and do this outside the function.")
        yield Place(effect, message, step)
