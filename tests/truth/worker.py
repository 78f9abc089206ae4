"""The process that runs samples: one JSON request per line on stdin, one JSON answer per line on the old stdout.

It is a process of its own because a trace can be endless, and compiled code can take its process down.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any, TextIO

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


def main() -> None:
    """Serve until stdin closes. Samples write to descriptor 1, so answers go to a copy of it."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    import tensorflow as tf

    from tests.truth import running  # noqa: F401 - loads Keras before the freeze

    gc.freeze()  # each run collects garbage; looking through TensorFlow's modules took most of its time
    tf.get_logger().setLevel(100)
    tf.autograph.set_verbosity(0)
    _say(answers, {"stage": "ready"})
    for line in sys.stdin:
        _say(answers, _answer(json.loads(line), answers))


def _answer(request: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    from tests.truth.comparing import compare
    from tests.truth.differences import Differences
    from tests.truth.running import SetUpError, prove, run
    from tests.truth.sample import Judged, Sample

    if request["judged"] is None:
        _say(answers, {"stage": "eager"})
        try:
            prove(request["title"], tuple(request["cells"]))
        except Exception as trouble:
            return {"stage": "done", "error": f"{type(trouble).__name__}: {trouble}"}
        return {"stage": "done", "differences": Differences().plain()}
    sample = Sample(request["title"], tuple(request["cells"]), Judged(**request["judged"]))
    try:
        eager = run(sample, graph=False, seed=1)
        other = run(sample, graph=False, seed=2)
        _say(answers, {"stage": "eager"})
        graph = run(sample, graph=True, seed=1, options=request["options"])
    except SetUpError as trouble:
        return {"stage": "done", "error": str(trouble)}
    return {"stage": "done", "differences": compare(eager, other, graph).plain()}


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    main()
