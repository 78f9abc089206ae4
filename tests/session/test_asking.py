"""Where trials are set to ask, a question stands below the cell, once for each function, and says why it is asked."""

from __future__ import annotations

import html
from typing import Any

import pytest
from msgspec.structs import replace

from hybnb import show
from hybnb.model import Agreement, Comparison, Faster, FunctionId, Safe, Trial, Verdict
from hybnb.session.asking import outcome
from hybnb.session.measuring import Measuring
from hybnb.settings import Settings
from tests.session.test_idling import Watch, judged


def measuring(trials: Any = "ask", kept: object = 1) -> Measuring:
    watch = Watch()
    watch.keeper = type("Keeper", (), {"kept": lambda self, key: kept})()  # type: ignore[attr-defined]
    session: Any = type("Session", (), {"settings": Settings(trials=trials), "note": None})()
    return Measuring(session, None, lambda: watch, lambda: 0.0)  # type: ignore[arg-type, return-value]


def test_each_function_is_asked_about_once() -> None:
    one, verdict = measuring(), judged()
    assert one.questions([verdict]) == (verdict,)
    assert one.questions([verdict]) == ()


def test_a_function_that_was_defined_anew_is_asked_about_again() -> None:
    one, verdict = measuring(), judged()
    one.questions([verdict])
    anew = replace(verdict, function=FunctionId("step", 9, 1, 5, 1))
    assert one.questions([anew]) == (anew,)


@pytest.mark.parametrize("trials", ["auto", "off"])
def test_nobody_is_asked_otherwise(trials: str) -> None:
    assert measuring(trials).questions([judged()]) == ()


def test_what_could_not_be_tried_is_no_question() -> None:
    assert measuring(kept=None).questions([judged()]) == ()
    assert measuring().questions([judged(calls=1)]) == ()
    tried = measuring()
    tried.tried.note(Trial("step"), None, {})
    assert tried.questions([judged()]) == ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "10x faster (predicted"),
        ({"faster": Faster("unknown", "It is so.")}, "It isn't known whether a graph is faster."),
        ({"safe": Safe("unknown", ("source",), "It is so.")}, "It isn't known whether a graph does the same."),
    ],
)
def test_a_question_says_why_and_what_to_do(changed: dict[str, Any], words: str) -> None:
    verdict: Verdict = replace(judged(), **changed)
    bundle = show.question([verdict])
    for text in bundle.values():
        assert words in html.unescape(text)
        assert "%hybnb measure step" in text
        assert "May hybnb run step both ways" in text


def test_a_name_from_a_notebook_is_only_text() -> None:
    verdict = replace(judged(), function=FunctionId("<b>x</b>", 2, 1, 5, 1))
    assert "<b>x" not in show.question([verdict])["text/html"]


@pytest.mark.parametrize(
    ("label", "variant", "words"),
    [
        ("faster", "graph", "both do the same; the graph is faster"),
        ("neutral", "graph", "both do the same; the graph is about as fast"),
        ("slower", "xla", "both do the same; compiled, it is slower"),
        ("too-noisy", "graph", "both do the same; the times moved too much to tell which is faster"),
    ],
)
def test_what_a_trial_came_to_is_said_in_words(label: Any, variant: Any, words: str) -> None:
    assert (
        outcome(Trial("step", variant, agreement=Agreement(4), comparison=Comparison(1.0, 1.0, 1.0, label, 5))) == words
    )


def test_what_was_compared_without_the_gpu_says_how_to_time_it() -> None:
    said = outcome(Trial("step", agreement=Agreement(4), without="GPU"))
    assert said == "both do the same without the GPU; its speed can only be measured in the kernel, with --here"
