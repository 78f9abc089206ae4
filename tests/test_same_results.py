"""A seeded notebook computes the same with hybnb as without it, bit for bit, in a real kernel."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.seeded import ALL, STEADY, executed, visible

# A notebook that knows neither hybnb nor what comes with it: IPython's tracebacks import astroid where it is installed, and
# that adds a filter for warnings (Python 3.12 and newer).
ALONE = "__import__('sys').modules['astroid'] = None"
KINDS = ALL if os.environ.get("HYBNB_SEEDED_NOTEBOOKS") == "all" else [kind for kind in ALL if "/" not in kind]


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", KINDS)
def test_a_seeded_notebook_computes_the_same_with_and_without_hybnb(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in STEADY.items():
        monkeypatch.setenv(name, value)

    without = executed(kind, ALONE, tmp_path / "without")
    *with_hybnb, table = executed(kind, "%load_ext hybnb", tmp_path / "with", last=("%hybnb",))

    assert [visible(cell) for cell in with_hybnb] == [visible(cell) for cell in without]
    assert "error" not in visible(without[-1]), "the last cell failed and so compared nothing"
    (judged,) = table["outputs"]
    assert re.search(r"\bcell \d", judged["data"]["text/plain"]), "hybnb judged nothing, so this run shows little"
