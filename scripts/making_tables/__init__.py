"""How `scripts/make_tables.py` finds out what library names mean."""
