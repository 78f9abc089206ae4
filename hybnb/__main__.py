"""`python -m hybnb`: the command line."""

from __future__ import annotations

from hybnb.cli import program

if __name__ == "__main__":
    program()
