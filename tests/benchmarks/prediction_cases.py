"""Functions of many kinds that the prediction of speed is checked on: each builder gives a function and its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.benchmarks.prediction_models import (
    Case,
    attention,
    autoencoder,
    forward,
    gan,
    metric_update,
    raw_step,
    replay,
    training,
)


def elementwise(size: int, ops: int) -> Case:
    """A chain of `ops` cheap elementwise ops on `size` numbers."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        def chain(x: Any) -> Any:
            for step in range(ops):
                x = x * 1.01 + 0.1 if step % 2 else tf.abs(x) - 0.2
            return x

        return chain, (tf.random.normal([size]),)

    return build


def dear_elementwise(size: int) -> Case:
    """Transcendental functions."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (lambda x: tf.exp(tf.sin(x)) + tf.tanh(x) * tf.math.log1p(tf.abs(x))), (tf.random.normal([size]),)

    return build


def matmul(side: int, count: int) -> Case:
    """`count` matmuls in a row."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        def multiply(a: Any, b: Any) -> Any:
            for _ in range(count):
                a = tf.matmul(a, b)
            return a

        return multiply, (tf.random.normal([side, side]) / side, tf.random.normal([side, side]) / side)

    return build


def convolution(batch: int, side: int, channels: int) -> Case:
    """One convolution with bias and activation."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        kernel, bias = tf.random.normal([3, 3, channels, channels]), tf.zeros([channels])

        def layer(x: Any) -> Any:
            return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)

        return layer, (tf.random.normal([batch, side, side, channels]),)

    return build


def softmax(rows: int, columns: int) -> Case:
    """Softmax cross-entropy written out by hand."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        def loss(logits: Any, labels: Any) -> Any:
            shifted = logits - tf.reduce_max(logits, axis=1, keepdims=True)
            logs = shifted - tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=1, keepdims=True))
            return -tf.reduce_mean(tf.gather(logs, labels, batch_dims=1))

        return loss, (tf.random.normal([rows, columns]), tf.zeros([rows], tf.int32))

    return build


def unrolled(steps: int, units: int) -> Case:
    """A recurrent cell in a Python loop."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        inner, outer = tf.random.normal([units, units]) * 0.1, tf.random.normal([8, units])

        def run(x: Any) -> Any:
            state = tf.zeros([16, units])
            for step in range(steps):
                state = tf.tanh(x[:, step] @ outer + state @ inner)
            return state

        return run, (tf.random.normal([16, steps, 8]),)

    return build


def tensor_loop(steps: int) -> Case:
    """A loop over tf.range."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        def run(x: Any) -> Any:
            for step in tf.range(steps):
                x = x * 0.9 + tf.cast(step, tf.float32) * tf.sin(x)
            return x

        return run, (tf.random.normal([64]),)

    return build


def while_loop(steps: int) -> Case:
    """A while on a tensor."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        def newton(x: Any) -> Any:
            root, count = tf.ones_like(x), tf.constant(0)
            while count < steps:
                root = 0.5 * (root + x / root)
                count += 1
            return root

        return newton, (tf.random.uniform([100], 1.0, 9.0),)

    return build


def dataset_loop(batches: int, size: int) -> Case:
    """A loop over a dataset in the body."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        data = tf.data.Dataset.from_tensor_slices(tf.random.normal([batches, size]))

        def total(scale: Any) -> Any:
            found = tf.constant(0.0)
            for batch in data:
                found += tf.reduce_sum(batch * scale) / 100.0
            return found

        return total, (tf.constant(0.5),)

    return build


