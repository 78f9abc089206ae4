"""A rule of hybnb failed.

Sees        a rule that raised an exception while it looked at the function.
Matters     what that rule would have said is unknown, so the function isn't called safe.
Wrong when  never: the finding says only that hybnb is at fault.
Instead     report it with the function; until then compare eager and graph results yourself.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules.rule import Place, rule


@rule("HYB901", "rule-failed", stance="notes", claim="context")
def check(_: Evidence) -> Iterator[Place]:
    """Nothing by itself: whoever asks the rules reports the failure of another one under this code."""
    return iter(())
