"""A variable, layer, model, optimizer or metric is made at each call.

Sees        tf.Variable, Keras layers, models, optimizers and metrics and random generators that are made in the function.
Matters     a tf.function may make variables in its first call only: ValueError. Eagerly each call works with fresh ones,
            so that nothing is learned or counted.
Wrong when  it has no variables, as a loss, an activation or keras.layers.Flatten.
Instead     make it outside or in __init__, and use it here.
Source      TensorFlow guide, Better performance with tf.function: Creating tf.Variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a layer in the forward pass": """
        def forward(x):
            layer = keras.layers.Dense(1, kernel_initializer="ones")
            return layer(x)
        # %%
        forward(tf.ones([1, 2]))
        """,
    "a variable": """
        def counted(x):
            n = tf.Variable(0.0)
            n.assign_add(1.0)
            return x + n
        # %%
        counted(tf.constant(1.0))
        """,
    "a metric, in a helper": """
        def mean(values):
            metric = keras.metrics.Mean()
            metric.update_state(values)
            return metric.result()
        # %%
        def score(x):
            return mean(x) * 2.0
        # %%
        score(tf.constant([1.0, 2.0]))
        """,
}
QUIET = {
    "made outside": """
        layer = keras.layers.Dense(1, kernel_initializer="ones")
        def forward(x):
            return layer(x)
        # %%
        forward(tf.ones([1, 2]))
        """,
    "made in the first call only": """
        class Model:
            def __init__(self):
                self.scale = None
            def forward(self, x):
                if self.scale is None:
                    self.scale = tf.Variable(2.0)
                return x * self.scale
        model = Model()
        # %%
        model.forward(tf.constant(1.0))
        """,
    "a loss has no variables": """
        def loss(y, p):
            return keras.losses.MeanSquaredError()(y, p)
        # %%
        loss(tf.constant([1.0]), tf.constant([2.0]))
        """,
}

HARMLESS = ("loss", "table")


@rule(
    "HYB270",
    "object-created-per-call",
    stance="blocks",
    effects=("creation",),
    claim="raises",
    covers=(
        "var-every-call",
        "var-late",
        "keras-object-in-body",
        "two-models-one-fn",
        "two-optimizers-one-fn",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per object; one that is made in the first call only, or has no variables, is just noted."""
    for effect in wording.of(evidence, "creation"):
        call, way = wording.named(effect, "call", "an object"), wording.by(effect)
        what = effect.details.get("what", "object").replace("_", " ")
        if effect.details.get("guarded") == "yes" or what in HARMLESS:
            message = f"{call} makes {wording.a(what)} in the first call, during which the Python code runs twice{way}."
            yield Place(effect, message, "Make it before the first call.", stance="notes")
        else:
            message = f"{call} makes {wording.a(what)} at each call, which a tf.function refuses{way}."
            step = "Leave it undecorated" if calls.constructs(evidence) else "Make it once outside, or in `__init__`"
            yield Place(effect, message, f"{step}.")
