"""A program computes the same, bit for bit, with a trial in its own process after every call as without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.measure.here.kinds import ROUNDS

pytestmark = pytest.mark.tensorflow

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONHASHSEED": "0"}


def logged(*words: str) -> tuple[dict[str, Any], list[str]]:
    """What the program logged, and what else it printed."""
    command = [sys.executable, "-m", "tests.measure.here.kinds", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300, env={**os.environ, **QUIET})
    *printed, last = done.stdout.strip().split("\n")
    return json.loads(last), printed


def test_trials_after_every_call_change_no_number_no_name_and_no_output() -> None:
    (plain, printed), (tried, also_printed) = logged(), logged("trials")
    different = [(one, other) for one, other in zip(plain["told"], tried["told"], strict=True) if one != other]
    assert not different
    assert printed == also_printed
    assert tried["tried"] >= 12 * ROUNDS
    assert tried["refused"] >= 10 * ROUNDS
