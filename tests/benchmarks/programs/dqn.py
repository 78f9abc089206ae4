# Deep Q-learning on a small corridor: acting is NumPy, learning is a Keras network and a replay memory.
import random
from collections import deque

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(7)


class Corridor:
    size = 6

    def reset(self):
        self.at = 0
        return self.state()

    def state(self):
        s = np.zeros(self.size, "float32")
        s[self.at] = 1.0
        return s

    def step(self, action):
        self.at = min(self.size - 1, max(0, self.at + (1 if action == 1 else -1)))
        done = self.at == self.size - 1
        return self.state(), 1.0 if done else -0.05, done


# %%
env = Corridor()
memory = deque(maxlen=500)


def build():
    net = keras.Sequential(
        [keras.layers.Dense(24, activation="relu"), keras.layers.Dense(24, activation="relu"), keras.layers.Dense(2)]
    )
    net.build((None, env.size))
    return net


q_net, target_net = build(), build()
target_net.set_weights(q_net.get_weights())
optimizer = keras.optimizers.Adam(0.005)
gamma = 0.9


# %%
def act(state, epsilon):
    if random.random() < epsilon:
        return random.randrange(2)
    q = q_net(state[None])
    return int(np.argmax(q.numpy()[0]))


def update(states, actions, rewards, next_states, dones):
    next_q = tf.reduce_max(target_net(next_states), axis=1)
    target = rewards + gamma * next_q * (1.0 - dones)
    with tf.GradientTape() as tape:
        q = tf.reduce_sum(q_net(states) * tf.one_hot(actions, 2), axis=1)
        loss = tf.reduce_mean(tf.square(target - q))
    grads = tape.gradient(loss, q_net.trainable_variables)
    optimizer.apply_gradients(zip(grads, q_net.trainable_variables))
    return loss


def replay(batch_size=32):
    batch = random.sample(memory, batch_size)
    states, actions, rewards, next_states, dones = map(np.array, zip(*batch))
    return update(
        tf.constant(states),
        tf.constant(actions),
        tf.constant(rewards, tf.float32),
        tf.constant(next_states),
        tf.constant(dones, tf.float32),
    )


# %%
returns = []
for episode in range(40):
    state, total, done, steps = env.reset(), 0.0, False, 0
    while not done and steps < 20:
        action = act(state, max(0.1, 1 - episode / 20))
        next_state, reward, done = env.step(action)
        memory.append((state, action, reward, next_state, float(done)))
        state, total, steps = next_state, total + reward, steps + 1
        if len(memory) >= 64:
            loss = replay()
    returns.append(total)
    if episode % 10 == 0:
        target_net.set_weights(q_net.get_weights())
        print(episode, total)
# %%
RESULT = {"return": float(np.mean(returns[-10:])), "loss": float(loss)}
