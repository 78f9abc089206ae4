"""Typical functions of notebooks, each with one call: `function`, `arguments`. The last two can't be carried."""

from __future__ import annotations

import linecache
from textwrap import dedent
from typing import Any, Final

START: Final = """
import random
import numpy as np
import keras
import tensorflow as tf
keras.utils.set_random_seed(3)
images = np.random.normal(size=(16, 8, 8, 1)).astype("float32")
labels = np.random.randint(0, 3, 16)
rows = tf.random.normal((16, 4))
"""

CARRIED: Final[dict[str, str]] = {
    "a training step with Adam, dropout and a metric": """
        model = keras.Sequential([keras.layers.Dense(16, activation="relu"), keras.layers.Dropout(0.2), keras.layers.Dense(3)])
        optimizer = keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(1e-2, 5, 0.9))
        loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        accuracy = keras.metrics.SparseCategoricalAccuracy()
        def function(x, y):
            with tf.GradientTape() as tape:
                logits = model(x, training=True)
                loss = loss_of(y, logits)
            optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
            accuracy.update_state(y, logits)
            return loss
        arguments = rows, labels
        """,
    "a training step whose optimizer has not been used yet": """
        model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(3)])
        model.build((None, 4))
        optimizer = keras.optimizers.Adam(1e-2)
        def function(x, y):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, model(x), from_logits=True))
            optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
            return loss
        arguments = rows, labels
        """,
    "a convnet with batch norm, functional": """
        inputs = keras.Input((8, 8, 1))
        x = keras.layers.Conv2D(4, 3, activation="relu")(inputs)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.GlobalAveragePooling2D()(x)
        model = keras.Model(inputs, keras.layers.Dense(3)(x))
        optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
        def function(x, y):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, model(x, training=True), from_logits=True))
            grads = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(grads, model.trainable_variables))
            return loss
        arguments = images, labels
        """,
    "a subclassed model with a layer of the notebook's own": """
        class Scale(keras.layers.Layer):
            def build(self, shape):
                self.factor = self.add_weight(shape=(shape[-1],), initializer="ones")
            def call(self, x):
                return x * self.factor
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.parts = [keras.layers.Dense(8, activation="tanh"), Scale()]
                self.head = keras.layers.Dense(1)
            def call(self, x):
                for part in self.parts:
                    x = part(x)
                return self.head(x)
        net, optimizer = Net(), keras.optimizers.RMSprop(1e-3)
        def function(x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(net(x)))
            grads = tape.gradient(loss, net.trainable_variables)
            optimizer.apply_gradients(zip(grads, net.trainable_variables))
            return loss
        arguments = (rows,)
        """,
    "linear regression on raw variables": """
        w, b = tf.Variable(tf.random.normal((4, 1))), tf.Variable(0.0)
        target = tf.random.normal((16, 1))
        def function(x, rate):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(x @ w + b - target))
            dw, db = tape.gradient(loss, [w, b])
            w.assign_sub(rate * dw)
            b.assign_sub(rate * db)
            return loss
        arguments = rows, 0.1
        """,
    "an LSTM": """
        lstm, head = keras.layers.LSTM(8), keras.layers.Dense(1)
        def function(x):
            return head(lstm(x))
        arguments = (tf.random.normal((4, 6, 3)),)
        """,
    "a GAN step with two optimizers": """
        maker = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(4)])
        critic = keras.Sequential([keras.layers.Dense(8), keras.layers.LeakyReLU(), keras.layers.Dense(1)])
        first, second = keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3)
        entropy = keras.losses.BinaryCrossentropy(from_logits=True)
        def function(real, noise):
            with tf.GradientTape() as one, tf.GradientTape() as two:
                fake = maker(noise, training=True)
                a, b = critic(real), critic(fake)
                made, judged = entropy(tf.ones_like(b), b), entropy(tf.ones_like(a), a) + entropy(tf.zeros_like(b), b)
            first.apply_gradients(zip(one.gradient(made, maker.trainable_variables), maker.trainable_variables))
            second.apply_gradients(zip(two.gradient(judged, critic.trainable_variables), critic.trainable_variables))
            return made, judged
        arguments = rows, tf.random.normal((16, 2))
        """,
    "an autoencoder's loss": """
        encoder = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(8, activation="relu")])
        decoder = keras.Sequential([keras.layers.Dense(64, activation="sigmoid"), keras.layers.Reshape((8, 8, 1))])
        def function(x):
            return tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
        arguments = (images,)
        """,
    "attention": """
        attention, norm = keras.layers.MultiHeadAttention(2, 4), keras.layers.LayerNormalization()
        def function(x):
            return norm(x + attention(x, x))
        arguments = (tf.random.normal((2, 5, 8)),)
        """,
    "word2vec": """
        table, context = tf.Variable(tf.random.normal((50, 8))), tf.Variable(tf.random.normal((50, 8)))
        def function(word, around):
            one, other = tf.gather(table, word), tf.gather(context, around)
            return -tf.reduce_mean(tf.math.log_sigmoid(tf.reduce_sum(one * other, axis=1)))
        arguments = tf.constant([1, 2, 3]), tf.constant([4, 5, 6])
        """,
    "a DQN step, a method of an agent": """
        class Agent:
            def __init__(self):
                self.network = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(2)])
                self.target = keras.models.clone_model(self.network)
                self.optimizer = keras.optimizers.Adam(0.01)
                self.gamma = 0.9
            def learn(self, states, actions, rewards):
                best = tf.reduce_max(self.network(states), axis=1)
                with tf.GradientTape() as tape:
                    values = tf.reduce_sum(self.network(states) * tf.one_hot(actions, 2), axis=1)
                    loss = tf.reduce_mean(tf.square(rewards + self.gamma * best - values))
                weights = self.network.trainable_variables
                self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
                return loss
        agent = Agent()
        function = Agent.learn
        arguments = agent, rows, tf.constant([0, 1] * 8), tf.random.normal((16,))
        """,
    "a physics-informed network": """
        net = keras.Sequential([keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
        def function(x):
            with tf.GradientTape() as outer:
                outer.watch(x)
                with tf.GradientTape() as inner:
                    inner.watch(x)
                    u = net(x)
                du = inner.gradient(u, x)
            return tf.reduce_mean(tf.square(outer.gradient(du, x) + u))
        arguments = (tf.random.normal((8, 1)),)
        """,
    "an ODE solver with a closure": """
        def make(k):
            def slope(y):
                return -k * y
            def step(y, h):
                for _ in range(5):
                    a = slope(y)
                    y = y + h * slope(y + 0.5 * h * a)
                return y
            return step
        function = make(tf.constant(1.5))
        arguments = tf.ones((3,)), 0.1
        """,
    "k-means": """
        centres = tf.Variable(rows[:3])
        def function(points):
            nearest = tf.argmin(tf.reduce_sum((points[:, None] - centres[None]) ** 2, axis=2), axis=1)
            centres.assign(tf.math.unsorted_segment_mean(points, nearest, 3))
            return nearest
        arguments = (rows,)
        """,
    "words to numbers by a lookup layer": """
        lookup = keras.layers.StringLookup(vocabulary=["a", "b", "c"])
        embed = keras.layers.Embedding(5, 4)
        def function(words):
            return tf.reduce_mean(embed(lookup(words)), axis=0)
        arguments = (tf.constant(["b", "a", "z"]),)
        """,
    "a loop over a dataset": """
        data = tf.data.Dataset.from_tensor_slices(rows).batch(4)
        def function(scale):
            total = tf.constant(0.0)
            for batch in data:
                total += scale * tf.reduce_sum(batch)
            return total
        arguments = (tf.constant(2.0),)
        """,
    "a tf.Module that holds a list and a tf.function": """
        class Affine(tf.Module):
            def __init__(self, width):
                super().__init__()
                self.parts = [tf.Variable(tf.random.normal((width, width))) for _ in range(2)]
                self.sizes = {"width": width}
            @tf.function
            def inner(self, x):
                return tf.nn.relu(x @ self.parts[0])
            def __call__(self, x):
                return self.inner(x) @ self.parts[1]
        affine = Affine(4)
        affine(rows)
        def function(x):
            return affine(x) * affine.sizes["width"]
        arguments = (rows,)
        """,
    "ragged rows": """
        def function(words):
            return tf.reduce_sum(words * 2, axis=1)
        arguments = (tf.ragged.constant([[1, 2], [3], []]),)
        """,
    "noise from a generator": """
        source = tf.random.Generator.from_seed(5)
        def function(x):
            return x + source.normal((16, 4))
        arguments = (rows,)
        """,
    "a MobileNet": """
        network = keras.applications.MobileNetV2((32, 32, 3), weights=None, classes=4, alpha=0.35)
        def function(x):
            return network(x, training=False)
        arguments = (tf.random.normal((1, 32, 32, 3)),)
        """,
    "a reinforcement learner's policy with an enum and a dataclass": """
        import dataclasses, enum
        class Move(enum.Enum):
            LEFT = 0
            RIGHT = 1
        @dataclasses.dataclass
        class Options:
            rate: float = 0.5
            move: Move = Move.LEFT
        options = Options()
        weights = tf.Variable(tf.ones((4, 2)))
        def function(states):
            return tf.nn.softmax(states @ weights * options.rate)[:, options.move.value]
        arguments = (rows,)
        """,
}

NOT_CARRIED: Final[dict[str, tuple[str, str]]] = {
    "a live dataset iterator": (
        """
        batches = iter(tf.data.Dataset.from_tensor_slices(rows).batch(4))
        def function(scale):
            return scale * tf.reduce_sum(next(batches))
        arguments = (tf.constant(2.0),)
        """,
        "`batches` is a dataset iterator",
    ),
    "an open file": (
        """
        import tempfile
        log = tempfile.TemporaryFile("w")
        def function(x):
            log.write("called")
            return x * 2
        arguments = (rows,)
        """,
        "`log` can't be taken",
    ),
    "a class that can't be hashed": (
        """
        class Hostile(type):
            def __hash__(cls):
                raise AssertionError
            def __eq__(cls, other):
                raise AssertionError
        class Odd(metaclass=Hostile):
            pass
        odd = Odd()
        def function(x):
            return x if odd else -x
        arguments = (rows,)
        """,
        "`odd` is of a class whose metaclass says how it is compared or hashed",
    ),
}


def ran(title: str, text: str) -> dict[str, Any]:
    """The names of the notebook after its cells have run."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate((START, dedent(text))):
        file = f"<cell {number} of {title}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), names)
    return names
