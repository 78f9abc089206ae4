"""Small constructs: hybnb's verdict from the source alone, against what TensorFlow was seen to do."""

from __future__ import annotations

from typing import Literal

import pytest

from hybnb.rules import findings, gaps
from hybnb.settings import Settings
from tests.rules.observed import read
from tests.truth.constructs import Construct, constructs, truth
from tests.truth.harness import Bench

EVERY = 12  #: of the records, this one in so many is checked again on TensorFlow
ALL = constructs()

#: Called safe though something differs, for a reason that stays.
MISSED = {
    **dict.fromkeys(
        ("tensor idx by list", "reshape error class", "add shapes", "add dtypes", "ensure_shape"),
        "fails both ways; only the class of the exception is another one",
    ),
    **dict.fromkeys((), "an operation whose result nobody uses is left out of the graph"),
    "set_seed elsewhere": "only the numbers for a given seed are other ones; the rule random-op says so",
}  # fmt: skip
#: Called safe though something differs: what analysis doesn't see yet.
UNSEEN: dict[str, str] = {}
#: Called unsafe though nothing differs.
TOO_STRICT = {
    **dict.fromkeys(("f-string unused", "% s"), "whether the text is used isn't followed"),
    **dict.fromkeys(("dict key", "set of tensors", "round(t)"), "fails both ways"),
    **dict.fromkeys(("arg list item same", "arg dict pop then put back"), "the container is the same again in the end"),
    **dict.fromkeys(("arg generator", "arg zip"), "the first call alone is the same"),
    **dict.fromkeys(
        ("return uncond in tf loop", "try return in tf loop", "try return in while"), "returns at once from the loop"
    ),
    "literal alias": "whether the type of the number matters isn't followed",
    "loop list append unused": "whether the list is used after the loop isn't followed",
    "try in loop w var only in except": "the handler is never entered",
    "recursion under tensor w/ python bound": "what ends a recursion isn't followed",
    **dict.fromkeys(
        (
            "tf.get_static_value", "global generator",
            "trainable flip in body", "mangled no flow", "mangled callee", "user Metric.update_state flow",
        ),
        "not known yet to be harmless",
    ),
}  # fmt: skip


def _verdict(one: Construct) -> Literal["yes", "no", "unknown"]:
    evidence = read(one.sample)
    stances = {finding.stance for finding in findings(evidence, Settings())}
    if "blocks" in stances:
        return "no"
    return "unknown" if "risks" in stances or gaps(evidence) else "yes"


def _marked(known: dict[str, str], *, differs: bool) -> list[object]:
    cases: list[object] = []
    for one in ALL:
        if one.differs == differs:
            marks = [pytest.mark.xfail(reason=known[one.title])] if one.title in known else []
            cases.append(pytest.param(one, id=one.title, marks=marks))
    return cases


def test_the_lists_of_exceptions_name_constructs_that_exist() -> None:
    assert {*MISSED, *UNSEEN, *TOO_STRICT} <= {one.title for one in ALL}
    assert len({one.title for one in ALL}) == len(ALL)


@pytest.mark.parametrize("one", _marked({**MISSED, **UNSEEN}, differs=True))
def test_what_differs_is_not_called_safe(one: Construct) -> None:
    assert _verdict(one) != "yes"


@pytest.mark.parametrize("one", _marked(TOO_STRICT, differs=False))
def test_what_is_the_same_is_not_called_unsafe(one: Construct) -> None:
    assert _verdict(one) != "no"


@pytest.mark.tensorflow
@pytest.mark.parametrize("one", [pytest.param(one, id=one.title) for one in ALL[::EVERY]])
def test_the_records_are_true(bench: Bench, one: Construct) -> None:
    assert truth(bench.compare(one.sample)) == one.truth
