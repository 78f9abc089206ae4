# Runge-Kutta for a hundred pendulums on a line, coupled by springs.
import numpy as np
import tensorflow as tf

omega, k, damping = 2.0, 0.5, 0.05
rng = np.random.default_rng(9)
theta = tf.constant(rng.uniform(-1, 1, 100), tf.float64)
velocity = tf.zeros_like(theta)


# %%
def acceleration(theta, velocity):
    left = tf.roll(theta, 1, axis=0)
    right = tf.roll(theta, -1, axis=0)
    return -(omega**2) * tf.sin(theta) + k * (left - 2 * theta + right) - damping * velocity


def rk4(theta, velocity, dt):
    k1v = acceleration(theta, velocity)
    k1x = velocity
    k2v = acceleration(theta + dt / 2 * k1x, velocity + dt / 2 * k1v)
    k2x = velocity + dt / 2 * k1v
    k3v = acceleration(theta + dt / 2 * k2x, velocity + dt / 2 * k2v)
    k3x = velocity + dt / 2 * k2v
    k4v = acceleration(theta + dt * k3x, velocity + dt * k3v)
    k4x = velocity + dt * k3v
    theta = theta + dt / 6 * (k1x + 2 * k2x + 2 * k3x + k4x)
    velocity = velocity + dt / 6 * (k1v + 2 * k2v + 2 * k3v + k4v)
    return theta, velocity


def energy(theta, velocity):
    stretch = tf.roll(theta, -1, axis=0) - theta
    return tf.reduce_sum(velocity**2 / 2 + omega**2 * (1 - tf.cos(theta)) + k / 2 * stretch**2)


# %%
energies = []
for step in range(3000):
    theta, velocity = rk4(theta, velocity, 0.01)
    if step % 10 == 0:
        energies.append(energy(theta, velocity).numpy())
print(energies[0], energies[-1])
# %%
RESULT = {"energy": energies[-1], "theta": float(tf.reduce_sum(theta))}
