"""Losses, layers and training steps that neither the prediction nor the trial was made with: to check them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Built = tuple[Callable[..., Any], tuple[Any, ...]]


def fitting(tf: Any, model: Any, optimizer: Any, loss: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A training step as tutorials have it."""

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        slopes = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
        return value

    return step


def regression(tf: Any, keras: Any) -> Built:
    model = keras.Sequential([keras.Input((13,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(64, "relu"), keras.layers.Dense(1)])  # fmt: skip
    step = fitting(tf, model, keras.optimizers.RMSprop(1e-3), keras.losses.Huber())
    return step, (tf.random.normal([128, 13]), tf.random.normal([128, 1]))


def two_towers(tf: Any, keras: Any) -> Built:
    users, items = keras.layers.Embedding(400, 16), keras.layers.Embedding(900, 16)
    users.build(None), items.build(None)
    optimizer = keras.optimizers.Adagrad(0.1)

    def step(user: Any, item: Any, rating: Any) -> Any:
        with tf.GradientTape() as tape:
            score = tf.reduce_sum(users(user) * items(item), -1)
            loss = tf.reduce_mean((score - rating) ** 2)
        parts = users.trainable_variables + items.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, parts), parts, strict=True))
        return loss

    draw = lambda top: tf.random.uniform([256], 0, top, tf.int32)  # noqa: E731
    return step, (draw(400), draw(900), tf.random.normal([256]))


def bidirectional(tf: Any, keras: Any) -> Built:
    model = keras.Sequential(
        [keras.Input((20, 6)), keras.layers.Bidirectional(keras.layers.GRU(12)), keras.layers.Dense(3)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return fitting(tf, model, keras.optimizers.Adam(), loss), (tf.random.normal([16, 20, 6]), tf.zeros([16], tf.int32))


def residual_net(tf: Any, keras: Any) -> Built:
    first = inner = keras.Input((16, 16, 8))
    for _ in range(2):
        inner = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(inner)
        inner = keras.layers.BatchNormalization()(inner)
    out = keras.layers.Dense(4)(keras.layers.GlobalAveragePooling2D()(keras.layers.add([first, inner])))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    step = fitting(tf, keras.Model(first, out), keras.optimizers.SGD(0.01, momentum=0.9), loss)
    return step, (tf.random.normal([16, 16, 16, 8]), tf.zeros([16], tf.int32))


def images_of_numbers(tf: Any, keras: Any) -> Built:
    model = keras.Sequential([
        keras.Input((28, 28, 1)), keras.layers.Conv2D(8, 5, strides=2, activation="relu"), keras.layers.Flatten(),
        keras.layers.Dropout(0.3), keras.layers.Dense(10),
    ])  # fmt: skip
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return fitting(tf, model, keras.optimizers.Adam(), loss), (
        tf.random.uniform([64, 28, 28, 1]),
        tf.zeros([64], tf.int32),
    )


def separable(tf: Any, keras: Any) -> Built:
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.SeparableConv2D(16, 3), keras.layers.GlobalMaxPooling2D(), keras.layers.Dense(5)])  # fmt: skip
    return lambda x: tf.nn.softmax(model(x, training=False)), (tf.random.uniform([4, 32, 32, 3]),)


def big_batch(tf: Any, keras: Any) -> Built:
    model = keras.Sequential([keras.Input((200,)), keras.layers.Dense(400, "relu"), keras.layers.Dense(400, "relu"), keras.layers.Dense(10)])  # fmt: skip
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return fitting(tf, model, keras.optimizers.Adam(), loss), (
        tf.random.normal([1024, 200]),
        tf.zeros([1024], tf.int32),
    )


def one_answer(tf: Any, keras: Any) -> Built:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(24, "relu"), keras.layers.Dense(24, "relu"), keras.layers.Dense(2)])  # fmt: skip
    return lambda state: tf.argmax(model(state[None], training=False)[0]), (tf.random.normal([4]),)


