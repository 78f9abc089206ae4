# A GAN on a mixture of two Gaussians, with noise drawn in each step.
import keras
import numpy as np
import tensorflow as tf

STOCHASTIC = True  # a graph draws another sequence from the same seed
keras.utils.set_random_seed(5)
noise_dim, batch_size = 8, 64
real_data = np.concatenate([np.random.randn(2000, 2) * 0.3 + 2, np.random.randn(2000, 2) * 0.3 - 2]).astype("float32")
np.random.shuffle(real_data)
dataset = tf.data.Dataset.from_tensor_slices(real_data).batch(batch_size, drop_remainder=True)


# %%
def make_generator():
    model = keras.Sequential()
    model.add(keras.layers.Dense(32, activation="relu", input_shape=(noise_dim,)))
    model.add(keras.layers.Dense(32, activation="relu"))
    model.add(keras.layers.Dense(2))
    return model


def make_discriminator():
    model = keras.Sequential()
    model.add(keras.layers.Dense(32, activation="relu", input_shape=(2,)))
    model.add(keras.layers.Dense(32, activation="relu"))
    model.add(keras.layers.Dense(1))
    return model


generator = make_generator()
discriminator = make_discriminator()
cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
generator_optimizer = keras.optimizers.Adam(1e-3)
discriminator_optimizer = keras.optimizers.Adam(1e-3)


# %%
def discriminator_loss(real_output, fake_output):
    real_loss = cross_entropy(tf.ones_like(real_output), real_output)
    fake_loss = cross_entropy(tf.zeros_like(fake_output), fake_output)
    return real_loss + fake_loss


def generator_loss(fake_output):
    return cross_entropy(tf.ones_like(fake_output), fake_output)


def train_step(images):
    noise = tf.random.normal([batch_size, noise_dim])
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        generated = generator(noise, training=True)
        real_output = discriminator(images, training=True)
        fake_output = discriminator(generated, training=True)
        gen_loss = generator_loss(fake_output)
        disc_loss = discriminator_loss(real_output, fake_output)
    gen_grads = gen_tape.gradient(gen_loss, generator.trainable_variables)
    disc_grads = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
    generator_optimizer.apply_gradients(zip(gen_grads, generator.trainable_variables))
    discriminator_optimizer.apply_gradients(zip(disc_grads, discriminator.trainable_variables))
    return gen_loss, disc_loss


# %%
for epoch in range(4):
    for batch in dataset:
        g, d = train_step(batch)
    print(epoch, float(g), float(d))
# %%
made = generator(tf.random.normal([500, noise_dim])).numpy()
RESULT = {"losses": float(g + d), "spread": float(np.abs(made).mean())}
