"""From what is known of the kernel now to verdicts: gathers the evidence and has the advisor form them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hybnb.model import Cell, Verdict
from hybnb.observe.calls import Probes
from hybnb.observe.calls.tracing import tf_functions
from hybnb.observe.cells import CellObserver
from hybnb.observe.environment import environment
from hybnb.observe.kinds import notable
from hybnb.observe.leaks import leaks
from hybnb.observe.live_modules import LiveModules
from hybnb.observe.names import LiveNames
from hybnb.observe.notebook import mentions_tensorflow
from hybnb.observe.unwarned import unwarned
from hybnb.observe.values import sketch
from hybnb.session.instruments import Instruments
from hybnb.session.records import CurrentRecordings, Made, Paying, may_pay, traced, with_traces
from hybnb.session.reports import folder
from hybnb.session.stale import StaleTraces
from hybnb.session.warm import ready_to_draw
from hybnb.settings import Settings
from hybnb.syntax import let_go

if TYPE_CHECKING:
    from hybnb.advisor import Advisor, Trials

SOONEST: Final = 2e-3  #: seconds that the tracing of any function takes at least; no graph pays before


Sources = dict[int | str, str]


class _Told(NamedTuple):
    """Texts that were asked for, and what they are of."""

    cells: tuple[Cell, ...] = ()
    modules: tuple[Cell, ...] = ()
    sources: Sources = {}


class Judging:
    """Keeps what judging the notebook before has found out. Not to be used by two threads at once."""

    def __init__(self, shell: Any, cells: CellObserver, instruments: Instruments, trials: Callable[[], Trials]) -> None:
        self._shell = shell
        self._cells = cells
        self._instruments = instruments
        self._trials = trials
        self._modules = LiveModules(folder(), lambda: vars(shell).get("_main_mod_cache") or {})
        self._names = LiveNames(sketch, cells.place_of, lambda: cells.edition)
        self._current = CurrentRecordings()
        self._traced: Made = {}
        self._paying = Paying()
        self._stale = StaleTraces()
        self._told = _Told()
        self.advisor: Advisor | None = None

    def sources(self) -> Sources:
        """The texts that verdicts speak of, by a cell's number or a module's path."""
        cells, modules = self._cells.cells, self._modules.cells()
        if cells is not self._told.cells or modules != self._told.modules:
            texts: Sources = {cell.path or cell.index: cell.source for cell in (*modules, *cells)}
            self._told = _Told(cells, modules, texts)
        return self._told.sources

    def tensorflow_matters(self) -> bool:
        """TensorFlow is here, or the code mentions it; otherwise there is nothing to say."""
        return "tensorflow" in sys.modules or mentions_tensorflow((*self._cells.cells, *self._modules.cells()))

    def worth_a_word(self, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """Without the functions of modules that have nothing to do with TensorFlow, which may be many."""
        mute = self._modules.without_tensorflow()
        return tuple(verdict for verdict in verdicts if verdict.function.path not in mute)

    def ended(self, probes: Probes) -> bool:
        """A cell has ended: note what can't be asked for any more once the next one has run.

        True when a tf.function has traced in it: then it must be judged now, because what its trace saw is told by the
        names that it reads, as they are now.
        """
        functions = traced(self._shell.user_ns)
        self._look(functions)
        self._current.of(self._instruments.recordings(), probes.version)
        return self._instruments.live.grew(functions)

    def nothing_to_tell(self, probes: Probes, fewest: int) -> bool:
        """No tf.function is here and none was tried, and no function was called `fewest` times for long enough for a trace."""
        trials = self._trials()
        in_graphs = trials.graph or trials.compiled or any(True for _ in tf_functions(self._shell.user_ns))
        return not in_graphs and not any(may_pay(probes.histories(), fewest, _soonest()))

    def verdicts(
        self, settings: Settings, probes: Probes, predict: bool, everything: bool = True, most: int | None = None
    ) -> tuple[Verdict, ...] | None:
        """As things stand, without those that a comment of the user hides; `predict` asks for the machine's speed.

        Short of `everything`, functions whose calls were too few or too short for a graph to have paid may be left out,
        unless they run in one: after a cell there is no news of them.
        With `most`, at most one cell is parsed or so many functions are followed, and there may be more to do: then None.
        """
        from hybnb.advisor import Advisor
        from hybnb.show.silence import heard

        ready_to_draw()
        advisor = self.advisor or Advisor(settings)
        advisor.settings = settings
        self.advisor = None  # should judging fail, nothing half done is kept
        with unwarned():
            formed = self._formed(advisor, probes, predict, everything, most)
        self.advisor = advisor
        if formed is None:
            return None
        let_go()
        return heard(formed, self.sources())

    def _formed(
        self, advisor: Advisor, probes: Probes, predict: bool, everything: bool, most: int | None
    ) -> tuple[Verdict, ...] | None:
        namespace = self._shell.user_ns
        cells, modules = self._cells.cells, self._modules.cells()
        if most is not None and not advisor.read(cells, modules):
            return None
        for module in self._modules.modules():
            probes.watch_module(module)
        names = self._names.facts(advisor.used_names(cells, modules), namespace)
        things = notable(namespace)
        functions = traced(things)
        self._look(functions)
        histories = with_traces(probes.histories(), functions, self._instruments.live, self._traced)
        histories = self._stale.told(histories)
        recordings = self._current.of(self._instruments.recordings(), probes.version)
        calibration = self._instruments.calibration() if predict else None
        trials = self._trials()
        paying = self._paying.of(histories, advisor.settings.min_calls, _soonest())
        keys = None if everything else {*paying, *functions, *trials.graph, *trials.compiled}
        around = environment(), trials, leaks(things), keys, most
        formed = advisor.update(cells, modules, names, histories, recordings, calibration, *around)
        if not advisor.finished:
            return None
        ran = {key: function for key, function in functions.items() if histories[key].traces}
        self._stale.note(ran, advisor.keeps, namespace)
        return formed

    def _look(self, functions: dict[str, Any]) -> None:
        cells = self._cells.cells
        self._stale.look(functions, self._shell.user_ns, cells[-1].index if cells else 0)


def _soonest() -> float:
    return 0.0 if environment().accelerator else SOONEST  # there calls return before their work is done
