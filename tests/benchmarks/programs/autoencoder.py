# An autoencoder with a trainer class, and a learning rate that is lowered by hand.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(2)
basis = np.random.randn(4, 64)
data = (np.random.randn(1000, 4) @ basis).astype("float32")


# %%
class Trainer:
    def __init__(self, hidden=16, code=4):
        self.encoder = keras.Sequential([keras.layers.Dense(hidden, activation="tanh"), keras.layers.Dense(code)])
        self.decoder = keras.Sequential([keras.layers.Dense(hidden, activation="tanh"), keras.layers.Dense(64)])
        self.optimizer = keras.optimizers.Adam(0.01)
        self.history = []

    def reconstruct(self, x):
        return self.decoder(self.encoder(x))

    def train_step(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(x - self.reconstruct(x)))
        weights = self.encoder.trainable_variables + self.decoder.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    def fit(self, data, epochs, batch=50):
        for epoch in range(epochs):
            total = 0.0
            for start in range(0, len(data), batch):
                total += float(self.train_step(tf.convert_to_tensor(data[start : start + batch])))
            self.history.append(total * batch / len(data))
            if epoch == epochs // 2:
                self.optimizer.learning_rate = 0.003


# %%
trainer = Trainer()
trainer.reconstruct(tf.zeros([1, 64]))
trainer.fit(data, epochs=20)
print(trainer.history[::5])
# %%
error = tf.reduce_mean(tf.square(data - trainer.reconstruct(data)))
RESULT = {"history": trainer.history[-1], "error": float(error)}
