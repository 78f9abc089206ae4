# Layers and variables made while the notebook runs: names given automatically, counters, lazily built parts, a factory.
import itertools

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(141)
numbers = itertools.count(1)
made = []
# %%
class Lazy:
    def __init__(self, width):
        self.width, self.parts, self.seen = width, {}, []

    def __call__(self, x):
        size = x.shape[-1]
        if size not in self.parts:
            self.parts[size] = keras.layers.Dense(self.width)
        self.seen.append(size)
        return self.parts[size](x)


def fresh(x, width=3):
    layer = keras.layers.Dense(width, name=f"made_{next(numbers)}")
    made.append(layer.name)
    return layer(x)


def unnamed(x):
    return keras.layers.LayerNormalization()(keras.layers.Dense(2)(x))


lazy = Lazy(4)
# %%
x = tf.random.normal((3, 5))
print([part.shape for part in (lazy(x), lazy(x[:, :2]), lazy(x))], lazy.seen, sorted(lazy.parts))
print(fresh(x).numpy().tobytes().hex()[:24], unnamed(x).numpy().tobytes().hex()[:24], made)
# %%
class Growing(tf.Module):
    def __init__(self):
        super().__init__()
        self.stages, self.total = [], None

    def grow(self):
        self.stages.append(tf.Variable(tf.random.normal((5, 5)), name=f"stage_{len(self.stages)}"))
        return len(self.stages)

    def __call__(self, x):
        if self.total is None:
            self.total = tf.Variable(0.0, trainable=False)
        for stage in self.stages:
            x = tf.nn.elu(x @ stage)
        self.total.assign_add(tf.reduce_sum(x))
        return x


growing = Growing()
sizes = []
for _ in range(3):
    growing.grow()
    sizes.append(float(tf.reduce_sum(growing(x))))
print([value.hex() for value in sizes], [variable.name for variable in growing.variables], float(growing.total).hex())
# %%
def build(depth):
    inputs = keras.Input((5,))
    out = inputs
    for _ in range(depth):
        out = keras.layers.Dense(4, activation="relu")(out)
        out = keras.layers.Dropout(0.2)(out)
    return keras.Model(inputs, out)


models = [build(depth) for depth in (1, 2)]
outs = [model(x, training=True).numpy().tobytes().hex()[:24] for model in models]
print(outs, [layer.name for model in models for layer in model.layers], next(numbers))
# %%
print(fresh(x, width=1).shape, made, keras.layers.Dense(1).name, keras.backend.floatx())
print(unnamed(x).numpy().tobytes().hex()[:24], float(tf.reduce_sum(growing(x))).hex(), tf.Variable(0.0).name)
