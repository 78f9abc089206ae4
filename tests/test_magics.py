"""%hybnb and %%hybnb in a real IPython shell, with a stand-in for the session."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import CompletionContext
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import CapturedIO, capture_output
from traitlets.config import Config

from hybnb import magics
from hybnb.errors import HybnbError
from hybnb.model import Report, Verdict
from hybnb.session.muting import Muted
from hybnb.settings import Settings
from hybnb.show import json

SAMPLES = Path(__file__).parent / "samples"


class NoButtons:
    """As in a terminal."""

    def buttons(self, verdict: Verdict) -> None:
        return None

    def apply(self, verdict: Verdict) -> str:
        return f"{verdict.function.name} is applied"


class StandIn:
    """A session with a report from a file."""

    def __init__(self, name: str = "kernel") -> None:
        self._report = json.decode((SAMPLES / f"report_{name}.json").read_bytes())
        self.settings = Settings()
        self.active = True
        self.trouble: tuple[str, ...] = ()
        self.ran: list[str] = []
        self.muted = Muted()
        self.cards = NoButtons()

    def judge(self) -> tuple[Verdict, ...]:
        return self._report.sources[0].verdicts

    def report(self) -> Report:
        return self._report

    def sources(self) -> Mapping[int | str, str]:
        return {}

    def told(self, verdicts: Sequence[Verdict]) -> None:
        """Nothing is said after cells."""

    def verdict(self, name: str) -> Verdict:
        for source in self._report.sources:
            for one in source.verdicts:
                if one.function.name == name:
                    return one
        raise HybnbError(f"there is no function {name}; did you mean Trainer.step?")

    def configure(self, changes: Mapping[str, Any]) -> None:
        self.settings = self.settings.with_changes(changes, "%hybnb settings")

    def pause(self) -> None:
        self.active = False

    def resume(self) -> None:
        self.active = True

    def run_cell_with_everything(self, body: str) -> tuple[Verdict, ...]:
        self.ran.append(body)
        return self._report.sources[0].verdicts[:2]


@pytest.fixture
def session() -> StandIn:
    return StandIn()


@pytest.fixture
def shell(session: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("COLUMNS", "100")
    config = Config()
    config.HistoryManager.enabled = False
    made = InteractiveShell.instance(config=config)
    before = traces(made)
    remove = magics.install(made, session)  # type: ignore[arg-type]
    yield made
    remove()
    remove()
    assert traces(made) == before
    made.history_manager = None
    InteractiveShell.clear_instance()
    gc.collect()


def traces(shell: InteractiveShell) -> tuple[object, ...]:
    """What hybnb's name is on, and the matchers; IPython itself registers some magics only once they are used."""
    found = shell.magics_manager
    names = (*found.magics["line"], *found.magics["cell"], *found.registry)
    return [name for name in names if "hybnb" in name.lower()], list(shell.Completer.custom_matchers)


def run(shell: InteractiveShell, text: str) -> CapturedIO:
    with capture_output() as seen:
        result = shell.run_cell(text)
    assert result.success
    return seen


def plain(seen: CapturedIO) -> str:
    assert len(seen.outputs) == 1
    assert set(seen.outputs[0].data) == {"text/plain", "text/html"}
    return str(seen.outputs[0].data["text/plain"])


def test_without_words_it_shows_all_functions(shell: InteractiveShell) -> None:
    text = plain(run(shell, "%hybnb"))
    assert text.splitlines()[0].split() == ["Function", "Safe", "Faster", "Calls", "What", "to", "do"]
    assert "Trainer.step" in text


def test_the_table_names_hybnbs_own_trouble(shell: InteractiveShell, session: StandIn) -> None:
    session.trouble = ("hybnb could not read a value.",)
    assert "hybnb could not read a value." in plain(run(shell, "%hybnb"))


def test_with_a_name_it_shows_one_card(shell: InteractiveShell) -> None:
    assert plain(run(shell, "%hybnb Trainer.step")).startswith("Trainer.step  cell 4, line 3")


