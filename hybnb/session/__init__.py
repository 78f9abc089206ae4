"""One kernel's memory and wiring, and the same judgement for a single function anywhere."""

from hybnb.session.live import Session
from hybnb.session.single import advise

__all__ = ["Session", "advise"]
