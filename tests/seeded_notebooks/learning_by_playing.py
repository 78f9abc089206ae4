# Reinforcement learning and k-means in one: Python lists, NumPy and TensorFlow mixed in every function.
import collections
import random

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(23)
Transition = collections.namedtuple("Transition", "state action reward following")
# %%
class World:
    def __init__(self):
        self.place = 0.0

    def move(self, action):
        self.place += (1 if action else -1) + random.gauss(0, 0.1)
        return self.place, -abs(self.place)


class Agent:
    def __init__(self):
        self.network = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(2)])
        self.optimizer = keras.optimizers.Adam(0.01)
        self.memory = collections.deque(maxlen=50)
        self.curiosity = 1.0

    def choose(self, state):
        self.curiosity *= 0.97
        if random.random() < self.curiosity:
            return random.randrange(2)
        return int(tf.argmax(self.network(np.array([[state]], "float32"))[0]))

    def learn(self):
        picked = random.sample(list(self.memory), 8)
        states = tf.constant([[item.state] for item in picked], tf.float32)
        rewards = tf.constant([item.reward for item in picked], tf.float32)
        with tf.GradientTape() as tape:
            values = tf.reduce_sum(self.network(states) * tf.one_hot([item.action for item in picked], 2), axis=1)
            loss = tf.reduce_mean(tf.square(rewards - values))
        weights = self.network.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return float(loss)
# %%
world, agent, losses = World(), Agent(), []
state = 0.0
for turn in range(40):
    action = agent.choose(state)
    following, reward = world.move(action)
    agent.memory.append(Transition(state, action, reward, following))
    state = following
    if len(agent.memory) > 10:
        losses.append(agent.learn())
print([loss.hex() for loss in losses[:5]], world.place.hex(), agent.curiosity.hex())
# %%
def assign(points, centres):
    return tf.argmin(tf.reduce_sum((points[:, None] - centres[None]) ** 2, axis=2), axis=1)


def update(points, centres):
    nearest = assign(points, centres)
    return tf.stack([tf.reduce_mean(points[nearest == k], axis=0) for k in range(centres.shape[0])])


points = np.random.normal(size=(60, 2)).astype("float32")
centres = tf.constant(points[:3])
for _ in range(5):
    centres = update(points, centres)
# %%
def bandit(pulls):
    counts, values = [0, 0], [0.0, 0.0]
    for _ in range(pulls):
        arm = int(np.random.rand() < 0.5)
        counts[arm] += 1
        values[arm] += float(tf.random.normal(()))
    return counts, values


arms = bandit(20)
