"""The pure heart: cells, names, calls, recordings and settings → verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hybnb.analyse import Analyser
from hybnb.decide import verdict
from hybnb.measure.prediction import Predictor
from hybnb.measure.retraces import traces
from hybnb.model import (
    Calibration,
    CallHistory,
    Cell,
    Environment,
    Evidence,
    FunctionFacts,
    NameFact,
    Recording,
    Retraces,
    Verdict,
)
from hybnb.settings import Settings

Recordings = Mapping[str, Sequence[Recording]]


class Advisor:
    """Verdicts for one growing program. Keeps what it worked out, so that a cell costs only what it changes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._analyser = Analyser()
        self._predictor = Predictor()
        self._verdicts: dict[str, tuple[Evidence, Settings, Verdict]] = {}

    def used_names(self, cells: Sequence[Cell], modules: Sequence[Cell] = ()) -> frozenset[str]:
        """Global names that the cells mention: what the kernel should be asked about."""
        return self._analyser.used_names(cells, modules)

    def update(
        self,
        cells: Sequence[Cell],
        modules: Sequence[Cell] = (),
        names: Mapping[str, NameFact] | None = None,
        histories: Mapping[str, CallHistory] | None = None,
        recordings: Recordings | None = None,
        calibration: Calibration | None = None,
        environment: Environment | None = None,
    ) -> tuple[Verdict, ...]:
        """Verdicts on every function as things stand, in order of definition.

        Without `histories` (None) nothing was run: the verdicts rest on the source alone. `recordings` hold the ops of
        recorded calls by FunctionId.key; with a `calibration` of the machine they give predictions.
        """
        facts = self._analyser.update(cells, modules, names, histories)
        sources: dict[int | str, str] = {cell.index: cell.source for cell in cells}
        sources.update({module.path: module.source for module in modules if module.path is not None})
        return tuple(
            self._judged(self._evidence(one, histories, recordings or {}, calibration, environment), sources)
            for one in facts
        )

    def _evidence(
        self,
        facts: FunctionFacts,
        histories: Mapping[str, CallHistory] | None,
        recordings: Recordings,
        calibration: Calibration | None,
        environment: Environment | None,
    ) -> Evidence:
        key = facts.function.key
        history = (histories or {}).get(key)
        recorded = recordings.get(key, ())
        prediction = None
        if history is not None and history.count and calibration is not None:
            prediction = self._predictor.predict(recorded, history, calibration)
        return Evidence(
            facts=facts,
            history=history,
            prediction=prediction,
            retraces=_retraces(history),
            environment=environment,
            recorded=bool(recorded),
            calibrated=calibration is not None,
            min_calls=self.settings.min_calls,
            live=histories is not None,
        )

    def _judged(self, evidence: Evidence, sources: Mapping[int | str, str]) -> Verdict:
        key = evidence.facts.function.key
        known = self._verdicts.get(key)
        if known is not None and known[0] == evidence and known[1] == self.settings:
            return known[2]
        made = verdict(evidence, sources, self.settings)
        self._verdicts[key] = (evidence, self.settings, made)
        return made


def check(cells: Sequence[Cell], modules: Sequence[Cell], settings: Settings) -> tuple[Verdict, ...]:
    """Verdicts from the source alone: no kernel, no TensorFlow, nothing run."""
    return Advisor(settings).update(cells, modules)


def _retraces(history: CallHistory | None) -> Retraces | None:
    """As TensorFlow counts them, or else as hybnb reads its rules."""
    if history is None:
        return None
    if history.retraces is not None:
        return history.retraces
    if not history.calls:
        return None
    plain, reduced = traces(history), traces(history, reduce=True)
    return Retraces(plain.count, reduced.count if reduced.exact else None, plain.exact, plain.culprits)
