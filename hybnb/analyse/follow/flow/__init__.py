"""Branches, loops, conditions and exceptions: what AutoGraph makes of them, and whether it can."""
