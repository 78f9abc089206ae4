"""Is there a GPU? Asked without TensorFlow, which only the kernel of a test may start."""

from __future__ import annotations

import shutil
import subprocess


def has_gpu() -> bool:
    """The driver's own tool lists one."""
    tool = shutil.which("nvidia-smi")
    return bool(tool) and b"GPU 0" in subprocess.run([str(tool), "-L"], capture_output=True, check=False).stdout
