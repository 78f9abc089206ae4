# A one-block transformer that learns to reverse sequences, with hand-written attention and masking.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(15)
vocab, length, d_model, heads = 12, 10, 32, 4
data = np.random.randint(1, vocab, (512, length))
target = data[:, ::-1].copy()


# %%
def scaled_dot_product_attention(q, k, v, mask=None):
    logits = tf.matmul(q, k, transpose_b=True) / tf.math.sqrt(tf.cast(tf.shape(k)[-1], tf.float32))
    if mask is not None:
        logits += mask * -1e9
    return tf.matmul(tf.nn.softmax(logits, axis=-1), v)


class Attention(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.wq, self.wk, self.wv, self.wo = (keras.layers.Dense(d_model) for _ in range(4))

    def split(self, x):
        x = tf.reshape(x, (tf.shape(x)[0], -1, heads, d_model // heads))
        return tf.transpose(x, [0, 2, 1, 3])

    def call(self, x):
        out = scaled_dot_product_attention(self.split(self.wq(x)), self.split(self.wk(x)), self.split(self.wv(x)))
        out = tf.reshape(tf.transpose(out, [0, 2, 1, 3]), (tf.shape(x)[0], -1, d_model))
        return self.wo(out)


class Model(keras.Model):
    def __init__(self):
        super().__init__()
        self.embed = keras.layers.Embedding(vocab, d_model)
        self.position = keras.layers.Embedding(length, d_model)
        self.attention = Attention()
        self.norm1, self.norm2 = keras.layers.LayerNormalization(), keras.layers.LayerNormalization()
        self.ff = keras.Sequential([keras.layers.Dense(64, activation="relu"), keras.layers.Dense(d_model)])
        self.out = keras.layers.Dense(vocab)

    def call(self, ids):
        x = self.embed(ids) + self.position(tf.range(length))
        x = self.norm1(x + self.attention(x))
        x = self.norm2(x + self.ff(x))
        return self.out(x)


model = Model()
optimizer = keras.optimizers.Adam(0.003)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
accuracy = keras.metrics.SparseCategoricalAccuracy()


# %%
def train_step(inp, tar):
    with tf.GradientTape() as tape:
        predictions = model(inp)
        loss = loss_object(tar, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    accuracy(tar, predictions)
    return loss


# %%
for epoch in range(12):
    accuracy.reset_state()
    for i in range(0, len(data), 64):
        loss = train_step(data[i : i + 64], target[i : i + 64])
    print(f"Epoch {epoch} loss {loss:.4f} accuracy {accuracy.result():.4f}")
# %%
RESULT = {"loss": float(loss), "accuracy": float(accuracy.result())}
