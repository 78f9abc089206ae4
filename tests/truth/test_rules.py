"""Every rule's claim, executed: what must fire shows its difference on TensorFlow, what must stay quiet shows none."""

from __future__ import annotations

import pytest

from hybnb.rules import Rule, registry
from tests.truth.harness import Bench
from tests.truth.sample import sample

pytestmark = pytest.mark.tensorflow
MANY_TRACES = 3  #: more than a function takes whose variables appear in its first call
SHOWN = ("differs", "raises", "retraces", "harmless")


def _cases(kind: str) -> list[object]:
    cases: list[object] = []
    for rule in registry():
        if rule.claim in SHOWN:
            for title, text in (rule.fires if kind == "fires" else rule.quiet).items():
                cases.append(pytest.param(rule, title, text, id=f"{rule.code} {rule.name}: {title}"))
    return cases


@pytest.mark.parametrize(("rule", "title", "text"), _cases("fires"))
def test_what_fires_differs_on_tensorflow(bench: Bench, rule: Rule, title: str, text: str) -> None:
    found = bench.compare(sample(title, text))
    if rule.claim == "raises":
        assert found.raised, f"the graph raises nothing: {found}"
    elif rule.claim == "differs":
        assert found, "eager and graph do the same"
    elif rule.claim == "retraces":
        assert found.traces is not None
        assert found.traces >= MANY_TRACES
    else:
        assert not found, str(found)


@pytest.mark.parametrize(("rule", "title", "text"), _cases("quiet"))
def test_what_stays_quiet_does_the_same_on_tensorflow(bench: Bench, rule: Rule, title: str, text: str) -> None:
    found = bench.compare(sample(title, text))
    if rule.claim == "retraces":
        assert found.traces is not None
        assert found.traces < MANY_TRACES
    else:
        assert not found, str(found)


def test_a_seeded_draw_gives_other_numbers_in_a_graph(bench: Bench) -> None:
    """What the rule random-op says; its samples are unseeded, where nothing differs."""
    text = """
        def noisy(x):
            return x + tf.random.normal([3])
        # %%
        tf.random.set_seed(1)
        noisy(tf.zeros(3))
        """
    assert bench.compare(sample("seeded", text)).kinds == {"value"}
