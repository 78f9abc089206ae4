"""Imports of libraries that, while they are imported, change what the user's code would see.

rich draws one number from Python's global random stream; astroid adds filters for warnings (Python 3.12 and newer).
"""

from __future__ import annotations

import random
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def undisturbed() -> Iterator[None]:
    """What this thread does inside neither draws from `random` nor changes the warning filters.

    Other threads, which may be running the user's code meanwhile, reach the originals. One thread at a time.
    """
    own = random.Random(0)
    stand_ins: list[tuple[ModuleType, str, Callable[..., Any]]] = [
        (random, "getrandbits", own.getrandbits),
        (warnings, "filterwarnings", lambda *_, **__: None),
        (warnings, "simplefilter", lambda *_, **__: None),
    ]
    replaced = [(module, name, *_replace(module, name, ours)) for module, name, ours in stand_ins]
    try:
        yield
    finally:
        for module, name, original, stand_in in replaced:
            if getattr(module, name) is stand_in:
                setattr(module, name, original)


def _replace(module: ModuleType, name: str, ours: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    original, here = getattr(module, name), threading.get_ident()

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        return (ours if threading.get_ident() == here else original)(*args, **kwargs)

    setattr(module, name, stand_in)
    return original, stand_in
