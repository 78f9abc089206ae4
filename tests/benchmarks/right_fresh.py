"""Functions written to check trials and predictions on: neither was made with any of them, and nothing was changed for one."""

from __future__ import annotations

from tests.benchmarks.prediction_models import Case
from tests.benchmarks.right_cases import fixed
from tests.benchmarks.right_fresh_learning import LEARNING
from tests.benchmarks.right_fresh_numeric import NUMERIC


def fresh_cases() -> dict[str, Case]:
    """All of them by name."""
    found: dict[str, Case] = {one.__name__.replace("_", " "): fixed(one) for one in NUMERIC}
    found.update({one.__name__.replace("_", " "): one for one in LEARNING})
    return found
