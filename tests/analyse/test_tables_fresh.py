"""The committed tables are what the generator writes for the installed libraries."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from hybnb.analyse import lexicon

pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]

#: Every so manieth function is run again; all of them take minutes: `python scripts/make_tables.py --check`.
EVERY = 40


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _same_versions() -> bool:
    return all(_installed(name) == version for name, version in lexicon.versions().items())


needs_same_versions = pytest.mark.skipif(
    not _same_versions(), reason="the tables were made with other versions than are installed"
)


@needs_same_versions
@pytest.mark.parametrize("table", ["python", "numpy", "methods", "keras"])
def test_a_table_is_fresh(table: str) -> None:
    command = [sys.executable, "scripts/make_tables.py", "--check", "--only", table]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_same_versions
def test_rows_that_were_found_by_running_are_found_again() -> None:
    code = (
        "import sys; sys.path[:0] = ['scripts', '.']\n"
        "import msgspec\n"
        "from making_tables.tensorflow_tables import names_to_run\n"
        "from making_tables.worker import classified\n"
        f"print(msgspec.json.encode(classified(names_to_run()[::{EVERY}])).decode())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    rows = msgspec.json.decode(done.stdout.splitlines()[-1], type=dict[str, lexicon.Entry])
    assert len(rows) > 20
    for name, row in rows.items():
        if name.startswith("tensorflow.compat.v1.") and row.category == "unknown":
            assert lexicon.lookup(name) is None, name
            continue
        assert msgspec.structs.replace(row, type=None) == msgspec.structs.replace(_known(name), type=None), name


def _known(name: str) -> lexicon.Entry:
    entry = lexicon.lookup(name)
    assert entry is not None
    return entry
