# Policy gradient with episodes of every length: shapes vary from call to call.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(14)
policy = keras.Sequential([keras.layers.Dense(32, activation="tanh"), keras.layers.Dense(2)])
policy.build((None, 3))
optimizer = keras.optimizers.Adam(0.01)


# %%
def run_episode(rng):
    position, states, actions, rewards = 0.0, [], [], []
    goal = rng.choice([-1.0, 1.0]) * rng.uniform(2, 6)
    for t in range(40):
        state = np.array([position, goal, t / 40], "float32")
        logits = policy(state[None]).numpy()[0]
        p = np.exp(logits - logits.max())
        action = int(rng.uniform() < p[1] / p.sum())
        position += 1.0 if action else -1.0
        states.append(state)
        actions.append(action)
        rewards.append(-0.1)
        if abs(position - goal) < 1.0:
            rewards[-1] = 2.0
            break
    return np.array(states), np.array(actions), np.array(rewards, "float32")


def discounted(rewards, gamma=0.97):
    out, total = np.zeros_like(rewards), 0.0
    for i in reversed(range(len(rewards))):
        total = rewards[i] + gamma * total
        out[i] = total
    return out


def learn(states, actions, returns):
    with tf.GradientTape() as tape:
        logp = tf.nn.log_softmax(policy(states))
        chosen = tf.reduce_sum(logp * tf.one_hot(actions, 2), axis=1)
        loss = -tf.reduce_mean(chosen * returns)
    grads = tape.gradient(loss, policy.trainable_variables)
    optimizer.apply_gradients(zip(grads, policy.trainable_variables))
    return loss


# %%
rng = np.random.default_rng(0)
scores = []
for episode in range(150):
    states, actions, rewards = run_episode(rng)
    loss = learn(states, actions, discounted(rewards))
    scores.append(rewards.sum())
print(np.mean(scores[:30]), np.mean(scores[-30:]))
# %%
RESULT = {"score": float(np.mean(scores[-30:]))}
