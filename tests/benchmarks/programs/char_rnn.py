# A character-level GRU: trained step by step, then sampled one character at a time.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(3)
text = "the quick brown fox jumps over the lazy dog and runs away from the old grey wolf. " * 30
chars = sorted(set(text))
index = {c: i for i, c in enumerate(chars)}
encoded = np.array([index[c] for c in text])


# %%
class CharModel(keras.Model):
    def __init__(self, vocab, units=32):
        super().__init__()
        self.embedding = keras.layers.Embedding(vocab, 16)
        self.gru = keras.layers.GRU(units, return_sequences=True, return_state=True)
        self.dense = keras.layers.Dense(vocab)

    def call(self, ids, state=None, return_state=False):
        x = self.embedding(ids)
        x, state = self.gru(x, initial_state=state)
        x = self.dense(x)
        return (x, state) if return_state else x


model = CharModel(len(chars))
optimizer = keras.optimizers.RMSprop(0.005)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model(tf.zeros([1, 5], tf.int32))


# %%
def get_batch(step, length=20, batch=8):
    starts = (np.arange(batch) * 97 + step * 13) % (len(encoded) - length - 1)
    x = np.stack([encoded[s : s + length] for s in starts])
    y = np.stack([encoded[s + 1 : s + length + 1] for s in starts])
    return x, y


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = loss_fn(y, logits)
    grads = tape.gradient(loss, model.trainable_variables)
    grads, _ = tf.clip_by_global_norm(grads, 1.0)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


def next_char(ids, state):
    logits, state = model(ids, state=state, return_state=True)
    return tf.argmax(logits[:, -1, :], axis=-1), state


def generate(seed, n):
    out = seed
    ids = tf.constant([[index[c] for c in seed]])
    state = tf.zeros([1, 32])
    for _ in range(n):
        best, state = next_char(ids, state)
        out += chars[int(best[0])]
        ids = tf.reshape(best, [1, 1])
    return out


# %%
losses = []
for step in range(120):
    x, y = get_batch(step)
    losses.append(float(train_step(x, y)))
    if step % 40 == 0:
        print(step, losses[-1], generate("the ", 40))
# %%
sample = generate("the ", 80)
print(sample)
RESULT = {"loss": np.mean(losses[-10:])}
