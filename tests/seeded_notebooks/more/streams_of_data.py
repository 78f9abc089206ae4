# tf.data in every way: from_generator, map, shuffle with a seed, windows, interleave, iterators held open between cells.
import random

import numpy as np
import tensorflow as tf

tf.random.set_seed(91)
random.seed(91)
np.random.seed(91)
drawn = []
# %%
def rows():
    for number in range(12):
        drawn.append(number)
        yield np.float32(number) + np.random.rand(3).astype("float32"), number % 2


def noisy(x, label):
    return x + tf.random.normal((3,), stddev=0.1), label


def windows(series, size):
    return series.window(size, shift=2, drop_remainder=True).flat_map(lambda part: part.batch(size))


data = tf.data.Dataset.from_generator(
    rows, output_signature=(tf.TensorSpec(3, tf.float32), tf.TensorSpec((), tf.int32))
)
batches = data.map(noisy).shuffle(6, seed=2).batch(4)
# %%
def total(dataset):
    found = 0.0
    for x, label in dataset:
        found += tf.reduce_sum(x * tf.cast(label[:, None], tf.float32))
    return found


def moments(x):
    mean, variance = tf.nn.moments(x, 0)
    return (x - mean) / tf.sqrt(variance + 1e-3)


sums = [float(total(batches)) for _ in range(2)]
print([value.hex() for value in sums], len(drawn))
# %%
held = iter(tf.data.Dataset.range(20).shuffle(5, seed=7).repeat().batch(3))
first = next(held).numpy().tolist()


def following(n):
    return [next(held).numpy().tolist() for _ in range(n)]


print(first, following(2))
# %%
print(following(1), [part.numpy().tolist() for part in windows(tf.data.Dataset.range(9), 4)])
mixed = tf.data.Dataset.from_tensor_slices([1, 4]).interleave(
    lambda start: tf.data.Dataset.range(tf.cast(start, tf.int64), tf.cast(start, tf.int64) + 3), cycle_length=2
)
both = tf.data.Dataset.zip((mixed, tf.data.Dataset.random(seed=4).take(6)))
print([(int(one), int(other)) for one, other in both], [int(value) for value in both.reduce(np.int64(0), lambda a, b: a + b[1])[None]])
# %%
scaled = [moments(x).numpy().tobytes().hex()[:32] for x, _ in batches.take(2)]
choice = tf.data.Dataset.sample_from_datasets([tf.data.Dataset.range(5), tf.data.Dataset.range(100, 105)], seed=8)
print(scaled, [int(value) for value in choice], following(1), len(drawn))
