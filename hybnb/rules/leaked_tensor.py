"""The notebook holds a symbolic tensor that a trace left there.

Sees        a SymbolicTensor in one of the notebook's names, in a list or dictionary, or in an attribute of an object of the
            user's, and the line that stored it.
Matters     it has no value. Whoever uses it later, often in quite another cell, gets "out of scope" or "cannot convert a
            symbolic tensor".
Wrong when  nobody looks at it again.
Instead     return the tensor, or assign it to a tf.Variable; and set what holds the symbol anew.
Source      TensorFlow guide, Better performance with tf.function: Using Python outputs; InaccessibleTensorError.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Effect, Evidence, Leak
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "the last activation on an object": """
        class Probe:
            def __init__(self):
                self.last = None

            @tf.function
            def watch(self, x):
                self.last = tf.nn.relu(x)
                return self.last * 2.0

        probe = Probe()
        # %%
        probe.watch(tf.ones([2]))
    """,
    "a list of losses": """
        losses = []

        @tf.function
        def step(x):
            loss = tf.reduce_mean(x)
            losses.append(loss)
            return loss
        # %%
        step(tf.ones([2]))
        step(tf.ones([2]))
    """,
}
QUIET = {
    "values kept by the caller": """
        losses = []

        @tf.function
        def step(x):
            return tf.reduce_mean(x)
        # %%
        step(tf.ones([2]))
        losses.append(step(tf.ones([2])))
    """,
    "a variable that keeps the last loss": """
        last = tf.Variable(0.0)

        @tf.function
        def step(x):
            loss = tf.reduce_mean(x)
            last.assign(loss)
            return loss
        # %%
        step(tf.ones([2]))
        step(tf.zeros([2]))
    """,
}


@rule(
    "HYB507",
    "leaked-tensor",
    stance="blocks",
    needs=("source", "leaks"),
    covers=("leak-attr", "leak-global", "leak-container"),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per store that explains a symbol."""
    for effect in wording.of(evidence, "mutation"):
        if effect.details.get("stores_tensor") == "no":
            continue
        found = [leak.path for leak in evidence.leaks if _explains(effect, leak)]
        if found:
            message = f"{wording.listed(found)} holds a symbolic tensor, which was stored here while TensorFlow traced"
            step = "Return the tensor or assign it to a tf.Variable, and set what holds the symbol anew."
            yield Place(effect, f"{message}{wording.by(effect)}.", step, {"names": ", ".join(found)})


def _explains(effect: Effect, leak: Leak) -> bool:
    """The store writes to the place of the leak: the same name, or the same attribute of an object of that class."""
    target = effect.details.get("target", "").partition("[")[0]
    path = leak.path.removesuffix("[…]")
    if "." in target:
        return bool(leak.owner) and path.rpartition(".")[2] == target.rpartition(".")[2]
    return path.partition(".")[0] == target or (bool(leak.owner) and path.rpartition(".")[2] == target)
