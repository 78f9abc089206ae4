"""The seeded program of `tests.measure.here.kinds`, with a trial in the worker after each call.

`python -m tests.measure.worker.kinds_in_worker N` packs after every call and has each Nth parcel run.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from hybnb.measure.worker.carry import Call, NotCarriedError, pack
from hybnb.measure.worker.client import Worker
from hybnb.model import TrialPlan
from tests.measure.here import kinds

PLAN = TrialPlan("kind", timing_seconds=0.05, deadline_seconds=60.0)


class Trying:
    """Stands where the trial in the kernel would be."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.worker = Worker()
        self.packed = 0

    def __call__(self, function: Callable[..., Any], arguments: tuple[Any, ...], outcomes: dict[str, int]) -> None:
        plain = function if hasattr(function, "__code__") else type(function).__call__
        given = arguments if plain is function else (function, *arguments)
        try:
            parcel = pack(Call(plain, given), time.monotonic, seconds=30.0)
        except NotCarriedError:
            outcomes["refused"] += 1
            return
        self.packed += 1
        if self.packed % self.every == 0:
            job = self.worker.run(PLAN, parcel)
            job.ended.wait()
            while self.worker._thread is not None and self.worker._thread.is_alive():
                time.sleep(0.005)
            tried = job.trial is not None and job.trial.refusal is None
            outcomes["tried" if tried else "refused"] += 1


if __name__ == "__main__":
    trying = Trying(int(sys.argv[1]))
    kinds._try = trying
    told = kinds.run(True)
    trying.worker.stop()
    print(json.dumps({**told, "packed": trying.packed}))
