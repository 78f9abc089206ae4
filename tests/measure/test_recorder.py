"""The recorder, with entry points and a clock made up for the test: no TensorFlow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest

from hybnb.measure import adapter
from hybnb.measure.recorder import Recorder, disguised


class Clock:
    """Moves only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Tensor:
    def __init__(self, *shape: int) -> None:
        self.shape = shape


def shapes(values: Iterable[Any]) -> adapter.Tensors:
    """What the adapter's reader gives, for tensors made up here."""
    found: list[Any] = []
    for value in values:
        found += shapes(value) if isinstance(value, list) else [(value.shape, 1)] if isinstance(value, Tensor) else []
    return tuple(found)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def entries(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module with the two entry points; each call takes the seconds passed last."""
    module = ModuleType("entries")

    def fast(context: object, name: str, label: object, *rest: Any) -> Tensor:
        clock.now += rest[-1]
        return Tensor(2, 3)

    def slow(
        handle: object, device: str, name: str, inputs: list[Any], attributes: tuple[Any, ...], count: int
    ) -> list[Any]:
        clock.now += 0.5
        return [Tensor(4), Tensor(5)][:count]

    module.TFE_Py_FastPathExecute, module.TFE_Py_Execute = fast, slow  # type: ignore[attr-defined]
    monkeypatch.setattr(adapter, "available", lambda _feature: None)
    monkeypatch.setattr(adapter, "entry_module", lambda: module)
    monkeypatch.setattr(adapter, "accelerator", lambda: "")
    monkeypatch.setattr(adapter, "item_sizes", lambda: {1: 4})
    monkeypatch.setattr(adapter, "tensor_reader", lambda: shapes)
    originals = (fast, slow)
    yield module
    assert (module.TFE_Py_FastPathExecute, module.TFE_Py_Execute) == originals


def test_an_op_is_recorded_with_its_time_shapes_and_bytes(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)
    with recorder.record("f"):
        clock.now += 0.1
        entries.TFE_Py_FastPathExecute(None, "MatMul", None, Tensor(2, 4), Tensor(4, 3), "transpose_a", False, 0.25)
    (recording,) = recorder.recordings()["f"]
    (op,) = recording.ops
    assert op.name == "MatMul"
    assert op.seconds == pytest.approx(0.25)
    assert (op.input_shapes, op.output_shapes, op.bytes) == (((2, 4), (4, 3)), ((2, 3),), 4 * (8 + 12 + 6))
    assert recording.seconds == pytest.approx(0.35)
    assert not recording.truncated


def test_the_other_entry_point_and_graph_calls_are_recorded(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)
    with recorder.record("f"):
        entries.TFE_Py_Execute(None, "", b"__inference_g_7", [Tensor(1), Tensor(2)], (), 2)
    (op,) = recorder.recordings()["f"][0].ops
    assert (op.name, op.input_shapes, op.output_shapes) == ("__inference_g_7", ((1,), (2,)), ((4,), (5,)))


def test_nothing_is_patched_outside_a_recording(clock: Clock, entries: Any) -> None:
    before = entries.TFE_Py_FastPathExecute
    recorder = Recorder(clock)
    with recorder.record("f"):
        assert entries.TFE_Py_FastPathExecute is not before
    assert entries.TFE_Py_FastPathExecute is before
    entries.TFE_Py_FastPathExecute(None, "Add", None, 1.0)
    assert recorder.recordings()["f"][0].ops == ()


def test_a_call_that_raises_leaves_no_recording_and_no_patch(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)
    with pytest.raises(KeyError), recorder.record("f"):
        raise KeyError("mine")
    assert recorder.recordings() == {}


def test_an_op_that_raises_passes_its_exception_on_and_is_not_recorded(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)
    with recorder.record("f"):
        with pytest.raises(TypeError):
            entries.TFE_Py_FastPathExecute(None, "Add", None, "not a number")
        entries.TFE_Py_FastPathExecute(None, "Add", None, 0.1)
    assert [op.name for op in recorder.recordings()["f"][0].ops] == ["Add"]


def test_a_recorded_call_inside_another_shares_its_ops(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)
    with recorder.record("outer"):
        entries.TFE_Py_FastPathExecute(None, "A", None, 0.1)
        with recorder.record("inner"):
            entries.TFE_Py_FastPathExecute(None, "B", None, 0.2)
        entries.TFE_Py_FastPathExecute(None, "C", None, 0.3)
    found = recorder.recordings()
    assert [op.name for op in found["outer"][0].ops] == ["A", "B", "C"]
    assert [op.name for op in found["inner"][0].ops] == ["B"]
    assert found["inner"][0].seconds == pytest.approx(0.2)


def test_long_pauses_between_ops_count_as_work_outside(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)
    with recorder.record("f"):
        clock.now += 100e-6
        entries.TFE_Py_FastPathExecute(None, "A", None, 0.01)
        clock.now += 0.0503
        entries.TFE_Py_FastPathExecute(None, "B", None, 0.01)
    assert recorder.recordings()["f"][0].host_seconds == pytest.approx(0.05)


def test_too_many_ops_truncate_the_recording(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock, max_ops=3)
    with recorder.record("f"):
        for _ in range(5):
            entries.TFE_Py_FastPathExecute(None, "A", None, 0.1)
    (recording,) = recorder.recordings()["f"]
    assert (len(recording.ops), recording.truncated) == (3, True)


def test_other_threads_ops_are_left_alone(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)

    def elsewhere() -> None:
        entries.TFE_Py_FastPathExecute(None, "Elsewhere", None, 0.1)
        with recorder.record("g"):
            entries.TFE_Py_FastPathExecute(None, "Elsewhere", None, 0.1)

    with recorder.record("f"):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        entries.TFE_Py_FastPathExecute(None, "Here", None, 0.1)
    assert [op.name for op in recorder.recordings()["f"][0].ops] == ["Here"]
    assert "g" not in recorder.recordings()


def test_stop_restores_in_the_middle_of_a_call(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)
    token = recorder.begin("f")
    patched = entries.TFE_Py_FastPathExecute
    recorder.stop()
    assert entries.TFE_Py_FastPathExecute is not patched
    patched(None, "A", None, 0.1)
    recorder.end(token)
    assert recorder.recordings() == {}


def test_someone_elses_patch_is_left_in_place(clock: Clock, entries: Any) -> None:
    original = entries.TFE_Py_FastPathExecute
    recorder = Recorder(clock)
    token = recorder.begin("f")
    ours = entries.TFE_Py_FastPathExecute

    def theirs(*arguments: Any) -> Any:
        return ours(*arguments)

    entries.TFE_Py_FastPathExecute = theirs
    recorder.end(token)
    assert entries.TFE_Py_FastPathExecute is theirs
    assert theirs(None, "A", None, 0.1).shape == (2, 3)
    entries.TFE_Py_FastPathExecute = original


def test_trouble_of_its_own_is_kept_from_the_caller(
    clock: Clock, entries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("no devices")

    monkeypatch.setattr(adapter, "accelerator", broken)
    recorder = Recorder(clock)
    with recorder.record("f"):
        entries.TFE_Py_FastPathExecute(None, "A", None, 0.1)
    assert recorder.recordings() == {}
    assert recorder.trouble is not None
    assert "no devices" in recorder.trouble


def test_nothing_is_recorded_where_it_can_not_be(clock: Clock, entries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "available", lambda _feature: "TensorFlow hasn't been imported")
    before = entries.TFE_Py_FastPathExecute
    recorder = Recorder(clock)
    with recorder.record("f"):
        assert entries.TFE_Py_FastPathExecute is before
    assert recorder.recordings() == {}


def test_forgetting_drops_a_functions_recordings_only(clock: Clock, entries: Any) -> None:
    recorder = Recorder(clock)
    for key in ("f", "g"):
        with recorder.record(key):
            pass
    recorder.forget("f")
    assert list(recorder.recordings()) == ["g"]


def test_the_replacement_goes_by_the_name_and_file_of_the_original() -> None:
    module = ModuleType("entries")
    module.__file__ = "/somewhere/entries.py"

    def make() -> Callable[[], None]:
        return lambda: None

    replaced = disguised(make(), "TFE_Py_Execute", module)
    assert (replaced.__code__.co_name, replaced.__code__.co_filename) == ("TFE_Py_Execute", "/somewhere/entries.py")
