# Top-level await, async generators, threads, pools, context managers and exceptions that pass through all of them.
import asyncio
import contextlib
import queue
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf

random.seed(9)
np.random.seed(9)
tf.random.set_seed(9)
order = []
# %%
async def produce(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield tf.constant(number, tf.float32)


async def consume(count):
    total = tf.constant(0.0)
    async for value in produce(count):
        order.append(int(value))
        total += value
    return total


float(await consume(4))
# %%
both = await asyncio.gather(consume(2), consume(3))
print([float(one) for one in both], len(order))
# %%
@contextlib.contextmanager
def section(name):
    order.append(f"+{name}")
    try:
        yield name.upper()
    finally:
        order.append(f"-{name}")


def risky(x):
    with section("a") as a, section("b"):
        if x > 1:
            raise ValueError(f"{a} {x}")
        return tf.sqrt(x)


for value in (1.0, 4.0):
    try:
        print(float(risky(tf.constant(value))))
    except ValueError as error:
        print(error, error.__context__)
order[-8:]
# %%
boxes = queue.Queue()


def work(number):
    result = tf.reduce_sum(tf.range(number))
    boxes.put((number, int(result)))
    return int(result)


threads = [threading.Thread(target=work, args=(n,)) for n in (3, 5)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
with ThreadPoolExecutor(2) as pool:
    pooled = list(pool.map(work, [7, 9]))
sorted(boxes.get() for _ in range(4)), pooled
# %%
def outer(depth):
    try:
        return 1 / depth
    except ZeroDivisionError as error:
        raise RuntimeError("outer") from error


outer(0)
# %%
def countdown(n):
    while n:
        got = yield n
        n = n - 1 if got is None else got


walk = countdown(3)
print(next(walk), walk.send(2), list(walk), random.random().hex())
