"""What goes over the comm: samples that the front end's tests read as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from hybnb.model import SCHEMA, wire

SAMPLES = Path(__file__).parents[1] / "samples" / "wire"
FROM_KERNEL = sorted(path for path in SAMPLES.glob("*.json") if path.name != "commands.json")
COMMANDS = json.loads((SAMPLES / "commands.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FROM_KERNEL, ids=lambda path: path.stem)
def test_a_sample_of_the_kernels_is_exactly_what_the_kernel_would_send(path: Path) -> None:
    sent = path.read_bytes()

    assert json.loads(msgspec.json.encode(msgspec.json.decode(sent, type=wire.ToFrontEnd))) == json.loads(sent)


def test_every_message_of_the_kernel_and_every_command_has_a_sample() -> None:
    from_kernel = {type(msgspec.json.decode(path.read_bytes(), type=wire.ToFrontEnd)) for path in FROM_KERNEL}
    from_front_end = {type(msgspec.convert(command, wire.Command)) for command in COMMANDS}

    assert from_kernel == set(get_args(wire.ToFrontEnd))
    assert from_front_end == set(get_args(wire.Command))


def test_a_report_message_carries_the_number_of_its_report() -> None:
    message = msgspec.json.decode((SAMPLES / "report.json").read_bytes(), type=wire.ReportMessage)

    assert message.sequence == message.report.sequence
    assert (message.protocol, message.report.schema) == (wire.PROTOCOL, SCHEMA)


@pytest.mark.parametrize(
    "data",
    [
        {},
        None,
        [],
        "measure",
        {"type": "execute", "id": 1, "code": "1/0"},
        {"type": "measure", "id": 1},
        {"type": "measure", "id": "1", "function": "step"},
        {"type": "measure", "id": 1, "function": 7},
        {"type": "refresh", "id": 1, "more": True},
        {"type": "hello", "id": 1, "protocol": None},
    ],
    ids=str,
)
def test_whatever_else_a_front_end_may_send_is_no_command(data: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(data, wire.Command)
