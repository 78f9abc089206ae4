"""One copy of a function with all it uses; the trial has one that runs eagerly and one that runs as a graph."""

from __future__ import annotations

import io
import os
import pickle
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import cloudpickle

from hybnb.measure.adapter_raised import line, said
from hybnb.measure.picture import Camera, Root, Shot, closure_of
from hybnb.measure.worker import carried
from hybnb.measure.worker.deep import deeply

LONGEST_FILE: Final = 1 << 20  #: bytes that are compared
PLAIN: Final = (bool, int, float, complex, str, bytes, list, tuple, dict, set, type(None))


class World:
    """Loaded anew from the parcel, so that nothing is shared with another world. `folder` is where its calls run."""

    def __init__(self, parts: Sequence[Any], folder: Path, moved: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        cloudpickle.cloudpickle._DYNAMIC_CLASS_TRACKER_BY_ID.clear()  # or both worlds would share the user's classes
        content, self._alive = deeply(lambda: _loaded(parts, moved))
        self.function, self.positional, self.keywords, self.names = content
        self.run: Callable[..., Any] = self.function
        self.seconds = 0.0  #: of the last call
        self.complete = True  #: all of its state was small enough to be looked at

    def call(self) -> Any:
        """The recorded call once more; nothing is kept of it."""
        return self.run(*self.positional, **self.keywords)

    def shot(
        self, positional: Sequence[Any], keywords: dict[str, Any], before: Callable[[], Any] | None = None
    ) -> Shot:
        """One call and what came of it. `before` runs first, as part of the call; SystemExit is an exception like others."""
        out, result, trouble = io.StringIO(), None, None
        with self.inside(), redirect_stdout(out):
            began = time.perf_counter()
            try:
                if before is not None:
                    before()
                result = self.run(*positional, **keywords)
            except BaseException as raised:
                trouble = raised
            self.seconds = time.perf_counter() - began
        camera = Camera()
        picture = camera.take(result) if trouble is None else None
        state = dict(self._state(camera))
        self.complete = self.complete and camera.complete
        return Shot(
            picture,
            None if trouble is None else type(trouble).__name__,
            "" if trouble is None else said(trouble),
            None if trouble is None else line(trouble, self.function.__code__),
            out.getvalue(),
            self._files(),
            state,
        )

    @contextmanager
    def inside(self) -> Iterator[None]:
        """In the world's own folder."""
        os.chdir(self.folder)
        try:
            yield
        finally:
            os.chdir(self.folder.parent)

    def _files(self) -> dict[str, bytes]:
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.name.startswith("__autograph_generated_file"):
                with path.open("rb") as file:
                    found[str(path.relative_to(self.folder))] = file.read(LONGEST_FILE)
        return found

    def _state(self, camera: Camera) -> Iterator[tuple[str, Root]]:
        """All that outlives the call: globals, what the closure holds, arguments."""
        for name, value in list(self.function.__globals__.items()):
            if not name.startswith("__") and not isinstance(value, ModuleType):
                for part, held in _data_of(name, value):
                    yield part, Root("global", camera.take(held))
        for name, value in closure_of(self.function):
            yield name, Root("closure", camera.take(value))
        for name, value in (*zip(self.names, self.positional, strict=False), *self.keywords.items()):
            kind: Any = "argument" if isinstance(value, PLAIN) or hasattr(value, "dtype") else "attribute"
            yield name, Root(kind, camera.take(value))


def _loaded(parts: Sequence[Any], moved: bool) -> tuple[Any, list[Any]]:
    with carried.loading(moved) as alive:
        return pickle.loads(parts[0], buffers=parts[1:]), alive


def _data_of(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A global itself; of a class its data, because code may count there."""
    if not isinstance(value, type):
        yield name, value
        return
    for part, held in list(vars(value).items()):
        if not part.startswith("__") and not callable(held) and not hasattr(type(held), "__get__"):
            yield f"{name}.{part}", held


def seed(number: int, first: int | None = None) -> None:
    """Set Python's and NumPy's global random streams, and before a world's first call TensorFlow's, to `first`.

    TensorFlow's is set once only: each time makes its graphs draw the same numbers again.
    """
    random.seed(number)
    sys.modules["numpy"].random.seed(number)
    if first is not None:
        sys.modules["tensorflow"].random.set_seed(first)
