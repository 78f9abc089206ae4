"""More functions to check the prediction on, written after its rules were settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.benchmarks.prediction_cases import simple
from tests.benchmarks.prediction_models import Case, forward, training

Built = tuple[Callable[..., Any], tuple[Any, ...]]


def kmeans(tf: Any, keras: Any) -> Built:
    """One round of k-means."""

    def assign(points: Any, centres: Any) -> Any:
        distances = tf.norm(points[:, None, :] - centres[None, :, :], axis=2)
        nearest = tf.argmin(distances, axis=1)
        members = tf.one_hot(nearest, 5)
        return tf.matmul(members, points, transpose_a=True) / (tf.reduce_sum(members, 0)[:, None] + 1e-6)

    return assign, (tf.random.normal([400, 3]), tf.random.normal([5, 3]))


def hand_written_adam(tf: Any, keras: Any) -> Built:
    """Adam written out on one matrix."""
    weight, first, second = (tf.Variable(tf.random.normal([60, 40])) for _ in range(3))

    def update(gradient: Any) -> None:
        first.assign(0.9 * first + 0.1 * gradient)
        second.assign(0.999 * second + 0.001 * gradient**2)
        weight.assign_sub(0.001 * first / (tf.sqrt(tf.abs(second)) + 1e-7))

    return update, (tf.random.normal([60, 40]),)


def sinkhorn(tf: Any, keras: Any) -> Built:
    """Alternating row and column normalisation."""

    def normalise(scores: Any) -> Any:
        for _ in range(10):
            scores = scores - tf.reduce_logsumexp(scores, axis=1, keepdims=True)
            scores = scores - tf.reduce_logsumexp(scores, axis=0, keepdims=True)
        return tf.exp(scores)

    return normalise, (tf.random.normal([40, 40]),)


def mandelbrot(tf: Any, keras: Any) -> Built:
    """Iterations until escape, in a while loop."""

    def escape(c: Any) -> Any:
        z, counts, step = tf.zeros_like(c), tf.zeros(c.shape), tf.constant(0)
        while step < 30:
            z = tf.where(tf.abs(z) < 2.0, z * z + c, z)
            counts += tf.cast(tf.abs(z) < 2.0, tf.float32)
            step += 1
        return counts

    return escape, (tf.complex(tf.random.normal([50, 50]), tf.random.normal([50, 50])),)


def heat(tf: Any, keras: Any) -> Built:
    """Finite differences with roll."""

    def diffuse(field: Any) -> Any:
        for _ in range(6):
            around = sum(tf.roll(field, shift, axis) for shift in (-1, 1) for axis in (0, 1))
            field = field + 0.1 * (around - 4.0 * field)
        return field

    return diffuse, (tf.random.normal([128, 128]),)


def hessian(tf: Any, keras: Any) -> Built:
    """A gradient of a gradient."""

    def curvature(x: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                value = tf.reduce_sum(tf.sin(x) * x**3)
            slope = inner.gradient(value, x)
        return outer.gradient(slope, x)

    return curvature, (tf.random.normal([30]),)


def policy(tf: Any, keras: Any) -> Built:
    """A policy-gradient step with clipping."""
    actor = keras.Sequential([keras.layers.Dense(32, activation="tanh"), keras.layers.Dense(3)])
    stepper = keras.optimizers.Adam(1e-3)

    def learn(states: Any, actions: Any, returns: Any) -> Any:
        with tf.GradientTape() as tape:
            logs = tf.nn.log_softmax(actor(states))
            loss = -tf.reduce_mean(tf.gather(logs, actions, batch_dims=1) * returns)
        slopes, _ = tf.clip_by_global_norm(tape.gradient(loss, actor.trainable_variables), 1.0)
        stepper.apply_gradients(zip(slopes, actor.trainable_variables, strict=True))
        return loss

    return learn, (tf.random.normal([20, 4]), tf.zeros([20], tf.int32), tf.random.normal([20]))


def moving_average(tf: Any, keras: Any) -> Built:
    """Soft update of target weights."""
    online = [tf.Variable(tf.random.normal([20, 20])) for _ in range(12)]
    target = [tf.Variable(weight) for weight in online]

    def soften(rate: Any) -> None:
        for old, new in zip(target, online, strict=True):
            old.assign((1.0 - rate) * old + rate * new)

    return soften, (tf.constant(0.01),)


def transformer(tf: Any, keras: Any) -> Built:
    """A Keras transformer block, forward."""
    layers = keras.layers
    inputs = layers.Input((24, 32))
    attended = layers.LayerNormalization()(inputs + layers.MultiHeadAttention(2, 16)(inputs, inputs))
    outputs = layers.LayerNormalization()(attended + layers.Dense(32)(layers.Dense(64, activation="relu")(attended)))
    model = keras.Model(inputs, outputs)
    return (lambda x: model(x, training=False)), (tf.random.normal([8, 24, 32]),)


def embedding(tf: Any, keras: Any) -> Built:
    """A text classifier's step."""
    model = keras.Sequential(
        [keras.layers.Embedding(1000, 16), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)]
    )
    stepper, loss = keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(from_logits=True)

    def step(words: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(labels, model(words))
        slopes = tape.gradient(value, model.trainable_variables)
        stepper.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
        return value

    return step, (tf.random.uniform([16, 20], 0, 1000, tf.int32), tf.ones([16, 1]))


def contrastive(tf: Any, keras: Any) -> Built:
    """A contrastive loss with its gradient."""

    def loss(left: Any, right: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(left)
            scores = tf.matmul(tf.nn.l2_normalize(left, 1), tf.nn.l2_normalize(right, 1), transpose_b=True) / 0.1
            labels = tf.range(tf.shape(left)[0])
            value = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores))
        return value, tape.gradient(value, left)

    return loss, (tf.random.normal([64, 32]), tf.random.normal([64, 32]))


