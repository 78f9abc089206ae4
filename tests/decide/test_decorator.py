"""The decorator's words: as the notebook spells TensorFlow, and no option that doesn't help."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hybnb.decide.decorator import adjusted, decorator, planned, relaxing_helps, spelling, wanted
from hybnb.model import Answer, Decoration, Retraces, TensorSpec, Tri
from tests.decide.making import CLEAN, DECORATED, evidence, finding

IMPORTS = {
    "the usual name": ("import tensorflow as tf", "tf.function"),
    "the full name": ("import numpy as np, tensorflow", "tensorflow.function"),
    "a submodule, which binds the full name": ("import tensorflow.keras", "tensorflow.function"),
    "the second version's namespace": ("import tensorflow.compat.v2 as tf2", "tf2.function"),
    "the function itself": ("from tensorflow import function", "function"),
    "the function under another name": ("from tensorflow import Variable, function as graph", "graph"),
    "inside try": ("try:\n    import tensorflow as t\nexcept ImportError:\n    t = None", "t.function"),
    "inside if": ("if True:\n    import tensorflow as t", "t.function"),
    "as fallback": ("try:\n    import jax\nexcept ImportError:\n    import tensorflow as t", "t.function"),
    "the last one counts": ("import tensorflow\nimport tensorflow as tf", "tf.function"),
}


@pytest.mark.parametrize("title", IMPORTS)
def test_the_name_is_the_imported_one(title: str) -> None:
    source, expected = IMPORTS[title]
    assert spelling([source]) == expected


@pytest.mark.parametrize(
    "source",
    [
        "import keras",
        "import numpy as tf",
        "def f():\n    import tensorflow as tf",
        "class C:\n    import tensorflow as tf",
        "import tensorflow.keras.layers as L",
        "from tensorflow import keras",
        "from .tensorflow import function",
        "import tensorflow as tf (",
        "'import tensorflow as tf'",
        "",
    ],
)
def test_without_a_usable_import_there_is_no_name(source: str) -> None:
    assert spelling([source]) is None


def test_later_cells_count_more_than_earlier_ones() -> None:
    assert spelling(["import tensorflow as tf", "x = 1", "import tensorflow as flow"]) == "flow.function"


def test_a_plain_decorator_is_the_rule() -> None:
    assert decorator(evidence()) == "@tf.function"
    assert decorator(evidence(retraces=Retraces(2, reduced=2, exact=True)), "graph") == "@graph"


def test_varying_shapes_get_the_option() -> None:
    assert decorator(evidence(retraces=Retraces(9, reduced=2))) == "@tf.function(reduce_retracing=True)"


@pytest.mark.parametrize("retraces", [None, Retraces(9), Retraces(9, reduced=9), Retraces(2, reduced=2)])
def test_an_option_that_does_not_help_is_left_out(retraces: Retraces | None) -> None:
    assert not relaxing_helps(evidence(retraces=retraces))


def test_a_body_that_reads_static_shapes_is_never_relaxed() -> None:
    facts = replace(CLEAN, static_shape_reads=("x",))
    assert not relaxing_helps(evidence(retraces=Retraces(9, reduced=2), facts=facts))


def test_only_the_parameters_that_vary_have_to_go_without_a_static_shape() -> None:
    facts = replace(CLEAN, static_shape_reads=("x",))
    assert relaxing_helps(evidence(retraces=Retraces(9, reduced=2, relaxed=("y",)), facts=facts))
    assert not relaxing_helps(evidence(retraces=Retraces(9, reduced=2, relaxed=("x", "y")), facts=facts))


SIGNED = Retraces(
    9, reduced=4, exact=True, relaxed=("x",), signed=1,
    signature=(TensorSpec("x", "float32", (None, 2)), TensorSpec("y", "int32", ())),
)  # fmt: skip


def test_a_signature_is_advised_where_it_saves_more_than_one_trace() -> None:
    written = "@tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32)])"
    assert decorator(evidence(retraces=SIGNED)) == written
    assert decorator(evidence(retraces=replace(SIGNED, reduced=2))) == "@tf.function(reduce_retracing=True)"
    assert decorator(evidence(retraces=replace(SIGNED, count=2, reduced=2))) == "@tf.function"
    assert planned(evidence(retraces=SIGNED)) == 1


def test_a_signature_keeps_the_shapes_that_the_body_reads() -> None:
    reads_x = evidence(retraces=SIGNED, facts=replace(CLEAN, static_shape_reads=("x",)))
    reads_y = evidence(retraces=SIGNED, facts=replace(CLEAN, static_shape_reads=("y",)))
    assert decorator(reads_x) == "@tf.function"
    assert "input_signature" in decorator(reads_y)


def test_a_signature_needs_a_name_for_its_module_and_exact_counts() -> None:
    assert decorator(evidence(retraces=SIGNED), "function") == "@function(reduce_retracing=True)"
    assert decorator(evidence(retraces=replace(SIGNED, exact=False))) == "@tf.function(reduce_retracing=True)"


def test_other_options_of_a_decorator_are_kept() -> None:
    decoration = Decoration("@tf.function(...)", DECORATED.span, {"jit_compile": "FAST", "reduce_retracing": "False"})
    varying = evidence(retraces=Retraces(9, reduced=2), facts=replace(CLEAN, decoration=decoration))
    assert adjusted(varying, (), "t.function") == "@t.function(jit_compile=FAST, reduce_retracing=True)"


def test_what_a_rule_found_missing_is_added() -> None:
    missing = (finding("relaxation-missing", code="HYB504"),)
    assert adjusted(evidence(decorated=True), missing) == "@tf.function(reduce_retracing=True)"


def test_a_conversion_by_call_is_written_as_a_call() -> None:
    facts = replace(CLEAN, decoration=replace(DECORATED, by_call=True))
    assert (
        adjusted(evidence(retraces=Retraces(9, reduced=2), facts=facts), ())
        == "tf.function(step, reduce_retracing=True)"
    )


def test_there_is_nothing_to_adjust_without_a_decorator_or_when_it_would_not_help() -> None:
    assert adjusted(evidence(retraces=Retraces(9, reduced=2)), ()) is None
    assert adjusted(evidence(retraces=Retraces(9, reduced=9), decorated=True), ()) is None


@pytest.mark.parametrize(
    ("answer", "safe", "expected"),
    [
        ("decorate", "yes", True),
        ("adjust", "yes", True),
        ("adjust", "unknown", True),
        ("measure", "yes", True),
        ("measure", "unknown", False),
        ("repair-first", "no", False),
        ("remove", "yes", False),
        ("leave", "yes", False),
        ("leave", "unknown", False),
    ],
)
def test_a_decorator_is_named_only_where_it_is_wanted(answer: Answer, safe: Tri, expected: bool) -> None:
    assert wanted(answer, safe) is expected


def test_where_shapes_of_what_is_computed_are_read_nothing_is_relaxed() -> None:
    facts = replace(CLEAN, static_shape_reads=("",))
    assert not relaxing_helps(evidence(retraces=Retraces(9, reduced=2, relaxed=("y",)), facts=facts))
    assert "input_signature" not in decorator(evidence(retraces=SIGNED, facts=facts))
