"""One function tried with given arguments, waited for: what `hybnb.advise(f, …, measure=True)` does."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hybnb.errors import HybnbError
from hybnb.measure.refused import RefusedError
from hybnb.model import Trial, TrialPlan
from hybnb.session.policy import once_more

if TYPE_CHECKING:
    from hybnb.measure.worker.carry import Parcel
    from hybnb.measure.worker.client import Worker


def tried(function: FunctionType, args: Sequence[Any], kwargs: Mapping[str, Any], plan: TrialPlan) -> Trial:
    """Run it both ways in a process of its own, which is ended afterwards; nothing runs in this one.

    HybnbError when TensorFlow hasn't been imported: hybnb doesn't import it by itself.
    """
    if "tensorflow" not in sys.modules:
        raise HybnbError("import tensorflow before you ask hybnb to measure")
    from hybnb.measure import adapter
    from hybnb.measure.comparison import pooled
    from hybnb.measure.worker.carry import Call, pack
    from hybnb.measure.worker.client import Worker

    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    worker = Worker()
    try:
        parcel = pack(Call(function, tuple(args), dict(kwargs), names), time.perf_counter, plan.carried_bytes, 10.0)
        plan = replace(plan, accelerator=adapter.accelerator())
        trial = _waited_for(worker, plan, parcel)
        while (again := once_more(plan, trial)) is not None:
            trial = pooled(trial, _waited_for(worker, again, parcel))
        return trial
    except RefusedError as refused:
        return Trial(plan.function, refusal=refused.refusal)
    finally:
        worker.stop()


def _waited_for(worker: Worker, plan: TrialPlan, parcel: Parcel) -> Trial:
    job = worker.run(plan, parcel)
    job.ended.wait()
    assert job.trial is not None
    return job.trial
