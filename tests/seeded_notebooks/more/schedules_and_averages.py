# An optimizer written by hand, three schedules, an exponential moving average, weights swapped in and out, early stopping.
import math
import random

import numpy as np
import tensorflow as tf

np.random.seed(61)
tf.random.set_seed(61)
random.seed(61)
inputs = tf.constant(np.random.normal(size=(40, 6)).astype("float32"))
targets = inputs @ tf.constant(np.random.normal(size=(6, 2)).astype("float32")) + tf.random.normal((40, 2)) * 0.05
# %%
class Momentum:
    def __init__(self, rate, decay=0.9):
        self.rate, self.decay = rate, decay
        self.slots = {}
        self.steps = 0

    def apply(self, slopes, variables):
        self.steps += 1
        for slope, variable in zip(slopes, variables):
            slot = self.slots.setdefault(variable.ref(), tf.Variable(tf.zeros_like(variable)))
            slot.assign(self.decay * slot - self.rate(self.steps) * slope)
            variable.assign_add(slot)


def cosine(step, total=30, top=0.1):
    return 0.5 * top * (1 + math.cos(math.pi * min(step, total) / total))


def warm(step):
    return cosine(step) * min(1.0, step / 5)
# %%
weights = [tf.Variable(tf.random.normal((6, 8)) * 0.3), tf.Variable(tf.zeros(8)), tf.Variable(tf.random.normal((8, 2)) * 0.3)]
averages = [tf.Variable(weight) for weight in weights]
optimizer = Momentum(warm)
best, patience, waited = float("inf"), 4, 0
curve = []


def net(x, parts):
    return tf.nn.silu(x @ parts[0] + parts[1]) @ parts[2]


def loss_of(x, y, parts):
    return tf.reduce_mean(tf.square(net(x, parts) - y)) + 1e-4 * tf.add_n([tf.nn.l2_loss(part) for part in parts])


def learn(x, y):
    with tf.GradientTape() as tape:
        loss = loss_of(x, y, weights)
    optimizer.apply(tape.gradient(loss, weights), weights)
    return loss


def average(decay=0.95):
    for kept, weight in zip(averages, weights):
        kept.assign(decay * kept + (1 - decay) * weight)


def pick(size):
    return tf.random.shuffle(tf.range(40))[:size]
# %%
for epoch in range(12):
    at = pick(16)
    loss = learn(tf.gather(inputs, at), tf.gather(targets, at))
    average()
    checked = float(loss_of(inputs, targets, averages))
    curve.append((float(loss), checked))
    waited = 0 if checked < best else waited + 1
    best = min(best, checked)
    if waited > patience:
        break
print(len(curve), curve[-1][0].hex(), best.hex(), optimizer.steps)
# %%
swapped = [weight.numpy() for weight in weights]
for weight, kept in zip(weights, averages):
    weight.assign(kept)
averaged = float(loss_of(inputs, targets, weights))
for weight, old in zip(weights, swapped):
    weight.assign(old)
plain = float(loss_of(inputs, targets, weights))
print(averaged.hex(), plain.hex(), float(learn(inputs, targets)).hex())
