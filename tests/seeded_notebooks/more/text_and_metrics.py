# Words into numbers, an embedding, a loop of one's own with metrics and early stopping, a confusion table.
import collections
import random

import numpy as np
import keras
import tensorflow as tf

keras.utils.set_random_seed(11)
words = "red green blue dark light warm cold soft".split()
texts = [" ".join(random.choices(words, k=random.randint(2, 6))) for _ in range(60)]
targets = np.array([int("warm" in text) for text in texts])
counts = collections.Counter(word for text in texts for word in text.split())
print(counts.most_common(3))
# %%
vectorize = keras.layers.TextVectorization(max_tokens=20, output_sequence_length=6)
vectorize.adapt(texts)
tokens = vectorize(tf.constant(texts))
tokens.shape
# %%
class Bag(keras.Model):
    """Mean of embeddings, then a dense layer."""

    def __init__(self, size=8):
        super().__init__()
        self.embedding = keras.layers.Embedding(20, size)
        self.drop = keras.layers.Dropout(0.2)
        self.head = keras.layers.Dense(2)
        self.seen = 0

    def call(self, tokens, training=False):
        mask = tf.cast(tokens > 0, tf.float32)[..., tf.newaxis]
        mean = tf.reduce_sum(self.embedding(tokens) * mask, 1) / tf.maximum(tf.reduce_sum(mask, 1), 1.0)
        return self.head(self.drop(mean, training=training))


model = Bag()
optimizer = keras.optimizers.RMSprop(0.02)
mean_loss, recall = keras.metrics.Mean(), keras.metrics.Recall()
# %%
def batches(size=12):
    order = np.random.permutation(len(texts))
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield tf.gather(tokens, chosen), targets[chosen]


def step(x, y):
    model.seen += len(y)
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        loss = tf.reduce_mean(losses)
    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    mean_loss(loss)
    return loss


best, patience = float("inf"), 2
for epoch in range(6):
    mean_loss.reset_state()
    for x, y in batches():
        step(x, y)
    print(epoch, float(mean_loss.result()).hex())
    if float(mean_loss.result()) < best:
        best, patience = float(mean_loss.result()), 2
    else:
        patience -= 1
        if not patience:
            print("stopped")
            break
# %%
def confusion(x, y):
    guesses = tf.argmax(model(x), -1)
    recall.update_state(y, guesses)
    return tf.math.confusion_matrix(y, guesses, 2)


confusion(tokens, targets).numpy().tolist(), model.seen, float(recall.result()).hex()
# %%
model(tf.constant([["wrong", "dtype"]]))
