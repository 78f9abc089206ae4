"""Schema 1 on the way out and back."""

from __future__ import annotations

import json as plain
from pathlib import Path

import msgspec
import pytest

from hybnb.errors import HybnbError
from hybnb.model import Environment, Report, Source, Tool
from hybnb.show import json

SAMPLES = Path(__file__).parents[1] / "samples"
NAMES = ["kernel", "static", "empty", "hostile"]


@pytest.mark.parametrize("name", NAMES)
def test_samples_come_back_as_they_went_out(name: str) -> None:
    text = (SAMPLES / f"report_{name}.json").read_text(encoding="utf-8")
    assert json.encode(json.decode(text)) + "\n" == text


@pytest.mark.parametrize("name", NAMES)
def test_samples_have_the_keys_of_the_contract(name: str) -> None:
    report = plain.loads((SAMPLES / f"report_{name}.json").read_text(encoding="utf-8"))
    assert report["schema"] == 1
    assert set(report) >= {"schema", "tool", "environment", "sources"}
    for source in report["sources"]:
        assert set(source) == {"path", "kind", "verdicts", "error"}
        for verdict in source["verdicts"]:
            assert set(verdict) == {
                "function", "decorated", "facts", "safe", "faster", "answer", "decorator", "findings", "gaps", "fixes",
            }  # fmt: skip


def test_a_path_that_is_not_utf8_does_not_stop_the_report() -> None:
    report = Report(Tool("0"), Environment("3"), (Source("nb\udcff.ipynb", "notebook"),))
    assert json.decode(json.encode(report)).sources[0].path == "nb?.ipynb"


def test_numbers_that_json_lacks_become_null() -> None:
    report = json.decode((SAMPLES / "report_kernel.json").read_bytes())
    first = report.sources[0].verdicts[0]
    odd = msgspec.structs.replace(first, faster=msgspec.structs.replace(first.faster, speedup=float("nan")))
    text = json.encode(msgspec.structs.replace(report, sources=(Source("k", "kernel", (odd,)),)))
    assert json.decode(text).sources[0].verdicts[0].faster.speedup is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"schema": "1"}', '{"schema": 1}', '{"schema": 2}', "\x00"])
def test_what_is_no_report_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(HybnbError, match=r"^this (report|is not)"):
        json.decode(text)


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(HybnbError):
        json.decode(b"\xff\xfe")


def test_the_json_schema_names_every_struct_of_a_report() -> None:
    assert {"Report", "Source", "Verdict", "Finding", "Gap", "Fix", "Edit"} <= set(json.schema()["$defs"])
