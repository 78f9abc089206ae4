"""The function makes an object: it is a constructor.

Sees        `__init__`, `__new__`, `__post_init__` and a Keras class's `build`.
Matters     it sets attributes and makes variables, once for each object; there is nothing to repeat as a graph.
Wrong when  it never is.
Instead     leave it as it is, and look at the methods that are called again and again.
Source      TensorFlow guide "Better performance with tf.function", on creating variables once.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

FIRES = {
    "a module with a variable": """
        class Scale(tf.Module):
            def __init__(self):
                super().__init__()
                self.factor = tf.Variable(2.0)
        # %%
        Scale.__init__(Scale())
    """,
}
QUIET = {
    "a method": """
        class Scale(tf.Module):
            def __init__(self):
                super().__init__()
                self.factor = tf.Variable(2.0)

            def apply(self, x):
                return x * self.factor

        scale = Scale()
        # %%
        scale.apply(tf.constant(1.0))
    """,
}
NAMES = frozenset({"__init__", "__new__", "__post_init__", "build"})


@rule("HYB105", "constructor", stance="notes", claim="context")
def check(evidence: Evidence) -> Iterator[Place]:
    """By the method's name."""
    cls, _, name = evidence.facts.function.name.rpartition(".")
    if name in NAMES and cls and evidence.facts.form == "method":
        yield Place(
            calls.own(evidence), f"`{name}` runs once for each object, so there is nothing to gain.", "Leave it."
        )
