# A small transformer written by hand in modules, with masks, positional codes, weight tying, clipping and generation.
import random

import numpy as np
import tensorflow as tf

random.seed(13)
np.random.seed(13)
tf.random.set_seed(13)
vocabulary, width, heads = 12, 8, 2
sequence = tf.random.uniform([4, 6], 0, vocabulary, tf.int32)
# %%
def positions(length, size):
    angles = np.arange(length)[:, None] / 10000 ** (2 * (np.arange(size)[None] // 2) / size)
    angles[:, 0::2], angles[:, 1::2] = np.sin(angles[:, 0::2]), np.cos(angles[:, 1::2])
    return tf.constant(angles, tf.float32)


def causal(length):
    return tf.linalg.band_part(tf.ones([length, length]), -1, 0)


def attend(q, k, v, mask=None):
    scores = tf.einsum("bqhd,bkhd->bhqk", q, k) / tf.sqrt(tf.cast(q.shape[-1], tf.float32))
    if mask is not None:
        scores -= 1e9 * (1 - mask)
    return tf.einsum("bhqk,bkhd->bqhd", tf.nn.softmax(scores), v)
# %%
class Dense(tf.Module):
    def __init__(self, a, b, name=None):
        super().__init__(name)
        self.w = tf.Variable(tf.random.normal([a, b], stddev=a**-0.5), name="w")
        self.b = tf.Variable(tf.zeros([b]), name="b")

    def __call__(self, x):
        return tf.tensordot(x, self.w, 1) + self.b


class Block(tf.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.out = Dense(width, 3 * width), Dense(width, width)
        self.up, self.down = Dense(width, 2 * width), Dense(2 * width, width)

    def __call__(self, x, mask):
        b, t = tf.shape(x)[0], x.shape[1]
        q, k, v = (tf.reshape(part, [b, t, heads, width // heads]) for part in tf.split(self.qkv(norm(x)), 3, -1))
        x += self.out(tf.reshape(attend(q, k, v, mask), [b, t, width]))
        return x + self.down(tf.nn.gelu(self.up(norm(x))))


def norm(x):
    mean, variance = tf.nn.moments(x, [-1], keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + 1e-5)


class Language(tf.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.table = tf.Variable(tf.random.normal([vocabulary, width]))
        self.blocks = [Block() for _ in range(depth)]
        self.tokens = 0

    def __call__(self, ids):
        self.tokens += int(tf.size(ids))
        x = tf.nn.embedding_lookup(self.table, ids) + positions(ids.shape[1], width)
        for block in self.blocks:
            x = block(x, causal(ids.shape[1]))
        return tf.matmul(norm(x), self.table, transpose_b=True)


model = Language()
# %%
momentum = [tf.Variable(tf.zeros_like(v)) for v in model.trainable_variables]


def update(gradients, rate=0.05):
    gradients, size = tf.clip_by_global_norm(gradients, 1.0)
    for v, m, g in zip(model.trainable_variables, momentum, gradients):
        g = tf.convert_to_tensor(g)
        m.assign(0.9 * m + g)
        v.assign_sub(rate * m)
    return size


def train(ids):
    with tf.GradientTape() as tape:
        logits = model(ids[:, :-1])
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(ids[:, 1:], logits))
    return loss, update(tape.gradient(loss, model.trainable_variables))


for epoch in range(3):
    loss, size = train(sequence)
    print(epoch, float(loss).hex(), float(size).hex())
# %%
def generate(start, count):
    ids = tf.constant([start])
    for _ in range(count):
        logits = model(ids)[:, -1]
        ids = tf.concat([ids, tf.random.categorical(logits, 1, dtype=tf.int32)], 1)
    return ids.numpy().tolist()[0]


generate([1, 2], 4), model.tokens
