"""The buttons below a card: what they ask for, what they show, and that nothing of the user's becomes markup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from hybnb.errors import HybnbError
from hybnb.model import Verdict
from hybnb.model.wire import Answer, Command, Explain, Measure, Mute, Progress, Unmute
from hybnb.show import json
from hybnb.show.explained import explanation
from hybnb.show.widget import VIEW, Buttons, Change
from tests.show.test_html import ATTRIBUTES, TAGS, Seen

SAMPLES = Path(__file__).parents[1] / "samples"
HOSTILE = "<img src=x onerror=alert(1)>\n\x1b[31m\u202e" + "x" * 10_000
CHANGE = Change(
    "Write @tf.function above `step`", "keeps what the code computes", 4, "@tf.function\ndef step(x): ...\n"
)


def verdicts(name: str) -> list[Verdict]:
    report = json.decode((SAMPLES / f"report_{name}.json").read_bytes())
    return [one for source in report.sources for one in source.verdicts]


class Session:
    """What the buttons speak to; explains for real, and refuses with hostile words."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    def obey(self, command: Command) -> Answer:
        self.asked.append(command)
        if isinstance(command, Explain):
            try:
                return Answer(0, True, detail=explanation(command.code))
            except HybnbError as unknown:
                return Answer(0, False, str(unknown), "unknown-code")
        return Answer(0, False, HOSTILE, "unavailable")


def buttons(verdict: Verdict, session: Session, change: Change = CHANGE, refusal: str = "") -> Buttons:
    return Buttons(verdict, change, refusal, session.obey, named=True)


def parts(made: Buttons) -> tuple[dict[str, Any], Any, Any]:
    row, said, text = made._all.children
    return {one.description: one for one in row.children[1:]}, said, text


@pytest.mark.parametrize("name", ["kernel", "static", "hostile"])
def test_whatever_is_pressed_only_harmless_elements_are_drawn(name: str) -> None:
    for verdict in verdicts(name):
        made = buttons(verdict, Session(), Change(HOSTILE, HOSTILE, 4, HOSTILE))
        row, said, text = parts(made)
        drawn = [made._all.children[0].children[0].value, made.bundle()["text/html"]]
        for button in row.values():
            button.click()
            drawn.append(said.value)
        made.progress(Progress(made.key, HOSTILE, 0.5, HOSTILE))
        made.measured(verdict, {})
        drawn.append(said.value)
        for value in drawn:
            seen = Seen(value)
            assert seen.tags <= TAGS
            assert seen.attributes <= ATTRIBUTES
        assert all(one.tooltip.isprintable() and len(one.tooltip) <= 200 for one in row.values())
        assert text.value == HOSTILE, "what is to be copied is copied as it is"


def test_the_bundle_speaks_to_front_ends_with_and_without_widgets() -> None:
    bundle = buttons(verdicts("kernel")[0], Session()).bundle()
    assert set(bundle) == {VIEW, "text/plain", "text/html"}
    assert "%hybnb Trainer.step" in bundle["text/plain"]
    assert "VBox" not in bundle["text/plain"]


def test_measure_asks_for_this_function_and_shows_the_answer() -> None:
    session = Session()
    made = buttons(verdicts("kernel")[0], session)
    row, said, _ = parts(made)
    row["Measure"].click()
    assert session.asked == [Measure(0, "Trainer.step")]
    assert "onerror" in Seen(said.value).text
    assert not row["Measure"].disabled, "it was refused, so it may be asked again"


def test_what_cannot_be_done_is_greyed_with_its_reason() -> None:
    row, _, _ = parts(
        buttons(verdicts("kernel")[0], Session(), Change(refusal="no change was found"), "no TensorFlow yet")
    )
    assert [(one.disabled, one.tooltip) for one in row.values()][:2] == [
        (True, "no TensorFlow yet"),
        (True, "no change was found"),
    ]


def test_apply_shows_the_changed_cell_to_be_copied() -> None:
    made = buttons(verdicts("kernel")[0], Session())
    row, said, text = parts(made)
    assert text.layout.display == "none"
    row["Apply"].click()
    assert text.layout.display is None
    assert text.value == CHANGE.text
    assert "%hybnb apply Trainer.step" in Seen(said.value).text


def test_why_explains_the_codes_of_the_findings_each_once() -> None:
    session = Session()
    verdict = verdicts("kernel")[0]
    twice = msgspec.structs.replace(verdict, findings=(*verdict.findings, *verdict.findings))
    row, said, _ = parts(buttons(twice, session))
    row["Why"].click()
    codes = [command.code for command in session.asked if isinstance(command, Explain)]
    assert len(codes) == len(set(codes)) > 0
    assert codes[0] in Seen(said.value).text


def test_mute_becomes_unmute_once_it_is_done() -> None:
    asked: list[Command] = []

    def obey(command: Command) -> Answer:
        asked.append(command)
        return Answer(0, len(asked) > 1, f"answer {len(asked)}")

    made = Buttons(verdicts("kernel")[0], CHANGE, "", obey, named=True)
    row, said, _ = parts(made)
    labels = []
    for _ in range(3):
        row["Mute"].click()
        labels.append(row["Mute"].description)
    assert labels == ["Mute", "Unmute", "Mute"], "the first time it was refused"
    assert asked == [Mute(0, "Trainer.step"), Mute(0, "Trainer.step"), Unmute(0, "Trainer.step")]
    assert "answer 3" in Seen(said.value).text


def test_a_function_without_findings_has_nothing_to_explain() -> None:
    row, _, _ = parts(buttons(msgspec.structs.replace(verdicts("kernel")[0], findings=()), Session()))
    assert row["Why"].disabled


def test_a_measurement_is_followed_and_its_card_drawn() -> None:
    verdict = verdicts("kernel")[0]
    made = buttons(verdict, Session())
    row, said, _ = parts(made)
    made.progress(Progress(made.key, "timing", 0.4, "12 of 30 pairs"))
    assert "12 of 30 pairs (40%)" in Seen(said.value).text
    assert row["Measure"].disabled
    assert made.measuring
    made.measured(verdict, {})
    assert "safe: no" in Seen(said.value).text
    assert not row["Measure"].disabled


def test_closing_leaves_no_widget() -> None:
    from ipywidgets.widgets.widget import _instances

    before = set(_instances)
    made = buttons(verdicts("kernel")[0], Session())
    assert set(_instances) > before
    made.close()
    assert set(_instances) == before
