"""One worker with TensorFlow for a whole test session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.truth.harness import Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """Runs samples both ways."""
    with Bench() as bench:
        yield bench
