# tf.data with shuffling and a Python function, model.fit with a custom train_step and a callback, a saved file.
import os
import random

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(13)
random.seed(13)
# %%
def augment(x, y):
    return x + tf.random.normal(tf.shape(x), stddev=0.1), y


def slow_python(x):
    return np.float32(x.mean())


data = tf.data.Dataset.from_tensor_slices((np.random.rand(40, 5).astype("float32"), np.random.rand(40).astype("float32")))
batches = data.shuffle(40, seed=2).map(augment).batch(8)
means = [float(tf.numpy_function(slow_python, [x], tf.float32)) for x, _ in batches]
print([value.hex() for value in means])
# %%
class Regression(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(8, activation="tanh")
        self.out = keras.layers.Dense(1)
        self.entered = 0

    def call(self, x, training=None):
        return self.out(self.hidden(x))

    def train_step(self, data):
        self.entered += 1
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        weights = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        return {"loss": loss}


class Note(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append((epoch, logs["loss"], random.random()))
# %%
model = Regression()
model.compile(optimizer="adam", loss="mse")
note = Note()
fitted = model.fit(batches, epochs=3, verbose=0, callbacks=[note]).history
entered = model.entered
print(entered, note.seen)
# %%
eager_model = Regression()
eager_model.compile(optimizer="sgd", loss="mse", run_eagerly=True)
eager_losses = eager_model.fit(batches, epochs=2, verbose=0).history["loss"]
# %%
model.save_weights("kept.weights.h5")
files = sorted(os.listdir("."))
more_names = [keras.layers.Dense(1).name, keras.layers.Dropout(0.1).name, keras.Sequential().name]
