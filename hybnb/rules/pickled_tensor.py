"""A tensor is pickled or copied deeply.

Sees        pickle, copy.deepcopy and the like of tensors.
Matters     symbols can't be pickled: TypeError while TensorFlow traces.
Wrong when  what is copied holds no tensor that is made or passed in here.
Instead     tf.identity for a copy; pickle outside.
Source      TensorFlow API, tf.identity.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "deepcopy of a list of tensors": """
        import copy
        def doubled(x):
            kept = copy.deepcopy([x])
            return kept[0] * 2.0
        # %%
        doubled(tf.constant(1.0))
        """,
    "pickle, in a helper": """
        import pickle
        def size(value):
            return len(pickle.dumps(value))
        # %%
        def weighted(x):
            return x * size(x)
        # %%
        weighted(tf.constant(1.0))
        """,
}
QUIET = {
    "tf.identity": """
        def doubled(x):
            return tf.identity(x) * 2.0
        # %%
        doubled(tf.constant(1.0))
        """,
    "a shallow copy": """
        import copy
        def doubled(x):
            return copy.copy([x])[0] * 2.0
        # %%
        doubled(tf.constant(1.0))
        """,
}


@rule("HYB233", "pickled-tensor", stance="blocks", effects=("pickle",), claim="raises", covers=("pickle-tensor",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per copy."""
    for effect in wording.of(evidence, "pickle"):
        call = wording.named(effect, "call", "the copy")
        message = f"{call} can't copy a tensor while TensorFlow traces{wording.by(effect)}."
        yield Place(effect, message, "Use tf.identity, or copy outside.")
