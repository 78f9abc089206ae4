"""What the session measures with: the recorder of calls and the calibrator of the machine, both made when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from hybnb.model import Calibration, Recording, Retraces
from hybnb.session.records import LiveTraces

if TYPE_CHECKING:
    from hybnb.measure.calibrator import Calibrator
    from hybnb.measure.matching import Matching
    from hybnb.measure.recorder import Recorder


class Instruments:
    """The recorder and the calibrator of one session.

    `clock` gives seconds; `calibrated` is called, from any thread, when the machine's calibration has become known.
    """

    def __init__(
        self, clock: Callable[[], float], calibrated: Callable[[], object], calibrator: Calibrator | None = None
    ) -> None:
        self._clock = clock
        self._recorder: Recorder | None = None
        self._calibrated = calibrated
        self._calibrator = calibrator
        self.live = LiveTraces(_traced, _tracing_seconds)

    def record(self, key: str) -> AbstractContextManager[None]:
        """Records one call of the function `key`."""
        if self._recorder is None:
            from hybnb.measure.recorder import Recorder

            self._recorder = Recorder(self._clock)
        return self._recorder.record(key)

    def matching(self) -> Matching:
        """What counts the traces that one function's calls would take."""
        from hybnb.measure.matching import Matching

        return Matching()

    def recordings(self) -> Mapping[str, Sequence[Recording]]:
        """All recordings by function, oldest first."""
        return self._recorder.recordings() if self._recorder is not None else {}

    def calibration(self) -> Calibration | None:
        """The machine's, once it is known; finding it out takes a process of its own and no time of this one."""
        if self._calibrator is None:
            from hybnb.measure.calibrator import Calibrator

            self._calibrator = Calibrator()
        self._calibrator.ended = self._calibrated
        return self._calibrator.get()

    @property
    def trouble(self) -> tuple[str, ...]:
        """Why something can't be measured, one sentence each."""
        known = (part.trouble for part in (self._recorder, self._calibrator) if part is not None)
        return tuple(sentence for sentence in known if sentence)

    def stop(self) -> None:
        """End what is going on; both may begin again later."""
        if self._recorder is not None:
            self._recorder.stop()
        if self._calibrator is not None:
            self._calibrator.stop()


def _traced(function: Any) -> Retraces | None:
    from hybnb.measure.matching import of_tf_function

    return of_tf_function(function)


def _tracing_seconds() -> float:
    from hybnb.measure import adapter, adapter_matching

    return adapter_matching.building_seconds() if adapter.runs_eagerly() else 0.0
