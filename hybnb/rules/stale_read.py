"""A value is read that changes elsewhere.

Sees        a global, closure or attribute the function reads, or a setting of Keras or of logging, that other code sets or
            changes afterwards, under whatever name it reaches it.
Matters     it is read while TensorFlow traces and kept; a later change of the name, the list, the array or the attribute
            isn't seen. tf.Variable and what Keras keeps in one (weights, learning rate) are read anew at each call.
Wrong when  the change comes before the first call and never again.
Instead     pass it as an argument, or keep it in a tf.Variable and assign to that.
Source      TensorFlow guide, Better performance with tf.function: Depending on Python global and free variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Effect, Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a rate that another function lowers": """
        rate = 0.5
        def lower():
            global rate
            rate = rate / 2
        # %%
        def step(x):
            return x * rate
        # %%
        step(tf.constant(1.0))
        lower()
        step(tf.constant(1.0))
        """,
    "an attribute set from outside": """
        class Scaler:
            def __init__(self):
                self.scale = 1.0
            def apply(self, x):
                return x * self.scale
        scaler = Scaler()
        def grow():
            scaler.scale = 2.0
        # %%
        scaler.apply(tf.constant(1.0))
        grow()
        scaler.apply(tf.constant(1.0))
        """,
    "what a layer of Keras looks at": """
        drop = tf.keras.layers.Dropout(0.5)
        def dropped(x):
            return drop(x, training=True)
        # %%
        dropped(tf.ones(100))
        drop.rate = 0.0
        # %%
        assert tf.reduce_all(dropped(tf.ones(100)) == 1.0)
        """,
    "what a model of the user's looks at": """
        class Scaled(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.factor = 1.0
            def call(self, x):
                return self.factor * x
        model = Scaled()
        def scores(x):
            return model(x)
        # %%
        scores(tf.constant(1.0))
        model.factor = 3.0
        # %%
        scores(tf.constant(1.0))
        """,
    "what one of a model's layers looks at": """
        class Scale(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.factor = 1.0
            def call(self, x):
                return x * self.factor
        model = keras.Sequential([Scale()])
        def scores(x):
            return model(x)
        # %%
        scores(tf.ones((1, 2)))
        model.layers[0].factor = 3.0
        # %%
        scores(tf.ones((1, 2)))
        """,
    "whether a model has an attribute": """
        class Doubled(keras.Model):
            def call(self, x):
                return x * 2.0 if hasattr(self, "doubled") else x
        model = Doubled()
        def scores(x):
            return model(x)
        # %%
        scores(tf.constant([1.0]))
        model.doubled = True
        # %%
        scores(tf.constant([1.0]))
        """,
    "an array changed in place": """
        weights = np.ones(2, "float32")
        def weighted(x):
            return x * weights
        def zero():
            weights[:] = 0.0
        # %%
        weighted(tf.ones(2))
        zero()
        weighted(tf.ones(2))
        """,
    "settings that a function hands out": """
        config = {"scale": 1.0}
        def settings():
            return config
        # %%
        def scaled(x):
            return x * config["scale"]
        # %%
        scaled(tf.constant(1.0))
        handed = settings()
        handed["scale"] = 3.0
        scaled(tf.constant(1.0))
        """,
    "parts that are walked through": """
        groups = [{"rate": 0.5}, {"rate": 0.1}]
        def decay():
            for group in groups:
                group["rate"] *= 0.1
        # %%
        def step(x):
            return x * groups[0]["rate"]
        # %%
        step(tf.constant(1.0))
        decay()
        step(tf.constant(1.0))
        """,
    "a setting of Keras": """
        def typed(x):
            return tf.cast(x, keras.config.floatx())
        # %%
        typed(tf.constant([1, 2]))
        keras.config.set_floatx("float64")
        typed(tf.constant([1, 2]))
        keras.config.set_floatx("float32")
        """,
    "the keywords of a partial": """
        from functools import partial
        def power(x, gamma):
            return x**gamma
        squared = partial(power, gamma=2.0)
        # %%
        def objective(x):
            return tf.reduce_sum(squared(x))
        # %%
        objective(tf.constant(3.0))
        squared.keywords["gamma"] = 1.0
        objective(tf.constant(3.0))
        """,
}
QUIET = {
    "a counter of the user's on a model": """
        class Scores(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(2, kernel_initializer="ones")
                self.batches_seen = 0
            def call(self, x):
                return self.dense(x)
        model = Scores()
        model(tf.ones((2, 3)))
        def scores(x):
            return model(x)
        def counted(x):
            model.batches_seen += 1
            return model(x)
        # %%
        scores(tf.ones((2, 3)))
        counted(tf.ones((2, 3)))
        scores(tf.zeros((2, 3)))
        """,
    "a copy of settings that a function hands out": """
        config = {"scale": 1.0}
        def settings():
            return dict(config)
        # %%
        def scaled(x):
            return x * config["scale"]
        # %%
        scaled(tf.constant(1.0))
        handed = settings()
        handed["scale"] = 3.0
        scaled(tf.constant(1.0))
        """,
    "a setting of Keras that is set before the first call": """
        keras.config.set_floatx("float32")
        def typed(x):
            return tf.cast(x, keras.config.floatx())
        # %%
        typed(tf.constant([1, 2]))
        typed(tf.constant([3, 4]))
        """,
    "a constant that nobody changes": """
        rate = 0.5
        def step(x):
            return x * rate
        # %%
        step(tf.constant(1.0))
        step(tf.constant(2.0))
        """,
    "a tf.Variable that is assigned": """
        rate = tf.Variable(0.5)
        def lower():
            rate.assign(rate / 2)
        def step(x):
            return x * rate
        # %%
        step(tf.constant(1.0))
        lower()
        step(tf.constant(1.0))
        """,
    "the learning rate of an optimizer": """
        v = tf.Variable(1.0)
        optimizer = keras.optimizers.SGD(0.5)
        def lower():
            optimizer.learning_rate = 0.1
        def step(g):
            optimizer.apply_gradients([(g, v)])
            return v + 0.0
        # %%
        step(tf.constant(1.0))
        lower()
        step(tf.constant(1.0))
        """,
}


@rule(
    "HYB211",
    "stale-read",
    stance="blocks",
    effects=("stale-read",),
    covers=(
        "stale-global",
        "stale-closure",
        "stale-tensor-rebind",
        "stale-variable-rebind",
        "stale-numpy",
        "stale-attr",
        "stale-object-arg",
        "stale-helper",
        "stale-trainable",
        "stale-training-default",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per name: the first read, or rather the first that is certain; the others are mended with it."""
    effects = sorted(wording.of(evidence, "stale-read"), key=lambda effect: effect.certainty != "certain")
    of_self = {name.removeprefix("self.") for name in map(_name, effects) if name.startswith("self.")}
    said: set[str] = set()
    for effect in effects:
        spelled = _name(effect)
        attribute = spelled.partition(".")[2]  # of an object that a method calls self
        cause = f"self.{attribute}" if attribute in of_self else spelled
        if cause in said:
            continue
        said.add(cause)
        name = wording.code(spelled)
        changed = f" ({where})" if (where := effect.details.get("changed", "")) else ""
        message = f"{name} is read while tracing and kept, but it changes elsewhere{changed}{wording.by(effect)}."
        yield Place(effect, message, "Pass it as an argument, or keep it in a tf.Variable.")


def _name(effect: Effect) -> str:
    return wording.spelled(effect.details.get("name", "a value") + effect.details.get("part", ""))
