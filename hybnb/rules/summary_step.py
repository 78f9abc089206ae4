"""A summary is written with a step that is a Python number.

Sees        tf.summary calls whose `step` is not a tensor or a tf.Variable.
Matters     a number of the notebook is read while TensorFlow traces, so that every record carries the first step; one
            that is passed in as an argument makes each call trace anew.
Wrong when  the step really never changes.
Instead     pass the step as an int64 tensor, or keep it in a tf.Variable.
Source      TensorFlow API, tf.summary; TensorFlow issue 31842.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a step that the notebook counts": """
        writer = tf.summary.create_file_writer("logs")
        n = 0
        def step(x):
            with writer.as_default():
                tf.summary.write("loss", x, step=n)
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        n = 1
        step(tf.constant(1.0))
        writer.flush()
        """,
    "a step that the object counts": """
        class Trainer:
            def __init__(self):
                self.writer = tf.summary.create_file_writer("logs")
                self.epoch = 0
            def step(self, x):
                with self.writer.as_default():
                    tf.summary.write("loss", x, step=self.epoch)
                return x * 2.0
        trainer = Trainer()
        # %%
        trainer.step(tf.constant(1.0))
        trainer.epoch = 1
        trainer.step(tf.constant(1.0))
        trainer.writer.flush()
        """,
}
QUIET = {
    "a step in a tf.Variable": """
        writer = tf.summary.create_file_writer("logs")
        n = tf.Variable(0, dtype=tf.int64)
        def step(x):
            with writer.as_default():
                tf.summary.write("loss", x, step=n)
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        n.assign_add(1)
        step(tf.constant(1.0))
        writer.flush()
        """,
    "a step that is a tensor": """
        writer = tf.summary.create_file_writer("logs")
        def step(x, n):
            with writer.as_default():
                tf.summary.write("loss", x, step=n)
            return x * 2.0
        # %%
        step(tf.constant(1.0), tf.constant(0, tf.int64))
        step(tf.constant(1.0), tf.constant(1, tf.int64))
        writer.flush()
        """,
}


@rule("HYB209", "summary-step", stance="risks", effects=("summary-step",), covers=("frozen-summary-step",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per record."""
    for effect in wording.of(evidence, "summary-step"):
        call = wording.named(effect, "call", "the summary")
        message = f"{call} takes its step from a Python number, which the graph keeps from its trace"
        yield Place(
            effect,
            f"{message}{wording.by(effect)}.",
            "Pass the step as an int64 tensor, or use a tf.Variable.",
        )
