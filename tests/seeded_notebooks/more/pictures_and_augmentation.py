# Pictures: random flips and crops, Keras's augmentation layers, a small residual net, transfer with frozen layers, mixup.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(121)
pictures = np.random.uniform(size=(12, 8, 8, 3)).astype("float32")
kinds = np.random.randint(0, 2, size=12)
# %%
augment = keras.Sequential([keras.layers.RandomFlip(seed=3), keras.layers.GaussianNoise(0.1, seed=4)])


def jitter(picture):
    picture = tf.image.random_flip_left_right(picture)
    picture = tf.image.random_brightness(picture, 0.2)
    return tf.image.random_crop(tf.pad(picture, [[1, 1], [1, 1], [0, 0]]), (8, 8, 3))


def mixed(x, y):
    part = np.random.beta(0.4, 0.4)
    order = tf.random.shuffle(tf.range(tf.shape(x)[0]))
    return part * x + (1 - part) * tf.gather(x, order), part * y + (1 - part) * tf.gather(y, order)
# %%
class Block(keras.layers.Layer):
    def __init__(self, width):
        super().__init__()
        self.first = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)
        self.norm = keras.layers.BatchNormalization(momentum=0.8)
        self.drop = keras.layers.SpatialDropout2D(0.2)

    def call(self, x, training=False):
        return x + self.drop(tf.nn.relu(self.norm(self.first(x), training=training)), training=training)


body = keras.Sequential([keras.layers.Conv2D(4, 1), Block(4), Block(4), keras.layers.GlobalAveragePooling2D()])
head = keras.layers.Dense(2, kernel_regularizer="l2")
optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.01)
scores = {"accuracy": keras.metrics.CategoricalAccuracy(), "auc": keras.metrics.AUC(num_thresholds=20)}
# %%
def learn(x, y):
    with tf.GradientTape() as tape:
        logits = head(body(x, training=True))
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, logits, from_logits=True, label_smoothing=0.1))
        loss += sum(head.losses)
    weights = body.trainable_weights + head.trainable_weights
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    for score in scores.values():
        score.update_state(tf.round(y), tf.nn.softmax(logits))
    return loss


labels = tf.one_hot(kinds, 2)
for epoch in range(2):
    x = augment(tf.stack([jitter(picture) for picture in pictures]), training=True)
    loss = learn(*mixed(x, labels))
    print(epoch, float(loss).hex(), {name: float(score.result()).hex() for name, score in scores.items()})
# %%
body.trainable = False
frozen = [float(learn(pictures, labels)) for _ in range(2)]
moving = [weight.numpy().tobytes().hex()[:16] for weight in body.non_trainable_weights[:3]]
names = [layer.name for layer in body.layers] + [layer.name for layer in augment.layers]
print([value.hex() for value in frozen], moving, names, len(optimizer.variables))
