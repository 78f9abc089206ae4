"""What came out differently, in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal[
    "value", "type", "dtype", "shape", "structure",  # of a result
    "exception",  # raised by one only, or another class
    "output",  # stdout, stderr, log records, warnings
    "state",  # names of the notebook after all calls, and what they hold
    "files",
    "repeats",  # equal calls gave different results in one way and the same in the other
    "hangs", "dies",  # the graph version never came back, or took its process with it
]  # fmt: skip


@dataclass(frozen=True)
class Difference:
    kind: Kind
    where: str  #: "call 2, step(x)" | "losses" | "log.txt"
    words: str

    def __str__(self) -> str:
        return f"{self.where}: {self.words} [{self.kind}]"


@dataclass(frozen=True)
class Differences:
    """All of them, in order of appearance; empty (and false) when the graph did the same."""

    found: tuple[Difference, ...] = ()
    traces: int | None = None  #: of the judged function, over all its instances
    raised: tuple[str, ...] = ()  #: names of exception classes that only the graph version raised

    def __bool__(self) -> bool:
        return bool(self.found)

    def __str__(self) -> str:
        return "\n".join(map(str, self.found)) or "no difference"

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(one.kind for one in self.found)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @staticmethod
    def of_plain(data: dict[str, Any]) -> Differences:
        found = tuple(Difference(**one) for one in data["found"])
        return Differences(found, data["traces"], tuple(data["raised"]))
