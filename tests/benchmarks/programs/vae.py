# A variational autoencoder, much as tutorials write it.
import keras
import numpy as np
import tensorflow as tf

STOCHASTIC = True
keras.utils.set_random_seed(11)
data = (np.random.rand(600, 36) > 0.7).astype("float32")
data[:, 18:] = data[:, :18]
train = tf.data.Dataset.from_tensor_slices(data[:500]).shuffle(500, seed=1).batch(50)
test = tf.data.Dataset.from_tensor_slices(data[500:]).batch(50)


# %%
class VAE(keras.Model):
    def __init__(self, latent):
        super().__init__()
        self.latent = latent
        self.encoder = keras.Sequential([keras.layers.Dense(32, activation="relu"), keras.layers.Dense(2 * latent)])
        self.decoder = keras.Sequential([keras.layers.Dense(32, activation="relu"), keras.layers.Dense(36)])

    def encode(self, x):
        mean, logvar = tf.split(self.encoder(x), num_or_size_splits=2, axis=1)
        return mean, logvar

    def reparameterize(self, mean, logvar):
        eps = tf.random.normal(shape=mean.shape)
        return eps * tf.exp(logvar * 0.5) + mean

    def decode(self, z, apply_sigmoid=False):
        logits = self.decoder(z)
        if apply_sigmoid:
            return tf.sigmoid(logits)
        return logits


model = VAE(6)
optimizer = keras.optimizers.Adam(2e-3)


# %%
def log_normal_pdf(sample, mean, logvar, raxis=1):
    log2pi = tf.math.log(2.0 * np.pi)
    return tf.reduce_sum(-0.5 * ((sample - mean) ** 2.0 * tf.exp(-logvar) + logvar + log2pi), axis=raxis)


def compute_loss(model, x):
    mean, logvar = model.encode(x)
    z = model.reparameterize(mean, logvar)
    x_logit = model.decode(z)
    cross_ent = tf.nn.sigmoid_cross_entropy_with_logits(logits=x_logit, labels=x)
    logpx_z = -tf.reduce_sum(cross_ent, axis=1)
    logpz = log_normal_pdf(z, 0.0, 0.0)
    logqz_x = log_normal_pdf(z, mean, logvar)
    return -tf.reduce_mean(logpx_z + logpz - logqz_x)


def train_step(model, x, optimizer):
    with tf.GradientTape() as tape:
        loss = compute_loss(model, x)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))


# %%
for epoch in range(1, 26):
    for x in train:
        train_step(model, x, optimizer)
    loss = keras.metrics.Mean()
    for x in test:
        loss(compute_loss(model, x))
    elbo = -loss.result()
    if epoch % 10 == 0:
        print(f"epoch {epoch}, test ELBO {elbo:.3f}")
# %%
RESULT = {"elbo": float(elbo)}
