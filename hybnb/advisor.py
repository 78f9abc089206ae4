"""The pure heart: cells, names, calls, recordings and settings → verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from hybnb.analyse import Analyser
from hybnb.decide import verdict
from hybnb.measure.prediction import Predictor
from hybnb.measure.retraces import reckoned
from hybnb.model import (
    Calibration,
    CallHistory,
    Cell,
    Environment,
    Evidence,
    FunctionFacts,
    Leak,
    NameFact,
    Recording,
    Trial,
    Verdict,
)
from hybnb.settings import Settings

Recordings = Mapping[str, Sequence[Recording]]


class Trials(Struct, frozen=True):
    """The trials that hold now, by FunctionId.key."""

    graph: Mapping[str, Trial] = {}
    compiled: Mapping[str, Trial] = {}


NO_TRIALS: Final = Trials()


class _Seen(NamedTuple):
    """What was seen of one function."""

    history: CallHistory | None
    recordings: Sequence[Recording]
    trial: Trial | None
    compiled: Trial | None


class _Surroundings(NamedTuple):
    """What holds for all functions alike."""

    calibration: Calibration | None
    environment: Environment | None
    settings: Settings
    live: bool
    leaks: tuple[Leak, ...]


class _Known(NamedTuple):
    """A verdict, and all that it rests on."""

    facts: FunctionFacts
    seen: _Seen
    around: _Surroundings
    evidence: Evidence
    verdict: Verdict
    standing: Literal["traced", "decorate", "repair", ""]  #: what runs in a graph, should, or would once it is repaired


class _Covered(NamedTuple):
    """A function to decorate, judged alone and then beside its callers, which should be decorated as well."""

    alone: _Known
    callers: frozenset[str]
    beside: _Known


class Advisor:
    """Verdicts for one growing program. Keeps what it worked out, so that a cell costs only what it changes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._analyser = Analyser()
        self._predictor = Predictor()
        self._around: _Surroundings | None = None
        self._known: dict[str, _Known] = {}
        self._covered: dict[str, _Covered] = {}

    def used_names(self, cells: Sequence[Cell], modules: Sequence[Cell] = ()) -> frozenset[str]:
        """Global names that the cells mention: what the kernel should be asked about."""
        return self._analyser.used_names(cells, modules)

    @property
    def finished(self) -> bool:
        """The last update judged all functions that it should."""
        return self._analyser.finished

    def read(self, cells: Sequence[Cell], modules: Sequence[Cell] = ()) -> bool:
        """Parse one more of the cells; True when there was none left to parse."""
        return self._analyser.read(cells, modules)

    def keeps(self, key: str) -> frozenset[str]:
        """Names, "module:name" and "Class.name" that a function and what it calls were last seen to read, and a trace keeps."""
        known = self._known.get(key)
        return frozenset(known.facts.keeps) if known is not None else frozenset()

    def update(
        self,
        cells: Sequence[Cell],
        modules: Sequence[Cell] = (),
        names: Mapping[str, NameFact] | None = None,
        histories: Mapping[str, CallHistory] | None = None,
        recordings: Recordings | None = None,
        calibration: Calibration | None = None,
        environment: Environment | None = None,
        trials: Trials = NO_TRIALS,
        leaks: tuple[Leak, ...] = (),
        keys: Collection[str] | None = None,
        most: int | None = None,
        others: Collection[str] = (),
    ) -> tuple[Verdict, ...]:
        """Verdicts on every function as things stand, in order of definition.

        Without `histories` (None) nothing was run: the verdicts rest on the source alone. `recordings` hold the ops of
        recorded calls by FunctionId.key; with a `calibration` of the machine they give predictions. Where nothing has
        changed, the very same verdict is given again. With `keys` (FunctionId.key) other functions that are no
        tf.functions may be left out: what isn't judged costs nothing. At `most` so many functions are followed anew; while
        more are left, `finished` is False. Functions of the modules in the files `others` are judged elsewhere.
        """
        facts = self._analyser.update(cells, modules, names, histories, keys, most, others)
        sources: dict[int | str, str] = {cell.index: cell.source for cell in cells}
        sources.update({module.path: module.source for module in modules if module.path is not None})
        around = _Surroundings(calibration, environment, self.settings, histories is not None, leaks)
        around = self._around = self._around if self._around is not None and self._around == around else around
        histories, recordings = histories or {}, recordings or {}
        before, self._known = self._known, {}
        for one in facts:
            key = one.function.key
            tried = trials.graph.get(key), trials.compiled.get(key)
            seen = _Seen(histories.get(key), recordings.get(key, ()), *tried)
            known = before.get(key)
            if known is None or known.around is not around or not _unchanged(known, one, seen):
                known = self._judged(known, one, seen, around, sources)
            self._known[key] = known
        return tuple(known.verdict for known in self._beside_callers(sources))

    def _beside_callers(self, sources: Mapping[int | str, str]) -> Iterator[_Known]:
        """The same, but what only serves functions that are traced, or should be, is left to be traced with them.

        What has to be repaired is told of the outermost of those that it keeps from being decorated.
        """
        known = [one for one in self._known.values() if one.standing]
        repaired = {one.verdict.function.name for one in known if one.standing == "repair"}
        traced = {one.verdict.function.name for one in known if one.standing != "repair"}
        before, self._covered = self._covered, {}
        for key, alone in self._known.items():
            if alone.standing not in _TO_CHANGE:
                yield alone
                continue
            others = traced if alone.standing == "decorate" else traced | repaired
            callers = _callers(alone)
            if not callers or not callers <= others:
                yield alone
                continue
            covered = before.get(key)
            if covered is None or covered.alone is not alone or covered.callers != callers:
                covered = _Covered(alone, callers, _traced_with(alone, callers, sources))
            self._covered[key] = covered
            yield covered.beside

    def _judged(
        self,
        known: _Known | None,
        facts: FunctionFacts,
        seen: _Seen,
        around: _Surroundings,
        sources: Mapping[int | str, str],
    ) -> _Known:
        evidence = self._evidence(facts, seen, around)
        same = known is not None and known.around is around and known.evidence == evidence
        made = known.verdict if known is not None and same else verdict(evidence, sources, around.settings)
        return _Known(facts, seen, around, evidence, made, _standing(made))

    def _evidence(self, facts: FunctionFacts, seen: _Seen, around: _Surroundings) -> Evidence:
        history, recorded, prediction = seen.history, seen.recordings, None
        if history is not None and history.count and around.calibration is not None:
            prediction = self._predictor.predict(recorded, history, around.calibration)
        return Evidence(
            facts=facts,
            history=history,
            prediction=prediction,
            trial=seen.trial,
            compiled=seen.compiled,
            retraces=reckoned(history) if history is not None else None,
            environment=around.environment,
            leaks=around.leaks,
            recorded=bool(recorded),
            calibrated=around.calibration is not None,
            min_calls=around.settings.min_calls,
            live=around.live,
        )


