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
}  # fmt: skip


def may_read(name: str) -> bool:
    """A function of this name may ask for such a setting."""
    return name.rpartition(".")[2] in GETTERS or name.partition(".")[0] in LOOKED_UP


def read(run: Run, node: nodes.NodeNG, name: str) -> None:
    """A library is asked for a setting, or may ask for one by itself: does the notebook set it anew?"""
    asked = GETTERS.get(name.rpartition(".")[2])
    package = name.partition(".")[0]
    if (asked is None and package not in LOOKED_UP) or not moment.tracing(run):
        return
    namespace = run.program.namespace_of(run.unit)
    for setting in (asked,) if asked is not None else LOOKED_UP[package]:
        run.reads.add(setting)
        site = namespace.changes.of_name(
            setting, *moment.place(run), moment.readers(run), moment.runs_later(run, namespace)
        )
        if site is not None:
            run.effect("stale-read", node, asked is not None, name=f"{name}()", what="string", changed=site.words())
