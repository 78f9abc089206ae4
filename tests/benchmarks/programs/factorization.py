# Matrix factorization for ratings, with biases and early stopping.
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(13)
n_users, n_items, rank = 200, 100, 8
users = rng.integers(0, n_users, 6000)
items = rng.integers(0, n_items, 6000)
truth = rng.normal(size=(n_users, 3)), rng.normal(size=(n_items, 3))
ratings = (truth[0][users] * truth[1][items]).sum(1) + rng.normal(0, 0.1, 6000)
ratings = ratings.astype("float32")
split = 5000


# %%
class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.U = tf.Variable(rng.normal(0, 0.1, (n_users, rank)).astype("float32"))
        self.V = tf.Variable(rng.normal(0, 0.1, (n_items, rank)).astype("float32"))
        self.bu = tf.Variable(tf.zeros([n_users]))
        self.bi = tf.Variable(tf.zeros([n_items]))

    def __call__(self, u, i):
        dot = tf.reduce_sum(tf.gather(self.U, u) * tf.gather(self.V, i), axis=1)
        return dot + tf.gather(self.bu, u) + tf.gather(self.bi, i)


model = Model()
opt = tf.keras.optimizers.Adam(0.02)


# %%
def batch_loss(u, i, r, reg=1e-4):
    error = tf.reduce_mean((model(u, i) - r) ** 2)
    return error + reg * sum(tf.nn.l2_loss(v) for v in model.trainable_variables)


def train_on_batch(u, i, r):
    with tf.GradientTape() as tape:
        loss = batch_loss(u, i, r)
    grads = tape.gradient(loss, model.trainable_variables)
    opt.apply_gradients(zip(grads, model.trainable_variables))
    return loss


def evaluate(u, i, r):
    return float(tf.sqrt(tf.reduce_mean((model(u, i) - r) ** 2)))


# %%
best, bad = np.inf, 0
for epoch in range(30):
    for s in range(0, split, 200):
        train_on_batch(users[s : s + 200], items[s : s + 200], ratings[s : s + 200])
    rmse = evaluate(users[split:], items[split:], ratings[split:])
    if rmse < best - 1e-3:
        best, bad = rmse, 0
    else:
        bad += 1
    if bad >= 10:
        break
print("epochs", epoch + 1, "rmse", best)
# %%
RESULT = {"rmse": best}
