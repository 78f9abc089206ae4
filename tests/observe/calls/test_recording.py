"""Single calls are handed to a recorder."""

from __future__ import annotations

import pytest

from tests.observe.calls.probing import WAYS, Recorder, watching


@pytest.fixture
def recording(watch):
    watch.probes.recorder = watch.recorder
    return watch


def test_the_third_fifth_and_ninth_call_are_recorded(recording):
    recording.run("def f():\n    clock.wait(1)\n    seen.append(recorder.open)")
    recording.shell.user_ns.update(seen=(seen := []), recorder=recording.recorder)
    recording.run("for _ in range(12): f()")
    assert [number for number, recorded in enumerate(seen, 1) if recorded] == [3, 5, 9]
    assert recording.recorder.seen == ["f"] * 3


def test_recorded_calls_are_counted_but_not_taken_for_ordinary_ones(recording):
    recording.run("def f(n):\n    clock.wait(n)", "for n in (1, 1, 50, 1): f(n)")
    assert (recording["f"].seconds, recording["f"].recent_seconds) == (53.0, (1.0, 1.0))


def test_quick_functions_are_not_recorded(recording):
    recording.run("def f():\n    clock.wait(4e-5)", "for _ in range(20): f()")
    assert recording.recorder.seen == []


def test_without_a_recorder_nothing_is_recorded(recording):
    recording.probes.recorder = None
    recording.run("def f():\n    clock.wait(1)", "for _ in range(20): f()")
    assert recording.recorder.seen == []


def test_recordings_never_overlap(recording):
    recording.run(
        "def inner():\n    clock.wait(1)\ndef outer():\n    clock.wait(1)\n    inner()", "for _ in range(12): outer()"
    )
    assert sorted(recording.recorder.seen) == ["inner"] * 3 + ["outer"] * 3


def test_only_the_outermost_call_of_a_recursion_is_recorded(recording):
    recording.run(
        "depths = []\ndef f(n):\n    clock.wait(1)\n    depths.append((n, recorder.open))\n    if n: f(n - 1)",
    )
    recording.shell.user_ns["recorder"] = recording.recorder
    recording.run("f(3)\nf(3)\nf(3)")
    began = [
        n
        for (n, now), (_, before) in zip(
            recording.shell.user_ns["depths"][1:], recording.shell.user_ns["depths"], strict=False
        )
        if now and not before
    ]
    assert set(began) == {3}


def test_a_recorded_call_that_raises_closes_its_recording(recording):
    recording.run("def f(n):\n    clock.wait(1)\n    if n == 3: raise ValueError('mine')")
    out = recording.run(
        "import traceback\nfor n in range(1, 5):\n    try: f(n)\n    except ValueError as e: print(e, e.__context__, len(traceback.extract_tb(e.__traceback__)))"
    )
    assert out == "mine None 2\n"
    assert recording.recorder.seen == ["f raised"]


def test_a_recording_that_runs_is_closed_when_probes_are_taken_out(recording):
    recording.shell.user_ns["take_out"] = recording.probes.remove
    recording.run("def f(n):\n    clock.wait(1)\n    if n == 3: take_out()", "for n in range(1, 5): f(n)")
    assert (recording.recorder.seen, recording.recorder.open) == (["f raised"], 0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("when", ["open", "close"])
def test_a_recorder_that_fails_is_reported_and_the_call_goes_on(way, when):
    class Failing(Recorder):
        def __call__(self, key):
            return self

        def __enter__(self):
            if when == "open":
                raise OSError("opening")

        def __exit__(self, *exception):
            raise OSError("closing")

    with watching(way) as recording:
        recording.probes.recorder = Failing()
        assert (
            recording.run("def f():\n    clock.wait(1)\n    return 5", "print([f() for _ in range(4)])")
            == "[5, 5, 5, 5]\n"
        )
        assert [str(each)[:4] for each in recording.trouble] in (["open", "open"], ["clos"])
        recording.trouble.clear()
