# No TensorFlow: what a probe could disturb in Python itself.
import asyncio
import contextlib
import dataclasses
import functools
import inspect
import random
import sys
import threading
import traceback

random.seed(3)
# %%
def countdown(n):
    """Counts down."""
    while n:
        received = yield n
        n -= received or 1


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@contextlib.contextmanager
def opened(name):
    print("open", name)
    try:
        yield name
    finally:
        print("close", name)


@dataclasses.dataclass
class Point:
    x: int = 0

    @property
    def double(self):
        return self.x * 2

    @classmethod
    def at(cls, x):
        return cls(x)


class Far(Point):
    def move(self, by):
        return super().__eq__(Point(by)), __class__.__name__, sorted(locals())
# %%
counted = countdown(5)
steps = [next(counted), counted.send(2), list(counted)]
fibonaccis = [fibonacci(n) for n in range(20)]
cache = str(fibonacci.cache_info())
with opened("one") as name:
    print(name, Point.at(3).double, Far(1).move(1))
# %%
async def later(value):
    await asyncio.sleep(0)
    return value


waited = await later(4)
# %%
def make_counter():
    total = 0

    def add(n=1):
        nonlocal total
        total += n
        return total

    return add


counter = make_counter()
threads = [threading.Thread(target=counter) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
counted_in_threads = counter(0)
del threads, thread
# %%
def deep(n):
    if n == 0:
        raise ValueError("the bottom")
    return deep(n - 1)


def caught():
    try:
        deep(3)
    except ValueError as error:
        return [(frame.name, frame.lineno, frame.line) for frame in traceback.extract_tb(error.__traceback__)], sys.exc_info()[0].__name__


frames = caught()
sources = [inspect.getsource(deep), str(inspect.signature(make_counter)), inspect.getdoc(countdown)]
code = [deep.__code__.co_varnames, deep.__code__.co_firstlineno, counter.__code__.co_freevars]
# %%
deep(2)
# %%
def deep(n):
    return n


again = deep(2)
%time timed = deep(3)
# %%
%%capture captured
print("hidden", deep(4))
# %%
print(captured.stdout, sum(map(deep, range(5))), random.random().hex())
this is not python
# %%
def limited(n):
    return 0 if n == 0 else 1 + limited(n - 1)


depth = limited(800)
try:
    limited(10**5)
except RecursionError as error:
    too_deep = type(error).__name__
