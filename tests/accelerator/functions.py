"""Functions of the kinds that run on GPUs, each with arguments: `MAKERS` make them, `TensorFlow` imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Made = tuple[Callable[..., Any], tuple[Any, ...]]


def two_ops(tf: Any) -> Made:
    return lambda x: tf.reduce_sum(x * x), (tf.ones([100]),)


def matrix_product(tf: Any) -> Made:
    def product(x: Any) -> Any:
        return x @ x

    return product, (tf.random.stateless_normal([8192, 8192], [1, 2]),)


def elementwise_chain(tf: Any) -> Made:
    def chain(x: Any) -> Any:
        for _ in range(10):
            x = tf.tanh(x) * 1.01 + 0.01
        return x

    return chain, (tf.random.stateless_normal([4096, 4096], [1, 2]),)


def recurrent_loop(tf: Any) -> Made:
    weight = tf.Variable(tf.random.stateless_normal([64, 64], [3, 4]) * 0.1)

    def states(x: Any) -> Any:
        state = tf.zeros([32, 64])
        for step in range(40):
            state = tf.tanh(x[:, step] + state @ weight)
        return tf.reduce_mean(state)

    return states, (tf.random.stateless_normal([32, 40, 64], [1, 2]),)


def perceptron_step(tf: Any) -> Made:
    sizes = [(784, 256), (256, 256), (256, 10)]
    weights = [tf.Variable(tf.random.stateless_normal(size, [5, n]) * 0.05) for n, size in enumerate(sizes)]

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            for weight in weights[:-1]:
                x = tf.nn.relu(x @ weight)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, x @ weights[-1])
            loss = tf.reduce_mean(losses)
        for weight, slope in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(0.01 * slope)
        return loss

    return step, (tf.random.stateless_normal([128, 784], [1, 2]), tf.range(128) % 10)


def optimizer_step(tf: Any) -> Made:
    keras = tf.keras
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(128, "relu"), keras.layers.Dropout(0.1), keras.layers.Dense(10)]
    model, optimizer = keras.Sequential(layers), keras.optimizers.Adam()

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, logits, from_logits=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    return step, (tf.random.stateless_normal([128, 784], [1, 2]), tf.range(128) % 10)


def convolution_step(tf: Any) -> Made:
    first = tf.Variable(tf.random.stateless_normal([3, 3, 3, 32], [6, 1]) * 0.1)
    second = tf.Variable(tf.random.stateless_normal([3, 3, 32, 64], [6, 2]) * 0.1)
    last = tf.Variable(tf.random.stateless_normal([64, 10], [6, 3]) * 0.1)

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            x = tf.nn.relu(tf.nn.conv2d(x, first, 2, "SAME"))
            x = tf.nn.relu(tf.nn.conv2d(x, second, 2, "SAME"))
            logits = tf.reduce_mean(x, [1, 2]) @ last
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        weights = [first, second, last]
        for weight, slope in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(0.01 * slope)
        return loss

    return step, (tf.random.stateless_normal([256, 64, 64, 3], [1, 2]), tf.range(256) % 10)


def attention(tf: Any) -> Made:
    weights = [tf.Variable(tf.random.stateless_normal([256, 256], [7, n]) * 0.05) for n in range(4)]

    def attend(x: Any) -> Any:
        with tf.device("/GPU:0"):
            query, key, value = (x @ weight for weight in weights[:3])
            scores = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / 16.0)
            return (scores @ value) @ weights[3] + x

    return attend, (tf.random.stateless_normal([16, 128, 256], [1, 2]),)


def deep_convolutions(tf: Any) -> Made:
    keras = tf.keras
    keras.utils.set_random_seed(2)
    layers = [
        [keras.layers.Conv2D(64, 3, padding="same"), keras.layers.BatchNormalization(), keras.layers.ReLU()]
        for _ in range(8)
    ]
    model = keras.Sequential([each for block in layers for each in block] + [keras.layers.Dense(10)])

    def infer(x: Any) -> Any:
        return model(x, training=False)

    return infer, (tf.random.stateless_normal([64, 32, 32, 3], [1, 2]),)


def deep_products(tf: Any) -> Made:
    weights = [tf.Variable(tf.random.stateless_normal([2048, 2048], [8, n]) * 0.03) for n in range(12)]

    def deep(x: Any) -> Any:
        for weight in weights:
            x = tf.nn.gelu(x @ weight)
        return x

    return deep, (tf.random.stateless_normal([512, 2048], [1, 2]),)


def half_precision(tf: Any) -> Made:
    weights = [tf.Variable(tf.random.stateless_normal([512, 512], [9, n]) * 0.05) for n in range(6)]

    def mixed(x: Any) -> Any:
        x = tf.cast(x, tf.float16)
        for weight in weights:
            x = tf.nn.relu(x @ tf.cast(weight, tf.float16))
        return tf.reduce_mean(tf.cast(x, tf.float32))

    return mixed, (tf.random.stateless_normal([256, 512], [1, 2]),)


def recurrent_layer(tf: Any) -> Made:
    keras = tf.keras
    keras.utils.set_random_seed(3)
    layer = keras.layers.LSTM(64, return_sequences=True)

    def run(x: Any) -> Any:
        return tf.reduce_mean(layer(x), axis=1)

    return run, (tf.random.stateless_normal([32, 50, 16], [1, 2]),)


def sums_by_segment(tf: Any) -> Made:
    groups = tf.random.stateless_uniform([100_000], [1, 3], 0, 50, tf.int32)

    def sums(x: Any) -> Any:
        total = tf.math.unsorted_segment_sum(x, groups, 50)
        return total / (1.0 + tf.norm(total, axis=1, keepdims=True))

    return sums, (tf.random.stateless_normal([100_000, 16], [1, 2]),)


MAKERS = (
    two_ops, matrix_product, elementwise_chain, recurrent_loop, perceptron_step, optimizer_step, convolution_step, attention,
    deep_convolutions, deep_products, half_precision, recurrent_layer, sums_by_segment,
)  # fmt: skip
