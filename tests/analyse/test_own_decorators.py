"""Decorators of the user's own that make a tf.function, with the options that they give it."""

from __future__ import annotations

import pytest

from hybnb.advisor import check
from hybnb.analyse import analyse
from hybnb.model import Cell, FunctionFacts, Verdict
from hybnb.settings import Settings

HEAD = """
import functools
import tensorflow as tf

def graph(f):
    return tf.function(f, jit_compile=True)

def configured(autograph=True, apply=True):
    def decorator(f):
        return tf.function(f, autograph=autograph) if apply else f
    return decorator

def optional(f=None, *, jit=False):
    if f is None:
        return lambda g: optional(g, jit=jit)
    return tf.function(f, jit_compile=jit)

def converting(f):
    made = tf.function(f, reduce_retracing=True)
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        print("called")
        return made(*[tf.convert_to_tensor(one) for one in args], **kwargs).numpy()
    return wrapper

class Kept:
    def __init__(self, **options):
        self.options, self.made = options, {}

    def __call__(self, f):
        def inner(*args):
            if len(args) not in self.made:
                self.made[len(args)] = tf.function(f, **self.options)
            return self.made[len(args)](*args)
        return inner

def timed(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)
    return wrapper

other = tf.function(tf.exp)

def beside(f):
    def wrapper(x):
        return f(other(x))
    return wrapper
"""
BODY = "def step(x):\n    return tf.exp(x)\n"
METHOD = "class Trainer:\n    @{}\n    def step(self, x):\n        self.steps = 1\n        return tf.exp(x)\n"
BRANCH = "def step(x):\n    if tf.reduce_sum(x) > 1.0:\n        x = x / 2.0\n    return x\n"


def _facts(code: str) -> FunctionFacts:
    found = analyse([Cell(1, HEAD), Cell(2, code)])
    return next(one for one in found if one.function.name.rpartition(".")[2] == "step")


def _verdict(code: str) -> Verdict:
    return next(one for one in check([Cell(1, HEAD), Cell(2, code)], (), Settings()) if one.function.name == "step")


@pytest.mark.parametrize(
    ("decorator", "options"),
    [
        ("graph", {"jit_compile": "True"}),
        ("configured()", {"autograph": "True"}),
        ("configured(autograph=False)", {"autograph": "False"}),
        ("optional", {"jit_compile": "False"}),
        ("optional(jit=True)", {"jit_compile": "True"}),
        ("converting", {"reduce_retracing": "True"}),
        ("Kept(reduce_retracing=True)", {}),
    ],
)
@pytest.mark.parametrize("code", [f"@{{}}\n{BODY}", METHOD], ids=["function", "method"])
def test_what_an_own_decorator_makes_is_known_as_a_tf_function(
    code: str, decorator: str, options: dict[str, str]
) -> None:
    decoration = _facts(code.format(decorator)).decoration
    assert decoration is not None
    assert decoration.own
    assert decoration.spelling == f"@{decorator}"
    assert options.items() <= decoration.options.items()


@pytest.mark.parametrize("decorator", ["timed", "beside", "configured(apply=False)", "functools.wraps(graph)"])
def test_what_hands_the_function_on_as_it_is_makes_none(decorator: str) -> None:
    assert _facts(f"@{decorator}\n{BODY}").decoration is None


def test_autograph_off_in_an_own_decorator_leaves_a_condition_on_a_tensor_to_python() -> None:
    assert _verdict(f"@configured(autograph=False)\n{BRANCH}").safe.value == "no"
    assert _verdict(f"@configured()\n{BRANCH}").safe.value == "yes"


@pytest.mark.parametrize("decorator", ["converting", "Kept()"])
def test_what_a_wrapper_does_around_the_graph_is_none_of_the_functions(decorator: str) -> None:
    verdict = _verdict(f"@{decorator}\n{BODY}")
    assert verdict.decorated
    assert (verdict.safe.value, verdict.answer, verdict.fixes) == ("yes", "leave", ())


def test_what_happens_once_per_trace_is_told_below_an_own_decorator() -> None:
    verdict = _verdict("@graph\ndef step(x):\n    print(1)\n    return tf.exp(x)\n")
    assert [one.name for one in verdict.findings][:1] == ["python-output"]
    assert verdict.answer == "repair-first"


def test_trying_a_wrapper_leaves_no_trace_in_what_it_keeps() -> None:
    found = analyse([Cell(1, HEAD), Cell(2, f"kept = Kept()\n@kept\n{BODY}\ndef size():\n    return len(kept.made)\n")])
    size = next(one for one in found if one.function.name == "size")
    assert not any(effect.kind == "mutation" for effect in size.effects)
