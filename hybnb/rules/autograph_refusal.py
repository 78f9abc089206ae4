"""AutoGraph can't convert the function.

Sees        for-else, while-else, `:=`, match, private names (self.__x), yield and async, also in a nested function.
Matters     AutoGraph runs the whole function as it is, with a warning: no `if` or loop on a tensor works in it. Generators
            and coroutines can't be a tf.function at all: TypeError.
Wrong when  the function has no control flow on tensors; then it works unconverted.
Instead     a flag instead of for-else, an assignment of its own instead of `:=`, if-elif instead of match.
Source      AutoGraph reference, Limitations; TensorFlow issue 57166.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a generator": """
        def halves(x):
            for i in range(2):
                yield x / 2.0
        # %%
        halves(tf.constant(1.0))
        """,
    "for-else beside a tensor condition": """
        def grown(x):
            for i in range(2):
                x = x * 2.0
            else:
                x = x + 1.0
            if x > 3.0:
                x = x / 2.0
            return x
        # %%
        grown(tf.constant(1.0))
        """,
    "a walrus, in a nested function": """
        def grown(x):
            def twice(y):
                return (z := y * 2.0) + z
            if x > 3.0:
                x = twice(x)
            return x
        # %%
        grown(tf.constant(1.0))
        """,
}
QUIET = {
    "a plain loop and a condition": """
        def grown(x):
            for i in range(2):
                x = x * 2.0
            if x > 3.0:
                x = x / 2.0
            return x
        # %%
        grown(tf.constant(1.0))
        """,
    "a generator that helps over a Python list": """
        def doubled(values):
            return [v * 2.0 for v in values]
        def total(x):
            return tf.add_n(doubled([x, x]))
        # %%
        total(tf.constant(1.0))
        """,
}

#: code that AutoGraph can't find in the source
UNFOUND = {
    "no source": "the function called here has no source",
    "lambda": "the lambda shares its line with another one of the same arguments",
}
INSTEAD = {
    "generator": "Return tensors, as in a list or stacked.",
    "coroutine": "Leave it as it is, and decorate what it computes.",
}
NEVER = ("yield", "async", "async for", "async with", "await")


@rule(
    "HYB260",
    "autograph-refusal",
    stance="notes",
    effects=("autograph-refusal",),
    claim="raises",
    covers=(
        "ag-generator",
        "ag-no-source",
        "ag-async",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per construct, and one for all that make it a generator or coroutine.

    By itself a construct does no harm: control flow on tensors beside it is another finding.
    """
    told = False
    for effect in wording.of(evidence, "autograph-refusal"):
        construct, way = effect.details.get("construct", "this construct"), wording.by(effect)
        own = evidence.facts.form in ("generator", "coroutine") and not effect.chain
        if construct in NEVER and own:
            if told:
                continue
            told = True
            message = f"`{construct}` makes this a {evidence.facts.form}, which a tf.function can't return{way}."
            yield Place(effect, message, INSTEAD[evidence.facts.form], stance="blocks")
        elif construct in UNFOUND:
            message = f"{wording.sentence(UNFOUND[construct])}, so AutoGraph doesn't convert it{way}."
            yield Place(effect, message, "Define it in a line of its own, in a cell or a module.")
        else:
            message = f"`{construct}` keeps AutoGraph from converting the function it stands in{way}."
            yield Place(effect, message, "Write it otherwise if the function has an `if` or a loop on a tensor.")
