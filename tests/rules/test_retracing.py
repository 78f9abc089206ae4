"""The 3xx rules: each sample is run, and counted against TensorFlow's own traces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from hybnb.measure.retraces import traces
from hybnb.model import CallHistory, Culprit, Retraces
from hybnb.rules import Rule, registry
from hybnb.rules.calls import MANY
from tests.decide.making import calls, evidence, number, tensor
from tests.rules.observed import observed
from tests.truth.harness import Bench
from tests.truth.sample import sample

RULES = [rule for rule in registry() if rule.code.startswith("HYB3")]
FIRES = [pytest.param(rule, title, id=f"{rule.name}: {title}") for rule in RULES for title in rule.fires]
QUIET = [pytest.param(rule, title, id=f"{rule.name}: {title}") for rule in RULES for title in rule.quiet]
GUESSED = -1  #: a count that doesn't claim to be exact


def _reckoned(history: CallHistory | None, *, reduce: bool = False) -> int:
    assert history is not None
    found = traces(history, reduce)
    return found.count if found.exact else GUESSED


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as made:
        yield made


@pytest.mark.tensorflow
@pytest.mark.parametrize(("rule", "title"), FIRES)
def test_it_fires_where_tensorflow_traces_again_and_again(rule: Rule, title: str, bench: Bench) -> None:
    written = sample(title, rule.fires[title])
    found = observed(written)
    assert list(rule.check(found))
    count = bench.compare(written).traces
    assert count is not None
    assert count >= MANY
    assert _reckoned(found.history) in (count, GUESSED)


@pytest.mark.tensorflow
@pytest.mark.parametrize(("rule", "title"), QUIET)
def test_it_is_quiet_where_tensorflow_traces_once_or_twice(rule: Rule, title: str, bench: Bench) -> None:
    written = sample(title, rule.quiet[title])
    found = observed(written)
    assert not list(rule.check(found))
    count = bench.compare(written).traces
    assert count is not None
    assert count < MANY
    assert _reckoned(found.history) in (count, GUESSED)


@pytest.mark.tensorflow
@pytest.mark.parametrize(("rule", "title"), [*FIRES, *QUIET])
def test_relaxing_gives_as_many_traces_as_reckoned(rule: Rule, title: str, bench: Bench) -> None:
    written = sample(title, {**rule.fires, **rule.quiet}[title])
    count = bench.compare(written, {"reduce_retracing": True}).traces
    assert _reckoned(observed(written).history, reduce=True) in (count, GUESSED)


def _codes(history: CallHistory, retraces: Retraces | None = None) -> list[str]:
    return [
        rule.code
        for rule in RULES
        if rule.ready(evidence(history)) and list(rule.check(evidence(history, retraces=retraces)))
    ]


def test_two_values_are_not_many() -> None:
    assert _codes(calls(*({"a": number(i)} for i in (1, 2, 1, 2)))) == []


def test_what_tensorflow_itself_matches_is_believed() -> None:
    history = calls(*({"a": number(i)} for i in (1, 2, 3)))
    assert _codes(history) == ["HYB301"]
    assert _codes(history, Retraces(1, exact=True)) == []
    assert _codes(history, Retraces(1, exact=False)) == ["HYB301"]


def test_the_argument_is_named_with_what_it_was() -> None:
    history = calls(*({"x": tensor(2), "rate": number(i / 10)} for i in range(1, 8)))
    (rule,) = (rule for rule in RULES if rule.code == "HYB301")
    (place,) = rule.check(evidence(history))
    assert place.details == {"parameter": "rate", "seen": "7", "values": "0.1, 0.2, 0.3, 0.4, …"}
    assert "`rate`" in place.message


def test_a_tf_function_that_is_traced_again_is_told_so_in_whole_sentences() -> None:
    culprits = (Culprit("x", "float32[2]", "float32[3]"), Culprit("y", "1", "2"))
    (rule,) = (rule for rule in registry() if rule.code == "HYB501")
    for guilty, said in (
        (culprits[:1], "each time `x` changes (from"),
        (culprits, "each time `x` and `y` change (from"),
    ):
        history = replace(calls({"x": tensor(2)}), traces=8)
        seen = evidence(history, retraces=Retraces(8, exact=True, culprits=guilty, relaxed=("x",)), decorated=True)
        assert said in next(rule.check(seen)).message
    reads = replace(seen, facts=replace(seen.facts, static_shape_reads=("x",)))
    assert "Make the shapes of `x` equal" in next(rule.check(reads)).next_step


def test_static_shapes_that_the_body_reads_change_the_advice() -> None:
    history = calls(*({"x": tensor(n)} for n in range(1, 5)))
    (rule,) = (rule for rule in RULES if rule.code == "HYB302")
    plain = evidence(history)
    reads = replace(plain, facts=replace(plain.facts, static_shape_reads=("x",)))
    assert "reduce_retracing" in next(rule.check(plain)).next_step
    assert "read sizes with tf.shape(...) where the body has .shape" in next(rule.check(reads)).next_step
