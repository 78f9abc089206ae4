# Checkpoints, a manager that keeps two, weights saved and loaded, training that goes on where it was.
import os

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(51)
x = np.random.normal(size=(24, 5)).astype("float32")
y = np.sin(x.sum(1, keepdims=True)).astype("float32")
# %%
net = keras.Sequential([keras.layers.Dense(7, activation="tanh"), keras.layers.Dense(1)])
net(x[:1])
optimizer = keras.optimizers.Nadam(0.02)
step_number = tf.Variable(0, dtype=tf.int64)
position = tf.Variable(tf.random.normal((3,)), name="position")
checkpoint = tf.train.Checkpoint(step=step_number, position=position)
manager = tf.train.CheckpointManager(checkpoint, "kept", max_to_keep=2)


def learn(features, labels):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((net(features) - labels) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, net.trainable_weights), net.trainable_weights))
    step_number.assign_add(1)
    position.assign_add(tf.random.normal((3,), stddev=0.1))
    return loss


def save_now():
    return os.path.basename(manager.save(int(step_number)))
# %%
kept = []
for _ in range(4):
    loss = learn(x, y)
    kept.append(save_now())
print(kept, sorted(os.listdir("kept")), float(loss).hex())
# %%
net.save_weights("net.weights.h5")
before = [weight.copy() for weight in net.get_weights()]
more = [float(learn(x, y)) for _ in range(3)]
# %%
net.load_weights("net.weights.h5")
same = all(np.array_equal(one, other) for one, other in zip(before, net.get_weights()))
checkpoint.restore(manager.latest_checkpoint).expect_partial()
print(same, int(step_number), position.numpy().tobytes().hex(), [value.hex() for value in more])
# %%
def score(features):
    return tf.reduce_mean(tf.abs(net(features) - y))


scores = [float(score(x)) for _ in range(2)]
again = float(learn(x, y))
with open("log.txt", "w") as file:
    file.write(f"{scores[0].hex()} {again.hex()}\n")
print(open("log.txt").read(), sorted(os.listdir(".")))
