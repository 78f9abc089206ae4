"""Calls of the notebook's functions are seen, and nothing else about them changes."""

from __future__ import annotations

import builtins
import re
import subprocess
import sys
import threading
import types

import pytest

from hybnb.observe.calls import Probes, traces_of
from hybnb.observe.calls.ledger import FIRST_CALLS, next_sample
from hybnb.observe.calls.monitor import Monitor
from tests.observe.probing import WAYS, WRITTEN, Recorder, watching
from tests.observe.stand_in_monitoring import Monitoring
from tests.shells import installed, new_shell, run

only_written = pytest.mark.skipif(not WRITTEN, reason="on Python 3.12 and newer no probe is written into code")


@pytest.fixture(params=WAYS)
def watch(request):
    with watching(request.param) as watch:
        yield watch


def values(call):
    return {name: sketch.value for name, sketch in call.arguments}


# --- what is seen -----------------------------------------------------------------------------------------------


def test_calls_are_counted_and_timed(watch):
    watch.run("def f(seconds):\n    clock.wait(seconds)", "f(1)\nf(2)\nf(4)")
    found = watch["f"]
    assert (found.count, found.seconds, found.recent_seconds) == (3, 7.0, (2.0, 4.0))


def test_a_function_never_called_is_known_to_be_so(watch):
    watch.run("def f(): pass")
    assert watch.counts() == {"f": 0}


def test_a_function_nobody_defined_has_no_history(watch):
    assert watch.probes.history("nobody") is None


def test_a_function_may_be_called_in_the_cell_that_defines_it(watch):
    watch.run("def f(): pass\nf()")
    assert watch["f"].count == 1


def test_arguments_go_by_the_names_of_the_parameters(watch):
    watch.run("def f(a, /, b, *rest, c=3, **more): pass", "f(1, 2, 4, 5, d=6)")
    arguments = dict(watch["f"].calls[0].arguments)
    assert {name: sketch.value for name, sketch in arguments.items() if sketch.value} == {"a": 1, "b": 2, "c": 3}
    assert [item.value for item in arguments["rest"].items] == [4, 5]
    assert (arguments["more"].keys, arguments["more"].items[0].value) == (("d",), 6)


def test_equal_calls_are_one_signature(watch):
    watch.run("def f(a, b='x'): pass", "for _ in range(5): f(1)\nf(2)\nf(1)")
    found = watch["f"]
    assert [(call.count, values(call)["a"]) for call in found.calls] == [(6, 1), (1, 2)]
    assert found.order == (0, 0, 0, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1", "1", True),
        ("1", "2", False),
        ("1", "1.0", False),
        ("1", "True", False),
        ("'a'", "'b'", False),
        ("'a' * 99", "'a' * 99", True),
        ("'a' * 99", "'a' * 98 + 'b'", False),
        ("float('nan')", "float('nan')", True),
        ("None", "0", False),
        ("np.zeros(2)", "np.ones(2)", True),
        ("np.zeros(2)", "np.zeros(3)", False),
        ("np.zeros(2)", "np.zeros(2, int)", False),
        ("np.float32(1)", "np.float32(2)", True),
        ("[1, 2]", "[1, 2]", True),
        ("[1, 2]", "[1, 3]", False),
        ("[1, 2]", "(1, 2)", False),
        ("[1, 2]", "[1, 2, 3]", False),
        ("{'a': np.zeros(2)}", "{'a': np.ones(2)}", True),
        ("{'a': 1}", "{'b': 1}", False),
        ("range(3)", "range(3)", True),
        ("range(3)", "range(4)", False),
        ("len", "len", True),
        ("len", "max", False),
        ("thing", "thing", True),
        ("thing", "Thing()", False),
        ("thing.go", "thing.go", True),
        ("thing.go", "Thing().go", False),
        ("(lambda: 0)", "(lambda: 0)", False),
        ("Thing", "Thing", True),
    ],
)
def test_what_counts_as_the_same_signature(watch, first, second, same):
    watch.run(
        "import numpy as np\nclass Thing:\n    def go(self): pass\nthing = Thing()\ndef f(x): pass",
        f"f({first})\nf({second})",
    )
    assert len(watch["f"].calls) == (1 if same else 2)


def test_new_objects_at_an_old_address_are_told_apart(watch):
    watch.run("def f(x): pass", "for i in range(10): f(lambda: i)")
    identities = {call.arguments[0][1].identity for call in watch["f"].calls}
    assert len(watch["f"].calls) == len(identities) == 10


