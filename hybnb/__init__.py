"""hybnb: would `tf.function` be safe, and would it be faster? Asked of every function in a notebook.

`%load_ext hybnb` in a notebook; `hybnb.advise(f)` anywhere; `hybnb check` on the command line. Everything but the
version is imported when it is first used, so that importing hybnb costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from hybnb.model import Report, Verdict
    from hybnb.session import advise

__version__ = "0.1.0"
__all__ = ["Report", "Verdict", "__version__", "advise", "load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext hybnb`; a second time changes nothing."""
    from hybnb.session import Session

    if Session.of(shell) is None:
        magics = import_module("hybnb.magics")  # by name: what asks hybnb for its version doesn't depend on the magics
        session = Session.begun(shell)
        session.at_stop(magics.install(shell, session))


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """`%unload_ext hybnb`; leaves nothing behind."""
    from hybnb.session import Session

    session = Session.of(shell)
    if session is not None:
        session.stop()


def __getattr__(name: str) -> Any:
    if name in ("Report", "Verdict"):
        return getattr(import_module("hybnb.model"), name)
    if name == "advise":
        return import_module("hybnb.session").advise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
