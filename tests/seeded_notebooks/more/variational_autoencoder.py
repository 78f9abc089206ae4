# A variational autoencoder: the reparametrised draw, a Keras layer of one's own with add_loss, annealing by hand.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(31)
pictures = np.random.uniform(size=(48, 12)).astype("float32")
history = {"loss": [], "divergence": []}
weight_of_divergence = 0.0
# %%
class Sampling(keras.layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.seeds = keras.random.SeedGenerator(4)
        self.calls = 0

    def call(self, parts):
        mean, log_variance = parts
        self.calls += 1
        return mean + tf.exp(0.5 * log_variance) * keras.random.normal(tf.shape(mean), seed=self.seeds)


encoder = keras.layers.Dense(8, activation="relu")
to_mean, to_variance = keras.layers.Dense(2), keras.layers.Dense(2)
sampling = Sampling()
decoder = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(12, activation="sigmoid")])
optimizer = keras.optimizers.Adamax(3e-3)
# %%
def divergence(mean, log_variance):
    return -0.5 * tf.reduce_mean(1 + log_variance - mean**2 - tf.exp(log_variance))


def forward(x):
    hidden = encoder(x)
    mean, log_variance = to_mean(hidden), to_variance(hidden)
    return decoder(sampling((mean, log_variance))), divergence(mean, log_variance)


def learn(x):
    with tf.GradientTape() as tape:
        made, apart = forward(x)
        error = tf.reduce_mean((made - x) ** 2)
        loss = error + weight_of_divergence * apart
    parts = [encoder, to_mean, to_variance, decoder]
    weights = [weight for part in parts for weight in part.trainable_weights]
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return {"loss": loss, "divergence": apart}
# %%
first = learn(pictures[:16])
print({name: float(value).hex() for name, value in first.items()})
# %%
for epoch in range(3):
    weight_of_divergence = 0.1 * epoch
    for start in range(0, 48, 16):
        told = learn(tf.constant(pictures[start : start + 16]))
    for name, value in told.items():
        history[name].append(float(value))
    print(epoch, sampling.calls, [value.hex() for value in history["loss"]])
# %%
made = [decoder(tf.random.normal((2, 2))).numpy().tolist() for _ in range(2)]
names = [layer.name for layer in (encoder, to_mean, to_variance, sampling, decoder)]
print(names, int(optimizer.iterations))
