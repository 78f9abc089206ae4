# word2vec with negative sampling: a vocabulary, a lookup table, random candidates, an embedding trained by hand.
import random

import numpy as np
import tensorflow as tf

random.seed(41)
np.random.seed(41)
tf.random.set_seed(41)
text = "the quick brown fox jumps over the lazy dog while the quiet cat sleeps under the old brown table".split()
vocabulary = sorted(set(text))
numbers = {word: at for at, word in enumerate(vocabulary)}
table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(vocabulary, list(range(len(vocabulary)))), -1)
seen = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, 0)
# %%
def pairs_of(words, window=2):
    for at, word in enumerate(words):
        for other in words[max(0, at - window) : at + window + 1]:
            if other != word:
                yield numbers[word], numbers[other]


def batches(size):
    pairs = list(pairs_of(text))
    random.shuffle(pairs)
    for start in range(0, len(pairs) - size, size):
        yield np.array(pairs[start : start + size])


def count(words):
    keys = tf.constant(words)
    seen.insert(keys, seen.lookup(keys) + tf.ones(len(words), tf.int64))
    return seen.size()
# %%
inner = tf.Variable(tf.random.uniform((len(vocabulary), 6), -0.1, 0.1))
outer = tf.Variable(tf.zeros((len(vocabulary), 6)))


def negatives(n):
    return tf.random.log_uniform_candidate_sampler([[0]], 1, n, True, len(vocabulary), seed=3)[0]


def learn(pairs, rate=0.5):
    others = negatives(5)
    with tf.GradientTape() as tape:
        words = tf.nn.embedding_lookup(inner, pairs[:, 0])
        near = tf.reduce_sum(words * tf.gather(outer, pairs[:, 1]), 1)
        far = words @ tf.transpose(tf.gather(outer, others))
        loss = -tf.reduce_mean(tf.math.log_sigmoid(near)) - tf.reduce_mean(tf.math.log_sigmoid(-far))
    for variable, slope in zip([inner, outer], tape.gradient(loss, [inner, outer])):
        variable.scatter_sub(tf.IndexedSlices(rate * slope.values, slope.indices))
    return loss


def nearest(word):
    rows = tf.math.l2_normalize(inner, 1)
    like = tf.linalg.matvec(rows, rows[numbers[word]])
    return [vocabulary[at] for at in tf.argsort(like, direction="DESCENDING")[:3].numpy()]
# %%
losses = [float(learn(pairs)) for _ in range(2) for pairs in batches(8)]
print([value.hex() for value in losses[-3:]], int(count(text)), int(count(["fox", "wolf"])))
# %%
ids = table.lookup(tf.constant(["fox", "wolf", "dog"])).numpy().tolist()
print(ids, nearest("fox"), nearest("dog"), {word: int(seen.lookup(tf.constant(word))) for word in ("the", "fox")})
generator = pairs_of(["cat", "dog", "fox"])
first = next(generator)
# %%
second = next(generator)
print(first, second, learn(np.array([[0, 1], [2, 3]])).numpy().tobytes().hex())
