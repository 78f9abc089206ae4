"""After a cell only what there can be news of is judged; whoever asks hears of everything."""

import pytest

from hybnb.session.judging import SOONEST
from hybnb.session.live import Session
from hybnb.settings import Settings
from tests.session.test_live import Clock, NoCalibration
from tests.shells import new_shell

DEFINED = "# tensorflow\ndef quiet(x):\n    return x\n\ndef called(x):\n    return quiet(x)"


class Ticking(Clock):
    step = 0.0

    def __call__(self):
        self.now += self.step
        return self.now


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with new_shell() as shell:
        session = Session(shell, Settings(), clock=Ticking(), calibrator=NoCalibration())
        session.start()
        session._warmth.wait(60)
        yield session
        session.stop()


def judged(session) -> list[str]:
    return [one.function.name for one in session.reports.verdicts]


def test_a_function_that_nobody_called_is_judged_when_somebody_asks(session):
    session._shell.run_cell(DEFINED, store_history=True)
    assert judged(session) == []

    (source,) = session.report().sources

    assert [one.function.name for one in source.verdicts] == ["quiet", "called"]


def test_functions_are_judged_once_their_calls_were_as_many_and_as_long_as_it_takes_for_a_graph_to_pay(session):
    session._clock.step = SOONEST
    session._shell.run_cell(DEFINED, store_history=True)
    session._shell.run_cell("called(1); called(1)", store_history=True)
    assert judged(session) == []

    session._shell.run_cell("called(1)", store_history=True)

    assert set(judged(session)) == {"quiet", "called"}


def test_however_many_calls_are_not_judged_while_no_graph_could_be_traced_in_their_time(session):
    session._shell.run_cell(DEFINED, store_history=True)
    session._shell.run_cell("for _ in range(100): called(1)", store_history=True)

    assert judged(session) == []


def test_what_was_once_reported_can_still_be_named(session):
    session._shell.run_cell(DEFINED, store_history=True)
    session.report()
    session._shell.run_cell("x = 1", store_history=True)

    assert set(judged(session)) == {"quiet", "called"}
    assert session.verdict("quiet").function.name == "quiet"
