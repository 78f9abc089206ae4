"""`hybnb rules`, `hybnb explain` and the command line around them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from hybnb import __version__, show
from hybnb.cli import main
from hybnb.errors import HybnbError
from hybnb.rules import registry


def test_every_rule_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    text = capsys.readouterr().out
    for rule in registry():
        assert f"{rule.code}  " in text
        assert rule.name in text


def test_the_list_can_be_read_by_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in listed] == [rule.code for rule in registry()]
    assert set(listed[0]) == {"code", "name", "stance", "statement"}


@pytest.mark.parametrize("rule", registry(), ids=lambda rule: str(rule.code))
def test_every_rule_is_explained_with_all_its_parts(rule: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", rule.code.lower()]) == 0  # type: ignore[attr-defined]
    text = capsys.readouterr().out
    for heading in ("Sees", "Matters", "Wrong when", "Instead", "Judged from"):
        assert heading in text


def test_a_rule_is_known_by_its_name_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", registry()[0].name]) == 0
    assert registry()[0].code in capsys.readouterr().out


@pytest.mark.parametrize("code", ["HYB20l", "", "\x1b[31m", "x" * 10_000])
def test_an_unknown_code_is_one_sentence(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code]) == 2
    seen = capsys.readouterr()
    assert seen.err.startswith("hybnb: no rule is called ")
    assert seen.err.count("\n") == 1
    assert len(seen.err) < 200


def test_a_code_that_is_nearly_right_gets_a_hint() -> None:
    with pytest.raises(HybnbError, match="did you mean HYB901"):
        show.explain("HYB902")


def test_the_bundle_of_an_explanation_folds_its_samples() -> None:
    for rule in registry():
        bundle = show.explain(rule.code)
        assert bundle["text/html"].count("<details") == len(rule.fires) + len(rule.quiet)
        assert rule.name in bundle["text/plain"]


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"hybnb {__version__}\n"


def test_a_reader_that_stops_reading_is_no_trouble() -> None:
    run = f"{sys.executable} -m hybnb rules --format json | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {run}"], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_ctrl_c_ends_in_one_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("hybnb.cli.rules.run", interrupted)
    assert main(["rules"]) == 130
    assert capsys.readouterr().err == "hybnb: stopped\n"