def simple(expression: Callable[..., Any], *shapes: tuple[int, ...], kind: str = "normal") -> Case:
    """One expression, called with tf and the arguments."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        makers: dict[str, Callable[[list[int]], Any]] = {
            "normal": lambda shape: tf.random.normal(shape),
            "positive": lambda shape: tf.random.uniform(shape, 0.1, 1.0),
            "index": lambda shape: tf.random.uniform(shape, 0, 50, tf.int32),
            "string": lambda shape: tf.strings.as_string(tf.random.uniform(shape, 0, 999, tf.int32)),
            "definite": lambda shape: _definite(tf, shape),
        }

        def function(*values: Any) -> Any:
            return expression(tf, *values)

        return function, tuple(makers[kind](list(shape)) for shape in shapes)

    return build


def _definite(tf: Any, shape: list[int]) -> Any:
    root = tf.random.normal(shape)
    return tf.matmul(root, root, transpose_b=True) + float(shape[-1]) * tf.eye(shape[-1])


def ode(steps: int, size: int) -> Case:
    """A Runge-Kutta integration in a Python loop."""

    def build(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        def slope(y: Any) -> Any:
            return tf.sin(y) - 0.1 * y * y

        def integrate(y: Any) -> Any:
            for _ in range(steps):
                one = slope(y)
                two = slope(y + 0.05 * one)
                three = slope(y + 0.05 * two)
                four = slope(y + 0.1 * three)
                y = y + 0.1 / 6.0 * (one + 2.0 * two + 2.0 * three + four)
            return y

        return integrate, (tf.random.normal([size]),)

    return build


def augment(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Image augmentation."""

    def change(images: Any) -> Any:
        images = tf.image.random_flip_left_right(images)
        images = tf.image.adjust_brightness(images, 0.1)
        images = tf.image.resize(images, [48, 48])
        return tf.clip_by_value(images, 0.0, 1.0)

    return change, (tf.random.uniform([16, 64, 64, 3]),)


