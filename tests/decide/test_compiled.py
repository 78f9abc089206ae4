"""jit_compile=True is advised where measuring shows that it is worth it and nothing speaks against it; else it is said why."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from hybnb.decide import verdict
from hybnb.model import Agreement, Comparison, Difference, Effect, Refusal, Retraces, Span, Timing, Trial, Verdict
from hybnb.settings import Settings
from tests.decide.making import CLEAN, calls, evidence, steady, tensor

GRAPH = 4.0  #: times as fast as eagerly
ONE_TRACE = Retraces(1, exact=True)
SOURCE: dict[int | str, str] = {
    1: "import tensorflow as tf\n",
    2: "def step(x):\n    y = x\n    y = y\n    y = y\n    return y\n",
}


def trial(speedup: float, variant: Any = "graph", trace: float = 0.1, width: float = 0.05, **more: Any) -> Trial:
    comparison = Comparison(speedup, speedup * (1 - width), speedup * (1 + width), "faster", 6)
    eager, other = Timing(1e-2, 9e-3, 1.1e-2, 6), Timing(1e-2 / speedup, 1e-4, 1e-2, 6)
    ratio = speedup / GRAPH
    beside = Comparison(ratio, ratio * (1 - width), ratio * (1 + width), "faster", 6) if variant == "xla" else None
    made = Trial("step", variant, "worker", eager, other, Agreement(4), comparison, trace, traces=1, over_graph=beside)
    return replace(made, **more)


def judged(compiled: Trial | None, count: int = 1000, graph: Trial | None = None, **more: Any) -> Verdict:
    made = evidence(steady(count), retraces=ONE_TRACE)
    return verdict(replace(made, **{"trial": graph or trial(GRAPH), "compiled": compiled, **more}), SOURCE, Settings())


def test_what_is_clearly_faster_compiled_is_advised_with_its_evidence() -> None:
    found = judged(trial(12.0, "xla", trace=0.5))
    assert (found.answer, found.decorator) == ("decorate", "@tf.function(jit_compile=True)")
    faster = found.faster
    assert (faster.value, faster.basis, faster.variant, faster.speedup) == ("yes", "measured", "xla", 12.0)
    assert "3 times as fast as a graph" in faster.why
    assert "compiling (500 ms) is repaid after 55 calls" in faster.why
    (fix,) = found.fixes
    assert fix.edits[0].text == "@tf.function(jit_compile=True)\n"


def test_without_a_trial_of_it_nothing_is_said_of_it() -> None:
    found = judged(None)
    assert found.decorator == "@tf.function"
    assert "jit_compile" not in found.faster.why


@pytest.mark.parametrize(
    ("compiled", "words"),
    [
        (trial(4.5, "xla"), "1.1 times as fast as a graph"),
        (trial(6.0, "xla", width=0.3), "1.5 times as fast as a graph"),
        (trial(12.0, "xla", hazards=("an index out of range isn't an error (GatherV2)",)), "GatherV2"),
        (trial(12.0, "xla", over_graph=None), "couldn't be timed beside a graph"),
        (trial(12.0, "xla", trace=60.0), "compiling takes 1 min"),
        (trial(12.0, "xla", agreement=Agreement(4, complete=False)), "not all that it does could be compared"),
        (
            trial(12.0, "xla", agreement=Agreement(4, (Difference("value", "the result", "is 1", "is 2"),))),
            "in the first call the result is 1 eagerly, 2 compiled",
        ),
    ],
    ids=["little gain", "no clear gain", "a hazard", "not timed", "not repaid", "not all compared", "another result"],
)
def test_otherwise_the_graph_is_advised_and_it_is_said_why(compiled: Trial, words: str) -> None:
    found = judged(compiled)
    assert (found.answer, found.decorator, found.faster.variant) == ("decorate", "@tf.function", "graph")
    assert words in found.faster.why
    assert "jit_compile=True isn't advised" in found.faster.why


def test_arguments_whose_shapes_change_are_not_compiled() -> None:
    shapes = calls(*({"x": tensor(rows, 8)} for rows in (1, 2, 3)), times=400)
    found = judged(trial(12.0, "xla"), history=shapes, retraces=Retraces(3, exact=True))
    assert found.faster.variant == "graph"
    assert "would have it compiled 3 times" in found.faster.why


def test_where_a_graph_is_not_faster_compiling_may_still_be() -> None:
    neutral = trial(1.0)
    neutral = replace(neutral, comparison=replace(neutral.comparison, label="neutral"))
    found = judged(trial(5.0, "xla"), graph=neutral)
    assert (found.answer, found.decorator) == ("decorate", "@tf.function(jit_compile=True)")


def test_compiling_outweighs_no_objection_of_the_source() -> None:
    printing = Effect("output", Span(1, 2, 0, 2, 9), details={"call": "print", "channel": "stdout"})
    found = judged(trial(12.0, "xla"), facts=replace(CLEAN, effects=(printing,)))
    assert found.answer == "repair-first"
    assert found.decorator is None


def test_a_refused_trial_of_it_leaves_what_was_found_for_the_graph() -> None:
    refused = Trial("step", "xla", refusal=Refusal("died", "its process ended"))
    found = judged(refused)
    assert (found.decorator, found.faster.variant) == ("@tf.function", "graph")
    assert any(gap.message == "No trial with jit_compile: its process ended." for gap in found.gaps)
