# word2vec: skip-grams with negative samples drawn by NumPy.
import collections

import numpy as np
import tensorflow as tf

np.random.seed(6)
sentences = [
    "king queen royal palace crown",
    "dog cat pet animal food",
    "car road drive wheel engine",
    "king crown royal",
] * 50
tokens = [s.split() for s in sentences]
counts = collections.Counter(w for s in tokens for w in s)
vocab = {w: i for i, (w, _) in enumerate(counts.most_common())}
dim, negatives = 24, 4
target_emb = tf.Variable(np.random.uniform(-0.5, 0.5, [len(vocab), dim]).astype("float32"))
context_emb = tf.Variable(np.zeros([len(vocab), dim], "float32"))
optimizer = tf.keras.optimizers.Adagrad(0.5)


# %%
def skipgrams(window=2):
    pairs = []
    for s in tokens:
        ids = [vocab[w] for w in s]
        for i, w in enumerate(ids):
            for j in range(max(0, i - window), min(len(ids), i + window + 1)):
                if i != j:
                    pairs.append((w, ids[j]))
    return np.array(pairs)


def batches(pairs, size=64):
    np.random.shuffle(pairs)
    for i in range(0, len(pairs), size):
        part = pairs[i : i + size]
        negative = np.random.randint(0, len(vocab), [len(part), negatives])
        yield part[:, 0], np.concatenate([part[:, 1:], negative], axis=1)


def train_step(target, context):
    with tf.GradientTape() as tape:
        t = tf.nn.embedding_lookup(target_emb, target)
        c = tf.nn.embedding_lookup(context_emb, context)
        logits = tf.einsum("be,bce->bc", t, c)
        labels = tf.concat([tf.ones_like(logits[:, :1]), tf.zeros_like(logits[:, 1:])], axis=1)
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))
    grads = tape.gradient(loss, [target_emb, context_emb])
    optimizer.apply_gradients(zip(grads, [target_emb, context_emb]))
    return loss


def nearest(word, k=3):
    e = tf.math.l2_normalize(target_emb, axis=1)
    sims = tf.linalg.matvec(e, e[vocab[word]]).numpy()
    words = list(vocab)
    return [words[i] for i in sims.argsort()[::-1][1 : k + 1]]


# %%
pairs = skipgrams()
for epoch in range(12):
    total, n = 0.0, 0
    for target, context in batches(pairs):
        total += train_step(target, context).numpy()
        n += 1
    if epoch % 5 == 0:
        print(epoch, total / n, nearest("king"))
# %%
RESULT = {"loss": total / n, "norm": float(tf.norm(target_emb))}