def tokens(tf: Any, keras: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """String work."""

    def clean(lines: Any) -> Any:
        words = tf.strings.split(tf.strings.lower(tf.strings.regex_replace(lines, "[^a-zA-Z ]", "")))
        return tf.strings.to_hash_bucket_fast(words.flat_values, 1000)

    return clean, (tf.constant(["The quick, brown fox; jumps over!"] * 64),)


def cases() -> dict[str, Case]:
    """All functions by name."""
    return {
        "elementwise 10 x1": elementwise(10, 1),
        "elementwise 100 x6": elementwise(100, 6),
        "elementwise 1e4 x16": elementwise(10_000, 16),
        "elementwise 1e5 x8": elementwise(100_000, 8),
        "elementwise 2e6 x6": elementwise(2_000_000, 6),
        "transcendental 1e3": dear_elementwise(1000),
        "transcendental 1e6": dear_elementwise(1_000_000),
        "matmul 8": matmul(8, 1),
        "matmul 64 x4": matmul(64, 4),
        "matmul 256 x3": matmul(256, 3),
        "matmul 1000": matmul(1000, 1),
        "conv 8x28 c16": convolution(8, 28, 16),
        "conv 1x8 c4": convolution(1, 8, 4),
        "softmax 32x10": softmax(32, 10),
        "softmax 512x1000": softmax(512, 1000),
        "MLP step small": training(lambda k: [k.Dense(16, activation="relu")], (32, 10), 3),
        "MLP step deep": training(lambda k: [k.Dense(64, activation="relu") for _ in range(5)], (32, 20), 10),
        "MLP step wide": training(lambda k: [k.Dense(1024, activation="relu")], (256, 512), 10),
        "MLP dropout norm": training(
            lambda k: [k.Dense(64), k.BatchNormalization(), k.ReLU(), k.Dropout(0.3)], (64, 30), 5
        ),
        "MLP step SGD": training(lambda k: [k.Dense(32, activation="tanh")], (16, 8), 2, "SGD"),
        "CNN step": training(
            lambda k: [k.Conv2D(16, 3, activation="relu"), k.MaxPooling2D(), k.Flatten()], (16, 28, 28, 1), 10
        ),
        "CNN forward": forward(
            lambda k: [k.Conv2D(16, 3, activation="relu"), k.MaxPooling2D(), k.Flatten(), k.Dense(10)],
            (32, 28, 28, 1),
        ),
        "LSTM step": training(lambda k: [k.LSTM(16)], (8, 12, 4), 2),
        "GRU forward": forward(lambda k: [k.GRU(24)], (16, 15, 8)),
        "raw step": raw_step(10, 20, 32),
        "raw step wide": raw_step(500, 1000, 128),
        "GAN step": gan(32, 64),
        "autoencoder step": autoencoder(64),
        "Q update": replay,
        "attention 8x32x64": attention(8, 32, 64),
        "unrolled RNN 20": unrolled(20, 32),
        "unrolled RNN 5": unrolled(5, 8),
        "Runge-Kutta 10": ode(10, 50),
        "Runge-Kutta 2 1e5": ode(2, 100_000),
        "tf.range 5": tensor_loop(5),
        "tf.range 100": tensor_loop(100),
        "while 20": while_loop(20),
        "dataset loop 10": dataset_loop(10, 50),
        "augment": augment,
        "tokens": tokens,
        "metrics": metric_update,
        "reduce 1e6": simple(lambda tf, a: tf.reduce_sum(a), (1_000_000,)),
        "moments": simple(lambda tf, a: (a - tf.reduce_mean(a, 0)) / tf.math.reduce_std(a, 0), (200, 20)),
        "distances 300": simple(lambda tf, a: tf.reduce_sum((a[:, None] - a[None]) ** 2, -1), (300, 16)),
        "gather": simple(lambda tf, a: tf.gather(tf.reshape(a, [50, 20]), [1, 2, 3]), (1000,)),
        "sort 1e5": simple(lambda tf, a: tf.sort(a), (100_000,)),
        "top k": simple(lambda tf, a: tf.math.top_k(a, 5), (64, 1000)),
        "cholesky 100": simple(lambda tf, a: tf.linalg.cholesky(a), (100, 100), kind="definite"),
        "solve 50": simple(lambda tf, a, b: tf.linalg.solve(a, b), (50, 50), (50, 50), kind="definite"),
        "svd 40": simple(lambda tf, a: tf.linalg.svd(a), (40, 40)),
        "einsum": simple(lambda tf, a, b: tf.einsum("bij,bjk->bik", a, b), (8, 32, 32), (8, 32, 32)),
        "segment sum": simple(
            lambda tf, a: tf.math.unsorted_segment_sum(tf.ones([5000, 8]), a, 50), (5000,), kind="index"
        ),
        "one hot loss": simple(
            lambda tf, a: tf.reduce_mean(tf.one_hot(a, 50) * tf.math.log(tf.fill([200, 50], 0.1))), (200,), kind="index"
        ),
        "string length": simple(lambda tf, a: tf.strings.length(a), (100,), kind="string"),
        "boolean mask": simple(lambda tf, a: tf.reduce_sum(tf.boolean_mask(a, a > 0.0)), (10_000,)),
        "fft 1024": simple(lambda tf, a: tf.abs(tf.signal.rfft(a)), (16, 1024)),
        "map_fn 20": simple(lambda tf, a: tf.map_fn(lambda row: tf.reduce_sum(row) * 2.0, a), (20, 30)),
        "clip and norm": simple(lambda tf, a: tf.clip_by_norm(tf.clip_by_value(a, -1.0, 1.0), 5.0), (1000,)),
        "many outputs": simple(lambda tf, a: [a * float(n) for n in range(12)], (64, 64)),
        "six arguments": simple(
            lambda tf, *values: sum(tf.reduce_sum(v) for v in values), (50,), (50,), (50,), (50,), (50,), (50,)
        ),
        "random noise": simple(lambda tf, a: a + tf.random.normal(tf.shape(a)), (1000,)),
        "image gradients": simple(lambda tf, a: tf.image.sobel_edges(a), (4, 64, 64, 3), kind="positive"),
    }
