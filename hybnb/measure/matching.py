"""Counts, call by call, the traces that a function's calls would take had it been a tf.function, exactly.

Calls are matched when they happen, because TensorFlow holds objects weakly: one that is gone matches nothing later.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import CodeType
from typing import Any, Final

import msgspec

from hybnb.measure import adapter
from hybnb.measure.plain_values import classes_in, plain, unannotated
from hybnb.model import Culprit, Retraces, TensorSpec

MOST_TRACES: Final = 50  #: of one function; TensorFlow compares a call with all of them
MOST_CULPRITS: Final = 8
TRACE_MEGABYTES: Final = 0.1  #: resident memory of a trace with one op (TensorFlow 2.21, CPU)
NODE_MEGABYTES: Final = 0.015  #: for each node more; 40 ops came to 0.7 MB, a small training step to 3.7


class Matching:
    """The calls of one function. Nothing here raises, and no argument is kept alive but numbers and texts."""

    def __init__(self) -> None:
        self._tables: tuple[Any, Any] | None = None
        self._reducible = True
        self._requests: list[dict[str, Any]] = []  #: parts of each call that took a trace of its own
        self._positional = True
        self._culprits: dict[str, Culprit] = {}
        self._at: list[int] = []
        self.exact = True  #: all calls could be matched

    def note(self, code: CodeType, arguments: Sequence[tuple[str, Any]], number: int = 0) -> None:
        """A call outside a graph is about to run; `number` says the how manieth it is, from 1, where that is known."""
        if not self.exact:
            return
        try:
            before = len(self._requests)
            self._note(code, arguments)
            if number and len(self._requests) > before:
                self._at.append(number)
        except Exception:  # TensorFlow can't take these arguments, or is in a state nobody foresaw
            self.exact = False

    def _note(self, code: CodeType, arguments: Sequence[tuple[str, Any]]) -> None:
        classes = [classes_in(value) for _, value in arguments]
        if adapter.available("matching") is not None or None in classes:
            self.exact = False
            return
        from hybnb.measure import adapter_matching as tf

        positional = not code.co_kwonlyargcount and not code.co_flags & 0x0C
        with unannotated(cls for found in classes for cls in found or ()):
            self._match(tf.request_of(code, arguments), positional)

    def _match(self, request: Any, positional: bool) -> None:
        from hybnb.measure import adapter_matching as tf

        if self._tables is None:
            self._tables = tf.TraceTable(), tf.TraceTable(reduce=True)
        if self._tables[0].take(request):
            self._learn(tf.parts(request), positional)
        if self._reducible:
            try:
                self._tables[1].take(request)
            except IndexError:  # TensorFlow's own: other numbers of *args than before
                self._reducible = False
        self.exact = self.exact and len(self._requests) <= MOST_TRACES

    def _learn(self, parts: dict[str, Any], positional: bool) -> None:
        self._blame(parts)
        self._requests.append(parts)
        self._positional = positional

    def _blame(self, parts: dict[str, Any]) -> None:
        """Note in what the call differs from the one it is most like."""
        from hybnb.measure import adapter_matching as tf

        differences = [_changed(have, parts) for have in self._requests]
        for path in min(differences, key=len, default=()):
            old = next((have[path] for have in reversed(self._requests) if path in have), None)
            new = parts.get(path)
            before = tf.words(old) if old is not None else "nothing"
            after = tf.words(new) if new is not None else "nothing"
            self._culprits.setdefault(path, Culprit(path, before, after if before != after else f"another {after}"))

    def result(self) -> Retraces | None:
        """What the calls so far come to; None when some couldn't be matched, or none came."""
        if not self.exact or self._tables is None:
            return None
        signature = self._signature()
        return Retraces(
            count=len(self._tables[0]),
            reduced=len(self._tables[1]) if self._reducible else None,
            exact=True,
            culprits=tuple(self._culprits.values())[:MOST_CULPRITS],
            relaxed=self._relaxed(),
            at=tuple(self._at),
            signed=self._objects() if signature else None,
            signature=signature,
        )

    def _relaxed(self) -> tuple[str, ...]:
        from hybnb.measure import adapter_matching as tf

        shapes: dict[str, set[object]] = {}
        for parts in self._requests:
            for path, part in parts.items():
                if tf.is_shaped(part):
                    shapes.setdefault(path, set()).add(tf.shape(part))
        return tuple(dict.fromkeys(path.partition("[")[0] for path, seen in shapes.items() if len(seen) > 1))

    def _signature(self) -> tuple[TensorSpec, ...]:
        """One TensorSpec for each parameter but `self`, where all calls passed plain tensors."""
        from hybnb.measure import adapter_matching as tf

        names = [name for name in self._requests[0] if name != "self"]
        if not self._positional or any(set(parts) - {"self"} != set(names) for parts in self._requests):
            return ()
        found = [tf.common_spec(name, [parts[name] for parts in self._requests]) for name in names]
        return tuple(spec for spec in found if spec is not None) if all(found) else ()

    def _objects(self) -> int:
        """How many objects the method belongs to: each has its own traces."""
        from hybnb.measure import adapter_matching as tf

        seen: list[Any] = []
        for parts in self._requests:
            own = parts.get("self")
            if own is not None and not any(tf.same(known, own) for known in seen):
                seen.append(own)
        return max(1, len(seen))


def of_tf_function(function: Any) -> Retraces | None:
    """What a tf.function has traced so far, and what it would have with other options; None when it can't be told."""
    if adapter.available("matching") is not None:
        return None
    from hybnb.measure import adapter_matching as tf

    found = Matching()
    traces = tf.traces_of(function)
    for trace in traces[:MOST_TRACES]:
        if not all(plain(tf.held(part)) for part in tf.parts(trace.request).values()):
            return None
        found._match(trace.request, positional=True)
    result = found.result()
    if result is None:
        return None
    nodes = sum(trace.nodes for trace in traces)
    return msgspec.structs.replace(
        result,
        count=len(traces),
        exact=len(traces) <= MOST_TRACES,
        megabytes=len(traces) * TRACE_MEGABYTES + nodes * NODE_MEGABYTES,
    )


def _changed(have: dict[str, Any], parts: dict[str, Any]) -> list[str]:
    from hybnb.measure import adapter_matching as tf

    both = [path for path in parts if path in have and not tf.same(have[path], parts[path])]
    return both or [path for path in dict.fromkeys((*parts, *have)) if path not in have or path not in parts]
