# Two networks, two optimizers, latent noise from three kinds of generator.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(11)
noise_source = tf.random.Generator.from_seed(3)
layers = keras.layers
generator = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(2)])
critic = keras.Sequential([layers.Dense(16), layers.LeakyReLU(), layers.Dropout(0.4), layers.Dense(1)])
generator_optimizer = keras.optimizers.Adam(1e-3)
critic_optimizer = keras.optimizers.RMSprop(1e-3)
entropy = keras.losses.BinaryCrossentropy(from_logits=True)
# %%
def critic_loss(real, fake):
    return entropy(tf.ones_like(real), real) + entropy(tf.zeros_like(fake), fake)


def step(points):
    noise = noise_source.normal((16, 4)) + tf.random.uniform((16, 4)) + np.random.normal(size=(16, 4)).astype("float32")
    with tf.GradientTape() as for_generator, tf.GradientTape() as for_critic:
        made = generator(noise, training=True)
        judged_real, judged_fake = critic(points, training=True), critic(made, training=True)
        generator_loss = entropy(tf.ones_like(judged_fake), judged_fake)
        loss = critic_loss(judged_real, judged_fake)
    for tape, value, network, optimizer in [
        (for_generator, generator_loss, generator, generator_optimizer),
        (for_critic, loss, critic, critic_optimizer),
    ]:
        weights = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(value, weights), weights))
    return generator_loss, loss
# %%
trace = []
for index in range(6):
    points = tf.random.normal((16, 2))
    trace.append([float(part) for part in step(points)])
    print(index, [value.hex() for value in trace[-1]])
# %%
frozen = tf.function(critic_loss)
values = [float(frozen(tf.random.normal((n, 1)), tf.random.normal((n, 1)))) for n in (2, 3, 4, 2)]
traces = frozen.experimental_get_tracing_count()
