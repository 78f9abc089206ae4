"""Functions written after the timing of trials was settled, to check it on; a third of them draw random numbers."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.prediction_models import Case
from tests.benchmarks.right_cases import fixed
from tests.benchmarks.right_fresh_learning import fitting

Built = tuple[Any, tuple[Any, ...]]


def option_price(tf: Any) -> Built:
    def price(spot: Any, strike: Any) -> Any:
        paths = spot * tf.exp(0.2 * tf.random.normal([500, 1]) - 0.02)
        return tf.reduce_mean(tf.maximum(paths - strike, 0.0), 0)

    return price, (tf.ones([8]) * 100.0, tf.linspace(80.0, 120.0, 8))


def noisy_features(tf: Any) -> Built:
    def augment(x: Any) -> Any:
        keep = tf.cast(tf.random.uniform(tf.shape(x)) > 0.1, x.dtype)
        return keep * (x + tf.random.normal(tf.shape(x), stddev=0.05))

    return augment, (tf.ones([64, 20]),)


def random_walks(tf: Any) -> Built:
    def walk(x: Any) -> Any:
        for _ in range(20):
            x += tf.random.normal(tf.shape(x), stddev=0.1)
            x = tf.where(tf.abs(x) > 3.0, -x, x)
        return x

    return walk, (tf.zeros([300, 2]),)


def random_erasing(tf: Any) -> Built:
    def erase(images: Any) -> Any:
        top, left = (tf.random.uniform([], 0, 20, tf.int32) for _ in range(2))
        rows, columns = tf.range(28)[:, None], tf.range(28)[None, :]
        hidden = (rows >= top) & (rows < top + 8) & (columns >= left) & (columns < left + 8)
        return tf.where(hidden[None, :, :, None], 0.0, tf.image.random_brightness(images, 0.2))

    return erase, (tf.ones([16, 28, 28, 1]),)


def negative_samples(tf: Any) -> Built:
    table = tf.Variable(tf.random.normal([500, 24]))

    def loss(centre: Any, context: Any) -> Any:
        others = tf.random.uniform([tf.shape(centre)[0], 5], 0, 500, tf.int32)
        good = tf.reduce_sum(tf.gather(table, centre) * tf.gather(table, context), -1)
        bad = tf.einsum("bd,bkd->bk", tf.gather(table, centre), tf.gather(table, others))
        return -tf.reduce_mean(tf.math.log_sigmoid(good)) - tf.reduce_mean(tf.math.log_sigmoid(-bad))

    return loss, (tf.range(40), tf.range(40, 80))


def epsilon_greedy(tf: Any) -> Built:
    def act(values: Any) -> Any:
        best = tf.argmax(values, -1, tf.int32)
        any_one = tf.random.uniform(tf.shape(best), 0, 4, tf.int32)
        return tf.where(tf.random.uniform(tf.shape(best)) < 0.1, any_one, best)

    return act, (tf.random.normal([32, 4]),)


def evolution(tf: Any) -> Built:
    mean = tf.Variable(tf.zeros([10]))

    def generation(rate: Any) -> Any:
        noise = tf.random.normal([50, 10])
        score = -tf.reduce_sum((mean + 0.1 * noise - 1.0) ** 2, 1)
        mean.assign_add(rate * tf.linalg.matvec(noise, (score - tf.reduce_mean(score)) / 50.0, transpose_a=True))
        return tf.reduce_max(score)

    return generation, (tf.constant(0.1),)


def hidden_markov(tf: Any) -> Built:
    change = tf.nn.softmax(tf.random.normal([6, 6]))

    def forward(seen: Any) -> Any:
        belief, total = tf.ones([6]) / 6.0, 0.0
        for at in range(15):
            belief = tf.linalg.matvec(change, belief, transpose_a=True) * seen[at]
            norm = tf.reduce_sum(belief)
            belief, total = belief / norm, total + tf.math.log(norm)
        return total

    return forward, (tf.nn.softmax(tf.random.normal([15, 6])),)


def heat_plate(tf: Any) -> Built:
    def step(plate: Any) -> Any:
        around = sum(tf.roll(plate, shift, axis) for shift in (-1, 1) for axis in (0, 1))
        return plate + 0.1 * (around - 4.0 * plate)

    return step, (tf.random.normal([200, 200]),)


def power_iteration(tf: Any) -> Built:
    def largest(matrix: Any) -> Any:
        vector = tf.ones([tf.shape(matrix)[0], 1])
        for _ in range(12):
            vector = matrix @ vector
            vector /= tf.norm(vector)
        return tf.reduce_sum(vector * (matrix @ vector))

    return largest, (tf.random.normal([80, 80]),)


def box_overlap(tf: Any) -> Built:
    def overlap(one: Any, other: Any) -> Any:
        near = tf.maximum(one[:, None, :2], other[None, :, :2])
        far = tf.minimum(one[:, None, 2:], other[None, :, 2:])
        common = tf.reduce_prod(tf.maximum(far - near, 0.0), -1)
        areas = [tf.reduce_prod(boxes[:, 2:] - boxes[:, :2], -1) for boxes in (one, other)]
        return common / (areas[0][:, None] + areas[1][None, :] - common + 1e-6)

    boxes = tf.concat([tf.random.uniform([40, 2]), 1.0 + tf.random.uniform([40, 2])], 1)
    return overlap, (boxes, boxes[:10])


def standard_scores(tf: Any) -> Built:
    return lambda x: (x - tf.reduce_mean(x, 0)) / (tf.math.reduce_std(x, 0) + 1e-6), (tf.random.normal([300, 12]),)


def bytes_of_words(tf: Any) -> Built:
    def lengths(words: Any) -> Any:
        clean = tf.strings.regex_replace(tf.strings.lower(words), "[^a-z]", "")
        return tf.strings.length(clean), tf.strings.to_hash_bucket_fast(clean, 100)

    return lengths, (tf.constant(["Graph!", "eager", "a Trace", "Speed 2"] * 20),)


def implicit_step(tf: Any) -> Built:
    def newton(y: Any) -> Any:
        guess = y
        for _ in range(3):
            with tf.GradientTape() as tape:
                tape.watch(guess)
                rest = guess - y - 0.1 * (1.0 - guess**3)
            guess -= rest / tape.gradient(rest, guess)
        return guess

    return newton, (tf.linspace(0.1, 2.0, 50),)


def distance_matrix(tf: Any) -> Built:
    return lambda x: tf.sqrt(tf.reduce_sum((x[:, None] - x[None]) ** 2, -1) + 1e-9), (tf.random.normal([250, 16]),)


def top_scores(tf: Any) -> Built:
    def pick(scores: Any) -> Any:
        values, places = tf.math.top_k(scores, 5)
        return tf.nn.softmax(values), places

    return pick, (tf.random.normal([64, 200]),)


def spectral_mix(tf: Any) -> Built:
    def mix(signal: Any) -> Any:
        waves = tf.signal.rfft(signal)
        return tf.signal.irfft(waves * tf.cast(tf.exp(-tf.range(129.0) / 20.0), tf.complex64))

    return mix, (tf.random.normal([32, 256]),)


def denoiser(tf: Any, keras: Any) -> Built:
    layers = keras.layers
    model = keras.Sequential([keras.Input((32,)), layers.GaussianNoise(0.1), layers.Dense(24, "elu"), layers.Dense(32)])
    step = fitting(tf, model, keras.optimizers.Adam(), keras.losses.MeanSquaredError())
    return step, (tf.random.normal([64, 32]), tf.random.normal([64, 32]))


def text_convnet(tf: Any, keras: Any) -> Built:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((30,)),
            layers.Embedding(200, 16),
            layers.Conv1D(16, 3, activation="relu"),
            layers.GlobalMaxPooling1D(),
            layers.Dropout(0.3),
            layers.Dense(1),
        ]
    )
    step = fitting(tf, model, keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.BinaryCrossentropy(True))
    return step, (tf.random.uniform([32, 30], 0, 200, tf.int32), tf.ones([32, 1]))


def clipped_training(tf: Any, keras: Any) -> Built:
    model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(40, "tanh"), keras.layers.Dense(3)])
    optimizer, loss = keras.optimizers.AdamW(), keras.losses.SparseCategoricalCrossentropy(True)

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + 1e-4 * sum(tf.nn.l2_loss(one) for one in model.weights)
        slopes, size = tf.clip_by_global_norm(tape.gradient(value, model.trainable_variables), 1.0)
        optimizer.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
        return value, size

    return step, (tf.random.normal([50, 20]), tf.zeros([50], tf.int32))


def gated_unit(tf: Any, keras: Any) -> Built:
    cell = keras.layers.GRUCell(32)
    cell.build((16, 8))
    return (lambda x, state: cell(x, [state])[0]), (tf.random.normal([16, 8]), tf.zeros([16, 32]))


def scored_pairs(tf: Any, keras: Any) -> Built:
    tower = keras.Sequential([keras.Input((25,)), keras.layers.Dense(16, "relu"), keras.layers.UnitNormalization()])

    def score(left: Any, right: Any) -> Any:
        likeness = tf.matmul(tower(left), tower(right), transpose_b=True) / 0.07
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(tf.range(48), likeness))

    return score, (tf.random.normal([48, 25]), tf.random.normal([48, 25]))


PLAIN = (
    option_price, noisy_features, random_walks, random_erasing, negative_samples, epsilon_greedy, evolution,
    hidden_markov, heat_plate, power_iteration, box_overlap, standard_scores, bytes_of_words, implicit_step,
    distance_matrix, top_scores, spectral_mix,
)  # fmt: skip
WITH_KERAS = (denoiser, text_convnet, clipped_training, gated_unit, scored_pairs)


def newest_cases() -> dict[str, Case]:
    """All of them by name."""
    found: dict[str, Case] = {one.__name__.replace("_", " "): fixed(one) for one in PLAIN}
    found.update({one.__name__.replace("_", " "): one for one in WITH_KERAS})
    return found
