# A Keras model trained by hand: dropout, batch norm, Adam, metrics, a log that grows, layers named automatically.
import numpy as np
import keras
import tensorflow as tf

keras.utils.set_random_seed(7)
images = np.random.normal(size=(64, 8, 8, 1)).astype("float32")
labels = np.random.randint(0, 3, size=64)
# %%
model = keras.Sequential(
    [
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.3),
        keras.layers.Flatten(),
        keras.layers.Dense(3),
    ]
)
optimizer = keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(1e-2, 5, 0.9))
loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
accuracy = keras.metrics.SparseCategoricalAccuracy()
history = []
# %%
def log(epoch, loss):
    history.append(float(loss))
    print(f"{epoch:2d} {float(loss).hex()} {float(accuracy.result()).hex()}")


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = loss_of(y, logits)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    accuracy.update_state(y, logits)
    return loss
# %%
for epoch in range(3):
    for start in range(0, 64, 16):
        loss = train_step(images[start : start + 16], labels[start : start + 16])
    log(epoch, loss)
    accuracy.reset_state()
# %%
train_step = tf.function(train_step)
for epoch in range(2):
    log(epoch, train_step(tf.constant(images[:16]), tf.constant(labels[:16])))
# %%
names = [layer.name for layer in model.layers] + [variable.path for variable in optimizer.variables]
evaluated = model.predict(images, verbose=0)
