"""What hybnb's own parsing would say twice isn't said, and everything else still is."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator

import pytest

from hybnb.observe.unwarned import unwarned


@pytest.fixture(autouse=True)
def all_are_shown() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        yield


def test_nothing_is_said_inside(recwarn: pytest.WarningsRecorder):
    with unwarned():
        compile("1 is 1", "<cell>", "exec")
    assert not recwarn.list


def test_it_is_said_again_afterwards(recwarn: pytest.WarningsRecorder):
    with unwarned():
        pass
    compile("1 is 1", "<cell>", "exec")
    assert len(recwarn.list) == 1


def test_what_another_thread_says_meanwhile_is_heard(recwarn: pytest.WarningsRecorder):
    with unwarned():
        thread = threading.Thread(target=warnings.warn, args=("the user's",))
        thread.start()
        thread.join()
    assert [str(each.message) for each in recwarn.list] == ["the user's"]


def test_filters_are_as_before():
    before = list(warnings.filters)
    with unwarned():
        pass
    assert warnings.filters == before


def test_a_filter_that_the_user_adds_meanwhile_stays():
    with unwarned():
        warnings.filterwarnings("ignore")
    assert warnings.filters[0] == ("ignore", None, Warning, None, 0)


def test_filters_that_are_gone_meanwhile_stay_gone():
    with unwarned():
        warnings.resetwarnings()
    assert warnings.filters == []
