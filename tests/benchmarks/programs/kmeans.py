# k-means by hand, restarted a few times.
import numpy as np
import tensorflow as tf

np.random.seed(10)
centers = np.random.uniform(-5, 5, (8, 2))
points = tf.constant(np.concatenate([c + 0.5 * np.random.randn(300, 2) for c in centers]), tf.float32)


# %%
def assign(points, centroids):
    distances = tf.reduce_sum((points[:, None, :] - centroids[None, :, :]) ** 2, axis=2)
    return tf.argmin(distances, axis=1)


def update(points, labels, k):
    new = []
    for c in range(k):
        members = tf.boolean_mask(points, labels == c)
        new.append(tf.reduce_mean(members, axis=0) if len(members) else points[c])
    return tf.stack(new)


def inertia(points, centroids):
    distances = tf.reduce_sum((points[:, None, :] - centroids[None, :, :]) ** 2, axis=2)
    return tf.reduce_mean(tf.reduce_min(distances, axis=1))


def kmeans(points, k, iterations=40):
    start = np.random.choice(points.shape[0], k, replace=False)
    centroids = tf.gather(points, start)
    for _ in range(iterations):
        labels = assign(points, centroids)
        centroids = update(points, labels, k)
    return centroids, labels


# %%
best = None
for restart in range(15):
    centroids, labels = kmeans(points, 8)
    score = inertia(points, centroids).numpy()
    if best is None or score < best:
        best = score
    print(restart, score)
# %%
RESULT = {"best": float(best)}
