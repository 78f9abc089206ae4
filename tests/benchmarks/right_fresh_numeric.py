"""Numerical functions that neither the prediction nor the trial was made with: written after both, to check them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Built = tuple[Callable[..., Any], tuple[Any, ...]]


def pendulum(tf: Any) -> Built:
    def period(angle: Any, speed: Any) -> Any:
        for _ in range(12):
            speed = speed - 0.05 * tf.sin(angle)
            angle = angle + 0.05 * speed
        return angle, speed

    return period, (tf.constant([0.3, 1.2]), tf.constant([0.0, 0.1]))


def predator_prey(tf: Any) -> Built:
    def step(state: Any) -> Any:
        prey, hunters = tf.unstack(state)
        return state + 0.01 * tf.stack([prey * (1.1 - 0.4 * hunters), hunters * (0.1 * prey - 0.4)])

    return step, (tf.constant([10.0, 5.0]),)


def wave(tf: Any) -> Built:
    def step(now: Any, before: Any) -> Any:
        bent = tf.roll(now, 1, 0) - 2.0 * now + tf.roll(now, -1, 0)
        return 2.0 * now - before + 0.25 * bent, now

    return step, (tf.random.normal([2000]), tf.random.normal([2000]))


def poisson(tf: Any) -> Built:
    def relaxed(u: Any, f: Any) -> Any:
        for _ in range(6):
            near = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
            u = tf.pad(0.25 * (near - f[1:-1, 1:-1]), [[1, 1], [1, 1]])
        return u

    return relaxed, (tf.zeros([200, 200]), tf.random.normal([200, 200]))


def gray_scott(tf: Any) -> Built:
    kernel = tf.constant([[0.05, 0.2, 0.05], [0.2, -1.0, 0.2], [0.05, 0.2, 0.05]])[:, :, None, None]

    def step(a: Any, b: Any) -> Any:
        spread = lambda x: tf.nn.conv2d(x, kernel, 1, "SAME")  # noqa: E731
        made = a * b * b
        return a + spread(a) - made + 0.055 * (1.0 - a), b + 0.5 * spread(b) + made - 0.117 * b

    return step, (tf.random.uniform([1, 128, 128, 1]), tf.random.uniform([1, 128, 128, 1]))


def lennard_jones(tf: Any) -> Built:
    def forces(place: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(place)
            squares = tf.reduce_sum((place[:, None] - place[None]) ** 2, -1) + tf.eye(40)
            inverse = 1.0 / squares**3
            energy = tf.reduce_sum(inverse**2 - inverse)
        return tape.gradient(energy, place)

    return forces, (tf.random.normal([40, 3]) * 3.0,)


def quantum_walk(tf: Any) -> Built:
    coin = tf.constant([[1.0, 1.0], [1.0, -1.0]], tf.complex64) / 2.0**0.5

    def step(state: Any) -> Any:
        state = state @ coin
        return tf.stack([tf.roll(state[:, 0], 1, 0), tf.roll(state[:, 1], -1, 0)], 1)

    return step, (tf.complex(tf.random.normal([200, 2]), tf.zeros([200, 2])),)


def schroedinger(tf: Any) -> Built:
    phase = tf.exp(tf.complex(0.0, -1.0) * tf.cast(tf.linspace(-5.0, 5.0, 512) ** 2, tf.complex64) * 0.01)

    def split_step(psi: Any) -> Any:
        return tf.signal.ifft(tf.signal.fft(psi * phase) * phase) * phase

    return split_step, (tf.complex(tf.random.normal([512]), tf.random.normal([512])),)


def levenberg(tf: Any) -> Built:
    x, y = tf.linspace(0.0, 1.0, 80), tf.random.normal([80])

    def update(p: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(p)
            rest = p[0] * tf.exp(-p[1] * x) + p[2] - y
        slopes = tape.jacobian(rest, p)
        square = tf.transpose(slopes) @ slopes + 0.01 * tf.eye(3)
        return p - tf.linalg.solve(square, tf.linalg.matvec(slopes, rest, transpose_a=True)[:, None])[:, 0]

    return update, (tf.constant([1.0, 0.5, 0.0]),)


def bfgs_direction(tf: Any) -> Built:
    def direction(slope: Any, moves: Any, changes: Any) -> Any:
        q, alphas = slope, []
        for s, g in zip(tf.unstack(moves)[::-1], tf.unstack(changes)[::-1], strict=True):
            alphas.append(tf.tensordot(s, q, 1) / tf.tensordot(s, g, 1))
            q = q - alphas[-1] * g
        for s, g, alpha in zip(tf.unstack(moves), tf.unstack(changes), alphas[::-1], strict=True):
            q = q + s * (alpha - tf.tensordot(g, q, 1) / tf.tensordot(s, g, 1))
        return -q

    return direction, (tf.random.normal([500]), tf.random.normal([5, 500]), tf.random.normal([5, 500]))


def line_search(tf: Any) -> Built:
    matrix = tf.random.normal([40, 40])

    def size(x: Any, direction: Any) -> Any:
        value = lambda point: tf.reduce_sum(tf.linalg.matvec(matrix, point) ** 2)  # noqa: E731
        step, start = tf.constant(1.0), value(x)
        while value(x + step * direction) > start and step > 1e-3:
            step = step * 0.5
        return step

    return size, (tf.random.normal([40]), tf.random.normal([40]))


def simplex_projection(tf: Any) -> Built:
    def nearest(v: Any) -> Any:
        ordered = tf.sort(v, direction="DESCENDING")
        sums = tf.cumsum(ordered) - 1.0
        counts = tf.range(1.0, 101.0)
        last = tf.reduce_sum(tf.cast(ordered - sums / counts > 0.0, tf.int32))
        return tf.nn.relu(v - sums[last - 1] / tf.cast(last, tf.float32))

    return nearest, (tf.random.normal([100]),)


def metropolis(tf: Any) -> Built:
    def step(x: Any) -> Any:
        new = x + 0.5 * tf.random.normal([1000])
        odds = tf.exp(0.5 * (x**2 - new**2))
        return tf.where(tf.random.uniform([1000]) < odds, new, x)

    return step, (tf.zeros([1000]),)


def particle_filter(tf: Any) -> Built:
    def step(particles: Any, seen: Any) -> Any:
        particles = 0.9 * particles + tf.random.normal([500])
        chosen = tf.random.categorical(-0.5 * (particles - seen)[None] ** 2, 500)[0]
        return tf.gather(particles, chosen)

    return step, (tf.zeros([500]), tf.constant(0.3))


def heston(tf: Any) -> Built:
    def terminal(price: Any, variance: Any, shocks: Any) -> Any:
        for day in range(8):
            root = tf.sqrt(tf.maximum(variance, 0.0) / 252.0)
            price = price * tf.exp(-variance / 504.0 + root * shocks[day, 0])
            variance = variance + (0.04 - variance) / 50.0 + 0.3 * root * shocks[day, 1]
        return tf.reduce_mean(tf.nn.relu(price - 100.0))

    return terminal, (tf.fill([20_000], 100.0), tf.fill([20_000], 0.04), tf.random.normal([8, 2, 20_000]))


def exponential_average(tf: Any) -> Built:
    def smoothed(prices: Any) -> Any:
        return tf.scan(lambda old, new: 0.9 * old + 0.1 * new, prices)

    return smoothed, (tf.random.normal([60, 5]),)


def sharpe(tf: Any) -> Built:
    def ratio(weights: Any, returns: Any) -> Any:
        daily = tf.linalg.matvec(returns, weights)
        return tf.reduce_mean(daily) / tf.math.reduce_std(daily) * 252.0**0.5

    return ratio, (tf.ones([20]) / 20.0, tf.random.normal([750, 20]))


def logistic_slope(tf: Any) -> Built:
    def slope(w: Any, x: Any, y: Any) -> Any:
        return tf.linalg.matvec(x, tf.sigmoid(tf.linalg.matvec(x, w)) - y, transpose_a=True) / 5000.0

    return slope, (tf.zeros([30]), tf.random.normal([5000, 30]), tf.ones([5000]))


def ridge(tf: Any) -> Built:
    def weights(x: Any, y: Any) -> Any:
        return tf.linalg.solve(tf.transpose(x) @ x + 0.1 * tf.eye(25), tf.transpose(x) @ y)

    return weights, (tf.random.normal([1000, 25]), tf.random.normal([1000, 1]))


def gram_schmidt(tf: Any) -> Built:
    def orthogonal(vectors: Any) -> Any:
        found: list[Any] = []
        for v in tf.unstack(vectors):
            for other in found:
                v = v - tf.reduce_sum(v * other) * other
            found.append(v / tf.norm(v))
        return tf.stack(found)

    return orthogonal, (tf.random.normal([8, 50]),)


def determinant(tf: Any) -> Built:
    return lambda a: tf.linalg.slogdet(a), (tf.random.normal([120, 120]),)


def triangular(tf: Any) -> Built:
    return lambda a, b: tf.linalg.triangular_solve(tf.linalg.band_part(a, -1, 0) + tf.eye(30), b), (
        tf.random.normal([16, 30, 30]) * 0.1,
        tf.random.normal([16, 30, 4]),
    )


def exponential_of_matrix(tf: Any) -> Built:
    return lambda a: tf.linalg.expm(a), (tf.random.normal([20, 20]) * 0.1,)


def kronecker(tf: Any) -> Built:
    return lambda a, b: tf.reshape(a[:, None, :, None] * b[None, :, None, :], [240, 240]), (
        tf.random.normal([12, 12]),
        tf.random.normal([20, 20]),
    )


def rotations(tf: Any) -> Built:
    def turned(q: Any, v: Any) -> Any:
        q = tf.math.l2_normalize(q, -1)
        axis, real = q[:, 1:], q[:, :1]
        twice = 2.0 * tf.linalg.cross(axis, v)
        return v + real * twice + tf.linalg.cross(axis, twice)

    return turned, (tf.random.normal([300, 4]), tf.random.normal([300, 3]))


def histogram(tf: Any) -> Built:
    return lambda x: tf.histogram_fixed_width(x, [-3.0, 3.0], 40), (tf.random.normal([50_000]),)


def percentile(tf: Any) -> Built:
    def robust(x: Any) -> Any:
        ordered = tf.sort(x, axis=0)
        return (x - ordered[500]) / (ordered[750] - ordered[250] + 1e-6)

    return robust, (tf.random.normal([1000, 12]),)


def covariance(tf: Any) -> Built:
    def matrix(x: Any) -> Any:
        x = x - tf.reduce_mean(x, 0)
        cov = tf.transpose(x) @ x / 399.0
        scale = tf.sqrt(tf.linalg.diag_part(cov))
        return cov / (scale[:, None] * scale[None])

    return matrix, (tf.random.normal([400, 60]),)


def entropy(tf: Any) -> Built:
    return lambda p: -tf.reduce_sum(p * tf.math.log(p + 1e-9), -1), (tf.nn.softmax(tf.random.normal([64, 12])),)


def wasserstein(tf: Any) -> Built:
    return lambda a, b: tf.reduce_mean(tf.abs(tf.sort(a) - tf.sort(b))), (
        tf.random.normal([3000]),
        tf.random.normal([3000]),
    )


def large_sum(tf: Any) -> Built:
    def total(a: Any, b: Any) -> Any:
        return tf.reduce_sum(tf.nn.relu(a) * b, axis=0)

    return total, (tf.random.normal([1200, 1200]), tf.random.normal([1200, 1200]))


def collatz(tf: Any) -> Built:
    def steps(n: Any) -> Any:
        count = tf.constant(0)
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            count += 1
        return count

    return steps, (tf.constant(27),)


NUMERIC = (
    pendulum, predator_prey, wave, poisson, gray_scott, lennard_jones, quantum_walk, schroedinger, levenberg,
    bfgs_direction, line_search, simplex_projection, metropolis, particle_filter, heston, exponential_average, sharpe,
    logistic_slope, ridge, gram_schmidt, determinant, triangular, exponential_of_matrix, kronecker, rotations, histogram,
    percentile, covariance, entropy, wasserstein, large_sum, collatz,
)  # fmt: skip
