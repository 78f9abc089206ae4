"""Static shapes, as far as the text or an observed call gives them."""

from __future__ import annotations

from hybnb.analyse.values import Container, Shape, ShapeOf, Value


def literal(value: Value | None) -> Shape:
    """The shape written as a list or tuple of numbers, or as one number."""
    if value is None:
        return None
    if isinstance(value.ref, ShapeOf):
        return value.ref.shape
    if value.kind == "number" and isinstance(value.const, int):
        return (value.const,)
    items = value.ref.items if isinstance(value.ref, Container) and value.kind in ("list", "tuple") else None
    if items is None:
        return None
    sizes = [item.const for item in items]
    return tuple(sizes) if all(isinstance(size, int) for size in sizes) else None


def contents(value: Value) -> Shape:
    """The shape of a tensor made from a nested list of numbers."""
    if value.kind in ("number", "bool", "string"):
        return ()
    items = value.ref.items if isinstance(value.ref, Container) and value.kind in ("list", "tuple") else None
    if not items:
        return value.shape
    inner = contents(items[0])
    return (len(items), *inner) if isinstance(inner, tuple) else None


def broadcast(a: Shape, b: Shape) -> Shape:
    """The shape of an elementwise operator's result."""
    if a == b or b == ():
        return a
    if a == ():
        return b
    if not isinstance(a, tuple) or not isinstance(b, tuple):
        return None
    rank = max(len(a), len(b))
    left, right = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    return tuple(y if x == 1 else x for x, y in zip(left, right, strict=True))


def matmul(a: Shape, b: Shape) -> Shape:
    """The shape of a @ b."""
    if not isinstance(a, tuple) or not isinstance(b, tuple) or len(a) < 2 or len(b) != 2:
        return None
    return (*a[:-1], b[-1])


def item(owner: Shape, index: Value) -> Shape:
    """The shape of owner[index]; `index` may be a tuple of slices and numbers."""
    if not isinstance(owner, tuple):
        return None
    parts = index.ref.items if isinstance(index.ref, Container) and index.kind == "tuple" else [index]
    if (
        parts is None
        or len(parts) > len(owner)
        or any(part.kind not in ("number", "slice", "tensor") for part in parts)
    ):
        return None
    kept = [size for size, part in zip(owner, parts, strict=False) if part.kind == "slice"]
    if any(part.kind == "tensor" and part.shape != () for part in parts):
        return None
    return None if kept else owner[len(parts) :]


def sliced(owner: Shape, index: Value) -> Shape:
    """Like `item`, where whole axes (":") are kept."""
    if not isinstance(owner, tuple):
        return None
    parts = index.ref.items if isinstance(index.ref, Container) and index.kind == "tuple" else None
    if parts is None or len(parts) > len(owner):
        return None
    kept: list[int | str | None] = []
    for size, part in zip(owner, parts, strict=False):
        if part.kind == "slice" and part.const == ":":
            kept.append(size)
        elif part.kind != "number" and not (part.is_tensor and part.shape == ()):
            return None
    return (*kept, *owner[len(parts) :])