def test_methods_see_whose_they_are(watch):
    watch.run(
        "class Trainer:\n    def __init__(self): self.rate = .1\n    def step(self, x): return x",
        "one, two = Trainer(), Trainer()\none.step(1)\none.step(1)\ntwo.step(1)",
    )
    found = watch["Trainer.step"]
    assert [call.count for call in found.calls] == [2, 1]
    assert found.calls[0].arguments[0][1].attributes["rate"].value == 0.1
    assert watch["Trainer.__init__"].count == 2


def test_nested_functions_are_known_without_locals_in_their_name(watch):
    watch.run("def make():\n    def inner(x): return x\n    return inner", "make()(1)\nmake()(2)")
    assert watch.counts() == {"make": 2, "make.inner": 2}


def test_static_and_class_methods_and_properties_are_watched(watch):
    watch.run(
        "class A:\n"
        "    @staticmethod\n    def s(x): return x\n"
        "    @classmethod\n    def c(cls): return cls\n"
        "    @property\n    def p(self): return 1",
        "A.s(1)\nA.c()\nA().p",
    )
    assert watch.counts() == {"A.s": 1, "A.c": 1, "A.p": 1}


def test_functions_below_other_statements_are_watched(watch):
    watch.run(
        "if True:\n    def a(): pass\ntry:\n    def b(): pass\nfinally:\n    def c(): pass\n"
        "for _ in range(1):\n    def d(): pass\nwith open(__import__('os').devnull):\n    def e(): pass",
        "a(); b(); c(); d(); e()",
    )
    assert watch.counts() == dict.fromkeys("abcde", 1)


def test_callers_are_named(watch):
    watch.run(
        "def f(): pass\ndef outer(): f()\nclass T:\n    def go(self): [f() for _ in range(2)]",
        "f()\nouter()\nT().go()\nlist(map(lambda _: f(), [1]))",
    )
    assert watch["f"].calls[0].callers == ("<cell>", "outer", "T.go", "<lambda>")


def test_callers_in_libraries_are_named_with_their_module(watch):
    watch.run("import functools\ndef f(x): pass", "import json\njson.loads('{}', object_hook=f)")
    assert watch["f"].calls[0].callers == ("json.decoder.JSONDecoder.raw_decode",)


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


def test_threads_keep_their_own_times():
    with watching(WAYS[0]) as watch:
        watch.run("def f(wait, go):\n    go.set() if go else None\n    wait.wait(5) if wait else clock.wait(1)")
        inside, done = threading.Event(), threading.Event()
        thread = threading.Thread(target=watch.shell.user_ns["f"], args=(done, inside))
        thread.start()
        assert inside.wait(5)
        watch.run("f(None, None)")
        done.set()
        thread.join()
        assert (watch["f"].count, watch["f"].seconds, watch["f"].recent_seconds) == (2, 2.0, (1.0,))


