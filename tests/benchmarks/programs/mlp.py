# A multilayer perceptron from scratch: raw variables, plain gradient descent, accuracy now and then.
import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.random.set_seed(0)
X = np.random.randn(2000, 20).astype("float32")
y = (np.sin(X[:, 0] * 2) + X[:, 1] * X[:, 2] > 0).astype("int32")
batch_size = 50
# %%
w1 = tf.Variable(tf.random.normal([20, 64]) * 0.1)
b1 = tf.Variable(tf.zeros([64]))
w2 = tf.Variable(tf.random.normal([64, 64]) * 0.1)
b2 = tf.Variable(tf.zeros([64]))
w3 = tf.Variable(tf.random.normal([64, 2]) * 0.1)
b3 = tf.Variable(tf.zeros([2]))
params = [w1, b1, w2, b2, w3, b3]


# %%
def forward(x):
    h = tf.nn.relu(x @ w1 + b1)
    h = tf.nn.relu(h @ w2 + b2)
    return h @ w3 + b3


def loss_fn(x, t):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(logits=forward(x), labels=t))


def train_step(x, t, lr):
    with tf.GradientTape() as tape:
        loss = loss_fn(x, t)
    grads = tape.gradient(loss, params)
    for p, g in zip(params, grads):
        p.assign_sub(lr * g)
    return loss


def accuracy(x, t):
    pred = np.argmax(forward(x).numpy(), axis=1)
    return (pred == t).mean()


# %%
losses = []
for epoch in range(60):
    order = np.random.permutation(len(X))
    for i in range(0, len(X), batch_size):
        idx = order[i : i + batch_size]
        loss = train_step(tf.constant(X[idx]), tf.constant(y[idx]), 0.1)
    losses.append(float(loss))
    if epoch % 20 == 0:
        print(epoch, losses[-1], accuracy(X, y))
# %%
RESULT = {"last loss": np.mean(losses[-5:]), "accuracy": accuracy(X, y)}
