# Numbers without learning: heat on a grid, a Lorenz system, Game of Life, a random walk, a Kalman filter, k-means.
import random

import numpy as np
import tensorflow as tf

tf.random.set_seed(81)
random.seed(81)
np.random.seed(81)
frames = []
# %%
grid = tf.Variable(tf.random.uniform((10, 10)))


def heat(steps, rate=0.1):
    for _ in range(steps):
        now = grid
        around = tf.roll(now, 1, 0) + tf.roll(now, -1, 0) + tf.roll(now, 1, 1) + tf.roll(now, -1, 1)
        grid.assign(now + rate * (around - 4 * now))
    frames.append(float(tf.math.reduce_std(grid)))
    return tf.reduce_mean(grid)


def lorenz(state):
    x, y, z = tf.unstack(state)
    return tf.stack([10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z])


def runge_kutta(f, state, step):
    one = f(state)
    two = f(state + step / 2 * one)
    three = f(state + step / 2 * two)
    return state + step / 6 * (one + 2 * two + 2 * three + f(state + step * three))
# %%
print(float(heat(3)).hex(), float(heat(2, rate=0.2)).hex(), [value.hex() for value in frames])
state = tf.constant([1.0, 1.0, 1.0])
for _ in range(10):
    state = runge_kutta(lorenz, state, 0.01)
print(state.numpy().tobytes().hex())
# %%
def life(cells):
    around = tf.nn.conv2d(cells[None, :, :, None], tf.ones((3, 3, 1, 1)), 1, "SAME")[0, :, :, 0] - cells
    return tf.cast((around == 3) | ((cells == 1) & (around == 2)), tf.float32)


def wander(n):
    at, path = tf.zeros(2), []
    while len(path) < n and tf.norm(at) < 3.0:
        at = at + tf.random.normal((2,))
        path.append(at)
    return tf.stack(path)


cells = tf.cast(tf.random.uniform((8, 8)) > 0.6, tf.float32)
alive = []
for _ in range(4):
    cells = life(cells)
    alive.append(int(tf.reduce_sum(cells)))
print(alive, [len(wander(6)) for _ in range(3)])
# %%
class Kalman:
    def __init__(self):
        self.mean, self.spread = tf.zeros((2, 1)), tf.eye(2)
        self.move, self.look = tf.constant([[1.0, 1.0], [0.0, 1.0]]), tf.constant([[1.0, 0.0]])

    def update(self, seen):
        mean, spread = self.move @ self.mean, self.move @ self.spread @ tf.transpose(self.move) + 0.01 * tf.eye(2)
        doubt = self.look @ spread @ tf.transpose(self.look) + 0.1
        gain = spread @ tf.transpose(self.look) @ tf.linalg.inv(doubt)
        self.mean, self.spread = mean + gain @ (seen - self.look @ mean), (tf.eye(2) - gain @ self.look) @ spread
        return self.mean


def k_means(points, centres):
    nearest = tf.argmin(tf.norm(points[:, None] - centres[None], axis=2), 1)
    return tf.math.unsorted_segment_mean(points, nearest, 3), nearest


kalman = Kalman()
path = [kalman.update(tf.constant([[float(t) + np.random.normal()]])).numpy().tolist() for t in range(6)]
points = tf.random.normal((30, 2))
centres = points[:3]
for _ in range(4):
    centres, nearest = k_means(points, centres)
print(path[-1], centres.numpy().tobytes().hex(), nearest.numpy().tolist())
