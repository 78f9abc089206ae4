"""What a trial is given: the call that was kept of a function, packed for another process; and what its outcome rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from hybnb.measure.refused import RefusedError
from hybnb.model import Refusal, RefusalReason, TrialPlan
from hybnb.observe.calls import Probes
from hybnb.observe.calls.keeping import GoneError
from hybnb.session import policy

if TYPE_CHECKING:
    from hybnb.measure.worker.carry import Call, Parcel
    from hybnb.measure.worker.subject import Basis

PACK_SECONDS: Final = 0.25  #: for packing unasked; ten times as long when asked

NEXT: Final[Mapping[RefusalReason, str]] = {
    "not-carried": "pass it as an argument, or try it in the kernel with %hybnb measure --here",
    "too-large": "call it with less, or try it in the kernel with %hybnb measure --here",
}


class Packed(NamedTuple):
    """A trial that is ready to be sent."""

    plan: TrialPlan
    parcel: Parcel
    basis: Basis
    namespace: Mapping[str, Any]


def packed(probes: Probes, plan: TrialPlan, clock: Callable[[], float], *, asked: bool) -> Packed:
    """The kept call of a function, made ready; RefusedError when that can't be."""
    from hybnb.measure.adapter import accelerator
    from hybnb.measure.worker.carry import pack
    from hybnb.measure.worker.subject import Basis

    device, seconds = accelerator(), PACK_SECONDS * (10 if asked else 1)
    policy.refuse_xla(plan, device)
    call = kept_call(probes, plan.function)
    parcel = pack(call, clock, plan.carried_bytes, seconds)
    namespace, recent = call.function.__globals__, recent_seconds(probes, plan.function)
    plan = replace(plan, eager_seconds=median(recent) if recent else None, accelerator=device)
    return Packed(plan, parcel, Basis(namespace, {*parcel.names, _outermost(plan.function)}), namespace)


def basis_of(key: str, function: Any) -> Basis:
    """What the outcome of a trial rests on that was made of the function itself."""
    from hybnb.measure.worker.subject import Basis, names_used

    return Basis(function.__globals__, {*names_used(function), _outermost(key)})


def kept_call(probes: Probes, key: str) -> Call:
    """The call that was kept of a function; RefusedError when there is none any more."""
    from hybnb.measure.worker.subject import call_of

    kept = probes.keeper.kept(key)
    if kept is None:
        raise RefusedError("never-called", "no call was kept with its arguments; call it once more and ask again")
    try:
        return call_of(kept.code, kept.globals, kept.arguments, kept.closure)
    except GoneError as gone:
        raise RefusedError("never-called", str(gone)) from gone


def recent_seconds(probes: Probes, key: str) -> tuple[float, ...]:
    """Of the last eager calls of the user's own."""
    history = probes.history(key)
    return history.recent_seconds if history is not None else ()


def with_next_step(no: Refusal) -> str:
    """Why there is no trial, and what can be done about it."""
    return "; ".join(filter(None, (no.message, NEXT.get(no.reason))))


def _outermost(key: str) -> str:
    """The global that a function is found by: the class of a method, the maker of an inner function."""
    return key.rpartition(":")[2].partition(".")[0]
