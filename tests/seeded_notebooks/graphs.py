# Functions that already are graphs: retracing, frozen side effects, AutoGraph, errors while tracing and while running.
import random
import time

import numpy as np
import tensorflow as tf

tf.random.set_seed(17)
np.random.seed(17)
random.seed(17)
log, counter, scale = [], 0, 2.0
# %%
@tf.function
def noisy(x, rate):
    global counter
    counter += 1
    print("tracing", x.shape, rate)
    log.append(str(x.dtype))
    return x * rate * scale + random.random() + np.random.rand()


results = [float(tf.reduce_sum(noisy(tf.ones((n,)), rate))) for n, rate in [(1, 1), (1, 1.0), (2, 2), (2, 3), (1, 1)]]
count = noisy.experimental_get_tracing_count()
print([value.hex() for value in results], counter, log, count)
# %%
scale = 3.0
after_change = float(noisy(tf.ones((1,)), 1)[0])


def helper(x):
    return x + 1


@tf.function(reduce_retracing=True)
def through(x):
    if tf.reduce_sum(x) > 0:
        y = helper(x)
    else:
        y = -x
    for i in tf.range(3):
        y = y * tf.cast(i, tf.float32)
    return y


before = through(tf.ones(2)).numpy().tolist()
# %%
def helper(x):
    return x + 100


same_trace = through(tf.ones(2)).numpy().tolist()
new_trace = through(tf.ones(3)).numpy().tolist()
# %%
@tf.function
def wrong(x):
    return x.numpy()


wrong(tf.ones(1))
# %%
def checked(x):
    tf.debugging.assert_positive(x)
    return tf.sqrt(x)


try:
    checked(tf.constant(-1.0))
except tf.errors.InvalidArgumentError as error:
    caught = type(error).__name__
try:
    tf.function(checked)(tf.constant(-1.0))
except tf.errors.InvalidArgumentError as error:
    caught_in_graph = type(error).__name__
# %%
def recursive(n, x):
    return x if n == 0 else recursive(n - 1, x * 2)


deep = recursive(30, tf.constant(1.0)).numpy().item()
matrix = tf.random.normal((3, 3))
solved = tf.linalg.solve(matrix, tf.ones((3, 1)))
draws = [tf.random.uniform(()).numpy().item(), tf.random.stateless_uniform((), (1, 2)).numpy().item(), np.random.rand(), random.random()]
print([value.hex() for value in draws])
