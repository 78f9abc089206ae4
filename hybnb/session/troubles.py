"""hybnb's own failures, kept as sentences."""

from __future__ import annotations

from typing import Final

from hybnb.errors import log

MOST: Final = 20
#: Whose exceptions may be asked for their text; anybody else's `__str__` is the user's code.
_TRUSTED: Final = frozenset({"astroid", "builtins", "hybnb", "json", "msgspec", "subprocess"})


class Troubles:
    """Each different failure once, at most 20 of them."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def note(self, trouble: BaseException) -> None:
        """Keep a failure; the traceback goes to the log, at debug level."""
        log.debug("hybnb failed", exc_info=trouble)
        kind = type(trouble)
        root = str(kind.__module__).partition(".")[0]
        detail = f": {trouble}" if root in _TRUSTED else ""
        if root == "hybnb":
            self.say(str(trouble))
        else:
            self.say(f"hybnb itself failed ({kind.__name__}{detail}{_place(trouble)}); your notebook isn't affected")

    def say(self, sentence: str) -> None:
        """Keep a sentence."""
        if len(self._sentences) < MOST:
            self._sentences[sentence.replace("\n", " ")] = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of them, oldest first."""
        return tuple(self._sentences)


def _place(trouble: BaseException) -> str:
    """Where it happened, without folders of this machine."""
    trace = trouble.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f", {file} line {trace.tb_lineno}"
