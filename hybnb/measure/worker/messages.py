"""What kernel and worker say to each other, as JSON in the first part of a frame."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from hybnb.model import Trial, TrialPlan

DIED_OF_MEMORY: Final = 88  #: exit code of a worker that took more memory than the plan allows

STAGES: Final = {
    "start": "starting its process", "eager": "running it eagerly", "trace": "tracing it", "graph": "running the graph",
    "compare": "comparing what came out", "witness": "looking whether it is random", "time": "timing both",
    "here": "trying it in this kernel",
}  # fmt: skip


class Start(Struct, frozen=True):
    """What a worker is told when it starts."""

    owner: int  #: process number of the kernel
    folder: str  #: the only place it may write to; its own to remove
    path: tuple[str, ...]  #: sys.path of the kernel
    idle_seconds: float = 300.0  #: after which it ends by itself
    intra_threads: int = 0  #: TensorFlow's thread pools; 0 lets TensorFlow choose
    inter_threads: int = 0
    accelerator: bool = False  #: may it take GPU memory?


class Request(Struct, frozen=True):
    """One trial; the pickle and its buffers are the frame's other parts."""

    plan: TrialPlan
    sources: dict[str, str]  #: file name → text of the cells
    keras: dict[str, str] = {}  #: floatx, image_data_format, dtype_policy
    seeded: bool = False  #: TensorFlow has a global seed


class Ready(Struct, frozen=True, tag="ready"):
    """TensorFlow is imported; `confined` when the operating system keeps the worker in its folder."""

    confined: bool


class Stage(Struct, frozen=True, tag="stage"):
    """What is going on: a key of STAGES."""

    word: str


class Result(Struct, frozen=True, tag="result"):
    """How the trial came out; a tainted worker isn't to be used again."""

    trial: Trial
    tainted: bool = False


class Failed(Struct, frozen=True, tag="failed"):
    """hybnb's own failure."""

    words: str


Message = Ready | Stage | Result | Failed
