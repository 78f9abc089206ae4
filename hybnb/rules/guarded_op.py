"""A tensor condition guards an operation that is only valid there.

Sees        an index or a reshape in a branch of an `if` on tf.shape or tf.size that would be wrong in the other case.
Matters     both branches are traced, and TensorFlow checks the shapes of both: ValueError where the guarded operation
            doesn't fit, though it would not have run.
Wrong when  the shapes are unknown while tracing, or fit at each call.
Instead     ask the static shape (x.shape[0], len(x)): that is a Python condition; or index so that it fits always.
Source      AutoGraph reference, Limitations: undefined and None values; TensorFlow issue 38539.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "as many as pass a mask, of which the size is said": """
        def third_positive(x):
            kept = tf.ensure_shape(tf.boolean_mask(x, x > 0.0), [1])
            if tf.size(kept) > 2:
                return kept[2]
            return kept[0]
        # %%
        third_positive(tf.constant([-1.0, 2.0]))
        """,
    "the other axis of what passes a mask": """
        def third_column(x):
            columns = tf.transpose(tf.boolean_mask(x, x[:, 0] > 0.0))
            if tf.shape(columns)[0] > 2:
                return columns[2]
            return columns[0]
        # %%
        third_column(tf.constant([[1.0, 2.0], [-3.0, 4.0]]))
        """,
    "a cut whose length follows from sizes alone": """
        def middle(x):
            rest = x[tf.shape(x)[0] - 1 :]
            if tf.size(rest) > 1:
                return rest[1]
            return x[0]
        # %%
        middle(tf.constant([1.0, 2.0]))
        """,
    "an index that is only there in long vectors": """
        def fifth(x):
            if tf.shape(x)[0] > 4:
                return x[4]
            return x[0]
        # %%
        fifth(tf.constant([1.0, 2.0]))
        """,
    "an empty vector": """
        def head(x):
            if tf.size(x) == 0:
                return tf.constant(0.0)
            return x[0]
        # %%
        head(tf.zeros([0]))
        """,
}
QUIET = {
    "a static shape": """
        def fifth(x):
            if x.shape[0] > 4:
                return x[4]
            return x[0]
        # %%
        fifth(tf.constant([1.0, 2.0]))
        """,
    "as many as pass a mask": """
        def first_positive(x):
            kept = tf.boolean_mask(x, x > 0.0)
            if tf.size(kept) == 0:
                return tf.constant(0.0)
            return kept[0]
        # %%
        first_positive(tf.constant([-1.0, 2.0]))
        first_positive(tf.constant([-1.0, -2.0]))
        """,
    "from the first to the last that is loud": """
        def trimmed(wave):
            loud = tf.where(tf.abs(wave) > 0.1)[:, 0]
            if tf.size(loud) == 0:
                return wave
            return wave[loud[0] : loud[-1] + 1]
        # %%
        trimmed(tf.constant([0.0, 1.0, -1.0, 0.0]))
        trimmed(tf.constant([0.0, 0.0]))
        """,
    "an index that fits always": """
        def last(x):
            if tf.reduce_sum(x) > 0.0:
                return x[-1]
            return x[0]
        # %%
        last(tf.constant([1.0, 2.0]))
        """,
}


@rule(
    "HYB249",
    "guarded-op",
    stance="risks",
    effects=("guarded-op",),
    claim="raises",
    covers=(
        "eager-guarded-op",
        "python-raise-in-or",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per operation."""
    for effect in wording.of(evidence, "guarded-op"):
        target = wording.named(effect, "target", "this operation")
        message = f"{target} stands under a tensor condition but is traced in any case, and may not fit then"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Ask x.shape or len(x), which are known while tracing.")
