"""A program of 37 kinds of functions computes the same, bit for bit, with trials in the worker as without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.measure.here.test_nothing_changed import QUIET, logged

pytestmark = pytest.mark.tensorflow
EVERY = 1 if os.environ.get("HYBNB_TRIALS") else 12  #: packed after every call, but run only so often


def with_trials() -> tuple[dict[str, Any], list[str]]:
    command = [sys.executable, "-m", "tests.measure.worker.kinds_in_worker", str(EVERY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900, env={**os.environ, **QUIET})
    *printed, last = done.stdout.strip().split("\n")
    return json.loads(last), printed


def test_trials_in_the_worker_change_no_number_no_name_and_no_output() -> None:
    (plain, printed), (tried, also_printed) = logged(), with_trials()
    assert [(one, other) for one, other in zip(plain["told"], tried["told"], strict=True) if one != other] == []
    assert printed == also_printed
    assert tried["packed"] >= 90
    assert tried["tried"] >= tried["packed"] // EVERY - 6
