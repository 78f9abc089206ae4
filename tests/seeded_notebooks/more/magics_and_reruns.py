# What people do in notebooks: magics, cells that fail half-way, names redefined, functions edited, outputs asked for again.
%precision 4
import math
import random
import numpy as np
import tensorflow as tf
random.seed(3)
np.random.seed(3)
tf.random.set_seed(3)
# %%
def scale(x, factor=2.0):
    return tf.cast(x, tf.float32) * factor

scale(3)
# %%
%%time
def timed(x):
    return tf.reduce_sum(scale(x))

print(float(timed([1, 2])))
# %%
%%capture captured
def noisy(x):
    print("noise", float(x))
    return x

noisy(tf.constant(1.5))
# %%
captured.stdout, _
# %%
def scale(x, factor=3.0):  # edited
    if factor < 0:
        raise ValueError(factor)
    return tf.cast(x, tf.float32) * factor

values = [float(timed([1, 2])), float(timed([2, 3]))]
values
# %%
results = []
for n in (1, 2, 0):
    results.append(1 / n)
# %%
results, len(In), Out[max(Out)]
# %%
def area(r):
    return math.pi * r ** 2
print(area(2)); area
# %%
list = [1, 2]
print = print
sum = lambda xs: np.sum(xs) + 0
def shadowed(x):
    return sum(x) + list[0]
shadowed([1.0, 2.0])
# %%
del list, sum
# %%
def scale(
# %%
def again(x): return [y for y in x if (z := y) > 1]
again([1, 2, 3]), [f.__name__ for f in (scale, timed, noisy, area, again)]
# %%
!true
files = !echo one two
files
# %%
scale?
# %%
x = tf.Variable(1.0)
for _ in range(3): x.assign_add(float(np.random.rand()))
x.numpy().tobytes().hex(), __name__, _i[:9]