def test_a_function_named_like_a_command_is_reached_behind_two_dashes(shell: InteractiveShell) -> None:
    assert plain(run(shell, "%hybnb -- predict")).startswith("predict  cell 5")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%hybnb nothing_of_that_name", "there is no function nothing_of_that_name; did you mean Trainer.step?"),
        ("%hybnb two words", "%hybnb two words means nothing; see %hybnb?"),
        ("%hybnb on now", "%hybnb on takes nothing behind it"),
        ("%hybnb explain", "%hybnb explain takes one code, as %hybnb explain HYB201"),
        ("%hybnb mute", "%hybnb mute takes one name; see %hybnb?"),
        (
            "%hybnb mute nothing_of_that_name",
            "hybnb knows no function nothing_of_that_name; %hybnb lists those it knows, %hybnb? its commands",
        ),
        ("%hybnb unmute Trainer.step", "Trainer.step isn't muted; nothing is"),
        ("%hybnb settings min_calls", "%hybnb settings min_calls needs a value, as KEY=VALUE; %hybnb settings shows"),
        ("%hybnb settings noise=3", "noise=3 isn't a setting; write KEY=VALUE with one of show, "),
        (
            "%hybnb measure nothing_of_that_name",
            "there is no function nothing_of_that_name; did you mean Trainer.step?",
        ),
        ("%hybnb settings min_calls=many", "min_calls=many: Expected `int`, got `str`"),
        ("%hybnb settings show=loudly", "show=loudly: Invalid enum value 'loudly'"),
        ("%hybnb report --format pdf", "argument --format: invalid choice: 'pdf'"),
        ("%hybnb report --format", "argument --format: expected one argument; write %hybnb report"),
        ("%hybnb report a b", "unrecognized arguments: b; write %hybnb report [--format json|html|csv|text] [FILE]"),
        ("%hybnb report -x", "unrecognized arguments: -x; write %hybnb report [--format json|html|csv|text] [FILE]"),
        ("%hybnb report my.ipynb", "my.ipynb would be overwritten by a report; choose a name that ends in "),
        ("%hybnb report /nowhere/at/all.json", "/nowhere/at/all.json can't be written (No such file or directory)"),
        ('%hybnb "open', '%hybnb "open: No closing quotation; see %hybnb?'),
        ("%%hybnb here\n1", "%%hybnb takes nothing behind it on its line; see %hybnb?"),
    ],
)
def test_trouble_is_one_sentence_and_never_a_traceback(shell: InteractiveShell, line: str, said: str) -> None:
    seen = run(shell, line)
    assert seen.stderr.startswith(f"hybnb: {said}")
    assert seen.stderr.count("\n") == 1
    assert not seen.outputs
    assert not seen.stdout


