"""What is passed doesn't fit the input_signature, or what a wrapper says of itself.

Sees        a tf.function whose input_signature leaves out a parameter or names too many, a parameter without a spec that is
            given another value than its default, and arguments of another rank, size or dtype than their spec; a wrapper that
            takes other arguments than the function that functools.wraps says it wraps.
Matters     TensorFlow refuses the function or the call with a TypeError. Arrays, lists and numbers are cast to the spec's
            dtype without a word: double precision is lost. By functools.wraps a call is bound to what is wrapped.
Wrong when  the signature is for export, and the notebook's own calls don't count.
Instead     write one tf.TensorSpec for each tensor, with None for what varies, and make one tf.function for each value of a
            Python flag.
Source      TensorFlow API, tf.function, on input_signature; run with TensorFlow 2.21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hybnb.model import Effect, Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a matrix where a vector is expected": """
        @tf.function(input_signature=[tf.TensorSpec([None])])
        def total(x):
            return tf.reduce_sum(x)
        # %%
        total(tf.ones([2]))
        total(tf.ones([2, 2]))
        """,
    "a flag that the signature leaves out, set after all": """
        @tf.function(input_signature=[tf.TensorSpec([None])])
        def scaled(x, double=False):
            return x * 2.0 if double else x
        # %%
        scaled(tf.ones([2]), double=True)
        """,
    "an array in double precision": """
        @tf.function(input_signature=(tf.TensorSpec(shape=[None], dtype=tf.float32),))
        def total(x):
            return tf.reduce_sum(x)
        # %%
        total(np.array([1.0, 1e-9]))
        """,
    "a wrapper that hands on an argument of its own": """
        import functools
        def with_scale(scale):
            def wrap(f):
                @functools.wraps(f)
                def inner(rows):
                    return f(rows, scale)
                return inner
            return wrap
        @with_scale(2.0)
        def total(rows, scale):
            return tf.reduce_sum(rows) * scale
        # %%
        total(tf.ones([2]))
        """,
}
QUIET = {
    "vectors of several lengths": """
        @tf.function(input_signature=[tf.TensorSpec([None])])
        def total(x):
            return tf.reduce_sum(x)
        # %%
        total(tf.ones([2]))
        total(tf.ones([5]))
        """,
    "a flag left at its default": """
        @tf.function(input_signature=[tf.TensorSpec([None])])
        def scaled(x, double=False):
            return x * 2.0 if double else x
        # %%
        scaled(tf.ones([2]))
        """,
    "an array of the right dtype": """
        @tf.function(input_signature=[tf.TensorSpec([None], tf.float64)])
        def total(x):
            return tf.reduce_sum(x)
        # %%
        total(np.array([1.0, 2.0]))
        """,
    "a wrapper that hands on what it is given": """
        import functools
        def halved(f):
            @functools.wraps(f)
            def inner(*args, **kwargs):
                return f(*args, **kwargs) / 2.0
            return inner
        @halved
        def total(rows, scale=3.0):
            return tf.reduce_sum(rows) * scale
        # %%
        total(tf.ones([2]))
        """,
}

WORDS: Final[Mapping[str, str]] = {
    "missing": "the input_signature has no spec for {name}, which has no default",
    "extra": "the input_signature has more specs than the function has parameters",
    "keyword-only": "{name} can be passed by keyword only and has no default, so that no input_signature can name it",
    "fixed": "{name} has no spec in the input_signature, so TensorFlow refuses any value but its default",
    "cast": "what is passed for {name} is cast to the dtype of its spec",
    "rank": "what is passed for {name} is of another shape than its spec lets in",
    "dtype": "what is passed for {name} is of another dtype than its spec lets in",
    "wrapped": "its wrapper takes other arguments than the function that functools.wraps names, to which TensorFlow binds them",
}
LET_IN: Final = "Write a spec that lets in what is passed."
INSTEAD: Final[Mapping[str, str]] = {
    "wrapped": "Leave functools.wraps out, or give the wrapper the parameters of what it wraps.",
}


@rule(
    "HYB284",
    "signature-mismatch",
    stance="blocks",
    effects=("signature",),
    covers=("sig-python-arg", "sig-default-override", "sig-kwonly", "sig-mismatch", "sig-silent-cast"),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per parameter."""
    for effect in wording.of(evidence, "signature"):
        yield Place(effect, f"{_words(effect)}.", INSTEAD.get(effect.details["why"], LET_IN))


def _words(effect: Effect) -> str:
    text = WORDS[effect.details["why"]].format(name=wording.named(effect, "parameter", "an argument"))
    return wording.sentence(text)
