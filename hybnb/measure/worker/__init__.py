"""The isolated trial: a warm process of its own that runs a function both ways and leaves no trace in the kernel.

In the kernel: `carry` packs a function with its state, `client` keeps the process. In the process: `serving` is its entry,
`sandbox` and `denial` keep it from touching anything, `carried` rebuilds what was packed, `world` is one copy of it, and
`trying` runs the trial.
"""
