# Derivatives of derivatives, an equation solved step by step, a fit by Newton's method: many small eager functions.
import random

import numpy as np
import tensorflow as tf

random.seed(4)
np.random.seed(4)
tf.random.set_seed(4)
rng = tf.random.Generator.from_seed(4)
points = rng.normal([12, 2], dtype=tf.float64)
# %%
def rosenbrock(p):
    x, y = p[..., 0], p[..., 1]
    return tf.reduce_sum((1 - x) ** 2 + 100 * (y - x**2) ** 2)


def gradient_and_hessian(f, p):
    with tf.GradientTape() as outer:
        outer.watch(p)
        with tf.GradientTape() as inner:
            inner.watch(p)
            value = f(p)
        first = inner.gradient(value, p)
    return value, first, outer.jacobian(first, p)


def newton(f, start, steps=8):
    path = [start]
    for _ in range(steps):
        value, g, h = gradient_and_hessian(f, path[-1])
        path.append(path[-1] - tf.linalg.solve(h, g[:, None])[:, 0])
        if float(tf.norm(g)) < 1e-9:
            break
    return path


path = newton(rosenbrock, tf.constant([-1.2, 1.0], tf.float64))
len(path), path[-1].numpy().tobytes().hex()
# %%
def lorenz(state, t=0.0, s=10.0, r=28.0, b=8 / 3):
    x, y, z = tf.unstack(state)
    return tf.stack([s * (y - x), x * (r - z) - y, x * y - b * z])


def rk4(f, state, dt):
    a = f(state)
    b = f(state + dt / 2 * a)
    c = f(state + dt / 2 * b)
    d = f(state + dt * c)
    return state + dt / 6 * (a + 2 * b + 2 * c + d)


state = tf.constant([1.0, 1.0, 1.0])
for _ in range(40):
    state = rk4(lorenz, state, 0.01)
state.numpy().tobytes().hex()
# %%
covariance = tf.linalg.matmul(points, points, transpose_a=True) / 12
values, vectors = tf.linalg.eigh(covariance)
projected = (points @ vectors).numpy()
np.abs(projected).sum(0).round(9).tolist()
# %%
def log_likelihood(mean, deviation):
    z = (points - mean) / deviation
    return -0.5 * tf.reduce_sum(z**2) - tf.cast(tf.size(z), tf.float64) * tf.math.log(deviation)


mean, deviation = tf.Variable(0.0, dtype=tf.float64), tf.Variable(1.0, dtype=tf.float64)
for _ in range(20):
    with tf.GradientTape() as tape:
        loss = -log_likelihood(mean, deviation)
    for v, g in zip([mean, deviation], tape.gradient(loss, [mean, deviation])):
        v.assign_sub(0.005 * g)
print(float(mean).hex(), float(deviation).hex(), rng.normal([1]).numpy().tobytes().hex())