def _unchanged(known: _Known, facts: FunctionFacts, seen: _Seen) -> bool:
    """The very same objects as before: comparing them piece by piece would take longer than they took to make."""
    old, recordings = known.seen, seen.recordings
    if known.facts is not facts or old.history is not seen.history or len(old.recordings) != len(recordings):
        return False
    if old.trial is not seen.trial or old.compiled is not seen.compiled:
        return False
    return not recordings or all(one is other for one, other in zip(old.recordings, recordings, strict=True))


_TO_CHANGE: Final = frozenset({"decorate", "repair"})


def _standing(found: Verdict) -> Literal["traced", "decorate", "repair", ""]:
    if found.answer == "decorate":
        return "decorate"
    if found.decorated:
        return "traced"  # what runs in a graph already, wrong as it is, speaks for itself
    return "repair" if found.answer == "repair-first" and found.pressing and not found.frozen else ""


def _callers(known: _Known) -> frozenset[str]:
    """All other functions that call this one as far as the source and the calls tell, "<cell>" for top-level code."""
    seen = (name for call in (known.seen.history.calls if known.seen.history else ()) for name in call.callers)
    return frozenset((*known.facts.eager_callers, *seen)) - {known.facts.function.name}


def _traced_with(known: _Known, callers: frozenset[str], sources: Mapping[int | str, str]) -> _Known:
    evidence = replace(known.evidence, planned_callers=tuple(sorted(callers)))
    return known._replace(evidence=evidence, verdict=verdict(evidence, sources, known.around.settings))


def check(
    cells: Sequence[Cell], modules: Sequence[Cell], settings: Settings, others: Collection[str] = ()
) -> tuple[Verdict, ...]:  # fmt: skip
    """Verdicts from the source alone: no kernel, no TensorFlow, nothing run. Modules in the files `others` are only followed."""
    return Advisor(settings).update(cells, modules, others=others)
