"""TensorFlow made ready in this process, and this machine measured, for benchmarks that predict."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from hybnb.measure.calibrator import Calibrator
from hybnb.model import Calibration


def calibrated() -> Calibration:
    """What this machine does per second, measured anew; ends the process when that can't be found out."""
    os.environ.update({"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"})
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    tf.function(lambda x: x)(tf.constant(0.0))  # AutoGraph takes its time to start, once in a process
    with tempfile.TemporaryDirectory() as folder:
        calibration = Calibrator(Path(folder)).wait(60.0)
    if calibration is None:
        sys.exit("this machine couldn't be measured")
    return calibration
