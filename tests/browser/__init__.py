"""Real front ends in a real browser. A package, so that the fixtures of its own scope end with its last test."""
