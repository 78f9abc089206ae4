"""Every rule's claim, executed: what must fire shows its difference on TensorFlow, what must stay quiet shows none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hybnb.rules import Rule, registry
from tests.truth.differences import Differences
from tests.truth.harness import Bench
from tests.truth.sample import sample

pytestmark = pytest.mark.tensorflow
MANY_TRACES = 3
SHOWN = ("differs", "raises", "retraces", "harmless")


def _samples(kind: str) -> Iterator[object]:
    for rule in registry():
        samples = rule.fires if kind == "fires" else rule.quiet
        for title, text in samples.items():
            if rule.claim in SHOWN:
                yield pytest.param(rule, title, text, id=f"{rule.code} {rule.name}: {title}")


@pytest.mark.parametrize(("rule", "title", "text"), list(_samples("fires")))
def test_what_fires_differs_on_tensorflow(bench: Bench, rule: Rule, title: str, text: str) -> None:
    found = bench.compare(sample(title, text))
    if rule.claim == "raises":
        assert found.raised, f"the graph raises nothing: {found}"
    elif rule.claim == "differs":
        assert found, "eager and graph do the same"
    elif rule.claim == "retraces":
        assert (found.traces or 0) >= MANY_TRACES, f"{found.traces} traces"
    else:
        assert not found, str(found)


@pytest.mark.parametrize(("rule", "title", "text"), list(_samples("quiet")))
def test_what_stays_quiet_does_the_same_on_tensorflow(bench: Bench, rule: Rule, title: str, text: str) -> None:
    found: Differences = bench.compare(sample(title, text))
    if rule.claim == "retraces":
        assert (found.traces or 0) < MANY_TRACES, f"{found.traces} traces"
    else:
        assert not found, str(found)
