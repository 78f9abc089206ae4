"""Files that TensorFlow reads: where their names are known while tracing, a graph reads them once and keeps what it read."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow.libraries.compiled_ops import spoken_as
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import moment
from hybnb.analyse.follow.survey import calls_of
from hybnb.analyse.values import Value

WRITERS = ("write", "write_text", "write_bytes", "write_file", "writelines")


def read(run: Run, node: nodes.NodeNG, name: str, args: list[Value]) -> None:
    """tf.io.read_file of a name that is no tensor: does the notebook write into a file once the trace is made?"""
    if name not in READERS or not args or args[0].is_tensor or not moment.tracing(run):
        return
    run.reads.update(f"~{writer}" for writer in WRITERS)
    place = moment.place(run)
    now = place[0].order, place[1]
    for unit in run.program.units():
        for call in (call for writer in WRITERS for call in calls_of(unit, writer)):
            if not isinstance(call.scope(), nodes.Module) or (unit.order, call.lineno or 1) > now:
                run.effect("environment", node, False, call=f"{spoken_as(name)} of a name that is no tensor")
                return


READERS = frozenset({"tensorflow.io.read_file", "tensorflow.read_file"})