def actor_critic(tf: Any, keras: Any) -> Built:
    body, policy, value = keras.layers.Dense(64, "relu"), keras.layers.Dense(3), keras.layers.Dense(1)
    for layer, width in ((body, 6), (policy, 64), (value, 64)):
        layer.build((None, width))
    optimizer, parts = (
        keras.optimizers.Adam(1e-3),
        [w for each in (body, policy, value) for w in each.trainable_variables],
    )

    def step(states: Any, actions: Any, returns: Any) -> Any:
        with tf.GradientTape() as tape:
            hidden = body(states)
            worth = value(hidden)[:, 0]
            chosen = tf.nn.sparse_softmax_cross_entropy_with_logits(actions, policy(hidden))
            loss = tf.reduce_mean(chosen * tf.stop_gradient(returns - worth)) + 0.5 * tf.reduce_mean(
                (returns - worth) ** 2
            )
        optimizer.apply_gradients(zip(tape.gradient(loss, parts), parts, strict=True))
        return loss

    return step, (tf.random.normal([40, 6]), tf.random.uniform([40], 0, 3, tf.int32), tf.random.normal([40]))


def soft_targets(tf: Any, keras: Any) -> Built:
    one, two = ([tf.Variable(tf.random.normal([64, 64])) for _ in range(6)] for _ in range(2))

    def update() -> None:
        for own, other in zip(one, two, strict=True):
            own.assign(0.995 * own + 0.005 * other)

    return update, ()


def returns(tf: Any, keras: Any) -> Built:
    def discounted(rewards: Any) -> Any:
        total, found = tf.constant(0.0), []
        for reward in tf.unstack(rewards)[::-1]:
            total = reward + 0.97 * total
            found.append(total)
        found = tf.stack(found[::-1])
        return (found - tf.reduce_mean(found)) / (tf.math.reduce_std(found) + 1e-6)

    return discounted, (tf.random.normal([50]),)


def gradient_penalty(tf: Any, keras: Any) -> Built:
    critic = keras.Sequential([keras.Input((16,)), keras.layers.Dense(32, "tanh"), keras.layers.Dense(1)])

    def penalty(real: Any, made: Any) -> Any:
        mixed = made + tf.random.uniform([64, 1]) * (real - made)
        with tf.GradientTape() as tape:
            tape.watch(mixed)
            said = critic(mixed, training=True)
        return tf.reduce_mean((tf.norm(tape.gradient(said, mixed), axis=1) - 1.0) ** 2)

    return penalty, (tf.random.normal([64, 16]), tf.random.normal([64, 16]))


def variational_loss(tf: Any, keras: Any) -> Built:
    def loss(x: Any, said: Any, mean: Any, log_variance: Any) -> Any:
        rebuilt = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(x, said), 1)
        apart = -0.5 * tf.reduce_sum(1.0 + log_variance - mean**2 - tf.exp(log_variance), 1)
        return tf.reduce_mean(rebuilt + apart)

    return loss, (
        tf.random.uniform([100, 784]),
        tf.random.normal([100, 784]),
        tf.random.normal([100, 8]),
        tf.zeros([100, 8]),
    )


def sampled(tf: Any, keras: Any) -> Built:
    return lambda mean, spread: mean + tf.exp(0.5 * spread) * tf.random.normal([64, 20]), (
        tf.zeros([64, 20]),
        tf.zeros([64, 20]),
    )


def style(tf: Any, keras: Any) -> Built:
    def gram(features: Any) -> Any:
        flat = tf.reshape(features, [1, -1, 32])
        return tf.matmul(flat, flat, transpose_a=True) / tf.cast(tf.shape(flat)[1], tf.float32)

    def loss(a: Any, b: Any) -> Any:
        return tf.reduce_mean((gram(a) - gram(b)) ** 2)

    return loss, (tf.random.normal([1, 56, 56, 32]), tf.random.normal([1, 56, 56, 32]))


