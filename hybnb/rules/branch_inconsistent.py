"""The branches of a tensor condition leave a variable different.

Sees        an `if` on a tensor after which a variable has another dtype, structure or kind depending on the branch, is None
            or missing in one, or that returns in one branch only.
Matters     AutoGraph makes one graph operation of both branches, whose results must agree: TypeError or ValueError.
Wrong when  the variable isn't used afterwards.
Instead     give both branches the same dtype and structure; set a default before; return in each branch.
Source      AutoGraph reference, Limitations: consistency of control flow; Common errors.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "an int and a float": """
        def scaled(x):
            if x > 0.0:
                factor = 2
            else:
                factor = 0.5
            return x * factor
        # %%
        scaled(tf.constant(1.0))
        """,
    "set in one branch only": """
        def shifted(x):
            if x > 0.0:
                offset = x * 2.0
            return x + offset
        # %%
        shifted(tf.constant(1.0))
        """,
    "a return in one branch only": """
        def positive(x):
            if x > 0.0:
                return x
        # %%
        positive(tf.constant(1.0))
        """,
    "return from a nested if": """
        def pick(x, y):
            if x > 0.0:
                if y > 0.0:
                    return x + y
            return x
        # %%
        pick(tf.constant(2.0), tf.constant(1.0))
        """,
    "None in one branch": """
        def root(x):
            if x >= 0.0:
                result = tf.sqrt(x)
            else:
                result = None
            return result
        # %%
        root(tf.constant(4.0))
        """,
    "lists of two lengths, in a helper": """
        def parts(x):
            if x > 0.0:
                return [x, x]
            return [x]
        # %%
        def total(x):
            return tf.add_n(parts(x))
        # %%
        total(tf.constant(4.0))
        """,
    "a tensor or zero": """
        def relu(x):
            return x if x > 0.0 else 0
        # %%
        relu(tf.constant(1.0))
        """,
}
QUIET = {
    "both branches set a float": """
        def scaled(x):
            if x > 0.0:
                factor = 2.0
            else:
                factor = 0.5
            return x * factor
        # %%
        scaled(tf.constant(1.0))
        scaled(tf.constant(-1.0))
        """,
    "not used afterwards": """
        def doubled(x):
            if x > 0.0:
                note = x * 2.0
            return x * 2.0
        # %%
        doubled(tf.constant(1.0))
        """,
    "returns on all paths": """
        def relu(x):
            if x > 0.0:
                return x
            return x * 0.0
        # %%
        relu(tf.constant(1.0))
        relu(tf.constant(-1.0))
        """,
    "shapes may differ": """
        def head(x):
            if tf.reduce_sum(x) > 0.0:
                part = x[:1]
            else:
                part = x
            return part
        # %%
        head(tf.constant([1.0, 2.0]))
        head(tf.constant([-1.0, -2.0]))
        """,
    "a Python condition": """
        def scaled(x, twice=True):
            if twice:
                factor = 2
            else:
                factor = 0.5
            return x * factor
        # %%
        scaled(tf.constant(1.0))
        """,
}

WHY = {
    "dtype": "has one dtype after one branch and another after the other",
    "structure": "is built differently in the branches",
    "undefined": "is set in only one of the branches",
    "none": "is None after only one of the branches",
    "return": "is returned in only one of the branches",
    "shape": "has another shape in each branch",
}
NEXT = {
    "dtype": "Use the same dtype in both branches, as 2.0 instead of 2.",
    "undefined": "Give it a value of the same kind before the `if`.",
    "none": "Use a tensor of the same dtype instead of None.",
    "return": "Return a value of the same kind in both branches.",
}


@rule(
    "HYB240",
    "branch-inconsistent",
    stance="blocks",
    effects=("branch-inconsistent",),
    claim="raises",
    covers=(
        "branch-dtype",
        "branch-structure",
        "branch-undefined",
        "branch-none",
        "branch-no-return",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per variable."""
    for effect in wording.of(evidence, "branch-inconsistent"):
        why, variable = effect.details.get("why", ""), effect.details.get("variable", "")
        subject = variable if " " in variable else wording.code(variable) or "a variable"
        message = f"{subject} {WHY.get(why, 'differs between the branches')} of a tensor condition{wording.by(effect)}."
        yield Place(effect, wording.sentence(message), NEXT.get(why, "Make both branches agree."))
