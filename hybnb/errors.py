"""hybnb's own trouble: one exception with an exit code, and a guard for code that runs inside a user's cell."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")
log = logging.getLogger("hybnb")


class HybnbError(Exception):
    """Something the user can act on, said in one sentence: what, where, what to do."""

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class UnknownFunctionError(HybnbError):
    """hybnb knows no function of that name."""


def guard(report: Callable[[BaseException], None]) -> Callable[[Callable[P, object]], Callable[P, None]]:
    """Keep every failure of the decorated hook away from the user's cell.

    `report` is told the exception; whatever `report` itself raises is logged and dropped. KeyboardInterrupt is passed
    on, because it is the user's and not ours.
    """

    def decorate(hook: Callable[P, object]) -> Callable[P, None]:
        @wraps(hook)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                hook(*args, **kwargs)
            except (
                Exception,
                SystemExit,
            ) as trouble:  # no code of ours exits: an object of the user's was asked something
                try:
                    report(trouble)
                except Exception:
                    log.debug("hybnb could not report its own failure", exc_info=True)

        return guarded

    return decorate