def total_variation(tf: Any, keras: Any) -> Built:
    return lambda x: tf.reduce_mean(tf.image.total_variation(x)), (tf.random.uniform([1, 224, 224, 3]),)


def image_ascent(tf: Any, keras: Any) -> Built:
    layer = keras.layers.Conv2D(8, 3, activation="relu")
    layer.build((None, 48, 48, 3))

    def climb(image: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(image)
            size = tf.reduce_mean(layer(image))
        slope = tape.gradient(size, image)
        return tf.clip_by_value(image + 0.1 * slope / (tf.math.reduce_std(slope) + 1e-8), 0.0, 1.0)

    return climb, (tf.random.uniform([1, 48, 48, 3]),)


def adversarial(tf: Any, keras: Any) -> Built:
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)])

    def attack(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = keras.losses.sparse_categorical_crossentropy(y, model(x), from_logits=True)
        return x + 0.01 * tf.sign(tape.gradient(loss, x))

    return attack, (tf.random.normal([32, 64]), tf.zeros([32], tf.int32))


def distillation(tf: Any, keras: Any) -> Built:
    def loss(student: Any, teacher: Any) -> Any:
        soft = tf.nn.softmax(teacher / 4.0)
        return 16.0 * tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(soft, student / 4.0))

    return loss, (tf.random.normal([128, 100]), tf.random.normal([128, 100]))


def label_smoothing(tf: Any, keras: Any) -> Built:
    def loss(labels: Any, logits: Any) -> Any:
        soft = tf.one_hot(labels, 30) * 0.9 + 0.1 / 30.0
        return -tf.reduce_mean(tf.reduce_sum(soft * tf.nn.log_softmax(logits), -1))

    return loss, (tf.random.uniform([64], 0, 30, tf.int32), tf.random.normal([64, 30]))


def masked_loss(tf: Any, keras: Any) -> Built:
    def loss(labels: Any, logits: Any) -> Any:
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        mask = tf.cast(labels != 0, tf.float32)
        return tf.reduce_sum(each * mask) / tf.reduce_sum(mask)

    return loss, (tf.random.uniform([16, 25], 0, 200, tf.int32), tf.random.normal([16, 25, 200]))


def look_ahead_mask(tf: Any, keras: Any) -> Built:
    return lambda seen: tf.maximum(1.0 - tf.linalg.band_part(tf.ones([40, 40]), -1, 0), tf.cast(seen == 0, tf.float32)[:, None, None]), (tf.random.uniform([8, 40], 0, 3, tf.int32),)  # fmt: skip


def heads(tf: Any, keras: Any) -> Built:
    layer = keras.layers.MultiHeadAttention(4, 16)
    layer(tf.zeros([8, 30, 64]), tf.zeros([8, 30, 64]))
    return lambda x: layer(x, x, training=False), (tf.random.normal([8, 30, 64]),)


def greedy_words(tf: Any, keras: Any) -> Built:
    table, out = tf.Variable(tf.random.normal([50, 32])), tf.Variable(tf.random.normal([32, 50]))

    def told(first: Any) -> Any:
        word, said = first, []
        for _ in range(12):
            word = tf.argmax(tf.tanh(tf.gather(table, word)) @ out, -1, tf.int32)
            said.append(word)
        return tf.stack(said, 1)

    return told, (tf.constant([1, 2, 3, 4]),)


