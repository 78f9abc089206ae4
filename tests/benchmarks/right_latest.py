"""Functions written after the prediction's last change, to check it on; a third of them draw random numbers."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.prediction_models import Case
from tests.benchmarks.right_cases import fixed
from tests.benchmarks.right_fresh_learning import fitting

Built = tuple[Any, tuple[Any, ...]]


# ---- random -------------------------------------------------------------------------------------------------------


def mixed_up(tf: Any) -> Built:
    def mixup(images: Any, labels: Any) -> Any:
        order = tf.random.shuffle(tf.range(tf.shape(images)[0]))
        share = tf.random.uniform([tf.shape(images)[0], 1])
        both = share[..., None, None] * images + (1.0 - share[..., None, None]) * tf.gather(images, order)
        return both, share * labels + (1.0 - share) * tf.gather(labels, order)

    return mixup, (tf.random.uniform([32, 16, 16, 3]), tf.one_hot(tf.range(32) % 5, 5))


def dropped(tf: Any) -> Built:
    return lambda x: tf.nn.dropout(tf.nn.relu(x), 0.4), (tf.random.normal([128, 100]),)


def thompson(tf: Any) -> Built:
    def choose(wins: Any, losses: Any) -> Any:
        good, bad = tf.random.gamma([], wins + 1.0), tf.random.gamma([], losses + 1.0)
        return tf.argmax(good / (good + bad))

    return choose, (tf.range(10.0), tf.range(10.0, 0.0, -1.0))


def brownian(tf: Any) -> Built:
    def path(start: Any) -> Any:
        steps = tf.random.normal([250, 20], stddev=0.01)
        return start * tf.exp(tf.cumsum(steps - 0.00005, 0))

    return path, (tf.ones([20]),)


def stateless_crops(tf: Any) -> Built:
    def crop(image: Any, seed: Any) -> Any:
        part = tf.image.stateless_random_crop(image, [24, 24, 3], seed)
        return tf.image.stateless_random_flip_left_right(part, seed)

    return crop, (tf.random.uniform([32, 32, 3]), tf.constant([1, 2]))


def gumbel(tf: Any) -> Built:
    def sample(logits: Any) -> Any:
        noise = -tf.math.log(-tf.math.log(tf.random.uniform(tf.shape(logits), 1e-6, 1.0 - 1e-6)))
        return tf.nn.softmax((logits + noise) / 0.5)

    return sample, (tf.random.normal([40, 12]),)


def langevin(tf: Any) -> Built:
    def chain(x: Any) -> Any:
        for _ in range(8):
            with tf.GradientTape() as tape:
                tape.watch(x)
                energy = tf.reduce_sum((x**2 - 1.0) ** 2)
            x = x - 0.01 * tape.gradient(energy, x) + 0.14 * tf.random.normal(tf.shape(x))
        return x

    return chain, (tf.random.normal([100, 2]),)


def generator_noise(tf: Any) -> Built:
    numbers = tf.random.Generator.from_seed(3)
    return lambda x: x + numbers.normal(tf.shape(x)) * 0.1, (tf.zeros([500]),)


def masked_words(tf: Any) -> Built:
    def mask(words: Any) -> Any:
        hidden = tf.random.uniform(tf.shape(words)) < 0.15
        return tf.where(hidden, 103, words), tf.where(hidden, words, -100)

    return mask, (tf.random.uniform([16, 64], 0, 1000, tf.int32),)


# ---- without ------------------------------------------------------------------------------------------------------


def minimal_gate(tf: Any) -> Built:
    inner, outer = tf.random.normal([24, 24]) * 0.1, tf.random.normal([10, 24])

    def unroll(series: Any) -> Any:
        state = tf.zeros([tf.shape(series)[0], 24])
        for at in range(8):
            gate = tf.sigmoid(series[:, at] @ outer + state @ inner)
            state = gate * state + (1.0 - gate) * tf.tanh(series[:, at] @ outer)
        return state

    return unroll, (tf.random.normal([20, 8, 10]),)


def quantile_loss(tf: Any) -> Built:
    def loss(truth: Any, guess: Any) -> Any:
        wanted = tf.constant([0.1, 0.5, 0.9])
        off = truth[:, None] - guess
        return tf.reduce_mean(tf.maximum(wanted * off, (wanted - 1.0) * off))

    return loss, (tf.random.normal([200]), tf.random.normal([200, 3]))


def mean_reciprocal_rank(tf: Any) -> Built:
    def rank(scores: Any, right: Any) -> Any:
        own = tf.gather(scores, right, batch_dims=1)[:, None]
        return tf.reduce_mean(1.0 / tf.cast(1 + tf.reduce_sum(tf.cast(scores > own, tf.int32), 1), tf.float32))

    return rank, (tf.random.normal([50, 80]), tf.range(50))


def sorted_runs(tf: Any) -> Built:
    def ecdf(x: Any) -> Any:
        ordered = tf.sort(x)
        return tf.searchsorted(ordered, x) / tf.size(x)

    return ecdf, (tf.random.normal([2000]),)


def neighbours_mean(tf: Any) -> Built:
    def gathered(points: Any, ends: Any) -> Any:
        total = tf.math.unsorted_segment_sum(tf.gather(points, ends[:, 0]), ends[:, 1], 60)
        count = tf.math.unsorted_segment_sum(tf.ones([tf.shape(ends)[0]]), ends[:, 1], 60)
        return total / tf.maximum(count, 1.0)[:, None]

    return gathered, (tf.random.normal([60, 16]), tf.random.uniform([300, 2], 0, 60, tf.int32))


def written_back(tf: Any) -> Built:
    memory = tf.Variable(tf.zeros([100, 8]))

    def remember(places: Any, rows: Any) -> Any:
        memory.scatter_nd_update(places[:, None], 0.9 * tf.gather(memory, places) + 0.1 * rows)
        return tf.reduce_sum(memory)

    return remember, (tf.range(0, 100, 5), tf.random.normal([20, 8]))


def gray_blur(tf: Any) -> Built:
    kernel = tf.reshape(tf.constant([1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0]) / 16.0, [3, 3, 1, 1])

    def blur(images: Any) -> Any:
        gray = tf.image.rgb_to_grayscale(images)
        return tf.nn.conv2d(gray, kernel, 1, "SAME")

    return blur, (tf.random.uniform([4, 64, 64, 3]),)


def thumbnails(tf: Any) -> Built:
    def small(images: Any) -> Any:
        return tf.image.per_image_standardization(tf.image.resize(images, [32, 32]))

    return small, (tf.random.uniform([8, 80, 80, 3]),)


def fitted_line(tf: Any) -> Built:
    def fit(x: Any, y: Any) -> Any:
        both = tf.stack([tf.ones_like(x), x], 1)
        return tf.linalg.solve(
            tf.matmul(both, both, transpose_a=True), tf.linalg.matvec(both, y, transpose_a=True)[:, None]
        )

    return fit, (tf.random.normal([300]), tf.random.normal([300]))


def kalman_gain(tf: Any) -> Built:
    def update(mean: Any, spread: Any, seen: Any) -> Any:
        noise = 0.1 * tf.eye(6)
        gain = spread @ tf.linalg.inv(spread + noise)
        return mean + tf.linalg.matvec(gain, seen - mean), (tf.eye(6) - gain) @ spread

    return update, (tf.zeros([6]), tf.eye(6), tf.ones([6]))


def log_determinant(tf: Any) -> Built:
    def likelihood(x: Any, covariance: Any) -> Any:
        root = tf.linalg.cholesky(covariance)
        white = tf.linalg.triangular_solve(root, tf.transpose(x))
        return -0.5 * tf.reduce_sum(white**2, 0) - tf.reduce_sum(tf.math.log(tf.linalg.diag_part(root)))

    return likelihood, (tf.random.normal([200, 20]), tf.eye(20) * 2.0 + 0.1)


def split_words(tf: Any) -> Built:
    def counts(lines: Any) -> Any:
        words = tf.strings.split(tf.strings.lower(lines))
        return tf.reduce_max(tf.strings.length(words), 1), words.row_lengths()

    return counts, (tf.constant(["The graph is fast", "eager is easy to read", "trace once"] * 10),)


def joined_keys(tf: Any) -> Built:
    def keys(names: Any, numbers: Any) -> Any:
        return tf.strings.join([names, tf.strings.as_string(numbers)], "-")

    return keys, (tf.constant(["a", "b", "c"] * 30), tf.range(90))


def simpson(tf: Any) -> Built:
    def integral(low: Any, high: Any) -> Any:
        x = tf.linspace(low, high, 101)
        y = tf.exp(-(x**2)) * tf.cos(3.0 * x)
        return (high - low) / 300.0 * (y[0] + y[-1] + 4.0 * tf.reduce_sum(y[1:-1:2]) + 2.0 * tf.reduce_sum(y[2:-2:2]))

    return integral, (tf.constant(0.0), tf.constant(2.0))


def big_average(tf: Any) -> Built:
    return lambda x: tf.reduce_mean(x, 0) / (tf.math.reduce_std(x, 0) + 1e-6), (tf.random.normal([4000, 200]),)


# ---- Keras --------------------------------------------------------------------------------------------------------


def noisy_student(tf: Any, keras: Any) -> Built:
    layers = keras.layers
    model = keras.Sequential([keras.Input((16,)), layers.Dense(32, "gelu"), layers.Dropout(0.2), layers.Dense(4)])
    step = fitting(tf, model, keras.optimizers.Adam(), keras.losses.CategoricalCrossentropy(True))
    return step, (tf.random.normal([32, 16]), tf.one_hot(tf.range(32) % 4, 4))


def conv_classifier(tf: Any, keras: Any) -> Built:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((20, 20, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, "softmax"),
        ]
    )
    return (lambda x: model(x, training=False)), (tf.random.normal([16, 20, 20, 1]),)


def scored_batch(tf: Any, keras: Any) -> Built:
    right, loss = keras.metrics.BinaryAccuracy(), keras.metrics.Mean()

    def record(truth: Any, guess: Any) -> Any:
        right.update_state(truth, guess)
        loss.update_state(keras.losses.binary_crossentropy(truth, guess))
        return right.result(), loss.result()

    return record, (tf.ones([64, 1]), tf.fill([64, 1], 0.7))


def self_attention(tf: Any, keras: Any) -> Built:
    layer, norm = keras.layers.MultiHeadAttention(2, 8), keras.layers.LayerNormalization()
    layer(tf.zeros([4, 12, 16]), tf.zeros([4, 12, 16]))
    norm(tf.zeros([4, 12, 16]))
    return (lambda x: norm(x + layer(x, x))), (tf.random.normal([4, 12, 16]),)


PLAIN = (
    mixed_up, dropped, thompson, brownian, stateless_crops, gumbel, langevin, generator_noise, masked_words,
    minimal_gate, quantile_loss, mean_reciprocal_rank, sorted_runs, neighbours_mean, written_back, gray_blur, thumbnails,
    fitted_line, kalman_gain, log_determinant, split_words, joined_keys, simpson, big_average,
)  # fmt: skip
WITH_KERAS = (noisy_student, conv_classifier, scored_batch, self_attention)


def latest_cases() -> dict[str, Case]:
    """All of them by name."""
    found: dict[str, Case] = {one.__name__.replace("_", " "): fixed(one) for one in PLAIN}
    found.update({one.__name__.replace("_", " "): one for one in WITH_KERAS})
    return found
