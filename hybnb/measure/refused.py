"""What ends a trial without a result."""

from __future__ import annotations

from hybnb.model import Refusal, RefusalReason


class RefusedError(Exception):
    """There is no trial, or none to its end."""

    def __init__(self, reason: RefusalReason, message: str) -> None:
        super().__init__(message)
        self.refusal = Refusal(reason, message)