def peephole(tf: Any, keras: Any) -> Built:
    weight = tf.Variable(tf.random.normal([24, 64]) * 0.1)

    def cell(x: Any, h: Any, c: Any) -> Any:
        i, f, o, g = tf.split(tf.concat([x, h], 1) @ weight, 4, 1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        return tf.sigmoid(o) * tf.tanh(c), c

    return cell, (tf.random.normal([16, 8]), tf.zeros([16, 16]), tf.zeros([16, 16]))


def graph_attention(tf: Any, keras: Any) -> Built:
    weight, score = tf.Variable(tf.random.normal([12, 8])), tf.Variable(tf.random.normal([8, 1]))
    links = tf.cast(tf.random.uniform([100, 100]) < 0.1, tf.float32)

    def layer(nodes: Any) -> Any:
        h = nodes @ weight
        logits = tf.nn.leaky_relu(h @ score + tf.transpose(h @ score)) - 1e9 * (1.0 - links)
        return tf.nn.elu(tf.nn.softmax(logits) @ h)

    return layer, (tf.random.normal([100, 12]),)


def self_organising(tf: Any, keras: Any) -> Built:
    weights, grid = tf.Variable(tf.random.uniform([100, 3])), tf.cast(tf.stack([tf.range(100) // 10, tf.range(100) % 10], 1), tf.float32)  # fmt: skip

    def learn(x: Any) -> None:
        best = tf.argmin(tf.reduce_sum((weights - x) ** 2, 1))
        near = tf.exp(-tf.reduce_sum((grid - tf.gather(grid, best)) ** 2, 1) / 8.0)
        weights.assign_add(0.1 * near[:, None] * (x - weights))

    return learn, (tf.random.uniform([3]),)


def nonlinear_factors(tf: Any, keras: Any) -> Built:
    data, left, right = tf.random.uniform([60, 80]), tf.Variable(tf.random.uniform([60, 5])), tf.Variable(tf.random.uniform([5, 80]))  # fmt: skip

    def update() -> Any:
        left.assign(left * (data @ tf.transpose(right)) / (left @ right @ tf.transpose(right) + 1e-9))
        right.assign(right * (tf.transpose(left) @ data) / (tf.transpose(left) @ left @ right + 1e-9))
        return tf.norm(data - left @ right)

    return update, ()


def hand_written_norm(tf: Any, keras: Any) -> Built:
    mean, variance = tf.Variable(tf.zeros([32])), tf.Variable(tf.ones([32]))

    def normal(x: Any) -> Any:
        m, v = tf.nn.moments(x, [0, 1, 2])
        mean.assign(0.9 * mean + 0.1 * m)
        variance.assign(0.9 * variance + 0.1 * v)
        return (x - m) / tf.sqrt(v + 1e-3)

    return normal, (tf.random.normal([16, 14, 14, 32]),)


def cut_out(tf: Any, keras: Any) -> Built:
    def masked(images: Any) -> Any:
        row, column = (tf.random.uniform([], 0, 24, tf.int32) for _ in range(2))
        at = tf.range(32)
        hole = ((at >= row) & (at < row + 8))[:, None] & ((at >= column) & (at < column + 8))[None]
        return images * (1.0 - tf.cast(hole, tf.float32))[None, :, :, None]

    return masked, (tf.random.uniform([16, 32, 32, 3]),)


def blended(tf: Any, keras: Any) -> Built:
    def mixed(images: Any, labels: Any) -> Any:
        share = tf.random.uniform([64, 1])
        return images * share[:, :, None, None] + images[::-1] * (1.0 - share[:, :, None, None]), labels * share + labels[::-1] * (1.0 - share)  # fmt: skip

    return mixed, (tf.random.uniform([64, 28, 28, 1]), tf.random.uniform([64, 10]))


def scheduled(tf: Any, keras: Any) -> Built:
    return lambda step: tf.cast(16, tf.float32) ** -0.5 * tf.minimum(tf.cast(step, tf.float32) ** -0.5, tf.cast(step, tf.float32) * 4000.0**-1.5), (tf.constant(100),)  # fmt: skip


LEARNING = (
    regression, two_towers, bidirectional, residual_net, images_of_numbers, separable, big_batch, one_answer, actor_critic,
    soft_targets, returns, gradient_penalty, variational_loss, sampled, style, total_variation, image_ascent, adversarial,
    distillation, label_smoothing, masked_loss, look_ahead_mask, heads, greedy_words, peephole, graph_attention,
    self_organising, nonlinear_factors, hand_written_norm, cut_out, blended, scheduled,
)  # fmt: skip
