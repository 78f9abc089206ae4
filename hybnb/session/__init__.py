"""One kernel's memory and wiring, and the same judgement for a single function anywhere.

`live` is the session itself. It judges (`judging`, `records`, `stale`), shows what is new (`changes`, `cards`), answers
panels (`panels`, `commands`, `reports`) and has functions tried (`policy`, `measuring`, `tried`;
in the idle kernel itself `idling`). What keeps it out of the
user's way: `budget`, `warm`, `undisturbed`, `troubles`. Without a kernel: `single` and `once`.
"""

from hybnb.session.live import Session
from hybnb.session.single import advise

__all__ = ["Session", "advise"]