def nested_graph(tf: Any, keras: Any) -> Built:
    """A helper that is a tf.function already."""

    @tf.function
    def helper(x: Any) -> Any:
        return tf.tanh(x * 2.0 + 1.0)

    def outer(x: Any) -> Any:
        for _ in range(5):
            x = helper(x)
        return x

    return outer, (tf.random.normal([100]),)


def python_work(tf: Any, keras: Any) -> Built:
    """A Python function as an op."""

    def outer(x: Any) -> Any:
        return tf.py_function(lambda value: value.numpy().cumsum(), [x], tf.float32) + 1.0

    return outer, (tf.random.normal([1000]),)


def scan(tf: Any, keras: Any) -> Built:
    """tf.scan over time."""
    return (lambda x: tf.scan(lambda state, row: 0.9 * state + row, x)), (tf.random.normal([30, 16]),)


def horner(tf: Any, keras: Any) -> Built:
    """A polynomial by Horner's rule on integers cast to floats."""
    factors = [float(n) for n in range(8)]

    def evaluate(x: Any) -> Any:
        value = tf.zeros(x.shape)
        for factor in factors:
            value = value * tf.cast(x, tf.float32) + factor
        return value

    return evaluate, (tf.range(500),)


def held_out() -> dict[str, Case]:
    """All functions by name."""
    return {
        "k-means": kmeans,
        "Adam by hand": hand_written_adam,
        "Sinkhorn": sinkhorn,
        "Mandelbrot": mandelbrot,
        "heat equation": heat,
        "second gradient": hessian,
        "policy gradient": policy,
        "target update": moving_average,
        "transformer block": transformer,
        "text classifier step": embedding,
        "contrastive loss": contrastive,
        "nested tf.function": nested_graph,
        "py_function": python_work,
        "scan 30": scan,
        "Horner": horner,
        "regression step": training(lambda k: [], (100, 5), 1 + 1, "SGD"),
        "separable CNN step": training(
            lambda k: [k.SeparableConv2D(8, 3), k.LayerNormalization(), k.GlobalAveragePooling2D()], (8, 20, 20, 3), 4
        ),
        "bidirectional GRU": forward(lambda k: [k.Bidirectional(k.GRU(8))], (4, 10, 6)),
        "transposed conv": forward(lambda k: [k.Conv2DTranspose(8, 3, 2), k.ReLU()], (8, 14, 14, 4)),
        "large CNN forward": forward(
            lambda k: [k.Conv2D(32, 3, activation="relu"), k.Conv2D(64, 3, activation="relu"), k.MaxPooling2D()],
            (32, 32, 32, 3),
        ),
        "conv1d": simple(lambda tf, a, b: tf.nn.conv1d(a, b, 1, "SAME"), (8, 100, 4), (5, 4, 8)),
        "layer norm by hand": simple(
            lambda tf, a: (
                (a - tf.reduce_mean(a, -1, True)) * tf.math.rsqrt(tf.math.reduce_variance(a, -1, True) + 1e-6)
            ),
            (32, 128),
        ),
        "pool": simple(lambda tf, a: tf.nn.max_pool2d(a, 2, 2, "SAME"), (8, 32, 32, 16)),
        "unique": simple(lambda tf, a: tf.unique(a)[0], (2000,), kind="index"),
        "where and gather": simple(lambda tf, a: tf.gather(a, tf.where(a > 0.5)[:, 0]), (5000,), kind="positive"),
        "scatter": simple(lambda tf, a: tf.scatter_nd(tf.range(100)[:, None], a, [200]), (100,)),
        "cumsum": simple(lambda tf, a: tf.cumsum(a) / tf.range(1.0, 1001.0), (1000,)),
        "large gather": simple(lambda tf, a: tf.reduce_mean(tf.gather(a, tf.range(0, 100_000, 7))), (100_000, 8)),
        "matmul 500 chain": simple(lambda tf, a, b: tf.nn.relu(a @ b) @ a, (500, 500), (500, 500)),
        "eigenvalues": simple(lambda tf, a: tf.linalg.eigvalsh(a), (60, 60), kind="definite"),
        "Monte Carlo": simple(
            lambda tf, a: tf.reduce_mean(tf.cast(tf.norm(tf.random.uniform([20_000, 2]), axis=1) < a, tf.float32)), ()
        ),
        "huber": simple(
            lambda tf, a, b: tf.reduce_mean(tf.where(tf.abs(a - b) < 1.0, 0.5 * (a - b) ** 2, tf.abs(a - b) - 0.5)),
            (200,),
            (200,),
        ),
        "as string": simple(lambda tf, a: tf.strings.join([tf.strings.as_string(a), "x"]), (300,), kind="index"),
        "Kronecker": simple(
            lambda tf, a, b: tf.reshape(tf.einsum("ij,kl->ikjl", a, b), [400, 400]), (20, 20), (20, 20)
        ),
    }
