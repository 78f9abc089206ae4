"""Comms without a kernel: who is there, who is gone, and what each is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from hybnb.model.wire import Command, Hello, ReportMessage, Seen
from hybnb.show.channel import PATIENCE, Channel, Line

SAMPLES = Path(__file__).parents[1] / "samples" / "wire"
WHOLE = msgspec.json.decode((SAMPLES / "report.json").read_bytes(), type=ReportMessage)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Comm:
    """One end of a comm; the other end is the test."""

    def __init__(self, comm_id: str = "1") -> None:
        self.comm_id = comm_id
        self.sent: list[dict[str, Any]] = []
        self.broken = False

    def send(self, data: dict[str, Any]) -> None:
        if self.broken:
            raise OSError("gone")
        self.sent.append(data)

    def on_close(self, callback: Any) -> None:
        self.close = callback

    def handle_msg(self, message: dict[str, Any]) -> None:
        raise AssertionError("this one would fire events of the shell")


class Wire:
    """A channel, and what was heard over it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.heard: list[Command] = []
        self.channel = Channel(lambda _, command: self.heard.append(command), self.clock)

    def panel(self, comm_id: str = "1", **data: Any) -> Comm:
        comm = Comm(comm_id)
        self.channel._opened(comm, {"content": {"data": data}})
        return comm

    def say(self, comm: Comm, **data: Any) -> None:
        self.clock.now += 0.1
        comm.handle_msg({"content": {"data": data}})


@pytest.fixture
def wire() -> Wire:
    return Wire()


def hello(wire: Wire, **more: Any) -> Comm:
    comm = wire.panel(**more)
    wire.say(comm, type="hello", id=1, protocol=1, partial=True)
    wire.say(comm, type="seen", sequence=1)
    return comm


def test_a_panel_is_there_once_it_has_spoken_and_until_it_closes(wire: Wire) -> None:
    comm = wire.panel()
    assert not wire.channel.alive
    wire.say(comm, type="hello", id=1, protocol=1)
    assert wire.channel.alive
    comm.close({})
    assert not wire.channel.alive


def test_a_command_may_come_with_the_opening(wire: Wire) -> None:
    wire.panel(type="hello", id=1, protocol=1)
    assert wire.heard == [Hello(1, 1)]


def test_silence_in_an_idle_kernel_means_that_a_panel_is_gone(wire: Wire) -> None:
    hello(wire)
    wire.channel.report(WHOLE)
    wire.channel.rested(wire.clock.now, wire.clock.now + PATIENCE)
    assert not wire.channel.alive


@pytest.mark.parametrize(("begin", "end"), [(-50, PATIENCE - 0.01), (60, 61.9)], ids=["just sent", "busy until now"])
def test_silence_while_the_kernel_was_busy_means_nothing(wire: Wire, begin: float, end: float) -> None:
    hello(wire)
    wire.channel.report(WHOLE)
    wire.channel.rested(wire.clock.now + begin, wire.clock.now + end)
    assert wire.channel.alive


def test_a_panel_that_confirms_stays_however_long_nobody_runs_anything(wire: Wire) -> None:
    comm = hello(wire)
    wire.channel.report(WHOLE)
    wire.say(comm, type="seen", sequence=7)
    wire.channel.rested(wire.clock.now, wire.clock.now + 3600)
    assert wire.channel.alive


def test_a_panel_that_never_confirmed_anything_is_not_expected_to(wire: Wire) -> None:
    comm = wire.panel()
    wire.say(comm, type="hello", id=1, protocol=1)
    wire.channel.report(WHOLE)
    wire.channel.rested(wire.clock.now, wire.clock.now + 3600)
    assert wire.channel.alive


def test_one_that_is_gone_is_sent_nothing_and_is_there_again_when_it_speaks(wire: Wire) -> None:
    comm = hello(wire)
    wire.channel.report(WHOLE)
    wire.channel.rested(wire.clock.now, wire.clock.now + PATIENCE)
    wire.channel.report(WHOLE)
    assert len(comm.sent) == 1
    wire.say(comm, type="seen", sequence=7)
    assert wire.channel.alive
    wire.channel.report(WHOLE)
    assert comm.sent[-1]["same"] is None, "it may have missed one, so it is sent everything"


def test_the_second_report_holds_only_news_for_those_that_can_make_do_with_it(wire: Wire) -> None:
    other = wire.panel("2")
    wire.say(other, type="hello", id=1, protocol=1)
    comm = hello(wire)
    for _ in range(2):
        wire.channel.report(WHOLE)
    assert [one["same"] is None for one in comm.sent] == [True, False]
    assert [one["same"] is None for one in other.sent] == [True, True]


def test_a_comm_that_fails_leaves_the_others_alone(wire: Wire) -> None:
    broken, well = hello(wire), hello(wire, comm_id="2")
    broken.broken = True
    wire.channel.report(WHOLE)
    assert len(well.sent) == 1


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    class Strict(Comm):
        def send(self, data: dict[str, Any]) -> None:
            msgspec.json.encode(data)
            super().send(data)

    comm = Strict()
    Line(comm).send(msgspec.structs.replace(WHOLE, totals="half \ud800"))
    assert comm.sent[0]["totals"] == "half ?"


def test_seen_is_heard_as_well(wire: Wire) -> None:
    hello(wire)
    assert wire.heard[-1] == Seen(1)
