"""An exception would come out of the function as another one.

Sees        a raise of a class of the notebook's own that has a constructor of its own or derives from another class than
            Exception; of IndexError, OSError, ZeroDivisionError and most other built-in classes; a division of Python
            numbers by one that has been 0; a caller that catches such a class, the end of a dataset or a TensorArray, or an
            InvalidArgumentError where sizes may not fit.
Matters     AutoGraph makes the exception anew and knows how for Exception itself, ValueError, TypeError, KeyError and a few
            more; all else it raises as StagingError, which an `except` for the original class doesn't catch. TensorFlow's own
            errors change too: a trace finds by static shapes what eager ops find when they run, and says ValueError.
Wrong when  the exception is never raised, or never caught by its class.
Instead     raise ValueError or another plain class, or check before the call.
Source      AutoGraph reference, Error handling.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a class with two arguments": """
        class DataError(Exception):
            def __init__(self, row, why):
                super().__init__(f"row {row}: {why}")
        def scaled(x, factor):
            if factor < 0:
                raise DataError(3, "negative")
            return x * factor
        # %%
        scaled(tf.constant(1.0), -1)
        """,
    "a class below ValueError": """
        class Negative(ValueError):
            pass
        def scaled(x, factor):
            if factor < 0:
                raise Negative("negative")
            return x * factor
        # %%
        scaled(tf.constant(1.0), -1)
        """,
    "an index that is too large": """
        def nth(parts, i):
            if i >= len(parts):
                raise IndexError("no such part")
            return parts[i] * 2.0
        # %%
        nth([tf.constant(1.0)], 3)
        """,
    "a division by a number that is 0": """
        def ratio(x, n):
            return x * (1.0 / n)
        # %%
        ratio(tf.constant(1.0), 2)
        ratio(tf.constant(1.0), 0)
        """,
    "a caller catches it": """
        def nth(parts, i):
            return parts[i] * 2.0
        def nth_or_zero(parts, i):
            try:
                return nth(parts, i)
            except IndexError:
                return tf.constant(0.0)
        # %%
        nth([tf.constant(1.0)], 0)
        nth_or_zero([tf.constant(1.0)], 3)
        """,
    "the end of a dataset is caught by a caller": """
        rows = iter(tf.data.Dataset.range(2))
        def doubled():
            return next(rows) * 2
        def total():
            found = 0
            try:
                while True:
                    found += int(doubled())
            except StopIteration:
                return found
        # %%
        doubled()
        total()
        """,
    "the end of a TensorArray is suppressed by a caller's caller": """
        import contextlib
        def nth(i):
            squares = tf.TensorArray(tf.float32, size=3, clear_after_read=False)
            for k in range(3):
                squares = squares.write(k, float(k * k))
            return squares.read(i)
        def four():
            return [nth(tf.constant(i)) for i in range(4)]
        def tried():
            with contextlib.suppress(tf.errors.OutOfRangeError):
                return four()
        # %%
        nth(tf.constant(1))
        tried()
        """,
    "sizes that may not fit": """
        weights = tf.ones([3, 2])
        def projected(x):
            return tf.matmul(x, weights)
        def projected_or_zero(x):
            try:
                return projected(x)
            except tf.errors.InvalidArgumentError:
                return tf.zeros([1, 2])
        # %%
        projected(tf.ones([2, 3]))
        projected_or_zero(tf.ones([2, 5]))
        """,
    "a keyword-only argument": """
        class Missing(Exception):
            def __init__(self, *, name):
                self.name = name
                super().__init__(name)
        def weighted(x, weights):
            if "bias" not in weights:
                raise Missing(name="bias")
            return x * weights["bias"]
        # %%
        weighted(tf.constant(1.0), {"scale": 1.0})
        """,
}
QUIET = {
    "a plain class": """
        def scaled(x, factor):
            if factor < 0:
                raise ValueError("negative")
            return x * factor
        # %%
        scaled(tf.constant(1.0), 2)
        """,
    "a division that is guarded": """
        def mean(x, n):
            if n == 0:
                return x * 0.0
            return x * (1.0 / n)
        # %%
        mean(tf.constant(1.0), 2)
        mean(tf.constant(1.0), 0)
        """,
    "caught where it is raised": """
        def nth(parts, i):
            try:
                part = parts[i]
            except IndexError:
                part = parts[-1]
            return part * 2.0
        # %%
        nth([tf.constant(1.0), tf.constant(2.0)], 0)
        nth([tf.constant(1.0), tf.constant(2.0)], 5)
        """,
    "a caller catches a class that comes out as it is": """
        def weight(table, name, x):
            return x * table[name]
        def weight_or_one(table, name, x):
            try:
                return weight(table, name, x)
            except KeyError:
                return x
        # %%
        weight({"a": 2.0}, "a", tf.constant(1.0))
        weight_or_one({"a": 2.0}, "b", tf.constant(1.0))
        """,
    "a caller awaits what fails by its values": """
        table = tf.constant([1.0, 2.0])
        def looked_up(i):
            return tf.gather(table, i) * 2.0
        def looked_up_or_zero(i):
            try:
                return looked_up(i)
            except tf.errors.InvalidArgumentError:
                return tf.constant(0.0)
        # %%
        looked_up(tf.constant(1))
        looked_up_or_zero(tf.constant(5))
        """,
    "a caller asks an iterator until it is out of range": """
        rows = iter(tf.data.Dataset.range(3))
        def doubled():
            return rows.get_next() * 2
        def count():
            found = 0
            try:
                while True:
                    doubled()
                    found += 1
            except tf.errors.OutOfRangeError:
                return found
        # %%
        doubled()
        count()
        """,
    "a class of the notebook's own without a constructor": """
        class DataError(Exception):
            pass
        def scaled(x, factor):
            if factor < 0:
                raise DataError("negative")
            return x * factor
        # %%
        scaled(tf.constant(1.0), 2)
        """,
}


@rule("HYB255", "exception-class", stance="risks", effects=("exception-class",), covers=("exception-wrapped",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per raise."""
    for effect in wording.of(evidence, "exception-class"):
        name = wording.named(effect, "exception", "the exception")
        becomes = effect.details.get("becomes", "")
        message = f"{name} would come out of a tf.function as {wording.code(becomes) or 'StagingError'}"
        message = f"{wording.sentence(message)}{wording.by(effect)}."
        fix = f"Catch {becomes} too" if becomes else "Raise a plain class such as ValueError"
        yield Place(effect, message, f"{fix}, or check before the call.")
