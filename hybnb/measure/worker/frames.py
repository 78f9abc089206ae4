"""How the two processes talk: frames of several parts, each part as its length in eight bytes and then its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import BinaryIO, Final

LENGTH: Final = Struct("<Q")


def write(stream: BinaryIO, parts: Sequence[bytes | memoryview]) -> None:
    """Write one frame; OSError when the other side is gone."""
    stream.write(LENGTH.pack(len(parts)))
    for part in parts:
        view = memoryview(part).cast("B")
        stream.write(LENGTH.pack(len(view)))
        stream.write(view)
    stream.flush()


def read(stream: BinaryIO) -> list[bytearray]:
    """Read one frame; EOFError when the other side is gone."""
    (count,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    return [_exactly(stream, LENGTH.unpack(_exactly(stream, LENGTH.size))[0]) for _ in range(count)]


def _exactly(stream: BinaryIO, size: int) -> bytearray:
    found = bytearray(size)
    view, at = memoryview(found), 0
    while at < size:
        got = stream.readinto(view[at:])  # type: ignore[attr-defined]
        if not got:
            raise EOFError
        at += got
    return found