def test_many_threads_lose_no_call():
    with watching(WAYS[0]) as watch:
        watch.run("def f(x): return x")
        work = "for i in range(500): f(i % 3)"
        threads = [threading.Thread(target=exec, args=(work, watch.shell.user_ns)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (watch["f"].count, watch["f"].raised, len(watch["f"].calls)) == (4000, 0, 3)


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


# --- new definitions --------------------------------------------------------------------------------------------


def test_other_code_starts_a_new_history(watch):
    watch.run("def f(): return 1", "f()", "def f(): return 2", "f()\nf()")
    assert watch["f"].count == 2


def test_the_same_code_keeps_its_history(watch):
    watch.run("def f(): return 1", "f()", "def f(): return 1", "f()")
    assert watch["f"].count == 2


def test_the_same_code_on_other_lines_keeps_its_history(watch):
    watch.run("def f(): return 1", "f()", "x = 1\n\n# note\ndef f():\n    return 1", "f()")
    assert watch["f"].count == 2


def test_old_code_that_still_runs_does_not_count(watch):
    watch.run("def f(): return 1", "old = f", "def f(): return 2", "old()\nold()\nf()")
    assert watch["f"].count == 1


def test_both_branches_of_a_definition_are_watched(watch):
    watch.run("if True:\n    def f(): return 1\nelse:\n    def f(): return 2", "f()")
    assert watch["f"].count == 1


def test_a_forgotten_history_starts_anew(watch):
    watch.run("def f(x): pass", "f(1)\nf(2)")
    watch.probes.forget("f")
    assert (watch["f"].count, watch["f"].calls) == (0, ())
    watch.run("f(3)")
    assert [values(call) for call in watch["f"].calls] == [{"x": 3}]


def test_forgetting_what_was_never_known_is_harmless(watch):
    watch.probes.forget("nobody")


# --- bounds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_no_more_signatures_are_kept_than_allowed(way):
    with watching(way, max_signatures=5) as watch:
        watch.run("def f(x): pass", "for i in range(1000): f(i)")
        found = watch["f"]
        assert (found.count, len(found.calls), found.overflowed, found.order) == (1000, 5, True, (0, 1, 2, 3, 4))


@pytest.mark.parametrize("way", WAYS)
def test_no_more_functions_are_watched_than_allowed(way):
    with watching(way, max_functions=3) as watch:
        out = watch.run(*(f"def f{i}(): return {i}" for i in range(5)), "print(f0(), f1(), f2(), f3(), f4())")
        assert "0 1 2 3 4" in out
        assert watch.counts() == {"f0": 1, "f1": 1, "f2": 1}
        watch.run("def f0(): return 10", "f0()")
        assert watch["f0"].count == 1


def test_counts_and_seconds_are_exact_however_many_calls(watch):
    watch.run("def f(x):\n    clock.wait(1)", "for i in range(3000): f(i % 2)")
    found = watch["f"]
    assert (found.count, found.seconds, len(found.recent_seconds), len(found.order)) == (3000, 3000.0, 64, 256)
    assert FIRST_CALLS < sum(call.count for call in found.calls) < 900


def test_later_calls_are_looked_at_ever_more_rarely():
    looked, calls = 0, 0
    while calls < 1_000_000:
        calls = next_sample(calls + 1)
        looked += 1
    assert looked < FIRST_CALLS + 13 * 128


def parts(sketch):
    return 1 + sum(map(parts, sketch.items)) + sum(map(parts, sketch.attributes.values()))


def test_what_is_kept_of_large_arguments_is_bounded(watch):
    watch.run(
        "def f(x, y): pass",
        "big = [[[0] * 99] * 99] * 99\nfor i in range(60): f(big + [i], {str(k): big for k in range(99)})",
    )
    for call in watch["f"].calls:
        assert sum(parts(sketch) for _, sketch in call.arguments) <= 256 + len(call.arguments)


def test_only_flat_sketches_are_made_when_the_room_is_used_up(watch):
    watch.probes._surroundings.store.room = 300
    watch.run("def f(x): pass", "for i in range(20): f([[i]] * 16)")
    kept = [sum(parts(sketch) for _, sketch in call.arguments) for call in watch["f"].calls]
    assert kept[0] > 16
    assert kept[-1] == 1
    watch.probes.forget("f")
    assert watch.probes._surroundings.store.room == 300


# --- nothing else changes ---------------------------------------------------------------------------------------

BEHAVIOUR = '''
import inspect, sys, traceback

def plain(x, y=2, *rest, key=None, **more):
    """Its docstring."""
    total = x
    del y
    return sorted(locals())

class Base:
    def who(self): return "base"
    def __init_subclass__(cls, **k): cls.marked = True

class Child(Base):
    """A child."""
    count = 0
    def who(self): return super().who() + __class__.__name__
    def __private(self): return 1
    def ask(self): return self.__private()

def counter():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    return up

def only_docstring():
    """Nothing else."""

def stub(): ...

def with_global():
    global made
    made = 5

def handled():
    try:
        raise KeyError("a")
    except KeyError:
        return sys.exc_info()[0].__name__

def chained():
    try: 1 / 0
    except ZeroDivisionError as e: raise ValueError("second") from e

def finally_wins():
    try: return 1
    finally: return 2

def name_error(): return not_there

def recurse(n): return n if n > 50 else recurse(n + 1)

def one_line(x): return x * 2

def annotated(x: "int" = 3) -> "str": return str(x)
'''
SHOWS = [
    "plain(1, q=2)",
    "plain.__doc__, plain.__code__.co_varnames, plain.__code__.co_firstlineno, plain.__defaults__",
    "str(inspect.signature(plain)), inspect.getsource(plain), inspect.getsource(Child), inspect.getsource(one_line)",
    "Child().who(), Child().ask(), Child.marked, Child.__doc__",
    "[f() for f in [counter()] for _ in range(3)]",
    "only_docstring(), only_docstring.__doc__, stub()",
    "with_global(), made",
    "handled(), sys.exc_info()",
    "finally_wins(), recurse(0), one_line(4), annotated(), annotated.__annotations__",
    "chained()",
    "name_error()",
    "plain()",
]


def shown(shell):
    run(shell, BEHAVIOUR)
    return [run(shell, show) for show in SHOWS]


@pytest.mark.parametrize("way", WAYS)
def test_a_notebook_shows_the_same_with_and_without_probes(way):
    with new_shell() as shell:
        expected = shown(shell)
    with watching(way) as watch:
        assert shown(watch.shell) == expected
        assert watch["plain"].count == 1
        assert "ValueError: second" in "".join(expected)


def test_a_traceback_shows_no_line_of_the_probe(watch):
    out = watch.run("def f(x):\n    y = 1\n    return y / x", "f(0)")
    assert re.search(r"----> 3 +return y / x", out)
    assert "hybnb" not in out


def test_an_exception_keeps_its_place_in_every_frame(watch):
    watch.run(
        "import traceback\ndef inner(x):\n    y = 1\n    return y / x\ndef outer():\n    z = 1\n    inner(0)\n    return z",
        "try: outer()\nexcept ZeroDivisionError as e: places = [(f.name, f.lineno) for f in traceback.extract_tb(e.__traceback__)]",
    )
    assert watch.shell.user_ns["places"][1:] == [("outer", 7), ("inner", 4)]


def test_an_interrupt_passes_through(watch):
    watch.run("def f(): raise KeyboardInterrupt", "try: f()\nexcept KeyboardInterrupt: caught = True")
    assert watch.shell.user_ns["caught"]
    assert watch["f"].raised == 1


@pytest.fixture
def native():
    """Without the stand-in: a profile function makes Python 3.11 keep a copy of all locals."""
    with watching(WAYS[0]) as watch:
        yield watch


def test_what_a_function_deletes_is_freed_at_once(native):
    out = native.run(
        "import weakref\nclass Big: pass\n"
        "def f(x):\n    weak = weakref.ref(x)\n    del x\n    return weak() is None\n"
        "def g(x): return [x for _ in (1,)] and (lambda: x) and f(Big())",
        "for _ in range(3): print(f(Big()), g(Big()))",
    )
    assert "False" not in out


def test_arguments_are_not_kept_alive(watch):
    out = watch.run(
        "import weakref, gc\nclass Big: pass\ndef f(x, *a, **k): pass",
        "big = Big()\nweak = weakref.ref(big)\nf(big, big, k=[big])\ndel big\ngc.collect()\nprint('freed', weak() is None)",
    )
    assert "freed True" in out


def test_hostile_arguments_are_not_touched(watch):
    out = watch.run(
        "class Meta(type):\n    def __hash__(cls): 1 / 0\n    def __eq__(cls, other): 1 / 0\n    def __instancecheck__(c, o): 1 / 0\n"
        "class Bad(metaclass=Meta):\n    __class__ = property(lambda s: 1 / 0)\n"
        "    def __getattribute__(self, name): 1 / 0\n"
        "    __repr__ = __len__ = __eq__ = __hash__ = __bool__ = __iter__ = lambda *a: 1 / 0\n"
        "def f(x, *more): return 'fine'",
        "bad = Bad()\nprint(f(bad), f([bad], bad), f({'a': bad}), f(Bad), f((Bad,)), f(Bad))",
    )
    assert out.strip() == "fine fine fine fine fine fine"
    assert watch["f"].count == 6


def test_functions_pickled_by_value_run_where_hybnb_is_missing(watch, tmp_path):
    watch.run(
        "import cloudpickle\ndef make(k):\n    def f(x):\n        if x < 0: raise ValueError('negative')\n        return x * k\n    return f"
    )
    watch.run(f"with open({str(tmp_path / 'f')!r}, 'wb') as file: cloudpickle.dump(make(3), file)")
    code = (
        "import sys; sys.modules['hybnb'] = None; import pickle; f = pickle.load(open(sys.argv[1], 'rb')); print(f(14))\n"
        "try: f(-1)\nexcept ValueError as e: print(e, e.__context__)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "f"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("42\nnegative None\n", "")


def test_instances_are_pickled_as_before(watch):
    out = watch.run(
        "import pickle, copy\nclass A:\n    def __init__(self): self.x = 1\n    def __getstate__(self): return {'x': 2}",
        "print(pickle.loads(pickle.dumps(A())).x, copy.deepcopy(A()).x)",
    )
    assert out.strip() == "2 2"


@pytest.mark.parametrize(
    "cell",
    [
        "def f(:",
        "",
        "f = lambda x: x",
        "async def f(): pass",
        "class A: pass",
        "x = " + "+".join(["1"] * 800),
        "if 0: pass\n" + "".join(f"elif {i}: pass\n" for i in range(1, 300)) + "def f(): pass",
        "def f():\n" + "".join(f"{' ' * (i + 1)}for i{i} in (1,):\n" for i in range(18)) + " " * 20 + "pass\nf()",
        "def ünï(): return 'ç'\nünï()",
        "def f(__hybnb__=1): return __hybnb__\nf()",
        "def f():\n    match 1:\n        case 1:\n            def g(): return 2\n            return g()\nf()",
        "def f():\n    try: pass\n    except* ValueError: pass\nf()",
        "def f(): " + "; ".join(["x = 1"] * 500),
    ],
)
def test_odd_cells_run_as_they_are(watch, cell):
    with new_shell() as shell:
        expected = run(shell, cell)
    assert watch.run(cell) == expected


def test_a_shadowed_exception_name_changes_nothing(watch):
    out = watch.run("Exception = BaseException = 5\ndef f(x):\n    if x: raise ValueError('mine')", "f(0)\nf(1)")
    assert "ValueError: mine" in out
    assert watch["f"].raised == 1


# --- in, out, on, off -------------------------------------------------------------------------------------------


def test_installing_and_removing_twice_is_once():
    with new_shell() as shell:
        before = installed(shell)
        probes = Probes(shell)
        probes.remove()
        probes.install()
        probes.install()
        run(shell, "def f(): return 1\nf()")
        found = probes.history("f")
        assert found is not None
        assert found.count == 1
        probes.remove()
        probes.remove()
        left = installed(shell)
        left["names"] = before["names"]
        assert left == before


def test_code_runs_on_after_removal(watch):
    watch.run(
        "def f(x):\n    if x: raise ValueError('mine')\n    return 7\ndef g():\n    yield 8", "print(f(0), list(g()))"
    )
    watch.probes.remove()
    assert watch.run("print(f(0), list(g()))") == "7 [8]\n"
    assert "ValueError: mine" in watch.run("f(1)")
    assert watch["f"].count == 1


def test_probes_taken_out_inside_a_call_leave_the_call_alone(watch):
    watch.shell.user_ns["take_out"] = watch.probes.remove
    assert "9" in watch.run("def f():\n    take_out()\n    return 9", "print(f())\ndef later(): return 1\nlater()")


def test_probes_taken_out_before_a_definition_in_the_same_cell_leave_it_alone(watch):
    watch.shell.user_ns["take_out"] = watch.probes.remove
    assert (
        watch.run("take_out()\ndef f(): return 3\nclass A:\n    def m(self): return 4\nprint(f(), A().m())") == "3 4\n"
    )


def test_histories_stay_when_probes_come_back(watch):
    watch.run("def f(): pass\nf()")
    watch.probes.remove()
    watch.probes.install()
    watch.run("f()")
    assert watch["f"].count == 2


def test_nothing_is_counted_while_paused(watch):
    watch.run("def f(): pass\nf()")
    watch.probes.pause()
    watch.probes.pause()
    assert not watch.probes.active
    watch.run("f()\nf()")
    watch.probes.resume()
    watch.run("f()")
    assert (watch.probes.active, watch["f"].count) == (True, 2)


def test_a_call_running_through_a_pause_does_no_harm(watch):
    watch.shell.user_ns["probes"] = watch.probes
    watch.run("def f(x):\n    if x: probes.pause(); probes.resume()\n    clock.wait(1)", "f(1)\nf(0)\nf(0)")
    assert (watch["f"].count, watch["f"].seconds) == (3, 2.0)


def test_two_shells_of_one_process_do_not_mix():
    before = set(vars(builtins))
    with new_shell() as one, new_shell() as two:
        first, second = Probes(one), Probes(two)
        for probes, shell in ((first, one), (second, two)):
            probes.install()
            run(shell, "def f(): pass\nf()")
        run(one, "f()")
        assert [probes.histories()["f"].count for probes in (first, second)] == [2, 1]
        first.remove()
        second.remove()
        assert not {name for name in vars(builtins) if "hybnb" in name} - before


def test_two_functions_of_one_name_in_old_and_new_code_never_share_a_probe(watch):
    watch.run("def f(x): return x", "g = f", "def f(y): return -y", "g(1)", "f(2)")
    assert [values(call) for call in watch["f"].calls] == [{"y": 2}]


def test_when_no_tool_id_is_free_calls_are_not_watched():
    with new_shell() as shell:
        before = installed(shell)
        told = []
        probes = Probes(shell, trouble=told.append, watcher=Monitor(Monitoring(taken=(3, 4))))
        probes.install()
        assert (probes.active, len(told)) == (False, 1)
        assert installed(shell) == before


# --- only where code is watched by sys.monitoring ---------------------------------------------------------------


@pytest.fixture
def monitored():
    with watching("monitored") as watch:
        yield watch


def test_lambdas_with_a_name_are_watched_from_the_next_cell_on(monitored):
    monitored.run("double = lambda x: 2 * x", "double(1)\ndouble(2)")
    assert monitored["double"].count == 2


def test_functions_defined_before_loading_are_watched(monitored):
    monitored.probes.remove()
    monitored.run("def early(): pass\nclass T:\n    def go(self): pass")
    monitored.probes.install()
    monitored.run("early()\nT().go()")
    assert monitored.counts() == {"early": 1, "T.go": 1}


def test_functions_of_modules_are_watched_on_request(monitored):
    module = types.ModuleType("helpers")
    exec("def scale(x):\n    return x\nclass A:\n    def go(self): return scale(1)\nfrom math import sin", vars(module))
    sys.modules["helpers"] = module
    try:
        assert monitored.probes.watch_module(module) == 2
        assert monitored.probes.watch_module(module) == 0
        monitored.run("import helpers\nhelpers.A().go()\nhelpers.scale(2)")
        assert monitored.counts() == {"helpers:scale": 2, "helpers:A.go": 1}
        assert monitored["helpers:scale"].calls[0].callers == ("helpers.A.go",)
    finally:
        del sys.modules["helpers"]


def test_decorators_do_not_matter_to_sys_monitoring(monitored):
    monitored.run("def mine(f): return f\nclass lib:\n    jit = staticmethod(mine)\n@lib.jit\ndef f(): pass\nf()")
    assert monitored["f"].count == 1


def test_code_objects_are_not_kept_alive(monitored):
    monitored.run("def f(): return 1", "def f(): return 1", "def f(): return 1")
    monitored.run("import gc; gc.collect()")
    assert len(monitored.probes._back._monitor._codes) == 1


# --- only where probes are written into code --------------------------------------------------------------------


@pytest.fixture
def written():
    with watching("written") as watch:
        yield watch


@only_written
def test_functions_with_unknown_decorators_are_left_alone(written):
    written.run(
        "import types\nlib = types.SimpleNamespace(jit=lambda f: f)\n"
        "@lib.jit\ndef f():\n    def inner(): pass\n    inner()\n"
        "@lib.jit\nclass A:\n    def go(self): pass\n"
        "def g(): pass",
        "f()\nA().go()\ng()",
    )
    assert written.counts() == {"g": 1}


@only_written
def test_the_users_own_decorators_do_no_harm(written):
    written.run(
        "import functools\ndef timed(f):\n    @functools.wraps(f)\n    def wrapper(*a): return f(*a)\n    return wrapper",
        "@timed\ndef f(x): pass\n@functools.lru_cache(maxsize=None)\ndef g(x): pass",
        "f(1)\ng(1)\ng(1)",
    )
    assert written.counts() == {"timed": 1, "timed.wrapper": 1, "f": 1, "g": 1}


@only_written
@pytest.mark.parametrize("use", ["import numba", "from numba import njit", "import numba.cuda as nc"])
def test_nothing_is_written_once_a_library_reads_bytecode(written, use, monkeypatch):
    module = types.ModuleType("numba")
    module.njit = lambda f: f
    module.cuda = types.ModuleType("numba.cuda")
    module.__path__ = []
    monkeypatch.setitem(sys.modules, "numba", module)
    monkeypatch.setitem(sys.modules, "numba.cuda", module.cuda)
    written.run("def early(): pass", use, "def f(): pass", "early()\nf()")
    assert written.counts() == {"early": 1}
    assert "__hybnb__" not in written.shell.user_ns["f"].__code__.co_names


@only_written
def test_nothing_is_written_when_such_a_library_was_there_before(monkeypatch):
    with new_shell() as shell:
        shell.user_ns["nb"] = types.ModuleType("numba")
        probes = Probes(shell)
        probes.install()
        run(shell, "def f(): pass")
        assert probes.histories() == {}
        probes.remove()


# --- recording --------------------------------------------------------------------------------------------------


@pytest.fixture
def recording(watch):
    watch.probes.recorder = watch.recorder
    return watch


def test_the_third_fifth_and_ninth_call_are_recorded(recording):
    recording.run("def f():\n    clock.wait(1)\n    seen.append(recorder.open)")
    recording.shell.user_ns.update(seen=(seen := []), recorder=recording.recorder)
    recording.run("for _ in range(12): f()")
    assert [number for number, recorded in enumerate(seen, 1) if recorded] == [3, 5, 9]
    assert recording.recorder.seen == ["f"] * 3


def test_recorded_calls_are_counted_but_not_taken_for_ordinary_ones(recording):
    recording.run("def f(n):\n    clock.wait(n)", "for n in (1, 1, 50, 1): f(n)")
    assert (recording["f"].seconds, recording["f"].recent_seconds) == (53.0, (1.0, 1.0))


def test_quick_functions_are_not_recorded(recording):
    recording.run("def f():\n    clock.wait(4e-5)", "for _ in range(20): f()")
    assert recording.recorder.seen == []


def test_without_a_recorder_nothing_is_recorded(recording):
    recording.probes.recorder = None
    recording.run("def f():\n    clock.wait(1)", "for _ in range(20): f()")
    assert recording.recorder.seen == []


def test_recordings_never_overlap(recording):
    recording.run(
        "def inner():\n    clock.wait(1)\ndef outer():\n    clock.wait(1)\n    inner()", "for _ in range(12): outer()"
    )
    assert sorted(recording.recorder.seen) == ["inner"] * 3 + ["outer"] * 3


def test_only_the_outermost_call_of_a_recursion_is_recorded(recording):
    recording.run(
        "depths = []\ndef f(n):\n    clock.wait(1)\n    depths.append((n, recorder.open))\n    if n: f(n - 1)",
    )
    recording.shell.user_ns["recorder"] = recording.recorder
    recording.run("f(3)\nf(3)\nf(3)")
    began = [
        n
        for (n, now), (_, before) in zip(
            recording.shell.user_ns["depths"][1:], recording.shell.user_ns["depths"], strict=False
        )
        if now and not before
    ]
    assert set(began) == {3}


def test_a_recorded_call_that_raises_closes_its_recording(recording):
    recording.run("def f(n):\n    clock.wait(1)\n    if n == 3: raise ValueError('mine')")
    out = recording.run(
        "import traceback\nfor n in range(1, 5):\n    try: f(n)\n    except ValueError as e: print(e, e.__context__, len(traceback.extract_tb(e.__traceback__)))"
    )
    assert out == "mine None 2\n"
    assert recording.recorder.seen == ["f raised"]


def test_a_recording_that_runs_is_closed_when_probes_are_taken_out(recording):
    recording.shell.user_ns["take_out"] = recording.probes.remove
    recording.run("def f(n):\n    clock.wait(1)\n    if n == 3: take_out()", "for n in range(1, 5): f(n)")
    assert (recording.recorder.seen, recording.recorder.open) == (["f raised"], 0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("when", ["open", "close"])
def test_a_recorder_that_fails_is_reported_and_the_call_goes_on(way, when):
    class Failing(Recorder):
        def __call__(self, key):
            return self

        def __enter__(self):
            if when == "open":
                raise OSError("opening")

        def __exit__(self, *exception):
            raise OSError("closing")

    with watching(way) as recording:
        recording.probes.recorder = Failing()
        assert (
            recording.run("def f():\n    clock.wait(1)\n    return 5", "print([f() for _ in range(4)])")
            == "[5, 5, 5, 5]\n"
        )
        assert [str(each)[:4] for each in recording.trouble] in (["open", "open"], ["clos"])
        recording.trouble.clear()


# --- TensorFlow -------------------------------------------------------------------------------------------------


def test_calls_inside_a_graph_are_told_by_asking_tensorflow_if_it_is_there(watch, monkeypatch):
    module = types.ModuleType("tensorflow")
    module.eager = True
    exec("def executing_eagerly(): return eager", vars(module))
    watch.run("def f(x):\n    clock.wait(1)", "f(1)")
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    watch.run("f(1)")
    module.eager = False
    watch.run("f(1)\nf(2)")
    module.eager = True
    watch.run("for _ in range(300): f(1)")
    module.eager = False
    watch.run("f(1)")
    found = watch["f"]
    assert (found.count, found.in_graph, found.seconds) == (302, 3, 302.0)
    assert [(call.in_graph, values(call)["x"]) for call in found.calls] == [(2, 1), (1, 2)]
    assert set(found.order) == {0}


def test_nothing_is_recorded_inside_a_graph(watch, monkeypatch):
    module = types.ModuleType("tensorflow")
    exec("def executing_eagerly(): return False", vars(module))
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    watch.probes.recorder = watch.recorder
    watch.run("def f():\n    clock.wait(1)", "for _ in range(20): f()")
    assert (watch.recorder.seen, watch["f"].count, watch["f"].in_graph) == ([], 0, 20)


def test_a_half_imported_tensorflow_is_no_reason_to_fail(watch, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    watch.run("def f(): pass", "f()")
    assert watch["f"].count == 1


def test_only_tf_functions_have_a_tracing_count():
    for value in (len, 3, None, lambda: 0, types.ModuleType("m")):
        assert traces_of(value) is None


FLOW = """
import tensorflow as tf

def step(x, n):
    if tf.reduce_sum(x) > 0:
        y = x
    else:
        y = -x
    i = tf.constant(0)
    while i < n:
        if i == 3:
            break
        y = y + 1.0
        i += 1
    for v in tf.range(2):
        y = y + tf.cast(v, tf.float32)
    return helper(y)

def helper(y):
    return y * 2.0

class Trainer(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(2.0)

    @tf.function
    def step(self, x):
        if tf.reduce_sum(x) > 0:
            x = -x
        return helper(x) * self.w

@tf.function
def decorated(x):
    if tf.reduce_sum(x) > 0:
        x = -x
    return x

@tf.function(autograph=False)
def unconverted(x):
    return helper(x)
"""


@pytest.mark.tensorflow
class TestWithTensorFlow:
    """AutoGraph reads the source, and must not see a probe."""

    def test_autograph_converts_watched_functions(self, watch):
        out = watch.run(
            FLOW,
            "x = tf.constant([-1.0, 2.0])\nprint(step(x, tf.constant(5)).numpy(), tf.function(step)(x, tf.constant(5)).numpy())",
            "trainer = Trainer()\nprint(decorated(x).numpy(), trainer.step(x).numpy(), unconverted(x).numpy())",
        )
        assert out == "[ 6. 12.] [ 6. 12.]\n[ 1. -2.] [ 4. -8.] [-2.  4.]\n"
        assert watch["step"].count == 1

    def test_calls_in_a_graph_that_autograph_leaves_alone_are_told(self, watch):
        watch.run(FLOW, "unconverted(tf.zeros(2))\nunconverted(tf.zeros(3))\nhelper(tf.zeros(2))")
        assert (watch["unconverted"].in_graph, watch["unconverted"].count) == (2, 0)
        assert (watch["helper"].count, watch["helper"].in_graph) == (1, 2)
        assert [sketch.kind for _, sketch in watch["unconverted"].calls[0].arguments] == ["symbolic"]

    def test_tensors_are_told_apart_by_dtype_and_shape(self, watch):
        watch.run(FLOW, "for n in (1, 2, 2): helper(tf.zeros((n, 3)))\nhelper(tf.zeros((1, 3), tf.float64) * 1)")
        sketches = [call.arguments[0][1] for call in watch["helper"].calls[:3]]
        assert [(each.dtype, each.shape) for each in sketches] == [
            ("float32", (1, 3)),
            ("float32", (2, 3)),
            ("float64", (1, 3)),
        ]
        assert watch["helper"].order[:3] == (0, 1, 1)

    def test_an_error_in_a_graph_points_to_the_users_line(self, watch):
        out = watch.run(
            "import tensorflow as tf\n@tf.function\ndef f(x):\n    y = x + 1\n    return tf.matmul(y, y)",
            "f(tf.zeros(3))",
        )
        assert "line 5, in f" in out or "5     return tf.matmul" in out or "return tf.matmul(y, y)" in out
        assert "hybnb" not in out

    def test_keras_trains_with_watched_layers(self, watch):
        out = watch.run(
            "import keras, numpy as np\nclass Twice(keras.layers.Layer):\n    def call(self, x): return x * 2\n"
            "model = keras.Sequential([Twice(), keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')",
            "history = model.fit(np.zeros((8, 2)), np.zeros((8, 1)), epochs=2, verbose=0)\nprint('trained', len(history.history['loss']))",
        )
        assert "trained 2" in out
        assert "Twice.call" in watch.counts()

    def test_traces_are_counted(self, watch):
        watch.run(FLOW, "decorated(tf.zeros(1))\ndecorated(tf.zeros(2))\ndecorated(tf.zeros(2))")
        assert traces_of(watch.shell.user_ns["decorated"]) == 2
        assert traces_of(watch.shell.user_ns["unconverted"]) == 0
        assert traces_of(watch.shell.user_ns["step"]) is None
