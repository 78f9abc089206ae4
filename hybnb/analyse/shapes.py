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
    """The shape of owner[index]; `index` may be a tuple of numbers, slices and None. A cut axis has an unknown size."""
    if not isinstance(owner, tuple):
        return None
    parts = index.ref.items if isinstance(index.ref, Container) and index.kind == "tuple" else [index]
    if parts is None:
        return None
    left, found = list(owner), list[int | str | None]()
    for part in parts:
        if part.kind == "none":
            found.append(1)
        elif not left:
            return None
        elif part.kind == "slice":
            size = left.pop(0)
            found.append(size if part.const == ":" else None)
        elif part.kind == "number" or (part.is_tensor and part.shape == ()):
            left.pop(0)
        else:
            return None
    return (*found, *left)
