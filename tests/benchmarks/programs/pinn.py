# A physics-informed network for the heat equation: derivatives within derivatives.
import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(8)
layers = [keras.layers.Dense(20, activation="tanh") for _ in range(3)] + [keras.layers.Dense(1)]
model = keras.Sequential(layers)
model.build((None, 2))
opt = keras.optimizers.Adam(learning_rate=2e-3)
alpha = 0.1
n = 200
x_f = tf.constant(np.random.uniform(0, 1, (n, 1)), tf.float32)
t_f = tf.constant(np.random.uniform(0, 1, (n, 1)), tf.float32)
x_0 = tf.constant(np.linspace(0, 1, 50)[:, None], tf.float32)
u_0 = tf.sin(np.pi * x_0)


# %%
def u(x, t):
    return model(tf.concat([x, t], axis=1))


def residual(x, t):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch([x, t])
            value = u(x, t)
        u_x = inner.gradient(value, x)
        u_t = inner.gradient(value, t)
    u_xx = outer.gradient(u_x, x)
    return u_t - alpha * u_xx


def compute_loss():
    physics = tf.reduce_mean(residual(x_f, t_f) ** 2)
    start = tf.reduce_mean((u(x_0, tf.zeros_like(x_0)) - u_0) ** 2)
    edge = tf.reduce_mean(u(tf.zeros_like(t_f), t_f) ** 2) + tf.reduce_mean(u(tf.ones_like(t_f), t_f) ** 2)
    return physics + start + edge


def step():
    with tf.GradientTape() as tape:
        loss = compute_loss()
    grads = tape.gradient(loss, model.trainable_variables)
    opt.apply_gradients(zip(grads, model.trainable_variables))
    return loss


# %%
history = []
for i in range(250):
    loss = step()
    history.append(loss.numpy())
    if i % 100 == 0:
        print("iteration", i, "loss", history[-1])
# %%
exact = np.exp(-alpha * np.pi**2 * 0.5) * np.sin(np.pi * x_0)
RESULT = {"loss": float(history[-1]), "error": float(tf.reduce_mean((u(x_0, 0.5 * tf.ones_like(x_0)) - exact) ** 2))}
