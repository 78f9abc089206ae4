"""After a cell only what there can be news of is judged; whoever asks hears of everything."""

import pytest

from hybnb.session.live import Session
from hybnb.settings import Settings
from tests.session.test_live import Clock, NoCalibration
from tests.shells import new_shell

DEFINED = "# tensorflow\ndef quiet(x):\n    return x\n\ndef called(x):\n    return quiet(x)"


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with new_shell() as shell:
        session = Session(shell, Settings(), clock=Clock(), calibrator=NoCalibration())
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


def test_a_function_is_judged_from_its_first_call_on(session):
    session._shell.run_cell(DEFINED, store_history=True)
    session._shell.run_cell("called(1)", store_history=True)

    assert set(judged(session)) == {"quiet", "called"}


def test_what_was_once_reported_can_still_be_named(session):
    session._shell.run_cell(DEFINED, store_history=True)
    session.report()
    session._shell.run_cell("x = 1", store_history=True)

    assert set(judged(session)) == {"quiet", "called"}
    assert session.verdict("quiet").function.name == "quiet"
