# Keras does the work: a train_step of one's own, callbacks that print, a schedule, a custom layer, loss and metric.
import numpy as np
import keras
import tensorflow as tf

keras.utils.set_random_seed(5)
x = np.random.uniform(-1, 1, (96, 4)).astype("float32")
y = (x @ np.array([[1.0], [-2.0], [0.5], [0.0]], "float32") + 0.1 * np.random.randn(96, 1)).astype("float32")
# %%
class Gate(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer="glorot_uniform", name="w")
        self.g = self.add_weight(shape=(self.units,), initializer="zeros", name="g")

    def call(self, inputs):
        return tf.matmul(inputs, self.w) * tf.sigmoid(self.g)


class Watched(keras.Model):
    def train_step(self, data):
        inputs, truth = data
        with tf.GradientTape() as tape:
            guess = self(inputs, training=True)
            loss = self.compute_loss(y=truth, y_pred=guess)
        self.optimizer.apply_gradients(zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables))
        for metric in self.metrics:
            metric.update_state(loss) if metric.name == "loss" else metric.update_state(truth, guess)
        return {metric.name: metric.result() for metric in self.metrics}


def huber(truth, guess):
    error = tf.abs(truth - guess)
    return tf.reduce_mean(tf.where(error < 0.5, error**2, error - 0.25), -1)
# %%
class Printing(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rows = []

    def on_epoch_end(self, epoch, logs=None):
        self.rows.append({key: float(value).hex() for key, value in (logs or {}).items()})
        print(epoch, self.rows[-1])


inputs = keras.Input((4,))
hidden = Gate(6)(inputs)
outputs = keras.layers.Dense(1)(keras.layers.Activation("tanh")(hidden))
model = Watched(inputs, outputs)
schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.8)
printing = Printing()
model.compile("sgd", huber, metrics=[keras.metrics.MeanAbsoluteError(name="mae")])
# %%
fitted = model.fit(x, y, epochs=3, batch_size=16, verbose=0, callbacks=[printing, schedule])
sorted(fitted.history)
# %%
print([layer.name for layer in model.layers], model.count_params())
print(model.predict(x[:3], verbose=0).tobytes().hex())
