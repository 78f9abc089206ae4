"""Something that outlives the call changes inside the function.

Sees        a list, dict, set, array, attribute, global or nonlocal name that the function did not make itself and that it
            changes, also through an alias, a method or a function it calls.
Matters     Python statements run only while TensorFlow traces, so the change happens once per trace and not once per call;
            a tensor stored that way is a symbol without a value. A changed list or dict argument is refused.
Wrong when  the change is meant to happen once, as a register that is filled while tracing.
Instead     return the new value and let the caller keep it; count in a tf.Variable; gather in a tf.TensorArray.
Source      TensorFlow guide, Better performance with tf.function: Executing Python side effects.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Effect, Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "losses gathered in a list of the notebook": """
        losses = []
        # %%
        def step(x):
            loss = tf.reduce_mean(x * x)
            losses.append(loss)
            return loss
        # %%
        step(tf.constant([1.0, 2.0]))
        step(tf.constant([3.0, 4.0]))
        """,
    "a counter on self, by way of a method": """
        class Trainer:
            def __init__(self):
                self.steps = 0
            def count(self):
                self.steps += 1
            def step(self, x):
                self.count()
                return x * 2.0
        trainer = Trainer()
        # %%
        trainer.step(tf.constant(1.0))
        trainer.step(tf.constant(2.0))
        """,
    "a global counter": """
        calls = 0
        def step(x):
            global calls
            calls += 1
            return x * float(calls)
        # %%
        step(tf.constant(1.0))
        step(tf.constant(1.0))
        """,
    "a key taken out of the batch that was passed": """
        def loss(batch):
            y = batch.pop("y")
            return tf.reduce_mean(batch["x"] - y)
        # %%
        loss({"x": tf.constant([1.0, 2.0]), "y": tf.constant([0.0, 1.0])})
        """,
    "put back only where nothing returned before": """
        depth = []
        def visit(x, deep=True):
            depth.append(1)
            if not deep:
                return x
            y = x * float(len(depth))
            depth.pop()
            return y
        # %%
        visit(tf.constant(1.0), False)
        visit(tf.constant(1.0), False)
        visit(tf.constant(2.0))
        print(depth)
        """,
    "an array that an object keeps, by way of a helper": """
        class Grid:
            def __init__(self):
                self.visits = np.zeros(2, np.float32)
            def visit(self, i):
                self.visits[i] += 1.0
                return tf.constant(self.visits)
        grid = Grid()
        def rollout(x, i):
            return x + grid.visit(i)
        # %%
        rollout(tf.zeros(2), 0)
        rollout(tf.zeros(2), 0)
        """,
    "a descriptor that counts how often it is read": """
        class Counted:
            def __init__(self):
                self.reads = 0
            def __get__(self, owner, cls=None):
                self.reads += 1
                return 0.1 * self.reads
        class Optimizer:
            rate = Counted()
            def update(self, w, g):
                return w - self.rate * g
        optimizer = Optimizer()
        # %%
        optimizer.update(tf.constant(1.0), tf.constant(1.0))
        optimizer.update(tf.constant(1.0), tf.constant(1.0))
        """,
    "a default that is one list for all calls": """
        def remember(x, seen=[]):
            seen.append(1)
            return x * len(seen)
        # %%
        remember(tf.constant(1.0))
        remember(tf.constant(1.0))
        """,
}
QUIET = {
    "the list is made and returned by the function": """
        def split(x):
            parts = []
            for i in range(3):
                parts.append(x * i)
            return parts
        # %%
        split(tf.constant([1.0, 2.0]))
        """,
    "a tf.Variable counts": """
        count = tf.Variable(0)
        def step(x):
            count.assign_add(1)
            return x * 2.0
        # %%
        step(tf.constant(1.0))
        step(tf.constant(2.0))
        """,
    "an array that is made when it is first asked for": """
        class Grid:
            def __init__(self):
                self._points = None
            @property
            def points(self):
                if self._points is None:
                    self._points = np.linspace(0.0, 1.0, 3).astype("float32")
                return self._points
            def area(self, k):
                return tf.reduce_mean(k * self.points)
        grid = Grid()
        # %%
        grid.area(tf.constant(1.0))
        grid.area(tf.constant(2.0))
        print(grid.points)
        """,
    "what is set is put back": """
        class Mode:
            training = False
        mode = Mode()
        def forward(x):
            before = mode.training
            mode.training = True
            try:
                return x * (2.0 if mode.training else 1.0)
            finally:
                mode.training = before
        # %%
        forward(tf.constant(1.0))
        forward(tf.constant(2.0))
        print(mode.training)
        """,
    "what is put on a stack is taken off again": """
        depth = []
        def visit(x):
            depth.append(1)
            y = x * float(len(depth))
            depth.pop()
            return y
        # %%
        visit(tf.constant(1.0))
        visit(tf.constant(2.0))
        print(depth)
        """,
    "a keyword is taken out of those passed": """
        def scaled(x, **options):
            factor = options.pop("factor", 1.0)
            return x * factor
        # %%
        scaled(tf.constant(1.0), factor=2.0)
        """,
    "a copy of the argument changes": """
        def loss(batch):
            batch = dict(batch)
            y = batch.pop("y")
            return tf.reduce_mean(batch["x"] - y)
        # %%
        loss({"x": tf.constant([1.0, 2.0]), "y": tf.constant([0.0, 1.0])})
        """,
}

REFUSED = ("list", "dict")
NEXT = {
    "global": "keep it in a tf.Variable made outside, or pass it in and return the new value",
    "nonlocal": "keep it in a tf.Variable made outside, or pass it in and return the new value",
    "attribute": "keep it in a tf.Variable made in `__init__`, or return the new value",
    "list": "return the value and let the caller collect it",
    "dict": "return the value and let the caller store it",
}


@rule(
    "HYB201",
    "outer-mutation",
    stance="blocks",
    effects=("mutation",),
    covers=(
        "frozen-append",
        "frozen-counter",
        "frozen-guard",
        "double-side-effect",
        "both-branches-run",
        "loop-body-once",
        "outer-store-under-tensor-if",
        "leak-attr",
        "leak-global",
        "leak-container",
        "leak-tape",
        "python-rebind-variable",
        "arg-mutated",
        "arg-object-mutated",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per change."""
    for effect in wording.of(evidence, "mutation"):
        container = effect.details.get("container", "")
        if effect.details.get("owner") in ("argument", "default") and container in REFUSED:
            yield Place(effect, _refused(effect), "Change a copy of it, and return that.")
        else:
            step = NEXT.get(container, "return the new value and let the caller keep it")
            step = "leave it undecorated" if calls.constructs(evidence) else step
            yield Place(effect, _once(effect), f"{wording.sentence(step)}.")


def _refused(effect: Effect) -> str:
    what = "default" if effect.details.get("owner") == "default" else "argument"
    target = wording.named(effect, "target", "a container")
    way = wording.by(effect)
    return f"{target}, a {effect.details['container']} that comes in as {what}, is changed{way}; a tf.function raises ValueError."


def _once(effect: Effect) -> str:
    target = wording.named(effect, "target", "an object")
    keeps = {"yes": ", and keeps a tensor without a value", "maybe": ", and may keep a tensor without a value"}
    kept = keeps.get(effect.details.get("stores_tensor", ""), "")
    return f"{target} outlives the call but would change once per trace, not once per call{kept}{wording.by(effect)}."
