"""What goes into a function and comes out of it, and what callers make of that: where a trace has a border and eager code has none."""
