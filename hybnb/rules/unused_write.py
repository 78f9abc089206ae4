"""The result of TensorArray.write is dropped.

Sees        a statement `array.write(i, x)`, `scatter` or `unstack` of a tf.TensorArray whose result goes nowhere.
Matters     eagerly the array itself changes; in a graph only the returned one has the new element.
Wrong when  it never is.
Instead     `array = array.write(i, x)`.
Source      AutoGraph reference, Limitations; TensorFlow API, tf.TensorArray.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a loop that writes": """
        def powers(x):
            rows = tf.TensorArray(tf.float32, size=3)
            for i in tf.range(3):
                rows.write(i, x)
            return rows.stack()
        # %%
        powers(tf.constant(2.0))
        """,
    "one write, in a helper": """
        def put(rows, x):
            rows.write(0, x)
        # %%
        def single(x):
            rows = tf.TensorArray(tf.float32, size=1)
            put(rows, x)
            return rows.stack()
        # %%
        single(tf.constant(2.0))
        """,
}
QUIET = {
    "the result is kept": """
        def powers(x):
            rows = tf.TensorArray(tf.float32, size=3)
            for i in tf.range(3):
                rows = rows.write(i, x)
            return rows.stack()
        # %%
        powers(tf.constant(2.0))
        """,
    "a file's write": """
        import io
        text = io.StringIO()
        text.write("not a TensorArray")
        def doubled(x):
            return x * 2.0
        # %%
        doubled(tf.constant(2.0))
        """,
}


@rule("HYB253", "unused-write", stance="blocks", effects=("unused-write",), covers=("tensorarray-unused-write",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per write."""
    for effect in wording.of(evidence, "unused-write"):
        target = wording.named(effect, "target", "the TensorArray")
        message = f"what is written to {target} is lost in a graph, since the result of the call isn't kept"
        message = f"{wording.sentence(message)}{wording.by(effect)}."
        yield Place(effect, message, "Assign it: `array = array.write(...)`.")
