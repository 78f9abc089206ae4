# Dataclasses, enums, slots, properties, pickles and copies around a small model: objects of the user's everywhere.
import copy
import dataclasses
import enum
import io
import pickle
import random

import numpy as np
import tensorflow as tf

random.seed(2)
np.random.seed(2)
tf.random.set_seed(2)
# %%
class Kind(enum.Enum):
    TRAIN = "train"
    TEST = "test"

    @property
    def shuffled(self):
        return self is Kind.TRAIN


@dataclasses.dataclass
class Settings:
    rate: float = 0.1
    sizes: list = dataclasses.field(default_factory=lambda: [3, 1])
    kind: Kind = Kind.TRAIN

    def scaled(self, by):
        return dataclasses.replace(self, rate=self.rate * by)


@dataclasses.dataclass(frozen=True)
class Batch:
    x: np.ndarray
    y: np.ndarray

    def __len__(self):
        return len(self.x)
# %%
class Net:
    __slots__ = ("layers", "settings", "calls")

    def __init__(self, settings):
        self.settings, self.calls = settings, 0
        sizes = [2, *settings.sizes]
        self.layers = [tf.Variable(np.random.randn(a, b), dtype=tf.float32) for a, b in zip(sizes, sizes[1:])]

    def __call__(self, x):
        self.calls += 1
        for w in self.layers[:-1]:
            x = tf.tanh(x @ w)
        return x @ self.layers[-1]

    @staticmethod
    def loss(truth, guess):
        return tf.reduce_mean((truth - guess) ** 2)

    @classmethod
    def made(cls, **options):
        return cls(Settings(**options))


net = Net.made(rate=0.2)
data = [Batch(np.random.randn(4, 2).astype("float32"), np.ones((4, 1), "float32")) for _ in range(3)]
# %%
def train(net, data, kind=Kind.TRAIN):
    order = np.random.permutation(len(data)) if kind.shuffled else range(len(data))
    for index in order:
        batch = data[index]
        with tf.GradientTape() as tape:
            loss = net.loss(batch.y, net(batch.x))
        for w, g in zip(net.layers, tape.gradient(loss, net.layers)):
            w.assign_sub(net.settings.rate * g)
        yield float(loss)


losses = [one.hex() for one in train(net, data)]
test = [one.hex() for one in train(net, data, Kind.TEST)]
print(losses, test, net.calls)
# %%
kept = pickle.dumps((net.settings, Kind.TEST, [w.numpy() for w in net.layers]))
settings, kind, weights = pickle.loads(kept)
twin = copy.deepcopy(net.settings.scaled(2))
twin.sizes.append(7)
print(settings == net.settings, kind is Kind.TEST, twin, net.settings.sizes, len(kept))
# %%
stream = io.StringIO()
print(*(f"{float(tf.norm(w)):.6f}" for w in net.layers), file=stream)
stream.getvalue()
# %%
class Lazy:
    def __getattr__(self, name):
        if name.startswith("layer_"):
            return lambda x: x + int(name[6:])
        raise AttributeError(name)

    def __len__(self):
        raise TypeError("no length")

    def __repr__(self):
        return "<lazy>"


lazy = Lazy()
print(lazy.layer_3(4), [lazy], hasattr(lazy, "other"))
len(lazy)
