"""A notebook on a machine with a GPU, in a real kernel: what hybnb starts, takes, changes and says there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = [pytest.mark.accelerator, pytest.mark.tensorflow]

USED = """
import os, subprocess
def used():
    listed = subprocess.run(["nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"],
                            capture_output=True, text=True).stdout.split("\\n")
    total = subprocess.run(["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"],
                           capture_output=True, text=True).stdout
    return {"pid": os.getpid(), "processes": [line for line in listed if line], "total": int(total.split()[0])}
"""
CELLS = {
    "load": "%load_ext hybnb\nimport tensorflow as tf\nimport json, time\n" + USED,
    "define": """
def step(x):
    with tf.GradientTape() as tape:
        for weight in weights:
            x = tf.tanh(x @ weight)
        loss = tf.reduce_mean(x * x)
    for weight, slope in zip(weights, tape.gradient(loss, weights)):
        weight.assign_sub(0.01 * slope)
    return loss
def product(x):
    return x @ x
""",
    "before": "from tensorflow.python.eager import context\n"
    "print(json.dumps([bool(context._context and context._context._initialized), used()]))",
    "configure": "gpu = tf.config.list_physical_devices('GPU')[0]\n"
    "tf.config.experimental.set_memory_growth(gpu, True)\nprint('configured')",
    "calls": "weights = [tf.Variable(tf.random.stateless_normal([64, 64], [1, n]) * 0.1) for n in range(8)]\nx = tf.ones([32, 64])\nlarge = tf.ones([1024, 1024])\n"
    "for _ in range(60):\n    step(x)\n    product(large)\nprint(json.dumps([x.device, used()]))",
    "worker": "before = [one.numpy().tobytes() for one in weights]\n%hybnb measure step\n",
    "after worker": "print(json.dumps([before == [one.numpy().tobytes() for one in weights], used()]))",
    "here": "%hybnb measure step --here\n",
    "product here": "%hybnb measure product --here\n",
    "truth": """
graph, rates = tf.function(product), {}
for _ in range(8):
    for name, call in (("eager", product), ("graph", graph)):
        began = time.perf_counter()
        for _ in range(500):
            last = call(large)
        float(last[0, 0])
        rates.setdefault(name, []).append((time.perf_counter() - began) / 500)
print(json.dumps({name: sorted(each)[4] * 1e6 for name, each in rates.items()}))
""",
    "after here": "print(json.dumps([before == [one.numpy().tobytes() for one in weights], used()]))",
    "xla": "%hybnb measure step --xla",
    "report": "%hybnb report --format json",
    "text": "%hybnb",
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each cell printed or showed as text."""
    from tests.accelerator.devices import has_gpu

    if not has_gpu():
        pytest.skip("there is no GPU")
    folder: Path = tmp_path_factory.mktemp("notebook")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS.values()])
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(book, timeout=300, allow_errors=True, kernel_name="python3", resources=where).execute()
    found = {name: shown(cell) for name, cell in zip(CELLS, book.cells, strict=True)}
    (folder / "said.json").write_text(json.dumps(found, indent=1))
    print(json.dumps(found, indent=1))
    return found


def shown(cell: Any) -> str:
    """Streams, text of displays, errors."""
    return "".join(
        output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue", "")
        for output in cell["outputs"]
    )


def test_hybnb_starts_no_device_and_takes_no_memory_before_the_user_does(said: dict[str, str]) -> None:
    started, used = json.loads(said["before"])
    assert not started
    assert not any(line.startswith(f"{used['pid']},") for line in used["processes"])
    assert said["configure"].strip().endswith("configured")


def test_the_process_for_trials_takes_no_memory_of_the_gpu_and_changes_nothing(said: dict[str, str]) -> None:
    device, before = json.loads(said["calls"].splitlines()[0])
    same, after = json.loads(said["after worker"].splitlines()[0])
    assert device.endswith("GPU:0")
    assert same
    assert len(after["processes"]) == len(before["processes"])
    assert after["total"] - before["total"] < 64


def test_it_compares_and_leaves_the_speed_open(said: dict[str, str]) -> None:
    assert "both do the same without the GPU" in said["worker"]


def test_in_the_kernel_it_is_timed_and_nothing_is_changed(said: dict[str, str]) -> None:
    assert "both do the same; the graph is faster" in said["here"]
    assert "the graph is faster" not in said["product here"]
    assert json.loads(said["after here"].splitlines()[0])[0]


def test_xla_is_refused(said: dict[str, str]) -> None:
    assert "what XLA gains on a GPU can't be measured" in said["xla"]


def test_the_report_names_the_gpu_and_what_was_measured(said: dict[str, str]) -> None:
    report = json.loads(said["report"])
    assert "GPU:0" in report["environment"]["devices"]
    verdicts = {one["function"]["name"]: one for source in report["sources"] for one in source["verdicts"]}
    assert verdicts["step"]["faster"]["basis"] == "measured"
    assert verdicts["step"]["answer"] == "decorate"
