"""Settings of the whole process, which a library keeps and a function asks for."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import moment

#: what asks for something of the whole process, by the last part of its name
GETTERS = {
    "floatx": "keras.floatx", "epsilon": "keras.epsilon", "image_data_format": "keras.image_data_format",
    "isEnabledFor": "logging.level", "getEffectiveLevel": "logging.level",
}  # fmt: skip
LOOKED_UP = {  #: by any function of a package, for all one knows
    "keras": ("keras.floatx", "keras.epsilon", "keras.image_data_format"), "decimal": ("decimal.context",),
    "numpy": ("numpy.geterr",),
}  # fmt: skip
WRITING = frozenset({"array2string", "array_str", "array_repr"})  #: NumPy's functions that make a text of an array


def may_read(name: str) -> bool:
    """A function of this name may ask for such a setting."""
    return name.rpartition(".")[2] in GETTERS or name.partition(".")[0] in LOOKED_UP


def read(run: Run, node: nodes.NodeNG, name: str) -> None:
    """A library is asked for a setting, or may ask for one by itself: does the notebook set it anew?"""
    asked = GETTERS.get(name.rpartition(".")[2])
    package = name.partition(".")[0]
    if (asked is None and package not in LOOKED_UP) or not moment.tracing(run):
        return
    for setting in (asked,) if asked is not None else LOOKED_UP[package]:
        _note(run, node, setting, f"{name}()", sure=asked is not None)
    if package == "numpy" and name.rpartition(".")[2] in WRITING:
        _note(run, node, "numpy.get_printoptions", f"{name}()", sure=False)


def arrays_meet(run: Run, node: nodes.NodeNG) -> None:
    """NumPy computes: whether it warns of a division by zero or raises an error is a setting."""
    if moment.tracing(run):
        _note(run, node, "numpy.geterr", "np.geterr()", sure=False)


def array_written(run: Run, node: nodes.NodeNG) -> None:
    """A text is made of an array, with as many digits as a setting says."""
    if moment.tracing(run):
        _note(run, node, "numpy.get_printoptions", "np.get_printoptions()", sure=False)


def _note(run: Run, node: nodes.NodeNG, setting: str, name: str, *, sure: bool) -> None:
    namespace = run.program.namespace_of(run.unit)
    run.reads.add(setting)
    if setting not in namespace.changes.names:  # as nearly always
        return
    site = namespace.changes.of_name(
        setting, *moment.place(run), moment.readers(run), moment.runs_later(run, namespace)
    )
    if site is not None:
        run.effect("stale-read", node, sure, name=name, what="string", changed=site.words())
