"""A tape of the caller's gets no gradient out of the graph.

Sees        a function whose caller differentiates one part of its result by another; one that is handed a tape; a loop over a
            dataset with a tape around it, or around whatever calls the function; one that calls layers whose `losses` are read by
            its callers, or reads those of layers that others call; a tape that watches one of two names of the same tensor.
Matters     to a tape a graph is one operation: a gradient leads from its results to its arguments and variables, not from one
            result to another nor to anything within. What is passed, or carried by a loop, is a tensor of its own there. A loop
            over a dataset becomes a reduction, which has no gradient at all. tape.gradient gives None. What layers add to
            their losses while they are traced are symbols without a value.
Wrong when  nobody asks for that gradient, or the parts don't rest on each other.
Instead     open the tape and ask for the gradient within the function; a loop over a dataset goes around the tape.
Source      run on TensorFlow 2.21: tape.gradient gave None in each of these cases; TensorFlow guide, Introduction to gradients.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Effect, Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a variable that a tensor chooses": """
        a, b = tf.Variable(1.0), tf.Variable(2.0)
        def slope(x):
            w = a if x > 0.0 else b
            with tf.GradientTape() as tape:
                y = w * x
            return tape.gradient(y, w)
        # %%
        slope(tf.constant(3.0))
        slope(tf.constant(-3.0))
        """,
    "the score by the features": """
        w = tf.Variable([[2.0], [1.0]])
        def forward(x):
            features = tf.nn.relu(x @ tf.transpose(w))
            return features, features * w[0]
        def attention(x):
            with tf.GradientTape() as tape:
                features, score = forward(x)
            return tape.gradient(score, features)
        # %%
        forward(tf.ones([1, 1]))
        print(attention(tf.ones([1, 1])))
        """,
    "a dictionary of parts": """
        w = tf.Variable(3.0)
        def autoencoder(x):
            code = tf.sin(x * w)
            return {"code": code, "output": code * w}
        # %%
        autoencoder(tf.ones([2]))
        with tf.GradientTape() as tape:
            found = autoencoder(tf.ones([2]))
            loss = tf.reduce_sum(found["output"])
        print(tape.gradient(loss, found["code"]))
        """,
    "a tape that is handed over": """
        w = tf.Variable(3.0)
        def descend(tape, loss):
            w.assign_sub(0.1 * tape.gradient(loss, w))
        # %%
        with tf.GradientTape() as tape:
            loss = w * w
        descend(tape, loss)
        """,
    "a loop over a dataset, of a function that is differentiated": """
        w = tf.Variable(2.0)
        numbers = tf.data.Dataset.range(3).map(lambda n: tf.cast(n, tf.float32))
        def cost():
            total = tf.constant(0.0)
            for n in numbers:
                total += (w - n) ** 2
            return total
        def slope(function):
            with tf.GradientTape() as recording:
                value = function()
            return recording.gradient(value, w)
        # %%
        cost()
        print(slope(cost))
        """,
    "a penalty of the activations that the caller adds": """
        dense = keras.layers.Dense(1, kernel_initializer="ones", activity_regularizer="l2")
        dense.build((None, 2))
        def forward(x):
            return dense(x)
        def loss(x):
            return tf.reduce_sum(forward(x)) + sum(dense.losses)
        # %%
        forward(tf.ones([1, 2]))
        print(loss(tf.ones([1, 2])))
        """,
    "one tensor passed for two parameters": """
        def slope(points, x):
            with tf.GradientTape() as tape:
                tape.watch(points)
                u = tf.sin(x)
            return tape.gradient(u, points)
        x = tf.constant([1.0, 2.0])
        # %%
        slope(x, x)
        """,
}
QUIET = {
    "a variable that a flag chooses": """
        a, b = tf.Variable(1.0), tf.Variable(2.0)
        def slope(x, first=True):
            w = a if first else b
            with tf.GradientTape() as tape:
                y = w * x
            return tape.gradient(y, w)
        # %%
        slope(tf.constant(3.0))
        """,
    "the score by the input": """
        w = tf.Variable([[2.0], [1.0]])
        def forward(x):
            features = tf.nn.relu(x @ tf.transpose(w))
            return features, features * w[0]
        def attention(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                features, score = forward(x)
            return tape.gradient(score, x)
        # %%
        forward(tf.ones([1, 1]))
        print(attention(tf.ones([1, 1])))
        """,
    "a score that the caller computes of the features": """
        w = tf.Variable([[2.0], [1.0]])
        def encode(x):
            features = tf.nn.relu(x)
            return features, tf.reduce_mean(x)
        def attention(x):
            with tf.GradientTape() as tape:
                features, mean = encode(x)
                score = features @ w
            return mean * tape.gradient(score, features)
        # %%
        encode(tf.ones([1, 2]))
        print(attention(tf.ones([1, 2])))
        """,
    "parts that don't rest on each other": """
        def encode(x):
            mean, spread = tf.sin(x), tf.exp(x)
            return mean, spread
        def pull(x):
            with tf.GradientTape() as tape:
                mean, spread = encode(x)
                loss = tf.reduce_sum(mean ** 2 + spread)
            return tape.gradient(loss, mean)
        # %%
        encode(tf.ones([2]))
        print(pull(tf.ones([2])))
        """,
    "a penalty of the weights that the caller adds": """
        dense = keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")
        dense.build((None, 2))
        def forward(x):
            return dense(x)
        def loss(x):
            return tf.reduce_sum(forward(x)) + sum(dense.losses)
        # %%
        forward(tf.ones([1, 2]))
        print(loss(tf.ones([1, 2])))
        """,
    "the tape within": """
        w = tf.Variable([[2.0], [1.0]])
        def attention(x):
            with tf.GradientTape() as tape:
                features = tf.nn.relu(x)
                tape.watch(features)
                score = features @ w
            return tape.gradient(score, features)
        # %%
        attention(tf.ones([1, 2]))
        """,
    "one tensor passed for two parameters, and one of them used": """
        def slope(points, target):
            with tf.GradientTape() as tape:
                tape.watch(points)
                u = tf.sin(points)
            return tape.gradient(u, points) - target
        x = tf.constant([1.0, 2.0])
        # %%
        slope(x, x)
        """,
}


@rule(
    "HYB257",
    "lost-gradient",
    stance="blocks",
    effects=("lost-gradient",),
    covers=("gradient-between-results", "gradient-of-dataset-loop"),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per way in which a gradient is lost."""
    for effect in wording.of(evidence, "lost-gradient"):
        message, step = _told(effect)
        yield Place(effect, wording.sentence(f"{message}{wording.by(effect)}."), step)


def _told(effect: Effect) -> tuple[str, str]:
    match effect.details.get("why"):
        case "parts":
            message = (
                f"a tape is asked how one part of the result changes with another ({effect.details.get('place', '')})"
            )
            return f"{message}, and gets None out of a graph", "Ask for the gradient within the function."
        case "tape":
            message = f"{wording.named(effect, 'parameter', 'a tape')} was opened by the caller and sees nothing of a graph's inside"
            return message, "Open the tape within the function."
        case "alias":
            same, other = wording.named(effect, "parameter", "a tensor"), wording.code(effect.details.get("place", ""))
            message = f"{same}, which a tape watches, is eagerly the same tensor as {other}; in a graph these are two"
            return message, "Watch the one that the loss is made of."
        case "chosen":
            message = "a tape gets no gradient by a variable that a condition of tensors chooses, which in a graph is a tensor"
            return message, "Ask for the gradients by all the variables that may be chosen."
        case "losses":
            message = "what layers add to their `losses` in a graph is of no use outside, where they are read"
            return (
                f"{message} ({effect.details.get('place', '')})",
                "Add them up within the function, and return the sum.",
            )
        case _:
            message = "a tape gets no gradient out of a loop over a dataset in a graph"
            return message, "Open the tape inside the loop, and add the gradients up."
