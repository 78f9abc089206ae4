"""Functions from notebooks on signals, finance, physics, biology, graphs, images and text.

The prediction wasn't made with them, but the bands of what is said of it (`hybnb/decide/gain.py`) were set with them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.benchmarks.prediction_models import Case

Built = tuple[Callable[..., Any], tuple[Any, ...]]


def fixed(make: Callable[[Any], Built]) -> Case:
    """A function that needs nothing of Keras."""
    return lambda tf, keras: make(tf)


# ---- signals ------------------------------------------------------------------------------------------------------


def spectrogram(tf: Any) -> Built:
    def power(wave: Any) -> Any:
        frames = tf.signal.stft(wave, 256, 128)
        return tf.math.log(tf.abs(frames) ** 2 + 1e-6)

    return power, (tf.random.normal([8000]),)


def mel(tf: Any) -> Built:
    weights = tf.signal.linear_to_mel_weight_matrix(40, 129, 8000)

    def features(wave: Any) -> Any:
        energy = tf.matmul(tf.abs(tf.signal.stft(wave, 256, 128)), weights)
        return tf.signal.mfccs_from_log_mel_spectrograms(tf.math.log(energy + 1e-6))[..., :13]

    return features, (tf.random.normal([8000]),)


def moving_average(tf: Any) -> Built:
    kernel = tf.ones([15, 1, 1]) / 15.0
    return lambda x: tf.nn.conv1d(x[None, :, None], kernel, 1, "SAME")[0, :, 0], (tf.random.normal([5000]),)


def kalman(tf: Any) -> Built:
    a, h, q, r = (
        tf.constant([[1.0, 0.1], [0.0, 1.0]]),
        tf.constant([[1.0, 0.0]]),
        0.01 * tf.eye(2),
        tf.constant([[0.1]]),
    )

    def step(mean: Any, cov: Any, seen: Any) -> Any:
        mean, cov = a @ mean, a @ cov @ tf.transpose(a) + q
        gain = cov @ tf.transpose(h) @ tf.linalg.inv(h @ cov @ tf.transpose(h) + r)
        return mean + gain @ (seen - h @ mean), (tf.eye(2) - gain @ h) @ cov

    return step, (tf.zeros([2, 1]), tf.eye(2), tf.ones([1, 1]))


def autocorrelation(tf: Any) -> Built:
    def estimate(x: Any) -> Any:
        x = x - tf.reduce_mean(x)
        spectrum = tf.signal.rfft(tf.pad(x, [[0, x.shape[0]]]))
        return tf.signal.irfft(spectrum * tf.math.conj(spectrum))[: x.shape[0]] / tf.reduce_sum(x**2)

    return estimate, (tf.random.normal([4096]),)


# ---- finance and statistics ---------------------------------------------------------------------------------------


def black_scholes(tf: Any) -> Built:
    def price(spot: Any, strike: Any) -> Any:
        root = 0.2 * tf.sqrt(0.5)
        d1 = (tf.math.log(spot / strike) + (0.03 + 0.02) * 0.5) / root
        normal = lambda d: 0.5 * (1.0 + tf.math.erf(d / tf.sqrt(2.0)))  # noqa: E731
        return spot * normal(d1) - strike * tf.exp(-0.015) * normal(d1 - root)

    return price, (tf.random.uniform([500], 80.0, 120.0), tf.random.uniform([500], 80.0, 120.0))


def monte_carlo(tf: Any) -> Built:
    def paths(shocks: Any) -> Any:
        returns = (0.05 - 0.02) / 252 + 0.2 / 252**0.5 * shocks
        prices = 100.0 * tf.exp(tf.cumsum(returns, axis=1))
        return tf.reduce_mean(tf.nn.relu(tf.reduce_mean(prices, axis=1) - 100.0))

    return paths, (tf.random.normal([2000, 252]),)


def portfolio(tf: Any) -> Built:
    cov = tf.random.normal([30, 30])
    cov = cov @ tf.transpose(cov)
    return lambda w: (tf.sqrt(w @ cov @ tf.transpose(w)), tf.reduce_sum(w)), (tf.ones([1, 30]) / 30.0,)


def gaussian_process(tf: Any) -> Built:
    def posterior(x: Any, y: Any, new: Any) -> Any:
        kernel = lambda a, b: tf.exp(-0.5 * (a[:, None] - b[None, :]) ** 2)  # noqa: E731
        factor = tf.linalg.cholesky(kernel(x, x) + 0.01 * tf.eye(60))
        weights = tf.linalg.cholesky_solve(factor, y[:, None])
        return tf.squeeze(tf.matmul(kernel(new, x), weights))

    return posterior, (tf.linspace(0.0, 5.0, 60), tf.random.normal([60]), tf.linspace(0.0, 5.0, 100))


def leapfrog(tf: Any) -> Built:
    x, y = tf.random.normal([200, 4]), tf.round(tf.random.uniform([200]))

    def slope(w: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(w)
            logits = tf.linalg.matvec(x, w)
            energy = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(y, logits)) + 0.5 * tf.reduce_sum(w**2)
        return tape.gradient(energy, w)

    def trajectory(w: Any, p: Any) -> Any:
        p = p - 0.005 * slope(w)
        for _ in range(5):
            w = w + 0.01 * p
            p = p - 0.01 * slope(w)
        return w, p

    return trajectory, (tf.zeros([4]), tf.random.normal([4]))


def mixture(tf: Any) -> Built:
    def expectation(x: Any, mean: Any, log_scale: Any, logits: Any) -> Any:
        z = (x[:, None] - mean) / tf.exp(log_scale)
        log = -0.5 * z**2 - log_scale + tf.nn.log_softmax(logits)
        weights = tf.nn.softmax(log, axis=1)
        count = tf.reduce_sum(weights, 0)
        return tf.reduce_sum(weights * x[:, None], 0) / count, count / x.shape[0]

    return expectation, (tf.random.normal([1000]), tf.random.normal([4]), tf.zeros([4]), tf.zeros([4]))


def bootstrap(tf: Any) -> Built:
    def resampled(x: Any, index: Any) -> Any:
        return tf.math.reduce_std(tf.reduce_mean(tf.gather(x, index), axis=1))

    return resampled, (tf.random.normal([500]), tf.random.uniform([200, 500], 0, 500, tf.int32))


# ---- physics ------------------------------------------------------------------------------------------------------


def bodies(tf: Any) -> Built:
    def step(place: Any, speed: Any) -> Any:
        gap = place[None] - place[:, None]
        distance = tf.reduce_sum(gap**2, -1, keepdims=True) + 0.01
        speed = speed + 0.01 * tf.reduce_sum(gap / distance**1.5, 1)
        return place + 0.01 * speed, speed

    return step, (tf.random.normal([60, 3]), tf.zeros([60, 3]))


def heat(tf: Any) -> Built:
    def step(u: Any) -> Any:
        inner = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        return tf.pad(u[1:-1, 1:-1] + 0.1 * inner, [[1, 1], [1, 1]])

    return step, (tf.random.normal([64, 64]),)


def heat_large(tf: Any) -> Built:
    step, _ = heat(tf)
    return step, (tf.random.normal([1500, 1500]),)


def ising(tf: Any) -> Built:
    def energy(spins: Any) -> Any:
        return -tf.reduce_mean(spins * (tf.roll(spins, 1, 0) + tf.roll(spins, 1, 1)))

    return energy, (tf.sign(tf.random.normal([50, 50])),)


def life(tf: Any) -> Built:
    kernel = tf.constant([[1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])[:, :, None, None]

    def step(board: Any) -> Any:
        near = tf.nn.conv2d(board[None, :, :, None], kernel, 1, "SAME")[0, :, :, 0]
        return tf.cast((near == 3.0) | ((board == 1.0) & (near == 2.0)), tf.float32)

    return step, (tf.round(tf.random.uniform([100, 100])),)


def lorenz(tf: Any) -> Built:
    def step(s: Any) -> Any:
        x, y, z = s[0], s[1], s[2]
        return s + 0.01 * tf.stack([10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z])

    return step, (tf.constant([1.0, 1.0, 1.0]),)


def epidemic(tf: Any) -> Built:
    def season(s: Any, i: Any, r: Any) -> Any:
        for _ in range(30):
            new, gone = 0.3 * s * i, 0.1 * i
            s, i, r = s - new, i + new - gone, r + gone
        return s, i, r

    return season, (tf.constant(0.99), tf.constant(0.01), tf.constant(0.0))


def mandelbrot(tf: Any) -> Built:
    def rounds(c: Any) -> Any:
        z, count = tf.zeros_like(c), tf.zeros(c.shape)
        for _ in range(10):
            z = z**2 + c
            count += tf.cast(tf.abs(z) < 2.0, tf.float32)
        return count

    axis = tf.linspace(-1.5, 1.0, 150)
    return rounds, (tf.complex(*tf.meshgrid(axis, axis)),)


# ---- linear algebra and optimisation ------------------------------------------------------------------------------


def power_iteration(tf: Any) -> Built:
    def iterate(matrix: Any, v: Any) -> Any:
        for _ in range(10):
            v = tf.math.l2_normalize(tf.linalg.matvec(matrix, v), axis=0)
        return v

    return iterate, (tf.random.normal([100, 100]), tf.random.normal([100]))


def conjugate_gradient(tf: Any) -> Built:
    half = tf.random.normal([80, 80])
    matrix = half @ tf.transpose(half) / 80.0 + tf.eye(80)

    def solve(b: Any) -> Any:
        x, r = tf.zeros_like(b), b
        p, rs = r, tf.reduce_sum(r * r)
        for _ in range(8):
            ap = tf.linalg.matvec(matrix, p)
            alpha = rs / tf.reduce_sum(p * ap)
            x, r = x + alpha * p, r - alpha * ap
            new = tf.reduce_sum(r * r)
            p, rs = r + new / rs * p, new
        return x

    return solve, (tf.random.normal([80]),)


def newton(tf: Any) -> Built:
    def root(x: Any) -> Any:
        while tf.reduce_max(tf.abs(x**3 - 2.0)) > 1e-4:
            x = x - (x**3 - 2.0) / (3.0 * x**2)
        return x

    return root, (tf.random.uniform([50], 1.0, 3.0),)


def principal(tf: Any) -> Built:
    def components(x: Any) -> Any:
        x = x - tf.reduce_mean(x, axis=0)
        _, _, v = tf.linalg.svd(x)
        return x @ v[:, :2]

    return components, (tf.random.normal([200, 30]),)


def whitening(tf: Any) -> Built:
    def whiten(x: Any) -> Any:
        x = x - tf.reduce_mean(x, 0)
        values, vectors = tf.linalg.eigh(tf.transpose(x) @ x / 500.0)
        return x @ vectors / tf.sqrt(values + 1e-5)

    return whiten, (tf.random.normal([500, 40]),)


def least_squares(tf: Any) -> Built:
    return lambda a, b: tf.linalg.lstsq(a, b), (tf.random.normal([300, 20]), tf.random.normal([300, 1]))


def big_product(tf: Any) -> Built:
    return lambda a, b: tf.nn.relu(a @ b), (tf.random.normal([900, 900]), tf.random.normal([900, 900]))


def momentum(tf: Any) -> Built:
    weights = [tf.Variable(tf.random.normal([30, 30])) for _ in range(4)]
    speeds = [tf.Variable(tf.zeros([30, 30])) for _ in range(4)]

    def update(gradient: Any) -> None:
        for weight, speed in zip(weights, speeds, strict=True):
            speed.assign(0.9 * speed + gradient)
            weight.assign_sub(0.01 * speed)

    return update, (tf.random.normal([30, 30]),)


def average(tf: Any) -> Built:
    shadow, weight = tf.Variable(tf.zeros([200, 200])), tf.Variable(tf.random.normal([200, 200]))
    return lambda: shadow.assign(0.99 * shadow + 0.01 * weight), ()


# ---- graphs and sequences -----------------------------------------------------------------------------------------


def pagerank(tf: Any) -> Built:
    links = tf.nn.softmax(tf.random.normal([150, 150]), axis=0)
    return lambda rank: 0.85 * tf.linalg.matvec(links, rank) + 0.15 / 150.0, (tf.ones([150]) / 150.0,)


def messages(tf: Any) -> Built:
    source, target = (tf.random.uniform([2000], 0, 300, tf.int32) for _ in range(2))
    own, other = (tf.Variable(tf.random.normal([16, 16]) * 0.1) for _ in range(2))

    def layer(nodes: Any) -> Any:
        sent = tf.gather(nodes @ other, source)
        heard = tf.math.unsorted_segment_mean(sent, target, 300)
        return tf.nn.relu(nodes @ own + heard)

    return layer, (tf.random.normal([300, 16]),)


def viterbi_scores(tf: Any) -> Built:
    transitions = tf.random.normal([6, 6])

    def best(emissions: Any) -> Any:
        score = emissions[0]
        for t in range(1, 20):
            score = tf.reduce_max(score[:, None] + transitions, axis=0) + emissions[t]
        return tf.reduce_max(score)

    return best, (tf.random.normal([20, 6]),)


def hidden_markov(tf: Any) -> Built:
    transitions = tf.math.log(tf.nn.softmax(tf.random.normal([5, 5])))

    def likelihood(log_emissions: Any) -> Any:
        alpha = log_emissions[0]
        for t in tf.range(1, 30):
            alpha = tf.reduce_logsumexp(alpha[:, None] + transitions, axis=0) + log_emissions[t]
        return tf.reduce_logsumexp(alpha)

    return likelihood, (tf.random.normal([30, 5]),)


def alignment(tf: Any) -> Built:
    def distance(a: Any, b: Any) -> Any:
        return tf.edit_distance(tf.sparse.from_dense(a), tf.sparse.from_dense(b))

    draw = lambda: tf.random.uniform([4, 30], 1, 5, tf.int64)  # noqa: E731
    return distance, (draw(), draw())


def one_hot_bases(tf: Any) -> Built:
    return lambda s: tf.one_hot(tf.io.decode_raw(s, tf.uint8), 128), (tf.constant(["ACGTACGT"] * 32),)


def position_codes(tf: Any) -> Built:
    def codes(at: Any) -> Any:
        rates = 1.0 / 10000.0 ** (tf.range(0.0, 64.0, 2.0) / 64.0)
        angles = at[:, None] * rates
        return tf.concat([tf.sin(angles), tf.cos(angles)], -1)

    return codes, (tf.range(0.0, 100.0),)


# ---- losses and layers by hand ------------------------------------------------------------------------------------


def focal(tf: Any) -> Built:
    def loss(labels: Any, logits: Any) -> Any:
        p = tf.sigmoid(logits)
        cross = tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)
        right = labels * p + (1.0 - labels) * (1.0 - p)
        return tf.reduce_mean((labels * 0.25 + (1.0 - labels) * 0.75) * (1.0 - right) ** 2.0 * cross)

    return loss, (tf.round(tf.random.uniform([64, 10])), tf.random.normal([64, 10]))


def dice(tf: Any) -> Built:
    def loss(truth: Any, said: Any) -> Any:
        both = tf.reduce_sum(truth * said, axis=[1, 2])
        return 1.0 - tf.reduce_mean(
            (2.0 * both + 1.0) / (tf.reduce_sum(truth, [1, 2]) + tf.reduce_sum(said, [1, 2]) + 1.0)
        )

    return loss, (tf.round(tf.random.uniform([8, 64, 64])), tf.random.uniform([8, 64, 64]))


def contrastive(tf: Any) -> Built:
    def loss(a: Any, b: Any) -> Any:
        a, b = tf.math.l2_normalize(a, 1), tf.math.l2_normalize(b, 1)
        logits = tf.matmul(a, b, transpose_b=True) / 0.1
        labels = tf.range(64)
        one = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        return tf.reduce_mean(one + tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.transpose(logits)))

    return loss, (tf.random.normal([64, 32]), tf.random.normal([64, 32]))


def triplet(tf: Any) -> Built:
    def loss(anchor: Any, near: Any, far: Any) -> Any:
        gap = lambda other: tf.reduce_sum((anchor - other) ** 2, 1)  # noqa: E731
        return tf.reduce_mean(tf.maximum(gap(near) - gap(far) + 0.2, 0.0))

    return loss, tuple(tf.random.normal([32, 16]) for _ in range(3))


def overlap(tf: Any) -> Built:
    def ratio(a: Any, b: Any) -> Any:
        low, high = tf.maximum(a[:, None, :2], b[None, :, :2]), tf.minimum(a[:, None, 2:], b[None, :, 2:])
        shared = tf.reduce_prod(tf.maximum(high - low, 0.0), -1)
        area = lambda box: tf.reduce_prod(box[:, 2:] - box[:, :2], -1)  # noqa: E731
        return shared / (area(a)[:, None] + area(b)[None, :] - shared + 1e-6)

    boxes = tf.random.uniform([100, 2])
    return ratio, (tf.concat([boxes, boxes + 0.3], 1), tf.concat([boxes[::-1], boxes[::-1] + 0.3], 1))


def layer_norm(tf: Any) -> Built:
    scale, shift = tf.Variable(tf.ones([64])), tf.Variable(tf.zeros([64]))

    def normalise(x: Any) -> Any:
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        return (x - mean) * tf.math.rsqrt(variance + 1e-6) * scale + shift

    return normalise, (tf.random.normal([16, 20, 64]),)


def gated(tf: Any) -> Built:
    weight = tf.Variable(tf.random.normal([64, 128]) * 0.1)

    def unit(x: Any) -> Any:
        a, b = tf.split(x @ weight, 2, -1)
        return a * tf.sigmoid(b)

    return unit, (tf.random.normal([32, 64]),)


def coupling(tf: Any) -> Built:
    first, second = (tf.Variable(tf.random.normal(shape) * 0.1) for shape in ([4, 32], [32, 8]))

    def flow(x: Any) -> Any:
        log = tf.zeros([x.shape[0]])
        for _ in range(4):
            kept, moved = tf.split(x, 2, 1)
            shift, scale = tf.split(tf.tanh(kept @ first) @ second, 2, 1)
            moved = moved * tf.exp(tf.tanh(scale)) + shift
            log += tf.reduce_sum(tf.tanh(scale), 1)
            x = tf.concat([moved, kept], 1)
        return x, log

    return flow, (tf.random.normal([100, 8]),)


def rendering(tf: Any) -> Built:
    def colour(density: Any, colours: Any, gaps: Any) -> Any:
        alpha = 1.0 - tf.exp(-tf.nn.relu(density) * gaps)
        weights = alpha * tf.math.cumprod(1.0 - alpha + 1e-10, axis=-1, exclusive=True)
        return tf.reduce_sum(weights[..., None] * tf.sigmoid(colours), axis=-2)

    return colour, (tf.random.normal([256, 64]), tf.random.normal([256, 64, 3]), tf.ones([256, 64]) * 0.1)


def diffusion(tf: Any) -> Built:
    kept = tf.math.cumprod(1.0 - tf.linspace(1e-4, 0.02, 1000))

    def noised(x: Any, t: Any, noise: Any) -> Any:
        share = tf.reshape(tf.gather(kept, t), [-1, 1, 1, 1])
        return tf.sqrt(share) * x + tf.sqrt(1.0 - share) * noise

    images = lambda: tf.random.normal([16, 16, 16, 3])  # noqa: E731
    return noised, (images(), tf.random.uniform([16], 0, 1000, tf.int32), images())


# ---- images, text, evaluation -------------------------------------------------------------------------------------


def edges(tf: Any) -> Built:
    def strength(image: Any) -> Any:
        found = tf.image.sobel_edges(tf.image.rgb_to_grayscale(image))
        return tf.sqrt(tf.reduce_sum(found**2, -1) + 1e-9)

    return strength, (tf.random.uniform([2, 64, 64, 3]),)


def augment(tf: Any) -> Built:
    def changed(image: Any) -> Any:
        image = tf.image.flip_left_right(image)
        image = tf.image.adjust_contrast(tf.image.adjust_brightness(image, 0.1), 1.2)
        return tf.clip_by_value(tf.image.adjust_saturation(image, 0.9), 0.0, 1.0)

    return changed, (tf.random.uniform([96, 96, 3]),)


def smaller(tf: Any) -> Built:
    return lambda image: tf.image.resize(image, [64, 64]) / 255.0, (tf.random.uniform([8, 200, 200, 3]),)


def quality(tf: Any) -> Built:
    return lambda a, b: (tf.image.ssim(a, b, 1.0), tf.image.psnr(a, b, 1.0)), tuple(
        tf.random.uniform([2, 48, 48, 1]) for _ in range(2)
    )


def cleaned(tf: Any) -> Built:
    def words(text: Any) -> Any:
        text = tf.strings.regex_replace(tf.strings.lower(text), "[^a-z ]", "")
        return tf.strings.split(text).to_tensor()

    return words, (tf.constant(["The quick, brown fox!", "jumps over the lazy dog."] * 10),)


def hashed(tf: Any) -> Built:
    return lambda s: tf.strings.to_hash_bucket_fast(s, 1000), (tf.constant(["one", "two", "three"] * 50),)


def confusion(tf: Any) -> Built:
    return lambda a, b: tf.math.confusion_matrix(a, b, 10), tuple(
        tf.random.uniform([500], 0, 10, tf.int32) for _ in range(2)
    )


def f_score(tf: Any) -> Built:
    def score(truth: Any, logits: Any) -> Any:
        said = tf.cast(logits > 0.0, tf.float32)
        hit = tf.reduce_sum(truth * said, 0)
        precision, recall = hit / (tf.reduce_sum(said, 0) + 1e-7), hit / (tf.reduce_sum(truth, 0) + 1e-7)
        return tf.reduce_mean(2.0 * precision * recall / (precision + recall + 1e-7))

    return score, (tf.round(tf.random.uniform([200, 6])), tf.random.normal([200, 6]))


def retrieval(tf: Any) -> Built:
    items = tf.math.l2_normalize(tf.random.normal([3000, 64]), 1)
    return lambda q: tf.math.top_k(tf.linalg.matvec(items, q), 10), (tf.random.normal([64]),)


def haversine(tf: Any) -> Built:
    def distance(a: Any, b: Any) -> Any:
        lat1, lon1, lat2, lon2 = a[:, 0], a[:, 1], b[:, 0], b[:, 1]
        h = tf.sin((lat2 - lat1) / 2) ** 2 + tf.cos(lat1) * tf.cos(lat2) * tf.sin((lon2 - lon1) / 2) ** 2
        return 12742.0 * tf.asin(tf.sqrt(h))

    return distance, (tf.random.uniform([300, 2]), tf.random.uniform([300, 2]))


def sorted_ranks(tf: Any) -> Built:
    return lambda x: tf.argsort(tf.argsort(x)), (tf.random.normal([20000]),)


def scaled(tf: Any) -> Built:
    return lambda x: (x - tf.reduce_mean(x, 0)) / (tf.math.reduce_std(x, 0) + 1e-7), (tf.random.normal([500, 20]),)


def clipped(tf: Any) -> Built:
    return lambda x: tf.clip_by_value(x, -1.0, 1.0), (tf.random.normal([100]),)


# ---- Keras --------------------------------------------------------------------------------------------------------


def scorer(tf: Any, keras: Any) -> Built:
    model = keras.Sequential(
        [keras.layers.Dense(20, activation="gelu"), keras.layers.LayerNormalization(), keras.layers.Dense(1)]
    )
    model.build((None, 12))
    return lambda x: tf.sigmoid(model(x, training=False)), (tf.random.normal([1, 12]),)


def siamese(tf: Any, keras: Any) -> Built:
    encoder = keras.Sequential([keras.layers.Dense(32, activation="relu"), keras.layers.Dense(16)])
    encoder.build((None, 10))
    optimizer = keras.optimizers.SGD(0.01)

    def step(a: Any, b: Any, same: Any) -> Any:
        with tf.GradientTape() as tape:
            gap = tf.norm(encoder(a) - encoder(b), axis=1)
            loss = tf.reduce_mean(same * gap**2 + (1.0 - same) * tf.nn.relu(1.0 - gap) ** 2)
        slopes = tape.gradient(loss, encoder.trainable_variables)
        optimizer.apply_gradients(zip(slopes, encoder.trainable_variables, strict=True))
        return loss

    return step, (tf.random.normal([16, 10]), tf.random.normal([16, 10]), tf.round(tf.random.uniform([16])))


def unet_block(tf: Any, keras: Any) -> Built:
    down, up = (
        keras.layers.Conv2D(8, 3, strides=2, padding="same"),
        keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same"),
    )

    def block(x: Any) -> Any:
        return tf.concat([x, tf.nn.relu(up(tf.nn.relu(down(x))))], -1)

    block(tf.zeros([2, 32, 32, 4]))
    return block, (tf.random.normal([2, 32, 32, 4]),)


def policy_step(tf: Any, keras: Any) -> Built:
    actor = keras.Sequential([keras.layers.Dense(32, activation="tanh"), keras.layers.Dense(4)])
    actor.build((None, 8))
    optimizer = keras.optimizers.Adam(3e-4)

    def step(states: Any, actions: Any, old: Any, advantage: Any) -> Any:
        with tf.GradientTape() as tape:
            log = tf.reduce_sum(tf.nn.log_softmax(actor(states)) * tf.one_hot(actions, 4), 1)
            ratio = tf.exp(log - old)
            loss = -tf.reduce_mean(tf.minimum(ratio * advantage, tf.clip_by_value(ratio, 0.8, 1.2) * advantage))
        slopes, _ = tf.clip_by_global_norm(tape.gradient(loss, actor.trainable_variables), 0.5)
        optimizer.apply_gradients(zip(slopes, actor.trainable_variables, strict=True))
        return loss

    return step, (
        tf.random.normal([64, 8]),
        tf.random.uniform([64], 0, 4, tf.int32),
        tf.zeros([64]),
        tf.random.normal([64]),
    )


def wide(tf: Any, keras: Any) -> Built:
    model = keras.Sequential([keras.layers.Dense(1500, activation="relu"), keras.layers.Dense(1500)])
    model.build((None, 1000))
    return lambda x: model(x, training=False), (tf.random.normal([256, 1000]),)


PLAIN = (
    spectrogram, mel, moving_average, kalman, autocorrelation, black_scholes, monte_carlo, portfolio, gaussian_process,
    leapfrog, mixture, bootstrap, bodies, heat, heat_large, ising, life, lorenz, epidemic, mandelbrot, power_iteration,
    conjugate_gradient, newton, principal, whitening, least_squares, big_product, momentum, average, pagerank, messages,
    viterbi_scores, hidden_markov, alignment, one_hot_bases, position_codes, focal, dice, contrastive, triplet, overlap,
    layer_norm, gated, coupling, rendering, diffusion, edges, augment, smaller, quality, cleaned, hashed, confusion, f_score,
    retrieval, haversine, sorted_ranks, scaled, clipped,
)  # fmt: skip
WITH_KERAS = (scorer, siamese, unet_block, policy_step, wide)


def right_cases() -> dict[str, Case]:
    """All of them by name."""
    found: dict[str, Case] = {one.__name__.replace("_", " "): fixed(one) for one in PLAIN}
    found.update({one.__name__.replace("_", " "): one for one in WITH_KERAS})
    return found
