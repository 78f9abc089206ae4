"""A list, tuple or dictionary that is passed in changes its length or its keys.

Sees        observed calls with three or more lengths or sets of keys of a container.
Matters     tf.function traces each structure anew, with reduce_retracing too.
Wrong when  only a few structures ever come, each for very many calls.
Instead     stack what the container holds into one tensor, or always pass the same structure.
Source      TensorFlow guide "Better performance with tf.function", on arguments; five lengths gave five traces.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

INSTEAD = "Stack its items into one tensor with tf.stack(…), or pass the same structure in every call."

FIRES = {
    "a list that grows": """
        def total(xs):
            return tf.add_n(xs)
        # %%
        total([tf.ones([2])])
        total([tf.ones([2]), tf.ones([2])])
        total([tf.ones([2]), tf.ones([2]), tf.ones([2])])
    """,
    "other keys": """
        def total(parts):
            return tf.add_n(list(parts.values()))
        # %%
        total({"a": tf.ones([2])})
        total({"b": tf.ones([2])})
        total({"c": tf.ones([2])})
    """,
}
QUIET = {
    "a batch of two tensors": """
        def loss(batch):
            x, y = batch
            return tf.reduce_mean((x - y) ** 2)
        # %%
        loss((tf.ones([2]), tf.zeros([2])))
        loss((tf.ones([2]), tf.zeros([2])))
        loss((tf.zeros([2]), tf.ones([2])))
    """,
    "the same keys in another order": """
        def total(parts):
            return parts["a"] + parts["b"]
        # %%
        total({"a": tf.ones([2]), "b": tf.ones([2])})
        total({"b": tf.ones([2]), "a": tf.ones([2])})
        total({"a": tf.ones([2]), "b": tf.ones([2])})
    """,
}


@rule("HYB305", "retrace-container", stance="notes", needs=("calls",), claim="retraces", covers=("retrace-container",))
def check(evidence: Evidence) -> Iterator[Place]:
    """Structures in observed calls."""
    found = calls.varying(evidence, ("structure",))
    if found:
        seen = found[0].seen
        told = f"{wording.code(found[0].path)} came with {len(seen)} different structures ({calls.examples(seen)})"
        yield calls.place(evidence, found, told, INSTEAD)
