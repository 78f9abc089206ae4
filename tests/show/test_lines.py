"""Lines for editors and other tools."""

from __future__ import annotations

from pathlib import Path

import msgspec

from hybnb.model import Report
from hybnb.model.decided import Faster
from hybnb.show import json, lines

SAMPLES = Path(__file__).parents[1] / "samples"


def report(name: str) -> Report:
    return json.decode((SAMPLES / f"report_{name}.json").read_bytes())


def test_each_line_names_cell_line_column_and_code() -> None:
    assert list(lines.lines(report("static"))) == [
        "nb.ipynb:cell 4:3:1: repair first Trainer.step: safe: no, faster: unknown.",
        (
            "nb.ipynb:cell 4:9:9: HYB201 `losses` would grow once per trace, not once per call. "
            "Return the value and let the caller collect it."
        ),
        "nb.ipynb:cell 4:10:9: HYB204 `print` would run once per trace. Use `tf.print`.",
        "nb.ipynb:cell 4:3:24: HYB301 `lr` took 2 values; each new value traces again. Pass it as a tensor.",
    ]


def test_what_speaks_against_a_function_to_be_left_alone_is_not_worth_a_line() -> None:
    source = report("static").sources[0]
    alone = msgspec.structs.replace(source.verdicts[0], answer="leave")
    left = msgspec.structs.replace(report("static"), sources=(msgspec.structs.replace(source, verdicts=(alone,)),))
    assert list(lines.lines(left)) == []
    assert len(list(lines.lines(left, everything=True))) == 5


def test_everything_adds_what_favours_notes_and_what_is_unknown() -> None:
    more = list(lines.lines(report("static"), everything=True))
    assert "nb.ipynb:cell 3:1:1: HYB402 One op of 20 µs; calling a graph costs more than it saves." in more
    assert any(line.startswith("project/helpers.py:3:1: not known (faster): ") for line in more)


def test_lines_stay_single_and_short_whatever_the_report_holds() -> None:
    for line in lines.lines(report("hostile"), everything=True):
        assert line.isprintable()
        assert len(line) < 1500


def test_the_summary_counts_files_functions_and_answers() -> None:
    assert lines.summary(report("static")) == (
        "3 files, 3 functions: 1 repair first, 1 leave, 1 measure. 1 not judged to the end."
    )
    assert lines.summary(report("empty")) == "1 file, 0 functions."


def test_a_check_fails_on_what_asks_for_a_change_and_not_on_notes() -> None:
    failing = {
        one.function.name
        for source in report("kernel").sources
        for one in source.verdicts
        if lines.asks_for_change(one)
    }
    assert failing == {"Trainer.step", "normalise", "predict", "load"}


def test_what_follows_from_a_cause_on_the_same_line_is_told_with_everything_else_only() -> None:
    source = report("static").sources[0]
    first, second, *more = source.verdicts[0].findings
    follows = msgspec.structs.replace(second, caused_by=0, cell=first.cell, line=first.line)
    verdict = msgspec.structs.replace(source.verdicts[0], findings=(first, follows, *more))
    given = msgspec.structs.replace(report("static"), sources=(msgspec.structs.replace(source, verdicts=(verdict,)),))
    assert not any(second.code in line for line in lines.lines(given))
    assert any(second.code in line for line in lines.lines(given, everything=True))


def test_the_reason_to_remove_a_decorator_is_in_the_functions_own_line() -> None:
    source = report("static").sources[0]
    slower = Faster("no", "A graph is slower here.")
    changed = msgspec.structs.replace(source.verdicts[0], answer="remove", decorated=True, faster=slower)
    given = msgspec.structs.replace(report("static"), sources=(msgspec.structs.replace(source, verdicts=(changed,)),))
    first, second, *_ = lines.lines(given)
    assert first.endswith("remove decorator Trainer.step: A graph is slower here. And as it is, it isn't safe.")
    assert "HYB201" in second


def test_a_decorated_function_that_is_not_safe_tells_also_how_often_it_is_traced() -> None:
    source = report("static").sources[0]
    first, *others = source.verdicts[0].findings
    traced = msgspec.structs.replace(
        first, code="HYB501", stance="notes", message="It has been traced 8 times.", line=2
    )
    for decorated in (True, False):
        changed = msgspec.structs.replace(source.verdicts[0], findings=(first, *others, traced), decorated=decorated)
        given = msgspec.structs.replace(
            report("static"), sources=(msgspec.structs.replace(source, verdicts=(changed,)),)
        )
        assert any("traced 8 times" in line for line in lines.lines(given)) == decorated
