"""Something outside the program is asked.

Sees        os.environ, input(), sys.argv, files that are read, settings of TensorFlow or Keras, in the function or below it.
Matters     the answer is taken while TensorFlow traces and kept as a constant; later changes aren't seen.
Wrong when  what is read never changes while the notebook runs.
Instead     read it outside and pass it in.
Source      TensorFlow guide, Better performance with tf.function: Depending on Python global and free variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Effect, Evidence, Stance
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "an environment variable that changes": """
        import os
        os.environ["SCALE"] = "2"
        def scaled(x):
            return x * float(os.environ["SCALE"])
        # %%
        scaled(tf.constant(1.0))
        os.environ["SCALE"] = "3"
        scaled(tf.constant(1.0))
        """,
    "a file that changes": """
        from pathlib import Path
        Path("scale.txt").write_text("2")
        def scaled(x):
            return x * float(Path("scale.txt").read_text())
        # %%
        scaled(tf.constant(1.0))
        Path("scale.txt").write_text("3")
        scaled(tf.constant(1.0))
        """,
}
QUIET = {
    "read by the caller": """
        import os
        os.environ["SCALE"] = "2"
        def scaled(x, scale):
            return x * scale
        # %%
        scaled(tf.constant(1.0), tf.constant(float(os.environ["SCALE"])))
        """,
    "read once, when the cell runs": """
        import os
        scale = float(os.environ.get("NO_SUCH_NAME", "2"))
        def scaled(x):
            return x * scale
        # %%
        scaled(tf.constant(1.0))
        scaled(tf.constant(2.0))
        """,
}


@rule(
    "HYB206",
    "environment-read",
    stance="risks",
    effects=("environment",),
    covers=(
        "frozen-env",
        "no-breakpoint",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per question; one put to the user blocks, since each answer may be another."""
    for effect in wording.of(evidence, "environment"):
        call = wording.named(effect, "call", "the environment")
        message = f"{call} would be asked once per trace, and its answer kept{wording.by(effect)}."
        stance: Stance = "blocks" if _asks_the_user(effect) else "risks"
        yield Place(effect, message, "Read it outside and pass it in.", stance=stance)


def _asks_the_user(effect: Effect) -> bool:
    return effect.details.get("call", "").partition("(")[0] in ("input", "getpass.getpass", "getpass")
