"""What layers add to their `losses` with each call: whoever reads it must do so on the side of the graph on which they ran."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from astroid import nodes

from hybnb.analyse.candidates import Candidate
from hybnb.analyse.follow import callers
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.survey import attributes_of
from hybnb.analyse.program import Program
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.rebuilding import survey

LOSSES = "losses"
#: without one of these, `losses` are those of the weights, which are computed when they are read
ADDED_BY_A_CALL = ("activity_regularizer", "add_loss", "ActivityRegularization")


def check_losses(run: Run, candidate: Candidate) -> None:
    """Note a function that calls layers whose losses its callers read, and one that reads those of layers it doesn't call."""
    own = [read for read in survey(candidate.node).attributes.get(LOSSES, []) if _of_layers(run, candidate.unit, read)]
    if not run.calls_layers and not own:
        return
    run.reads.update(f"~{name}" for name in ADDED_BY_A_CALL)
    units = [unit for unit in run.program.units() if not unit.installed]
    if not any(word in unit.cell.source for unit in units for word in ADDED_BY_A_CALL):
        return
    run.reads.add(f"~{LOSSES}")
    if not run.calls_layers:
        run.effect("lost-gradient", own[0], False, why="losses", place="here")
        return
    above = set(_above(run.program, candidate.node))
    for unit in units:
        for read in attributes_of(unit, LOSSES):
            if _of_layers(run, unit, read) and _apart(candidate, read, above):
                run.effect("lost-gradient", candidate.node, False, why="losses", place=unit.where(read.lineno or 1))
                return


def _of_layers(run: Run, unit: Unit, read: nodes.Attribute) -> bool:
    """And not Keras's module of that name."""
    top = run.program.at_the_top(unit)
    return evaluate(top, read.expr, top.frames[0].scope).kind != "module"


def _apart(candidate: Candidate, read: nodes.Attribute, above: Collection[nodes.NodeNG]) -> bool:
    """Losses are read outside of the graph, and were not left by a call of the reader's own."""
    reader = callers.enclosing(read)
    if reader is None or reader in above:
        return True
    within = reader is candidate.node or survey(candidate.node).mentions(reader.name)
    owner = read.expr.as_string().rpartition(".")[2]
    return not within and owner not in survey(reader).calls and "super" not in owner


def _above(program: Program, function: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """The functions that call this one, by however many others."""
    known, waiting = {function}, [function]
    while waiting:
        for _, call in callers.calls(program, waiting.pop()):
            caller = callers.enclosing(call)
            if caller is not None and caller not in known:
                known.add(caller)
                waiting.append(caller)
                yield caller
