# Gradient ascent on an image through a fixed convolutional network, with a smoothness penalty.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(12)
base = keras.Sequential(
    [
        keras.layers.Input((32, 32, 3)),
        keras.layers.Conv2D(8, 3, activation="relu", name="first"),
        keras.layers.Conv2D(16, 3, strides=2, activation="relu", name="second"),
        keras.layers.Conv2D(16, 3, activation="relu", name="third"),
    ]
)
extractor = keras.Model(base.inputs, [base.get_layer(name).output for name in ("second", "third")])
image = tf.constant(np.random.rand(32, 32, 3), tf.float32)


# %%
def calc_loss(img, model):
    img_batch = tf.expand_dims(img, axis=0)
    layer_activations = model(img_batch)
    losses = []
    for act in layer_activations:
        loss = tf.math.reduce_mean(act)
        losses.append(loss)
    return tf.reduce_sum(losses) - 0.01 * tf.image.total_variation(img) / 1000.0


def gradient_step(img, step_size):
    with tf.GradientTape() as tape:
        tape.watch(img)
        loss = calc_loss(img, extractor)
    gradients = tape.gradient(loss, img)
    gradients /= tf.math.reduce_std(gradients) + 1e-8
    img = img + gradients * step_size
    img = tf.clip_by_value(img, -1, 1)
    return loss, img


# %%
def run_deep_dream(img, steps=100, step_size=0.01):
    for step in range(steps):
        loss, img = gradient_step(img, step_size)
        if step % 100 == 0:
            print(f"Step {step}, loss {loss}")
    return loss, img


loss, result = run_deep_dream(image, steps=400)
# %%
RESULT = {"loss": float(loss), "mean": float(tf.reduce_mean(result))}
