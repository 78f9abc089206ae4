# Actor and critic on a walk of one's own: sampled actions, a replay buffer, discounted returns, a target network.
import random
from collections import deque

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(71)
rng = np.random.default_rng(71)
buffer = deque(maxlen=40)
returns = []
# %%
class Walk:
    def __init__(self, length=5):
        self.length, self.at, self.moves = length, 0, 0

    def reset(self):
        self.at, self.moves = self.length // 2, 0
        return self.observe()

    def observe(self):
        return np.eye(self.length, dtype="float32")[self.at]

    def move(self, action):
        self.moves += 1
        self.at = min(max(self.at + (1 if action else -1), 0), self.length - 1)
        done = self.at == self.length - 1 or self.moves >= 12
        return self.observe(), 1.0 if self.at == self.length - 1 else -0.05, done


walk = Walk()
actor = keras.Sequential([keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(2)])
critic = keras.Sequential([keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
target = keras.models.clone_model(critic)
for network in (actor, critic, target):
    network.build((None, 5))
target.set_weights(critic.get_weights())
actor_optimizer, critic_optimizer = keras.optimizers.Adam(0.01), keras.optimizers.SGD(0.05, momentum=0.8, nesterov=True)
# %%
def choose(state):
    logits = actor(state[None])
    if rng.random() < 0.1:
        return random.randrange(2)
    return int(tf.random.categorical(logits, 1)[0, 0])


def episode():
    state, done, steps = walk.reset(), False, []
    while not done:
        action = choose(state)
        after, reward, done = walk.move(action)
        steps.append((state, action, reward))
        buffer.append((state, reward, after, float(done)))
        state = after
    return steps


def discounted(rewards, rate=0.9):
    total, found = 0.0, []
    for reward in reversed(rewards):
        total = reward + rate * total
        found.append(total)
    return tf.constant(found[::-1])


def improve(states, actions, gains):
    with tf.GradientTape() as tape:
        logs = tf.nn.log_softmax(actor(states))
        taken = tf.gather(logs, actions, batch_dims=1)
        loss = -tf.reduce_mean(taken * (gains - tf.stop_gradient(critic(states)[:, 0])))
        loss -= 0.01 * tf.reduce_mean(-tf.reduce_sum(tf.exp(logs) * logs, 1))
    slopes = tape.gradient(loss, actor.trainable_weights)
    actor_optimizer.apply_gradients(zip(slopes, actor.trainable_weights))
    return loss


def evaluate(states, rewards, afters, ends):
    wanted = rewards + 0.9 * (1.0 - ends) * target(afters)[:, 0]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.keras.losses.huber(wanted[:, None], critic(states)))
    critic_optimizer.apply_gradients(zip(tape.gradient(loss, critic.trainable_weights), critic.trainable_weights))
    return loss


def follow(rate=0.1):
    for old, new in zip(target.weights, critic.weights):
        old.assign((1 - rate) * old + rate * new)
# %%
for number in range(3):
    steps = episode()
    states, actions, rewards = (np.array(part) for part in zip(*steps))
    loss = improve(states, actions, discounted(rewards.tolist()))
    sample = random.sample(list(buffer), 4)
    error = evaluate(*(np.array(part, "float32") for part in zip(*sample)))
    follow()
    returns.append(float(rewards.sum()))
    print(number, len(steps), float(loss).hex(), float(error).hex())
# %%
print(returns, len(buffer), walk.moves, rng.random().hex(), random.random().hex())
print([choose(walk.reset()) for _ in range(6)])
