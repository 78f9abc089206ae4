# An LSTM written by hand for a sine wave: a Python loop over the time steps, many small ops.
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(4)
units, steps, batch = 16, 15, 32
Wx = tf.Variable(rng.normal(0, 0.2, [1, 4 * units]).astype("float32"))
Wh = tf.Variable(rng.normal(0, 0.2, [units, 4 * units]).astype("float32"))
b = tf.Variable(tf.zeros([4 * units]))
Wo = tf.Variable(rng.normal(0, 0.2, [units, 1]).astype("float32"))
variables = [Wx, Wh, b, Wo]
m = [tf.Variable(tf.zeros_like(v)) for v in variables]


# %%
def cell(x, h, c):
    z = x @ Wx + h @ Wh + b
    i, f, o, g = tf.split(z, 4, axis=1)
    c = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(c), c


def predict(seq):
    h = tf.zeros([seq.shape[0], units])
    c = tf.zeros([seq.shape[0], units])
    for t in range(steps):
        h, c = cell(seq[:, t : t + 1], h, c)
    return h @ Wo


def train(seq, target):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict(seq) - target) ** 2)
    for v, mv, g in zip(variables, m, tape.gradient(loss, variables)):
        mv.assign(0.9 * mv + g)
        v.assign_sub(0.02 * mv)
    return loss


# %%
for it in range(150):
    phase = rng.uniform(0, 6.28, [batch, 1])
    wave = np.sin(phase + 0.3 * np.arange(steps + 1)).astype("float32")
    loss = train(wave[:, :steps], wave[:, steps:])
    if it % 50 == 0:
        print(it, loss.numpy())
# %%
test = np.sin(np.linspace(0, 6, 20)[:, None] + 0.3 * np.arange(steps + 1)).astype("float32")
RESULT = {"loss": float(loss), "test": float(tf.reduce_mean((predict(test[:, :steps]) - test[:, steps:]) ** 2))}
