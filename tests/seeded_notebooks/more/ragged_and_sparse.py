# Rows of unequal length, sparse matrices, strings, dates in bits: what isn't a plain tensor.
import random

import numpy as np
import tensorflow as tf

tf.random.set_seed(111)
random.seed(111)
np.random.seed(111)
seen = set()
# %%
sentences = tf.constant(["a bird in the hand", "two in the bush", "hand over hand"])


def words_of(texts):
    words = tf.strings.split(texts)
    seen.update(word.decode() for word in words.flat_values.numpy())
    return words


def shape_of(rows):
    return tf.cast(rows.row_lengths(), tf.float32) / tf.cast(rows.bounding_shape()[1], tf.float32)


def buckets(words, n=16):
    return tf.ragged.map_flat_values(tf.strings.to_hash_bucket_fast, words, n)


rows = words_of(sentences)
print(sorted(seen), shape_of(rows).numpy().tolist(), buckets(rows).to_list())
# %%
embedding = tf.Variable(tf.random.normal((16, 4)))


def pooled(ids):
    return tf.reduce_mean(tf.ragged.map_flat_values(lambda flat: tf.gather(embedding, flat), ids), axis=1)


def padded(ids):
    full = ids.to_tensor(-1)
    return tf.where(full < 0, 0, full), tf.sequence_mask(ids.row_lengths())


means = pooled(buckets(rows))
print(means.numpy().tobytes().hex()[:48], [part.numpy().tolist() for part in padded(buckets(rows))])
# %%
def adjacency(edges, size):
    graph = tf.sparse.SparseTensor(edges, tf.ones(len(edges)), (size, size))
    return tf.sparse.reorder(graph)


def spread(graph, values):
    degree = tf.sparse.reduce_sum(graph, 1)[:, None] + 1.0
    return (tf.sparse.sparse_dense_matmul(graph, values) + values) / degree


edges = np.unique(np.random.randint(0, 6, size=(9, 2)), axis=0).astype("int64")
graph = adjacency(edges, 6)
values = tf.random.normal((6, 3))
for _ in range(3):
    values = spread(graph, values)
print(values.numpy().tobytes().hex()[:48])
# %%
def slope():
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(pooled(buckets(rows)) ** 2)
    found = tape.gradient(loss, embedding)
    embedding.scatter_sub(tf.IndexedSlices(0.1 * found.values, found.indices))
    return loss


print([float(slope()).hex() for _ in range(4)], type(graph).__name__)
numbers = tf.io.decode_raw(tf.constant([b"\x01\x02\x03\x04"]), tf.uint16)
joined = tf.strings.reduce_join(rows, axis=1, separator="-").numpy().tolist()
print(numbers.numpy().tolist(), joined)
