"""hybnb: would `tf.function` be safe, and would it be faster? Asked of every function in a notebook.

`%load_ext hybnb` in a notebook; `hybnb.advise(f)` anywhere; `hybnb check` on the command line. Everything but the
version is imported when it is first used, so that importing hybnb costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from hybnb.model import Report, Verdict
    from hybnb.session import advise

__version__ = "0.1.0"
__all__ = ["Report", "Verdict", "__version__", "advise", "load_ipython_extension", "unload_ipython_extension"]

_HOMES = {"advise": "hybnb.session", "Report": "hybnb.model", "Verdict": "hybnb.model"}


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext hybnb`; a second time changes nothing."""
    from hybnb.session import extension

    extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """`%unload_ext hybnb`; leaves nothing behind."""
    from hybnb.session import extension

    extension.unload(shell)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
