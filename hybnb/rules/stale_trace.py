"""A tf.function still runs with what a name held when it was traced.

Sees        a tf.function that has traces, and a helper, global, closure's variable or attribute that it reads and that
            holds something else since: bound anew in another cell, in a cell that was run again, or set on an object.
Matters     old traces keep the old value for good, without a word. A call with a new shape is traced anew and sees the new
            one: then two versions are alive at once.
Wrong when  the old value is the one that is wanted.
Instead     run the cell again that makes the tf.function, and then those that call it; or pass the value as an argument,
            or keep it in a tf.Variable.
Source      TensorFlow guide, Better performance with tf.function: Depending on Python global and free variables; run with
            TensorFlow 2.21 in IPython.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Effect, Evidence, Span, Stale
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a helper bound anew": """
        def activation(x):
            return tf.nn.relu(x)

        @tf.function
        def layer(x):
            return activation(x) + 1.0
        # %%
        first = layer(tf.constant([-1.0]))
        # %%
        activation = tf.nn.tanh
        layer(tf.constant([-1.0]))
    """,
    "an attribute of an object": """
        class Scaler:
            def __init__(self):
                self.scale = 1.0

            @tf.function
            def apply(self, x):
                return x * self.scale

        scaler = Scaler()
        # %%
        first = scaler.apply(tf.constant(2.0))
        # %%
        scaler.scale = 5.0
        scaler.apply(tf.constant(2.0))
    """,
}
QUIET = {
    "a variable that is assigned": """
        rate = tf.Variable(1.0)

        @tf.function
        def step(x):
            return x * rate
        # %%
        first = step(tf.constant(2.0))
        # %%
        rate.assign(5.0)
        step(tf.constant(2.0))
    """,
    "another name": """
        rate = 1.0

        @tf.function
        def step(x):
            return x * rate
        # %%
        first = step(tf.constant(2.0))
        # %%
        later = 5.0
        step(tf.constant(2.0))
    """,
}


@rule(
    "HYB506",
    "stale-trace",
    stance="blocks",
    needs=("source", "decorator"),
    covers=(
        "stale-global",
        "stale-closure",
        "stale-tensor-rebind",
        "stale-variable-rebind",
        "stale-attr",
        "stale-helper",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per name: where it is read, if analysis saw that, else the function itself."""
    if evidence.history is None or evidence.facts.decoration is None:
        return
    for stale in evidence.history.stale:
        yield Place(_read(evidence, stale), _words(evidence, stale), _again(evidence), {"name": stale.name})


def _read(evidence: Evidence, stale: Stale) -> Effect | Span:
    """The read that analysis objects to as well: one cause, one place. What it only thinks possible has been seen here."""
    last = stale.name.rpartition(".")[2]
    for effect in wording.of(evidence, "stale-read"):
        if effect.details.get("name", "").rpartition(".")[2] == last:
            return effect if effect.certainty == "certain" else effect.span
    return calls.own(evidence)


def _words(evidence: Evidence, stale: Stale) -> str:
    function, name = wording.code(evidence.facts.function.name), wording.code(stale.name)
    if stale.mixed:
        return f"Two versions of {function} are alive: older traces use {name} as it was before cell {stale.cell}, newer ones the new one."
    return f"{function} was traced before {name} changed (cell {stale.cell}) and still uses the old one."


def _again(evidence: Evidence) -> str:
    decoration, own = evidence.facts.decoration, evidence.facts.function
    assert decoration is not None
    if decoration.span.path:
        return f"Reload {decoration.span.path}, or make the tf.function anew."
    cell, then = f"cell {decoration.span.cell}", f"then what calls {wording.code(own.name)}."
    if "." in own.name:
        anew = (
            f"Make its objects anew and run {cell} again"
            if decoration.rebinds
            else f"Run {cell} again and make its objects anew"
        )
        return f"{anew}, {then}"
    defined = f"cell {own.cell} and " if decoration.rebinds and own.cell not in (None, decoration.span.cell) else ""
    return f"Run {defined}{cell} again, {then}"
