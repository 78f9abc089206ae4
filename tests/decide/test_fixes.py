"""Which change goes with which answer, in whose text, and how far it is to be trusted."""

from __future__ import annotations

import ast

import pytest
from msgspec.structs import replace

from hybnb.decide.fixes import fixes, spelling
from hybnb.decide.text import applied
from hybnb.model import Answer, Decoration, Effect, Evidence, FunctionId, Retraces, Safe, Span, Tri
from tests.decide.making import CLEAN, evidence, finding

IMPORT = "import tensorflow as tf\n"
PLAIN = "def step(x):\n    print(x)\n    return x * 2.0\n"
DECORATED = "@tf.function\n" + PLAIN
AT = Decoration("@tf.function", Span(2, 1, 1, 1, 12))
PRINT = Effect("output", Span(2, 2, 4, 2, 12), details={"call": "print", "channel": "stdout"})


def _safe(value: Tri) -> Safe:
    return Safe(value, ("source",), "")


def _decorated(line: int = 2, **changes: object) -> Evidence:
    function = replace(CLEAN.function, line=line)
    return evidence(facts=replace(CLEAN, function=function, decoration=AT, **changes))


@pytest.mark.parametrize(("safe", "safety"), [("yes", "same"), ("unknown", "may-change")])
def test_decorating_is_the_same_only_when_it_is_safe(safe: Tri, safety: str) -> None:
    (fix,) = fixes(evidence(), "decorate", _safe(safe), {1: IMPORT, 2: PLAIN})
    assert (fix.safety, fix.verified) == (safety, True)
    assert applied(PLAIN, fix.edits) == "@tf.function\n" + PLAIN
    assert fix.title == "Write @tf.function above `step`"


def test_measuring_offers_the_decorator_where_it_is_safe() -> None:
    assert len(fixes(evidence(), "measure", _safe("yes"), {1: IMPORT, 2: PLAIN})) == 1
    assert fixes(evidence(), "measure", _safe("unknown"), {1: IMPORT, 2: PLAIN}) == ()


def test_varying_shapes_get_the_option() -> None:
    varying = evidence(retraces=Retraces(9, reduced=2))
    (fix,) = fixes(varying, "decorate", _safe("yes"), {1: IMPORT, 2: PLAIN})
    assert applied(PLAIN, fix.edits).startswith("@tf.function(reduce_retracing=True)\ndef step")


def test_the_notebook_s_own_name_of_tensorflow_is_used() -> None:
    (fix,) = fixes(evidence(), "decorate", _safe("yes"), {1: "import tensorflow", 2: PLAIN})
    assert applied(PLAIN, fix.edits).startswith("@tensorflow.function\n")


def test_without_an_import_nothing_is_written_and_it_says_so() -> None:
    (fix,) = fixes(evidence(), "decorate", _safe("yes"), {2: PLAIN})
    assert (fix.edits, fix.safety, fix.verified) == ((), "show-only", False)
    assert "imports tensorflow" in fix.title


def test_a_module_s_function_is_changed_in_its_file_by_its_own_import() -> None:
    function = FunctionId("step", 0, 2, 4, 2, path="helpers.py", module="helpers")
    text = "import tensorflow as flow\n" + PLAIN
    sources: dict[int | str, str] = {1: IMPORT, "helpers.py": text}
    (fix,) = fixes(evidence(facts=replace(CLEAN, function=function)), "decorate", _safe("yes"), sources)
    assert fix.edits[0].path == "helpers.py"
    assert applied(text, fix.edits).split("\n")[1] == "@flow.function"
    assert spelling(function, {1: IMPORT, "helpers.py": PLAIN}) is None


@pytest.mark.parametrize("answer", ["leave", "repair-first", "remove"])
def test_other_answers_write_no_decorator(answer: Answer) -> None:
    assert fixes(evidence(), answer, _safe("yes"), {1: IMPORT, 2: PLAIN}) == ()


@pytest.mark.parametrize("source", [None, "def other(x): ...\n", "def step(x:\n"])
def test_text_that_does_not_hold_the_function_is_left_alone(source: str | None) -> None:
    sources: dict[int | str, str] = {1: IMPORT} if source is None else {1: IMPORT, 2: source}
    assert fixes(evidence(), "decorate", _safe("yes"), sources) == ()


def test_removing_and_adjusting() -> None:
    sources: dict[int | str, str] = {1: IMPORT, 2: DECORATED}
    (removed,) = fixes(_decorated(), "remove", _safe("yes"), sources)
    assert applied(DECORATED, removed.edits) == PLAIN
    missing = (finding("relaxation-missing", code="HYB504"),)
    (adjusted,) = fixes(_decorated(), "adjust", _safe("yes"), sources, missing)
    assert applied(DECORATED, adjusted.edits) == "@tf.function(reduce_retracing=True)\n" + PLAIN
    assert fixes(_decorated(), "adjust", _safe("yes"), sources) == ()


def test_a_conversion_in_another_cell_is_changed_there() -> None:
    call = "fast = tf.function(step)\n"
    decoration = Decoration("tf.function(step)", Span(5, 1, 7, 1, 24), by_call=True)
    converted = evidence(facts=replace(CLEAN, decoration=decoration))
    (fix,) = fixes(converted, "remove", _safe("yes"), {1: IMPORT, 2: PLAIN, 5: call})
    assert fix.edits[0].cell == 5
    assert applied(call, fix.edits) == "fast = step\n"


def test_prints_are_repaired_first() -> None:
    (fix,) = fixes(evidence(facts=replace(CLEAN, effects=(PRINT,))), "repair-first", _safe("no"), {1: IMPORT, 2: PLAIN})
    assert applied(PLAIN, fix.edits) == PLAIN.replace("print", "tf.print")
    assert (fix.safety, fix.verified) == ("may-change", True)


@pytest.mark.parametrize(
    "effect",
    [
        replace(PRINT, chain=("note (cell 3)",)),
        replace(PRINT, details={"call": "log.info"}),
        replace(PRINT, kind="mutation"),
        replace(PRINT, span=Span(2, 3, 4, 3, 9)),
    ],
)
def test_only_the_function_s_own_prints_are_rewritten(effect: Effect) -> None:
    facts = replace(CLEAN, effects=(effect,))
    assert fixes(evidence(facts=facts), "repair-first", _safe("no"), {1: IMPORT, 2: PLAIN}) == ()


def test_prints_stay_where_tf_print_has_no_name() -> None:
    facts = replace(CLEAN, effects=(PRINT,))
    sources: dict[int | str, str] = {1: "from tensorflow import function\n", 2: PLAIN}
    assert fixes(evidence(facts=facts), "repair-first", _safe("no"), sources) == ()


def test_every_verified_fix_parses() -> None:
    sources: dict[int | str, str] = {1: IMPORT, 2: DECORATED}
    for answer in ("remove", "adjust"):
        missing = (finding("relaxation-missing", code="HYB504"),)
        for fix in fixes(_decorated(), answer, _safe("unknown"), sources, missing):
            assert fix.verified
            ast.parse(applied(DECORATED, fix.edits))