def test_a_failure_of_hybnb_itself_is_one_sentence_too(
    shell: InteractiveShell, session: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Report:
        raise RuntimeError("\x1b[31mbroken")

    monkeypatch.setattr(session, "report", broken)
    seen = run(shell, "%hybnb")
    assert seen.stderr == (
        r"hybnb: hybnb itself failed here (RuntimeError: \x1b[31mbroken); your notebook isn't affected" + "\n"
    )


def test_off_watches_nothing_and_on_begins_again(shell: InteractiveShell, session: StandIn) -> None:
    assert "off" in run(shell, "%hybnb off").stdout
    assert not session.active
    assert "on" in run(shell, "%hybnb on").stdout
    assert session.active


def test_quiet_watches_on_and_says_nothing(shell: InteractiveShell, session: StandIn) -> None:
    run(shell, "%hybnb quiet")
    assert session.active
    assert session.settings.show == "never"
    run(shell, "%hybnb on")
    assert session.settings.show == "auto"


def test_settings_are_changed_in_their_own_types(shell: InteractiveShell, session: StandIn) -> None:
    text = plain(run(shell, "%hybnb settings min_calls=10 cell_budget_ms=12.5 probe=false ignore=hyb2,HYB301 select="))
    assert (session.settings.min_calls, session.settings.cell_budget_ms) == (10, 12.5)
    assert (session.settings.probe, session.settings.ignore, session.settings.select) == (False, ("HYB2", "HYB301"), ())
    assert "min_calls=10" in text


def test_settings_alone_are_shown_and_not_changed(shell: InteractiveShell, session: StandIn) -> None:
    assert "hybnb is on." in plain(run(shell, "%hybnb settings"))
    assert session.settings == Settings()


def test_a_bad_setting_changes_nothing_at_all(shell: InteractiveShell, session: StandIn) -> None:
    run(shell, "%hybnb settings min_calls=10 show=loudly")
    assert session.settings == Settings()


def test_a_change_is_applied_to_a_new_cell(shell: InteractiveShell) -> None:
    assert run(shell, "%hybnb apply Trainer.step").stdout == "Trainer.step is applied\n"


def test_muting_and_unmuting_is_said_and_listed_with_the_settings(shell: InteractiveShell, session: StandIn) -> None:
    assert run(shell, "%hybnb mute Trainer.step").stdout.startswith("Trainer.step is muted in this session")
    run(shell, "%hybnb mute outer-mutation")
    assert "Muted in this session: Trainer.step, HYB201." in plain(run(shell, "%hybnb settings"))
    assert run(shell, "%hybnb unmute hyb201").stdout == "HYB201 is shown again\n"
    assert session.muted.names == ("Trainer.step",)


def test_the_report_as_json_goes_to_stdout(shell: InteractiveShell, session: StandIn) -> None:
    seen = run(shell, "%hybnb report --format json")
    assert json.decode(seen.stdout) == session.report()
    assert not seen.outputs


@pytest.mark.parametrize("form", ["html", "text"])
def test_the_report_for_people_is_displayed(shell: InteractiveShell, form: str) -> None:
    assert "Trainer.step" in plain(run(shell, f"%hybnb report --format {form}"))


def test_a_file_is_written_in_the_format_of_its_name(shell: InteractiveShell, session: StandIn, tmp_path: Path) -> None:
    for name in ("a.json", "b.html", "c.txt", "d.csv"):
        assert "hybnb wrote" in run(shell, f"%hybnb report '{tmp_path / name}'").stdout
    assert json.decode((tmp_path / "a.json").read_bytes()) == session.report()
    assert (tmp_path / "b.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "Trainer.step  cell 4, line 3" in (tmp_path / "c.txt").read_text(encoding="utf-8")
    assert ",Trainer.step,4,3," in (tmp_path / "d.csv").read_text(encoding="utf-8")


def test_the_format_may_be_given_before_or_after_the_file(shell: InteractiveShell, tmp_path: Path) -> None:
    run(shell, f"%hybnb report '{tmp_path / 'my report'}' --format json")
    run(shell, f"%hybnb report --format json '{tmp_path / 'other'}'")
    assert (tmp_path / "my report").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_notebook_is_never_overwritten_by_a_report(shell: InteractiveShell, tmp_path: Path) -> None:
    mine = tmp_path / "mine.ipynb"
    mine.write_text("{}")
    run(shell, f"%hybnb report --format json '{mine}'")
    assert mine.read_text() == "{}"


def test_the_cell_magic_runs_the_cell_and_shows_cards(shell: InteractiveShell, session: StandIn) -> None:
    text = plain(run(shell, "%%hybnb\nx = 1\nstep(x)\n"))
    assert session.ran == ["x = 1\nstep(x)\n"]
    assert text.count("safe:") == 2


def test_the_help_names_every_command(shell: InteractiveShell) -> None:
    help_text = magics.HybnbMagics.hybnb.__doc__ or ""
    for command in filter(None, magics.COMMANDS):
        assert f"%hybnb {command}" in help_text
    assert "%%hybnb" in help_text


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("%hybnb s", ["settings"]),
        ("%hybnb Tr", ["Trainer.step"]),
        ("%hybnb Trainer.", ["Trainer.step"]),
        ("%hybnb -- pre", ["predict"]),
        ("%hybnb settings min", ["min_calls="]),
        ("%hybnb report --f", ["--format"]),
        ("%hybnb report --format h", ["html"]),
    ],
)
def test_the_tab_key_completes(shell: InteractiveShell, typed: str, fits: list[str]) -> None:
    _, found = shell.complete(typed.split(" ")[-1], typed, len(typed))
    assert [one for one in found if not one.startswith("%")] == fits


@pytest.mark.parametrize("typed", ["%hybnb zzz", "%hybnb explain HYB201 ", "x = '%hybnb s", "%hybnbs s"])
def test_the_tab_key_offers_nothing_of_hybnbs_elsewhere(shell: InteractiveShell, typed: str) -> None:
    matcher = shell.Completer.custom_matchers[-1]
    context = CompletionContext("", typed, len(typed), 0, None)
    assert matcher(context)["completions"] == []


def test_trouble_while_completing_is_silent(
    shell: InteractiveShell, session: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "report", lambda: 1 / 0)
    matcher = shell.Completer.custom_matchers[-1]
    assert matcher(CompletionContext("Tr", "%hybnb Tr", 9, 0, None))["completions"] == []


def test_with_the_real_session_it_comes_and_goes(shell: InteractiveShell) -> None:
    magics_before = shell.magics_manager.magics["line"]["hybnb"]
    run(shell, "%load_ext hybnb")
    assert shell.magics_manager.magics["line"]["hybnb"] is not magics_before
    run(shell, "def double(x):\n    return x + x\ndouble(2)")
    assert plain(run(shell, "%hybnb double")).startswith("double  cell ")
    assert "double" in plain(run(shell, "%%hybnb\ndouble(3)\nNone"))
    assert "triple  cell " in plain(run(shell, "def triple(x):\n    return x * 3\ntriple(2)\n%hybnb triple"))
    run(shell, "%unload_ext hybnb")
    assert "hybnb" not in shell.magics_manager.magics["line"]
    assert "hybnb" not in shell.magics_manager.magics["cell"]
