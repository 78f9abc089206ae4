"""What the faces say about the sample reports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from hybnb import show
from hybnb.model import Report, Verdict
from hybnb.model.decided import Faster
from hybnb.settings import Settings
from hybnb.show import json, preferences

SAMPLES = Path(__file__).parents[1] / "samples"


def report(name: str) -> Report:
    return json.decode((SAMPLES / f"report_{name}.json").read_bytes())


def verdicts(name: str) -> list[Verdict]:
    return [one for source in report(name).sources for one in source.verdicts]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_nothing_is_said_where_nothing_is_to_be_done() -> None:
    idle = [one for one in verdicts("kernel") if one.answer in ("leave", "measure")]
    assert idle
    assert show.notice(idle) is None
    assert show.notice([]) is None


def test_one_line_is_said_for_each_function_worth_a_change() -> None:
    bundle = show.notice(verdicts("kernel"))
    assert bundle is not None
    lines = bundle["text/plain"].splitlines()
    assert [line.split()[1] for line in lines] == ["✎", "✎", "▲", "▼"]
    assert lines[2] == (
        "hybnb ▲ decorate normalise (cell 2, line 1): ≈ 29x faster (predicted 12–40x), safe: yes. "
        "Write `@tf.function`. More: %hybnb normalise"
    )
    assert bundle["text/html"].count("<details") == 4


def test_a_flood_of_functions_is_cut_short() -> None:
    bundle = show.notice([one for one in verdicts("kernel") if one.answer == "decorate"] * 25)
    assert bundle is not None
    assert bundle["text/plain"].splitlines()[-1] == "and 15 more functions"


def test_the_table_names_every_function_and_the_trouble() -> None:
    text = show.table(report("kernel"), ["hybnb turned itself down."])["text/plain"]
    assert [line.split()[0] for line in text.splitlines()[1::2]] == [
        "Trainer.step", "predict", "normalise", "load", "add_one", "helper", "hybnb",
    ]  # fmt: skip
    assert max(map(len, text.splitlines())) <= 80


def test_a_table_without_functions_says_what_to_do() -> None:
    assert show.table(report("empty"))["text/plain"] == "No function to judge yet: define one and run its cell."


def test_the_error_of_a_source_stands_below_the_table() -> None:
    assert "isn't a notebook" in show.table(report("static"))["text/plain"]


def test_a_card_shows_all_evidence() -> None:
    source = "class Trainer:\n    def step(self, x, y, lr):\n"
    text = " ".join(show.card(verdicts("kernel")[0], {4: source})["text/plain"].split())
    for part in (
        "Trainer.step cell 4, line 3", "✎ repair first", "✖ safe: no", "Judged from the source and the calls seen.",
        "▲ faster: yes", "≈ 6.2x faster (predicted 4.1–8.3x)", "@tf.function(reduce_retracing=True)",
        "500 calls seen, 31 ms each, 2 signatures", "≈ 410 ms each, 2 times", "18 calls", "≈ 13 s so far",
        "HYB201", "line 9", "Return the value", "? trial", "Fix: Add the decorator",
        "+return loss",
    ):  # fmt: skip
        assert part in text


def test_a_card_of_a_function_never_called_shows_what_is_missing() -> None:
    text = show.card(verdicts("kernel")[-1])["text/plain"]
    assert "none seen" in text
    assert "was never called; call it" in text


def test_a_gap_that_a_signal_already_tells_is_not_told_twice() -> None:
    helper = verdicts("kernel")[-1]
    twice = msgspec.structs.replace(helper, faster=Faster("unknown", helper.gaps[0].message))
    assert show.card(twice)["text/plain"].count("was never called; call it") == 1


def test_no_verdicts_make_a_sentence_rather_than_an_empty_card() -> None:
    assert show.cards([])["text/plain"] == "hybnb found no function in what ran."


def test_every_setting_is_shown_with_its_meaning_and_changes_are_marked() -> None:
    rows = preferences.rows(Settings(min_calls=9, ignore=("HYB2",)))
    assert [row.label.split("=")[0] for row in rows] == list(Settings.__struct_fields__) == list(preferences.MEANINGS)
    assert all(row.value for row in rows)
    assert [row.label for row in rows if "default" in row.value] == ["min_calls=9", "ignore=HYB2"]


def test_the_settings_say_whether_hybnb_is_on() -> None:
    assert show.settings(Settings())["text/plain"].startswith("hybnb is on.")
    assert show.settings(Settings(), active=False)["text/plain"].startswith("hybnb is off")


def test_importing_the_faces_imports_neither_rich_nor_ipython_nor_tensorflow() -> None:
    code = "import sys, hybnb.show; print([n for n in ('rich', 'markupsafe', 'IPython', 'tensorflow') if n in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
