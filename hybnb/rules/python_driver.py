"""The function drives others from Python.

Sees        a function that prints, keeps, converts or draws something in Python, itself or by what else it calls, while other
            functions of yours do most of its TensorFlow work; not one that takes gradients of what they compute, and not the `call` of a Keras
            model, which is traced with the function around it.
Matters     as a graph it would lose what Python does there; what there is to gain is gained in the functions that it calls.
Wrong when  the Python in it can go, and what it calls is so small that only the loop around it is worth a graph.
Instead     leave it as it is, and look at the functions that it calls.
Source      TensorFlow guide "Better performance with tf.function", on Python side effects, and "Basic training loops",
            where a Python loop prints and one decorated step does the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hybnb.model import Effect, EffectKind, Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a training loop that prints": """
        weight = tf.Variable(1.0)

        def step(x):
            loss = tf.reduce_mean(tf.square(weight * x))
            weight.assign_sub(0.1 * loss)
            return loss

        def train(batches):
            for x in batches:
                print(float(step(x)))
        # %%
        train([tf.ones([2]), tf.zeros([2])])
        step(tf.ones([2]))
    """,
    "a wrapper that gives an array": """
        def forward(x):
            return tf.nn.softmax(tf.square(x) + 1.0)

        def predict(x):
            return forward(x).numpy()
        # %%
        predict(tf.ones([2]))
    """,
    "an episode of an environment in Python": """
        class Env:
            def __init__(self):
                self.state = 0.0
            def move(self, action):
                self.state += float(action)
                return self.state

        env = Env()

        def policy(state):
            hidden = tf.tanh(tf.square(state) + tf.constant([1.0, 2.0]) * tf.exp(-state))
            return tf.nn.softmax(tf.nn.relu(hidden * 2.0 - 1.0) + tf.sin(state))

        def episode():
            total = 0.0
            for _ in range(3):
                total += env.move(policy(env.state)[0])
            return total
        # %%
        episode()
        policy(tf.constant(0.0))
    """,
}
QUIET = {
    "it only calls": """
        def scale(x):
            return tf.square(x) * 0.5

        def twice(x):
            return scale(scale(x))
        # %%
        twice(tf.ones([2]))
    """,
    "it does the work itself": """
        def step(x):
            loss = tf.reduce_mean(tf.square(x))
            print(loss)
            return tf.sqrt(loss) * 2.0
        # %%
        step(tf.ones([2]))
    """,
    "what it calls prints": """
        def logged(x):
            loss = tf.reduce_mean(tf.square(x))
            print(loss)
            return loss

        def step(x):
            return logged(x)
        # %%
        step(tf.ones([2]))
    """,
    "it takes the gradients of what others compute": """
        weight = tf.Variable(1.0)

        def penalty(w):
            return tf.reduce_sum(tf.abs(w)) + tf.reduce_sum(tf.square(w)) + tf.reduce_max(w * 2.0)

        def error(x):
            return tf.reduce_mean(tf.square(tf.sin(weight * x) - tf.cos(weight) - tf.exp(-x)))

        def step(x):
            with tf.GradientTape() as tape:
                loss = error(x) + penalty(weight)
            weight.assign_sub(0.1 * tape.gradient(loss, weight))
            print(float(loss))
            return loss
        # %%
        step(tf.ones([2]))
    """,
    "a Keras model does the work": """
        class Net(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.inner = tf.keras.layers.Dense(3)

            def call(self, x):
                return tf.nn.softmax(tf.square(self.inner(x)) * 2.0 + 1.0)

        net = Net()

        def predict(x):
            return net(x).numpy()
        # %%
        predict(tf.ones([1, 2]))
    """,
    "its worker is a function of its own": """
        def step(x):
            def inner(y):
                return tf.sqrt(tf.square(y) * 2.0)
            print("step")
            return inner(x)
        # %%
        step(tf.ones([2]))
    """,
}
IN_PYTHON: Final[frozenset[EffectKind]] = frozenset({
    "mutation", "output", "host-random", "clock", "sleep", "environment", "host-iterator", "numpy-method",
    "host-conversion", "eager-only", "keras-endpoint",
})  # fmt: skip


@rule("HYB106", "python-driver", stance="notes", claim="context")
def check(evidence: Evidence) -> Iterator[Place]:
    """By who does the TensorFlow work, and by what the body itself does beside it."""
    facts = evidence.facts
    if calls.decorated(evidence) or not facts.workers:
        return
    if any(
        one.kind in IN_PYTHON and one.certainty == "certain" and _beside(one, facts.workers) for one in facts.effects
    ):
        by = wording.listed(facts.workers)
        message = f"{by} {'does' if len(facts.workers) == 1 else 'do'} its TensorFlow work, driven from Python."
        yield Place(calls.own(evidence), message, f"Leave it, and look at {by}.", {"workers": ", ".join(facts.workers)})


def _beside(effect: Effect, workers: Sequence[str]) -> bool:
    """It happens in the body, or in what that calls, but not in what does the work."""
    return not any(step.partition(" (")[0] in workers for step in effect.chain)
