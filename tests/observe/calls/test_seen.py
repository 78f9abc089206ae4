"""Which calls are seen, and what of them."""

from __future__ import annotations

from tests.observe.calls.probing import values


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
