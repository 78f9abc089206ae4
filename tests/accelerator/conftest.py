"""Tests on a machine with a GPU; without one they are skipped, and `make test` leaves them out."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="session")
def tf() -> Any:
    """TensorFlow, which sees a GPU and takes memory as it needs it."""
    import tensorflow

    found = tensorflow.config.list_physical_devices("GPU")
    if not found:
        pytest.skip("there is no GPU that TensorFlow sees")
    for each in found:
        tensorflow.config.experimental.set_memory_growth(each, True)
    return tensorflow
