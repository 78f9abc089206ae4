"""Random draws of which a trace keeps the numbers, or the seed: generators, initializers, datasets that are shuffled."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.follow.libraries import results
from hybnb.analyse.follow.libraries.compiled_ops import spoken_as
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import NONE, Instance, Value

Keywords = dict[str, Value]


def seeded(run: Run, name: str, args: list[Value], keywords: Keywords) -> Value | None:
    """A generator of NumPy's or Python's that is made with a seed."""
    library = SEEDED.get(name)
    seed = args[0] if args else keywords.get("seed", NONE)
    if library is None or seed.kind not in ("number", "string"):
        return None
    return Value("object", ref=Instance(run.epoch, None, library, attributes={"seed": seed}))


def draws_alike(run: Run, receiver: Value | None) -> bool:
    """The generator was made in this call, with a seed: each call gets the same numbers."""
    holder = receiver.ref if receiver is not None else None
    return isinstance(holder, Instance) and "seed" in holder.attributes and not run.outlives(holder)


SEEDED = {
    "numpy.random.default_rng": "numpy.random.Generator",
    "numpy.random.RandomState": "numpy.random.RandomState",
    "random": "random",  # random.Random, whose methods the module has as functions
}


INITIALIZERS = "keras.initializers."


def initializer_made(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords
) -> None:  # fmt: skip
    """An initializer takes its seed where it is made: in a graph, the same one in each call."""
    if name.startswith(INITIALIZERS) and "seed" in entry.parameters:
        seed = results.argument(entry, "seed", args, keywords, None)
        if seed is None or seed.kind == "none":
            run.effect("host-random", node, False, call=f"{spoken_as(name)} without a seed of its own")


DRAWN = frozenset({"shuffle", "sample_from_datasets", "random", "list_files"})
SETTERS = ("set_seed", "set_random_seed")


def ordered_anew(run: Run, node: nodes.NodeNG, method: str, seed: Value | None) -> None:
    """Under a seed for the whole notebook, a dataset takes one of its own where it is made: in a graph, the same in each call."""
    if method not in DRAWN or (seed is not None and seed.kind != "none"):
        return
    run.reads.update(f"~{name}" for name in SETTERS)
    if any(map(run.program.uses.calls, SETTERS)):
        run.effect("host-random", node, False, call=f"Dataset.{method} without a seed of its own")
