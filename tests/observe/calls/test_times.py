"""Times and outcomes, whatever calls do to each other."""

from __future__ import annotations

import threading

from tests.observe.calls.probing import values


def test_calls_that_raise_are_counted_and_timed(watch):
    watch.run("def f(x):\n    clock.wait(1)\n    if x: raise ValueError(x)", "f(0)")
    for _ in range(2):
        watch.run("f(1)")
    found = watch["f"]
    assert (found.count, found.raised, found.seconds, found.recent_seconds) == (3, 2, 3.0, ())
    assert [(call.count, call.raised, call.seconds) for call in found.calls] == [(1, 0, 1.0), (2, 2, 2.0)]


def test_exceptions_caught_inside_do_not_count(watch):
    watch.run("def f():\n    try: raise ValueError\n    except ValueError: return 1", "f()")
    assert watch["f"].raised == 0


def test_each_level_of_a_recursion_is_a_call(watch):
    watch.run("def f(n):\n    clock.wait(1)\n    return f(n - 1) + 1 if n else 0", "f(3)\nf(0)")
    found = watch["f"]
    assert (found.count, found.seconds) == (5, 4 + 3 + 2 + 1 + 1)
    assert found.calls[0].callers == ("<cell>",)
    assert sorted(found.recent_seconds) == [1, 1, 2, 3]


def test_recursion_that_is_caught_half_way_keeps_its_times(watch):
    watch.run(
        "def f(n):\n    clock.wait(1)\n    if n == 2: raise KeyError\n"
        "    try: f(n + 1)\n    except KeyError: clock.wait(10)",
        "f(0)",
    )
    found = watch["f"]
    assert (found.count, found.raised, found.seconds) == (3, 1, 1 + 12 + 13)


def test_deep_recursion_still_works(watch):
    assert "900" in watch.run("def f(n): return f(n - 1) + 1 if n else 0", "print(f(900))")
    assert watch["f"].count == 901


def test_threads_keep_their_own_times(native):
    native.run("def f(wait, go):\n    go.set() if go else None\n    wait.wait(5) if wait else clock.wait(1)")
    inside, done = threading.Event(), threading.Event()
    thread = threading.Thread(target=native.shell.user_ns["f"], args=(done, inside))
    thread.start()
    assert inside.wait(5)
    native.run("f(None, None)")
    done.set()
    thread.join()
    assert (native["f"].count, native["f"].seconds, native["f"].recent_seconds) == (2, 2.0, (1.0,))


def test_many_threads_lose_no_call(native):
    native.run("def f(x): return x")
    work = "for i in range(500): f(i % 3)"
    threads = [threading.Thread(target=exec, args=(work, native.shell.user_ns)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (native["f"].count, native["f"].raised, len(native["f"].calls)) == (4000, 0, 3)


def test_a_generator_is_counted_when_it_starts_and_not_timed(watch):
    watch.run(
        "def g(n):\n    for i in range(n):\n        clock.wait(1)\n        yield i",
        "a = g(3)\nnext(a)\na.close()\nsum(g(4))",
    )
    found = watch["g"]
    assert (found.count, found.seconds, found.raised, [values(call) for call in found.calls]) == (
        2,
        0,
        0,
        [{"n": 3}, {"n": 4}],
    )


def test_generators_take_what_is_sent_and_thrown(watch):
    out = watch.run(
        "def g():\n    while True:\n        try: print('got', (yield))\n        except KeyError: print('thrown')",
        "a = g(); next(a); a.send(7); a.throw(KeyError); a.close()",
    )
    assert "got 7\nthrown" in out


def test_coroutines_that_interleave_keep_their_own_times(watch):
    watch.run(
        "import asyncio\nasync def f(n):\n    clock.wait(1)\n    await asyncio.sleep(0)\n    clock.wait(n)\n    return n",
        "print(await asyncio.gather(f(10), f(100)))",
    )
    found = watch["f"]
    assert (found.count, found.raised) == (2, 0)
    assert [call.seconds for call in found.calls] == [12.0, 111.0]


def test_async_generators_are_counted(watch):
    watch.run("async def g():\n    yield 1\n    yield 2", "print([x async for x in g()])")
    assert watch["g"].count == 1


def test_a_cell_body_under_time_is_watched(watch):
    watch.run("%%time\ndef f(): pass\nf()")
    assert watch["f"].count == 1
