"""What hybnb uses of TensorFlow's internals is tried once, whichever threads ask for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from hybnb.measure import adapter


@pytest.fixture(autouse=True)
def an_unknown_tensorflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(adapter, "tensorflow_version", lambda: "99.0")
    monkeypatch.setattr(adapter, "runs_eagerly", lambda: True)
    adapter._tried.cache_clear()
    yield
    adapter._tried.cache_clear()


def test_threads_that_ask_at_once_have_it_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    began, more = threading.Event(), threading.Event()
    tried, answers = [], []

    def try_it() -> None:
        tried.append(threading.get_ident())
        began.set()
        more.wait(10)

    monkeypatch.setattr(adapter, "_try_matching", try_it)
    threads = [threading.Thread(target=lambda: answers.append(adapter.available("matching"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert began.wait(10)
    more.set()
    for thread in threads:
        thread.join()
    assert len(tried) == 1
    assert answers == [None] * 5


def test_nobody_waits_long_for_a_trial_on_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    began, more = threading.Event(), threading.Event()

    def try_it() -> None:
        began.set()
        more.wait(10)

    monkeypatch.setattr(adapter, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr(adapter, "_try_matching", try_it)
    thread = threading.Thread(target=adapter.available, args=("matching",))
    thread.start()
    assert began.wait(10)
    assert adapter.available("matching") == "another thread is trying it"
    more.set()
    thread.join()
    assert adapter.available("matching") is None


def test_on_a_known_version_nothing_is_tried_for_what_is_used_after_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "PROVEN", frozenset({"99.0"}))
    monkeypatch.setattr(adapter, "_try_matching", lambda: "it was tried")
    monkeypatch.setattr(adapter, "_try_cloning", lambda: "it was tried")
    assert adapter.available("matching") is None
    assert adapter.available("cloning") == "it was tried"
