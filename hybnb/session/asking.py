"""`%hybnb measure …`: the trials it asks for, told as they go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from hybnb.model import Comparison, Trial
from hybnb.session.policy import worth_a_trial

if TYPE_CHECKING:
    from hybnb.session.live import Session


class Asked(Struct, frozen=True):
    """What to measure, and how."""

    names: tuple[str, ...] = ()
    xla: bool = False
    here: bool = False
    budget: float | None = None  #: seconds for timing


def measured(session: Session, asked: Asked, say: Callable[[str], None]) -> list[tuple[str, Trial]]:
    """Measure what was asked for; `say` is given pieces of a line that tells how far it is."""
    from hybnb.measure.worker.messages import STAGES

    for name in asked.names:
        session.verdict(name)  # a name that isn't known is said before anything runs
    found = []
    for name, xla in _wanted(session, asked):
        say(f"{name}{' compiled by XLA' if xla else ''}: ")
        trial = session.measure(
            name,
            xla=xla,
            here=asked.here,
            budget=asked.budget,
            hear=lambda stage: say(f"{STAGES.get(stage, stage)} … "),
        )
        say(f"{outcome(trial)}\n")
        found.append((name, trial))
    if found and not asked.names:
        say("all once more, as machines drift … ")
        session.measuring.again_now()
        say("done\n")
    if not found:
        say("no function here is worth a trial: each is decorated already, not safe, or too small\n")
    return found


def _wanted(session: Session, asked: Asked) -> Iterator[tuple[str, bool]]:
    """Names, and whether by XLA: what that gains is told from the graph, which is measured first where it wasn't."""
    for name in asked.names or _worth_it(session):
        if asked.xla and not session.measuring.tried.has(session.verdict(name).function.key):
            yield name, False
        yield name, asked.xla


def outcome(trial: Trial) -> str:
    """A few words."""
    if trial.refusal is not None:
        return f"no result: {trial.refusal.message}"
    if trial.agreement is not None and trial.agreement.differences:
        return trial.agreement.differences[0].message
    done = "both do the same" if trial.agreement is not None else "timed, not compared"
    if trial.without:
        return f"{done} without the {trial.without}; its speed can only be measured in the kernel, with --here"
    return done if trial.comparison is None else f"{done}; {_timed(trial.comparison, xla=trial.variant == 'xla')}"


def _timed(found: Comparison, *, xla: bool) -> str:
    if found.label == "too-noisy":
        return "the times moved too much to tell which is faster"
    return f"{'compiled, it' if xla else 'the graph'} is {'about as fast' if found.label == 'neutral' else found.label}"


def _worth_it(session: Session) -> tuple[str, ...]:
    verdicts = [verdict for source in session.report().sources for verdict in source.verdicts]
    return tuple(one.function.key for one in verdicts if worth_a_trial(one) and one.facts.calls)
