# Characters one after the other: an LSTM with its state kept between batches, teacher forcing, sampling with temperature.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(101)
text = "to be or not to be that is the question "
letters = sorted(set(text))
ids = np.array([letters.index(letter) for letter in text], dtype="int32")
# %%
class Reader(keras.Model):
    def __init__(self):
        super().__init__()
        self.embed = keras.layers.Embedding(len(letters), 5)
        self.cell = keras.layers.LSTM(7, return_sequences=True, return_state=True, recurrent_dropout=0.1, dropout=0.1)
        self.head = keras.layers.Dense(len(letters))

    def call(self, tokens, state=None, training=False):
        out, h, c = self.cell(self.embed(tokens), initial_state=state, training=training)
        return self.head(out), [h, c]


reader = Reader()
optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.03, 20), clipnorm=1.0)
perplexity = keras.metrics.Mean()
state = None
# %%
def learn(tokens, wanted, state):
    with tf.GradientTape() as tape:
        logits, after = reader(tokens, state, training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(wanted, logits))
    optimizer.apply_gradients(zip(tape.gradient(loss, reader.trainable_weights), reader.trainable_weights))
    perplexity.update_state(tf.exp(loss))
    return loss, after


def say(length, temperature=0.8):
    token, state, said = tf.constant([[0]]), None, ""
    for _ in range(length):
        logits, state = reader(token, state)
        token = tf.cast(tf.random.categorical(logits[:, 0] / temperature, 1), tf.int32)
        said += letters[int(token[0, 0])]
    return said
# %%
for start in range(0, 36, 6):
    chunk = ids[start : start + 7]
    loss, state = learn(chunk[None, :-1], chunk[None, 1:], state)
print(float(loss).hex(), float(perplexity.result()).hex(), [part.numpy().tobytes().hex()[:16] for part in state])
# %%
print(repr(say(10)), repr(say(4, temperature=2.0)), reader.count_params())
# %%
def backwards(tokens):
    layer = keras.layers.Bidirectional(keras.layers.SimpleRNN(3, seed=5))
    return layer(tf.one_hot(tokens, len(letters)))


twice = [backwards(ids[None, :6]).numpy().tobytes().hex()[:32] for _ in range(2)]
print(twice, keras.layers.LSTM(2).name, float(learn(ids[None, :6], ids[None, 1:7], None)[0]).hex())
