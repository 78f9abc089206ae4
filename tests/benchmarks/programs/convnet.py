# A small convolutional network on images, tf.data batches with a smaller last one, Keras metrics.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(1)
images = np.random.rand(520, 14, 14, 1).astype("float32")
labels = (images[:, :7].mean(axis=(1, 2, 3)) > images[:, 7:].mean(axis=(1, 2, 3))).astype("int64")
train_ds = tf.data.Dataset.from_tensor_slices((images[:420], labels[:420])).batch(32)
test_ds = tf.data.Dataset.from_tensor_slices((images[420:], labels[420:])).batch(32)


# %%
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = keras.layers.Conv2D(8, 3, activation="relu")
        self.pool = keras.layers.MaxPooling2D()
        self.conv2 = keras.layers.Conv2D(16, 3, activation="relu")
        self.flatten = keras.layers.Flatten()
        self.d1 = keras.layers.Dense(32, activation="relu")
        self.d2 = keras.layers.Dense(2)

    def call(self, x):
        x = self.pool(self.conv1(x))
        x = self.flatten(self.conv2(x))
        return self.d2(self.d1(x))


model = Net()
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam(1e-3)
train_loss = keras.metrics.Mean()
train_acc = keras.metrics.SparseCategoricalAccuracy()
test_acc = keras.metrics.SparseCategoricalAccuracy()


# %%
def train_step(images, labels):
    with tf.GradientTape() as tape:
        predictions = model(images, training=True)
        loss = loss_object(labels, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    train_loss(loss)
    train_acc(labels, predictions)


def test_step(images, labels):
    predictions = model(images, training=False)
    test_acc(labels, predictions)


# %%
for epoch in range(20):
    train_loss.reset_state()
    train_acc.reset_state()
    test_acc.reset_state()
    for x, y in train_ds:
        train_step(x, y)
    for x, y in test_ds:
        test_step(x, y)
    print(
        f"epoch {epoch + 1} loss {train_loss.result():.4f} accuracy {train_acc.result():.3f} test {test_acc.result():.3f}"
    )
# %%
RESULT = {"loss": float(train_loss.result()), "test": float(test_acc.result())}
