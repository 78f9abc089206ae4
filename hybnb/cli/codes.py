"""Codes of rules as typed by a user."""

from __future__ import annotations

import argparse

from hybnb.show.inert import inert


def known_codes(text: str) -> tuple[str, ...]:
    """Codes, or beginnings of codes, separated by commas; an error for one that no rule has."""
    from hybnb.rules import registry  # reads every rule: only when codes are given

    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    known = [rule.code for rule in registry()]
    for code in codes:
        if not any(one.startswith(code) for one in known):
            raise argparse.ArgumentTypeError(f"no rule has the code {inert(code, 20)}; `hybnb rules` lists them")
    return codes
