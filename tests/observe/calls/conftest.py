"""Watched shells."""

from __future__ import annotations

import pytest

from tests.observe.calls.probing import WAYS, watching


@pytest.fixture(params=WAYS)
def watch(request):
    """A shell whose functions are watched, in each way there is on this Python."""
    with watching(request.param) as watch:
        yield watch


@pytest.fixture
def native():
    """A shell whose functions are watched as they are for users of this Python."""
    with watching(WAYS[0]) as watch:
        yield watch
