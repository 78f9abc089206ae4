"""Everything a person sees, drawn from verdicts and reports only.

Functions that draw for a notebook return a MIME bundle with text/plain and text/html. rich and markupsafe are only
imported once something is drawn, so that loading hybnb stays quick; `warm` imports them ahead of time.
"""

from __future__ import annotations

from hybnb.show.arrange import pressing
from hybnb.show.bundles import MOST_NOTICES, Bundle, card, cards, explain, notice, question, settings, table, warm

__all__ = [
    "MOST_NOTICES",
    "Bundle",
    "card",
    "cards",
    "explain",
    "notice",
    "pressing",
    "question",
    "settings",
    "table",
    "warm",
]
