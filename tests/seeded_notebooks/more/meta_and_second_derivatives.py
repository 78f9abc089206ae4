# Derivatives of derivatives: MAML, a gradient penalty, a physics-informed net, Jacobians, a custom gradient, Newton's steps.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(131)
calls = {"clip": 0}
log = []
# %%
@tf.custom_gradient
def clipped(x):
    def slope(upstream):
        calls["clip"] += 1
        return tf.clip_by_value(upstream, -0.5, 0.5)

    return tf.identity(x), slope


def task():
    amplitude, phase = np.random.uniform(0.5, 2.0), np.random.uniform(0, np.pi)
    x = tf.random.uniform((10, 1), -3, 3)
    return x, amplitude * tf.sin(x + phase)


weights = [tf.Variable(tf.random.normal((1, 8)) * 0.5), tf.Variable(tf.zeros(8)), tf.Variable(tf.random.normal((8, 1)) * 0.5)]
meta = keras.optimizers.Adam(0.01)


def net(x, parts):
    return clipped(tf.tanh(x @ parts[0] + parts[1]) @ parts[2])


def error(x, y, parts):
    return tf.reduce_mean((net(x, parts) - y) ** 2)
# %%
def maml(tasks, rate=0.1):
    with tf.GradientTape() as outer:
        total = 0.0
        for x, y in tasks:
            with tf.GradientTape() as inner:
                loss = error(x, y, weights)
            quick = [w - rate * s for w, s in zip(weights, inner.gradient(loss, weights))]
            total += error(x, y, quick)
    meta.apply_gradients(zip(outer.gradient(total, weights), weights))
    log.append(float(total))
    return total


print([float(maml([task(), task()])).hex() for _ in range(3)], calls)
# %%
field = keras.Sequential([keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)])
adam = keras.optimizers.Adam(0.02)


def residual(t):
    with tf.GradientTape() as second:
        second.watch(t)
        with tf.GradientTape() as first:
            first.watch(t)
            value = field(t)
        speed = first.gradient(value, t)
    return second.gradient(speed, t) + value


def physics(n):
    t = tf.random.uniform((n, 1), 0.0, 3.0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(residual(t) ** 2) + tf.reduce_mean((field(tf.zeros((1, 1))) - 1.0) ** 2)
    adam.apply_gradients(zip(tape.gradient(loss, field.trainable_weights), field.trainable_weights))
    return loss


print([float(physics(n)).hex() for n in (5, 5, 6)])
# %%
def newton(point, steps=3):
    for _ in range(steps):
        with tf.GradientTape() as outer:
            outer.watch(point)
            with tf.GradientTape() as inner:
                inner.watch(point)
                value = tf.reduce_sum(tf.math.cosh(point - 1.0)) + point[0] * point[1] * 0.1
            slope = inner.gradient(value, point)
        point = point - tf.linalg.solve(outer.jacobian(slope, point), slope[:, None])[:, 0]
    return point


def penalty(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        made = field(x)
    return tf.reduce_mean((tf.norm(tape.gradient(made, x), axis=1) - 1.0) ** 2)


print(newton(tf.constant([0.3, -0.4])).numpy().tobytes().hex(), float(penalty(tf.random.normal((4, 1)))).hex())
print(calls, [value.hex() for value in log])
