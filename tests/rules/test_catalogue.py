"""The catalogue: every rule file has its parts in order, and its own samples prove it."""

from __future__ import annotations

import ast
import re
from typing import get_args

import pytest

from hybnb.model import EffectKind, Stance
from hybnb.rules import Rule, findings, gaps, registry
from hybnb.rules.asking import UNKNOWN
from hybnb.rules.rule import HEADINGS
from hybnb.settings import Settings
from tests.rules.observed import read
from tests.truth.sample import sample

ALL = [pytest.param(rule, id=f"{rule.code} {rule.name}") for rule in registry()]
OWN_TROUBLE = "HYB9"
#: What only a trial shows is in tests/decide/test_trial.py.
SAFETY = [rule for rule in registry() if rule.code.startswith("HYB2") and rule.needs != ("trial",)]


def _cases(kind: str) -> list[object]:
    """Samples of the safety rules."""
    cases: list[object] = []
    for rule in SAFETY:
        for title, text in (rule.fires if kind == "fires" else rule.quiet).items():
            cases.append(pytest.param(rule, title, text, id=f"{rule.code} {rule.name}: {title}"))
    return cases


def _codes(title: str, text: str) -> set[str]:
    return {finding.code for finding in findings(read(sample(title, text)), Settings())}


@pytest.mark.parametrize("rule", ALL)
def test_a_rule_explains_itself_under_the_fixed_headings(rule: Rule) -> None:
    wanted = HEADINGS if not rule.code.startswith(OWN_TROUBLE) else HEADINGS[:-1]
    assert tuple(rule.sections) == wanted
    assert all(rule.sections.values())
    assert rule.title.endswith(".")
    assert rule.title[0].isupper()


@pytest.mark.parametrize("rule", ALL)
def test_the_file_is_named_for_the_rule(rule: Rule) -> None:
    assert rule.check.__module__ == f"hybnb.rules.{rule.name.replace('-', '_')}"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert not rule.name.startswith("no-")


def test_codes_and_names_are_unique_and_well_formed() -> None:
    codes = [rule.code for rule in registry()]
    assert len(set(codes)) == len(codes)
    assert len({rule.name for rule in registry()}) == len(codes)
    assert all(re.fullmatch(r"HYB[1-59]\d\d", code) for code in codes)
    assert codes == sorted(codes)


@pytest.mark.parametrize("rule", ALL)
def test_a_rule_has_samples_of_both_kinds_that_can_be_read(rule: Rule) -> None:
    if rule.code.startswith(OWN_TROUBLE):
        return
    assert rule.fires
    assert rule.quiet
    for title, text in {**rule.fires, **rule.quiet}.items():
        made = sample(title, text)
        assert made.judged.name
        for cell in made.cells:
            ast.parse(cell)


@pytest.mark.parametrize("rule", SAFETY, ids=lambda rule: rule.code)
def test_a_safety_rule_has_two_samples_of_each_kind_and_needs_only_the_source(rule: Rule) -> None:
    assert rule.needs == ("source",)
    assert len(rule.fires) >= 2
    assert len(rule.quiet) >= 2


def test_samples_are_written_once() -> None:
    texts = [text for rule in SAFETY for text in (*rule.fires.values(), *rule.quiet.values())]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("kind", get_args(EffectKind))
def test_every_kind_of_effect_is_judged_by_one_rule_or_reported_as_a_gap(kind: str) -> None:
    judged = [rule.code for rule in registry() if kind in rule.effects]
    assert len(judged) == (0 if kind in UNKNOWN else 1), judged


@pytest.mark.parametrize("rule", ALL)
def test_stances_and_kinds_are_known(rule: Rule) -> None:
    assert rule.stance in get_args(Stance)
    assert set(rule.effects) <= set(get_args(EffectKind))


@pytest.mark.parametrize(("rule", "title", "text"), _cases("fires"))
def test_it_fires(rule: Rule, title: str, text: str) -> None:
    assert rule.code in _codes(title, text)


@pytest.mark.parametrize(("rule", "title", "text"), _cases("quiet"))
def test_it_stays_quiet(rule: Rule, title: str, text: str) -> None:
    assert rule.code not in _codes(title, text)


@pytest.mark.parametrize(("rule", "title", "text"), _cases("fires"))
def test_what_differs_on_tensorflow_is_never_called_safe(rule: Rule, title: str, text: str) -> None:
    if rule.claim not in ("differs", "raises"):
        return
    evidence = read(sample(title, text))
    grave = [finding for finding in findings(evidence, Settings()) if finding.stance in ("blocks", "risks")]
    assert grave or gaps(evidence)


@pytest.mark.parametrize(("rule", "title", "text"), _cases("quiet"))
def test_what_does_the_same_on_tensorflow_is_never_blocked(rule: Rule, title: str, text: str) -> None:
    found = findings(read(sample(title, text)), Settings())
    assert not [finding.message for finding in found if finding.stance == "blocks"]
