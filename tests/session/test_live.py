"""A session says something new once, costs little, fails quietly, and leaves nothing behind."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from hybnb.errors import HybnbError
from hybnb.model import Facts, Faster, FunctionId, Safe, Verdict
from hybnb.session import Session
from hybnb.settings import Settings
from tests.shells import installed, new_shell, run

DEFINITION = "# tensorflow\ndef step(x):\n    return x\n"


class NoCalibration:
    trouble = None
    ended = None

    def get(self):
        return None

    def stop(self):
        return None


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class StandInAdvisor:
    """One verdict for each cell that mentions a function, with the answer its text asks for."""

    def __init__(self, clock):
        self.clock = clock
        self.seconds = 0.001
        self.settings = None
        self.judged = 0
        self.seen = {}

    def keeps(self, key):
        return frozenset()

    def used_names(self, cells, modules):
        return frozenset({"step", "missing"})

    finished = True

    def update(
        self,
        cells,
        modules,
        names,
        histories,
        recordings,
        calibration,
        environment,
        trials,
        leaks=(),
        keys=None,
        most=None,
    ):
        self.clock.now += self.seconds
        self.judged += 1
        self.seen = {"cells": cells, "modules": modules, "names": names, "histories": histories}
        if any("boom" in cell.source for cell in cells):
            raise ValueError("advisor")
        return tuple(verdict(cell) for cell in cells if "def step" in cell.source)


def verdict(cell):
    answer = "leave" if "fine" in cell.source else "decorate"
    function = FunctionId("step", cell.index, 2, 3, 2)
    return Verdict(function, False, Facts(), Safe("yes", ("source",), "why"), Faster("yes", "why"), answer)


class Live:
    """A session in a shell of its own, and what it showed."""

    def __init__(self, shell, **settings):
        self.shell = shell
        self.clock = Clock()
        self.session = Session(shell, Settings(**settings), clock=self.clock, calibrator=NoCalibration())
        self.advisor = StandInAdvisor(self.clock)
        self.session._judging.advisor = self.advisor
        self.session.start()
        self.session._warmth.wait(60)

    def run(self, text, cell_id=None):
        """What hybnb showed after the cell."""
        before, InteractiveShell._instance = InteractiveShell._instance, self.shell
        publisher, self.shell.display_pub = self.shell.display_pub, Collector()
        try:
            self.shell.run_cell(text, store_history=True, cell_id=cell_id)
            return [bundle["text/plain"] for bundle in self.shell.display_pub.bundles]
        finally:
            self.shell.display_pub = publisher
            InteractiveShell._instance = before


class Collector:
    def __init__(self):
        self.bundles = []
        self.is_publishing = False

    def publish(self, data, metadata=None, **_):
        self.bundles.append(data)

    def clear_output(self, wait=False):
        return None


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder without modules."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def live():
    with new_shell() as shell:
        before = installed(shell)
        live = Live(shell)
        yield live
        live.session.stop()
        live.session.stop()
        left = installed(shell)
        left["names"] = before["names"] = set()
        assert left == before


def test_a_new_word_is_said_once(live):
    assert ["step" in text for text in live.run(DEFINITION, "a")] == [True]
    assert live.run(DEFINITION, "a") == []
    assert live.run("x = 1", "b") == []


def test_a_word_that_asks_for_nothing_is_not_said(live):
    assert live.run(DEFINITION + "# fine", "a") == []


def test_a_word_that_changed_is_said_again(live):
    live.run(DEFINITION, "a")
    live.run(DEFINITION + "# fine", "a")
    assert len(live.run(DEFINITION, "a")) == 1


def test_everything_is_judged_and_tried_anew_once_the_machine_is_calibrated_and_the_kernel_idle(live):
    live.run(DEFINITION, "a")
    idle, considered, told = [], [], []
    live.session.measuring._loop = SimpleNamespace(add_callback=idle.append)
    live.session.measuring.consider = considered.extend
    live.session.panels.tell = lambda **_: told.append(live.session.reports.outdated)
    live.session._instruments._calibrator.ended()
    assert told == []
    for work in idle:
        work()
    assert [one.function.key for one in considered] == ["step"]
    assert told == [False]


def test_names_and_cells_are_what_they_are_now(live):
    live.run(DEFINITION, "a")
    assert set(live.advisor.seen["names"]) == {"step"}
    assert live.advisor.seen["names"]["step"].sketch.definition == ("<cell 1>", 2)
    live.run("del step", "b")
    assert live.advisor.seen["names"] == {}
    assert [cell.id for cell in live.advisor.seen["cells"]] == ["a", "b"]


def test_calls_are_seen(live):
    live.run(DEFINITION, "a")
    live.run("step(1); step(2)", "b")
    assert live.advisor.seen["histories"]["step"].count == 2


def test_a_notebook_without_tensorflow_costs_nothing(live, monkeypatch):
    monkeypatch.delitem(__import__("sys").modules, "tensorflow", raising=False)
    live.run("def step(x):\n    return x")
    assert live.advisor.judged == 0
    assert live.session.report().sources[0].verdicts


@pytest.mark.parametrize("settings", [{"show": "never"}])
def test_a_quiet_session_only_answers(live, settings):
    live.session.configure(settings)
    assert live.run(DEFINITION, "a") == []
    assert live.advisor.judged == 0
    assert live.session.verdict("step").answer == "decorate"


def test_a_session_that_is_off_watches_nothing_and_catches_up(live):
    live.session.pause()
    live.session.pause()
    assert not live.session.active
    assert live.run(DEFINITION, "a") == []
    assert live.session.report().sources[0].verdicts == ()
    live.session.resume()
    assert len(live.session.report().sources[0].verdicts) == 1


def test_three_slow_cells_turn_it_down_and_it_says_so_once(live):
    live.advisor.seconds = 0.2
    live.run(DEFINITION, "a")
    live.run("x = 1", "b")
    said = live.run("x = 2", "b")
    assert ["took longer than 50 ms" in text for text in said] == [True]
    judged = live.advisor.judged
    assert live.run(DEFINITION, "c") == []
    assert live.advisor.judged == judged
    assert live.session.verdict("step").answer == "decorate"
    assert any("took longer" in sentence for sentence in live.session.trouble)


@pytest.mark.parametrize("wake", [lambda s: s.resume(), lambda s: s.configure({"cell_budget_ms": 500.0})])
def test_it_can_be_woken_again(live, wake):
    live.advisor.seconds = 0.2
    for number in range(3):
        live.run(f"x = {number}  # tensorflow", "a")
    judged = live.advisor.judged
    wake(live.session)
    live.run("x = 5  # tensorflow", "a")
    assert live.advisor.judged > judged


def test_a_failure_of_ours_is_kept_to_ourselves(live):
    assert live.run("boom = 1  # tensorflow", "a") == []
    live.session._judging.advisor = live.advisor
    assert live.run("boom = 2  # tensorflow", "a") == []
    assert ["ValueError: advisor" in sentence for sentence in live.session.trouble] == [True]


def test_after_a_failure_judging_begins_afresh(live):
    live.run("boom = 1  # tensorflow", "a")
    assert live.session._judging.advisor is None


def test_the_users_exceptions_pass_unharmed(live):
    live.run("1 / 0", "a")
    assert type(live.shell.last_execution_result.error_in_exec) is ZeroDivisionError
    live.run("def broken(", "a")
    assert issubclass(type(live.shell.last_execution_result.error_before_exec), SyntaxError)
    assert live.session.trouble == ()


def test_reports_are_numbered(live):
    live.run(DEFINITION, "a")
    first, second = live.session.report(), live.session.report()
    assert second.sequence == first.sequence + 1
    assert first.sources[0].kind == "kernel"
    assert live.session.sources()[1] == DEFINITION


def test_an_unknown_function_is_told_with_its_likes(live):
    live.run(DEFINITION, "a")
    with pytest.raises(HybnbError, match="did you mean step"):
        live.session.verdict("stepp")
    with pytest.raises(HybnbError, match="%hybnb lists"):
        live.session.verdict("unlike")


def test_a_bad_setting_is_told_and_changes_nothing(live):
    with pytest.raises(HybnbError, match="settings"):
        live.session.configure({"nonsense": 1})
    assert live.session.settings == Settings()


def test_settings_reach_advisor_and_probes(live):
    live.session.configure({"min_calls": 7, "probe": False})
    live.session.judge()
    assert live.advisor.settings.min_calls == 7
    live.run(DEFINITION + "step(1)", "a")
    assert live.advisor.seen["histories"] == {}
    live.session.configure({"probe": True})
    live.run(DEFINITION + "step(1)", "b")
    assert live.advisor.seen["histories"]["step"].count == 1


def test_everything_about_a_cell_that_is_run_by_hybnb(live):
    live.run(DEFINITION, "a")
    verdicts = live.session.run_cell_with_everything("step(1)")
    assert [one.function.name for one in verdicts] == ["step"]
    assert live.session.run_cell_with_everything("y = 1") == ()
    with capture_output():
        assert live.session.run_cell_with_everything("def broken(") == ()


def test_everything_about_the_body_of_a_magic_is_said_once(live):
    found = []
    live.shell.register_magic_function(
        lambda _, cell: found.extend(live.session.run_cell_with_everything(cell)), "cell", "hybnb"
    )
    assert live.run("%%hybnb\n" + DEFINITION, "a") == []
    assert [(one.function.name, one.function.cell) for one in found] == [("step", 1)]
    assert [cell.id for cell in live.session._cells.cells] == ["a"]
    live.shell.magics_manager.magics["cell"].pop("hybnb")


def test_everything_about_a_cell_can_be_had_while_it_is_off(live):
    live.session.pause()
    assert [one.function.name for one in live.session.run_cell_with_everything(DEFINITION)] == ["step"]
    assert not live.session.active
    assert live.run(DEFINITION + "# more", "a") == []


def test_loaded_late_it_knows_what_ran_before():
    with new_shell() as shell:
        run(shell, DEFINITION)
        live = Live(shell)
        assert live.session.verdict("step").answer == "decorate"
        live.session.stop()


def test_two_sessions_in_two_shells_do_not_mix():
    with new_shell() as one, new_shell() as other:
        first, second = Live(one), Live(other)
        first.run(DEFINITION, "a")
        second.run("x = 1  # tensorflow", "a")
        assert len(first.session.report().sources[0].verdicts) == 1
        assert second.session.report().sources[0].verdicts == ()
        first.session.stop()
        assert second.run(DEFINITION, "b") != []
        assert first.run(DEFINITION + "# more", "b") == []
        second.session.stop()
        assert Session.of(one) is None
        assert Session.of(other) is None


def test_cells_that_end_on_two_threads_are_judged_one_after_the_other(live):
    live.run(DEFINITION, "a")
    (cell,) = live.advisor.seen["cells"]
    threads = [threading.Thread(target=live.session._after_cell, args=(cell,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert live.session.trouble == ()
    assert live.advisor.judged == 9
