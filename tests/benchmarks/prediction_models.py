"""Models, losses and training steps that the prediction of speed is checked on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: Given tensorflow and keras, makes a function and its arguments.
Case = Callable[[Any, Any], tuple[Callable[..., Any], tuple[Any, ...]]]


def training(layers: Callable[[Any], list[Any]], shape: tuple[int, ...], classes: int, optimizer: str = "Adam") -> Case:
    """A training step of a Keras classifier."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        model = keras.Sequential([*layers(keras.layers), keras.layers.Dense(classes)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        stepper = getattr(keras.optimizers, optimizer)()

        def step(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                value = loss(y, model(x, training=True))
            gradients = tape.gradient(value, model.trainable_variables)
            stepper.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            return value

        return step, (tf.random.normal(shape), tf.zeros([shape[0]], tf.int32))

    return build


def forward(layers: Callable[[Any], list[Any]], shape: tuple[int, ...]) -> Case:
    """A forward pass of a Keras model."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        model = keras.Sequential(layers(keras.layers))
        return (lambda x: model(x, training=False)), (tf.random.normal(shape),)

    return build


def raw_step(inputs: int, hidden: int, batch: int) -> Case:
    """A training step on bare variables with plain gradient descent."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        first = tf.Variable(tf.random.normal([inputs, hidden]) * 0.1)
        second = tf.Variable(tf.random.normal([hidden, 1]) * 0.1)

        def step(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                value = tf.reduce_mean((tf.tanh(x @ first) @ second - y) ** 2)
            for variable, gradient in zip((first, second), tape.gradient(value, (first, second)), strict=True):
                variable.assign_sub(0.01 * gradient)
            return value

        return step, (tf.random.normal([batch, inputs]), tf.random.normal([batch, 1]))

    return build


def gan(batch: int, width: int) -> Case:
    """A generator and a discriminator trained in one step."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        dense = keras.layers.Dense
        maker = keras.Sequential([dense(width, activation="relu"), dense(16)])
        judge = keras.Sequential([dense(width, activation="relu"), dense(1)])
        makers, judges = keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4)
        cross = keras.losses.BinaryCrossentropy(from_logits=True)

        def step(real: Any) -> Any:
            noise = tf.random.normal([batch, 8])
            with tf.GradientTape() as one, tf.GradientTape() as two:
                fake = maker(noise, training=True)
                on_real, on_fake = judge(real, training=True), judge(fake, training=True)
                made = cross(tf.ones_like(on_fake), on_fake)
                judged = cross(tf.ones_like(on_real), on_real) + cross(tf.zeros_like(on_fake), on_fake)
            slopes = one.gradient(made, maker.trainable_variables)
            makers.apply_gradients(zip(slopes, maker.trainable_variables, strict=True))
            slopes = two.gradient(judged, judge.trainable_variables)
            judges.apply_gradients(zip(slopes, judge.trainable_variables, strict=True))
            return made, judged

        return step, (tf.random.normal([batch, 16]),)

    return build


def metric_update(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Two Keras metrics updated."""
    accuracy, mean = keras.metrics.SparseCategoricalAccuracy(), keras.metrics.Mean()

    def update(labels: Any, logits: Any) -> Any:
        accuracy.update_state(labels, logits)
        mean.update_state(tf.reduce_mean(logits))
        return accuracy.result()

    return update, (tf.zeros([64], tf.int32), tf.random.normal([64, 10]))


def attention(batch: int, length: int, width: int) -> Case:
    """Scaled dot-product attention with four projections."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        weights = [tf.Variable(tf.random.normal([width, width]) * 0.05) for _ in range(4)]

        def attend(x: Any) -> Any:
            query, key, value = (tf.tensordot(x, weight, 1) for weight in weights[:3])
            scores = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / width**0.5)
            return tf.tensordot(tf.matmul(scores, value), weights[3], 1) + x

        return attend, (tf.random.normal([batch, length, width]),)

    return build


def replay(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A temporal-difference update of a small Q network."""
    network = keras.Sequential([keras.layers.Dense(32, activation="relu"), keras.layers.Dense(4)])
    target = keras.Sequential([keras.layers.Dense(32, activation="relu"), keras.layers.Dense(4)])
    stepper = keras.optimizers.RMSprop()

    def update(states: Any, actions: Any, rewards: Any, following: Any) -> Any:
        best = rewards + 0.99 * tf.reduce_max(target(following), axis=1)
        with tf.GradientTape() as tape:
            chosen = tf.reduce_sum(network(states) * tf.one_hot(actions, 4), axis=1)
            loss = tf.reduce_mean(tf.square(best - chosen))
        slopes = tape.gradient(loss, network.trainable_variables)
        stepper.apply_gradients(zip(slopes, network.trainable_variables, strict=True))
        return loss

    states = tf.random.normal([32, 6])
    return update, (states, tf.zeros([32], tf.int32), tf.random.normal([32]), states)


def autoencoder(batch: int) -> Case:
    """A variational autoencoder's step."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        dense = keras.layers.Dense
        encoder = keras.Sequential([dense(64, activation="relu"), dense(8)])
        decoder = keras.Sequential([dense(64, activation="relu"), dense(100)])
        stepper = keras.optimizers.Adam()

        def step(x: Any) -> Any:
            with tf.GradientTape() as tape:
                mean, spread = tf.split(encoder(x), 2, axis=1)
                code = mean + tf.exp(0.5 * spread) * tf.random.normal(tf.shape(mean))
                rebuilt = decoder(code)
                loss = tf.reduce_mean(tf.square(x - rebuilt)) - 0.5 * tf.reduce_mean(
                    1.0 + spread - tf.square(mean) - tf.exp(spread)
                )
            weights = encoder.trainable_variables + decoder.trainable_variables
            stepper.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            return loss

        return step, (tf.random.normal([batch, 100]),)

    return build
