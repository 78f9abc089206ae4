"""Classify functions in a process of their own, because some wrong arguments make TensorFlow abort the whole process.

`classified` starts this module as a program, hands it names and reads rows; a name whose row never comes stays "unknown".
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from hybnb.analyse.lexicon import Entry

#: Variables of the process that make TensorFlow quiet, CPU-only and repeatable.
_SURROUNDINGS = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
    "KERAS_BACKEND": "tensorflow",
}


#: Exit code of a process in which a function changed TensorFlow as a whole.
_CHANGED = 3


def classified(names: Iterable[str]) -> dict[str, Entry]:
    """Rows by name, in the order of the names."""
    wanted = list(names)
    rows: dict[str, Entry] = {}
    for rules in (True, False):  # trying for the rules of dtype and shape is what breaks most
        left = [name for name in wanted if name not in rows]
        while left:
            rows |= _one_process(left, rules)
            alive = [name for name in left if name in rows]
            left = left[len(alive) + 1 :]  # without the one that ended the process
    for name in wanted:
        if name not in rows:
            print(f"  {name}: TensorFlow ended the process", file=sys.stderr)
    return {name: rows.get(name, Entry()) for name in wanted}


def _one_process(names: list[str], rules: bool) -> dict[str, Entry]:
    """Rows of as many names as one process lives through."""
    roots = os.pathsep.join(str(folder) for folder in Path(__file__).resolve().parents[1:3])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows"
        file.touch()
        environment = {**os.environ, **_SURROUNDINGS, "PYTHONPATH": roots}
        done = subprocess.run(
            [sys.executable, "-m", "making_tables.worker", str(file), *(["rules"] if rules else [])],
            input="\n".join(names),
            text=True,
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode == _CHANGED:
            raise RuntimeError(f"one of these changes TensorFlow for what comes after it: {' '.join(names)}")
        lines = file.read_bytes().splitlines()
    return dict(msgspec.json.decode(line, type=tuple[str, Entry]) for line in lines)


def _main(file: Path, rules: bool) -> None:
    import tensorflow as tf

    from making_tables.calls import written_calls
    from making_tables.classify import classify

    calls = written_calls()
    before = classify(tf.add)
    for name in sys.stdin.read().split():
        row = classify(*calls.subject(name), rules=rules)
        with file.open("ab") as stream:
            stream.write(msgspec.json.encode((name, row)) + b"\n")
    if classify(tf.add) != before:
        sys.exit(_CHANGED)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), "rules" in sys.argv[2:])
