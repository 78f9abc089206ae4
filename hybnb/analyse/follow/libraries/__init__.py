"""Calls into libraries and Python's own functions: what they do with what they are given, and what they return."""
