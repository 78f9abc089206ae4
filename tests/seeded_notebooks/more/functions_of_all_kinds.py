# tf.function in every way it is written: signatures, retracing, graph control flow, callbacks, prints, failures.
import functools
import random

import numpy as np
import tensorflow as tf

random.seed(21)
np.random.seed(21)
tf.random.set_seed(21)
log = []
# %%
@tf.function
def collatz(n):
    steps = tf.constant(0)
    while n > 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


[int(collatz(tf.constant(n))) for n in (1, 6, 27)]
# %%
@tf.function(reduce_retracing=True)
def norm(x, order=2):
    log.append(("traced", x.shape.rank, order))
    return tf.norm(x, ord=order)


def host(x):
    log.append("host")
    return x * np.float32(2)


@tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
def doubled(x):
    tf.print("rows", tf.shape(x)[0])
    return tf.numpy_function(host, [x], tf.float32)


for size in (2, 3, 4):
    print(float(norm(tf.ones([size]))), float(norm(tf.ones([size]), 1)))
print(doubled(tf.ones([3, 2])).numpy().sum(), log)
# %%
step = tf.function(lambda x, y: x @ y, jit_compile=False)
partial = functools.partial(step, y=tf.eye(2))
bound = tf.function(functools.partial(lambda scale, x: x * scale, 3.0))
print(partial(tf.ones([1, 2])).numpy(), float(bound(tf.constant(2.0))), step.experimental_get_tracing_count())
# %%
class Counter(tf.Module):
    def __init__(self):
        super().__init__()
        self.value = tf.Variable(0)
        self.made = None

    @tf.function
    def __call__(self, amount=1):
        if self.made is None:
            self.made = tf.Variable(10)
        self.value.assign_add(amount)
        return self.value * self.made


counter = Counter()
print([int(counter()) for _ in range(3)], int(counter(tf.constant(5))))
# %%
@tf.function
def broken(x):
    return [row for row in x]


try:
    broken(tf.ones([2]))
except Exception as error:
    print(type(error).__name__)
broken(tf.ones([3]))
# %%
@tf.function
def sampled(n):
    total = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in tf.range(n):
        total = total.write(i, tf.random.normal([]))
    return total.stack()


print(sampled(3).numpy().tobytes().hex(), tf.random.normal([2]).numpy().tobytes().hex())
