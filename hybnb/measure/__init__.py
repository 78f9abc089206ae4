"""Numbers about functions: predicted, counted, or tried.

Predicted: `recorder` notes the ops of one eager call, `calibration` what this machine does per second; with `roofline`,
`estimate` and `weakness`, `prediction` makes a speed-up and its range of them. `track_record` keeps how good that was.
Counted: `matching` has TensorFlow match calls to traces; where it can't be asked, `retraces` does by the rules in
`trace_types`. Tried: in a process of its own (`worker`) or in the kernel (`here`), both with the same pictures of state
(`picture`), verdict on them (`agreement`) and timing (`comparison`); `compiling` sees what XLA would
do otherwise. TensorFlow's internals: `adapter` and its kin.
"""
