"""Asking the rules: what is stamped, weakened, merged, linked and left out, and what becomes a gap."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from hybnb.analyse import analyse
from hybnb.model import Cell, Effect, EffectKind, Evidence, Finding, NameFact, Span, ValueSketch
from hybnb.rules import Place, Rule, findings, gaps, registry, selected
from hybnb.settings import Settings
from tests.decide.making import CLEAN

HERE = Span(2, 3, 4, 3, 20)
THERE = Span(2, 5, 4, 5, 20)
ELSEWHERE = Span(1, 9, 4, 9, 20)


def _evidence(*effects: Effect, live: bool = True, spent: bool = False) -> Evidence:
    return Evidence(replace(CLEAN, effects=effects, budget_spent=spent), live=live)


def _mutation(span: Span = HERE, target: str = "losses", **more: object) -> Effect:
    details = {"target": target, "container": "list", "how": "append", "owner": "outer", "stores_tensor": "no"}
    return replace(Effect("mutation", span, details=details), **more)


def _only(*effects: Effect) -> Finding:
    (found,) = findings(_evidence(*effects), Settings())
    return found


def test_a_finding_carries_code_name_stance_and_place() -> None:
    found = _only(_mutation())
    assert (found.code, found.name, found.stance) == ("HYB201", "outer-mutation", "blocks")
    assert (found.cell, found.line, found.column, found.end_line, found.end_column) == (2, 3, 4, 3, 20)
    assert "`losses`" in found.message
    assert found.next_step
    assert found.details["target"] == "losses"


def test_nothing_to_say_about_a_clean_function() -> None:
    assert findings(_evidence(), Settings()) == ()
    assert gaps(_evidence()) == ()


def test_what_is_only_possible_is_a_risk_and_says_so() -> None:
    found = _only(_mutation(certainty="possible"))
    assert found.stance == "risks"
    assert found.message.startswith("Possibly: ")


def test_the_way_through_callees_is_told_with_their_cells() -> None:
    found = _only(_mutation(chain=("log_loss (cell 3)", "note (helpers)"), origin=ELSEWHERE))
    assert "(by way of `log_loss` (cell 3) → `note` (helpers))" in found.message
    assert found.details["through"] == "log_loss (cell 3) → note (helpers)"
    assert found.line == HERE.line


def test_of_a_long_way_the_ends_are_told() -> None:
    way = ("fit (cell 1)", "step (cell 2)", "loss (cell 3)", "note (helpers)")
    found = _only(_mutation(chain=way, origin=ELSEWHERE))
    assert "(by way of `fit` (cell 1) → … → `note` (helpers))" in found.message
    assert found.details["through"] == " → ".join(way)


def test_one_code_at_one_place_is_one_finding_that_counts_the_others() -> None:
    found = _only(_mutation(), _mutation(target="history"), _mutation(target="rows"))
    assert "2 more" in found.message


def test_the_gravest_of_one_place_is_kept() -> None:
    assert _only(_mutation(certainty="possible"), _mutation(target="history")).stance == "blocks"


def test_two_places_are_two_findings() -> None:
    assert len(findings(_evidence(_mutation(), _mutation(THERE)), Settings())) == 2


def test_two_codes_for_one_origin_are_cause_and_consequence() -> None:
    conversion = Effect("host-conversion", HERE, details={"call": "float()", "target": "x"}, origin=ELSEWHERE)
    printed = Effect("output", THERE, details={"call": "print", "channel": "stdout"}, origin=ELSEWHERE)
    output, converted = sorted(
        findings(_evidence(conversion, printed), Settings()), key=lambda finding: finding.name != "python-output"
    )
    assert output.caused_by is None
    assert converted.caused_by is not None


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (Settings(), True),
        (Settings(select=("HYB2",)), True),
        (Settings(select=("HYB3",)), False),
        (Settings(ignore=("HYB201",)), False),
        (Settings(select=("HYB201",), ignore=("HYB2",)), False),
    ],
)
def test_codes_are_selected_and_ignored_by_their_beginnings(settings: Settings, wanted: bool) -> None:
    assert selected("HYB201", settings) is wanted
    assert bool(findings(_evidence(_mutation()), settings)) is wanted


def test_hybnbs_own_trouble_is_shown_whatever_is_selected() -> None:
    assert selected("HYB901", Settings(select=("HYB2",)))


class TestARuleThatRaises:
    """It becomes a note and a gap, and the other rules are still asked."""

    @pytest.fixture(autouse=True)
    def _broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def check(evidence: Evidence) -> Iterator[Place]:
            yield Place(HERE, str(1 // (evidence.min_calls - evidence.min_calls)))

        rules = (*registry(), Rule("HYB299", "broken", "blocks", check))
        monkeypatch.setattr("hybnb.rules.asking.registry", lambda: rules)

    def test_is_reported_as_a_note(self) -> None:
        noted = [one for one in findings(_evidence(_mutation()), Settings()) if one.code == "HYB901"]
        assert [one.stance for one in noted] == ["notes"]
        assert "HYB299" in noted[0].message
        assert "ZeroDivisionError" in noted[0].message

    def test_does_not_silence_the_others(self) -> None:
        assert "HYB201" in {one.code for one in findings(_evidence(_mutation()), Settings())}

    def test_leaves_a_gap_so_that_nothing_is_called_safe(self) -> None:
        (gap,) = gaps(_evidence())
        assert (gap.part, gap.reason) == ("safe", "rule-failed")


@pytest.mark.parametrize(("kind", "detail"), [("unknown-call", "call"), ("unknown-construct", "construct")])
@pytest.mark.parametrize("live", [True, False])
def test_what_analysis_could_not_follow_is_a_gap_with_a_next_step(kind: EffectKind, detail: str, live: bool) -> None:
    (gap,) = gaps(_evidence(Effect(kind, HERE, details={detail: "mystery"}), live=live))
    assert gap.part == "safe"
    assert "mystery" in gap.message
    assert "line 3" in gap.message
    assert ("loaded" in gap.message) is not live


def test_equal_gaps_are_told_once() -> None:
    effect = Effect("unknown-call", HERE, details={"call": "mystery"})
    assert len(gaps(_evidence(effect, replace(effect, origin=ELSEWHERE)))) == 1


def test_a_function_too_large_to_follow_is_a_gap() -> None:
    (gap,) = gaps(_evidence(spent=True))
    assert gap.reason == "too-large"


def test_a_kind_of_effect_that_no_rule_judges_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybnb.rules.asking._judged", frozenset)
    (gap,) = gaps(_evidence(_mutation()))
    assert "mutation" in gap.message


def _read(span: Span, name: str = "rate", **more: object) -> Effect:
    return replace(Effect("stale-read", span, details={"name": name, "changed": "cell 4"}), **more)


def test_a_name_that_is_read_twice_is_told_once_and_a_certain_read_as_such() -> None:
    told = findings(_evidence(_read(HERE), _read(THERE), _read(ELSEWHERE, "scale")), Settings())
    assert [(one.line, one.details["name"]) for one in told] == [(3, "rate"), (9, "scale")]
    doubtful = findings(_evidence(_read(HERE, certainty="possible"), _read(THERE)), Settings())
    assert [(one.line, one.stance) for one in doubtful] == [(5, "blocks")]


def test_an_attribute_that_a_method_calls_its_own_is_the_objects_and_told_once() -> None:
    told = findings(
        _evidence(_read(HERE, "buffer.items"), _read(THERE, "self.items"), _read(ELSEWHERE, "self.size")), Settings()
    )
    assert [one.details["name"] for one in told] == ["buffer.items", "self.size"]
    apart = findings(
        _evidence(_read(HERE, "first.rate"), _read(THERE, "second.rate"), _read(ELSEWHERE, "rate")), Settings()
    )
    assert [one.details["name"] for one in apart] == ["first.rate", "second.rate", "rate"]


def test_a_function_whose_source_is_elsewhere_is_named_with_that_as_the_reason() -> None:
    names = {"made": NameFact("made", ValueSketch("function"))}
    (facts,) = analyse([Cell(1, "def f(x):\n    return made(x)\n")], names=names)
    (gap,) = gaps(Evidence(facts))
    assert "what `made` does (its source isn't in the notebook, nor in a module that is imported)" in gap.message
