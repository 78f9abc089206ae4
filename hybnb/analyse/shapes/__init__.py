"""Static shapes, as far as the text or an observed call gives them.

A size is a number, a str that stands for one size which isn't known, or None for no idea.
"""

from __future__ import annotations

from collections.abc import Sequence

from hybnb.analyse.values import NOTHING, Container, Dimension, Shape, ShapeOf, Value


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
    return tuple(size(item) for item in items)


def size(value: Value) -> Dimension:
    """A number as a size."""
    if isinstance(value.const, int) and not isinstance(value.const, bool):
        return value.const
    one = value.ref.shape if isinstance(value.ref, ShapeOf) and value.ref.single else None
    return one[0] if isinstance(one, tuple) and len(one) == 1 else None


def counted(bounds: Sequence[Value]) -> Dimension:
    """How many numbers a range of these bounds has."""
    known = [size(one) for one in bounds]
    if len(known) == 1:
        return known[0]
    integers = [one for one in known if isinstance(one, int)]
    return len(range(*integers)) if 1 < len(integers) == len(known) and integers[2:] != [0] else None


def numbers(value: Value) -> tuple[int, ...] | None:
    """One integer, or a list of them."""
    items = value.ref.items if isinstance(value.ref, Container) else [value]
    found = [item.const for item in items or ()]
    return tuple(found) if found and all(isinstance(one, int) for one in found) else None


def at(shape: Shape, axis: int) -> Dimension:
    """The size of one axis."""
    return shape[axis] if isinstance(shape, tuple) and -len(shape) <= axis < len(shape) else None


def part(owner: Value, index: Value) -> ShapeOf | None:
    """shape[index]: one size, or some of them."""
    whole = owner.ref.shape if isinstance(owner.ref, ShapeOf) and not owner.ref.single else None
    if isinstance(index.const, slice) and isinstance(whole, tuple):
        return ShapeOf(whole[index.const])
    one = at(whole, index.const) if isinstance(index.const, int) else None
    return None if one is None else ShapeOf((one,), single=True)


def as_number(one: ShapeOf | None) -> Value:
    """One static size, as Python has it."""
    known = one.shape[0] if one is not None and isinstance(one.shape, tuple) else None
    return Value("number", dtype="int32", const=known if isinstance(known, int) else NOTHING, ref=one)


def contents(value: Value) -> Shape:
    """The shape of a tensor made from a nested list of numbers."""
    if value.kind in ("number", "bool", "string"):
        return ()
    items = value.ref.items if isinstance(value.ref, Container) and value.kind in ("list", "tuple") else None
    if items is None:
        return value.shape
    if not items:
        return (0,)
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
    return tuple(_broadcast(x, y) for x, y in zip(left, right, strict=True))


def _broadcast(a: Dimension, b: Dimension) -> Dimension:
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    known = [one for one in (a, b) if isinstance(one, int)]
    return known[0] if known else None  # with a size above 1 on one side, the other is equal or 1


def matmul(a: Shape, b: Shape) -> Shape:
    """The shape of a @ b."""
    if not isinstance(a, tuple) or not isinstance(b, tuple) or len(a) < 2 or len(b) < 2:
        return None
    lead = broadcast(a[:-2], b[:-2])
    return (*lead, a[-2], b[-1]) if isinstance(lead, tuple) else None


def matvec(a: Shape, b: Shape) -> Shape:
    """The shape of a matrix applied to a vector."""
    if not isinstance(a, tuple) or not isinstance(b, tuple) or len(a) < 2 or not b:
        return None
    lead = broadcast(a[:-2], b[:-1])
    return (*lead, a[-2]) if isinstance(lead, tuple) else None


def item(owner: Shape, index: Value) -> Shape:
    """The shape of owner[index]; `index` may be a tuple of numbers, slices, ... and None. A cut axis has an unknown size."""
    if not isinstance(owner, tuple):
        return None
    parts = index.ref.items if isinstance(index.ref, Container) and index.kind == "tuple" else [index]
    if parts is None:
        return None
    taken = sum(1 for part in parts if part.kind != "none" and not _rest(part))
    left, found = list(owner), list[Dimension]()
    for part in parts:
        if _rest(part):
            kept = len(left) - (taken - (len(owner) - len(left)))
            found += left[:kept]
            del left[:kept]
        elif part.kind == "none":
            found.append(1)
        elif not left:
            return None
        elif part.kind == "slice":
            found.append(_cut(left.pop(0), part))
        elif part.kind == "number" or (part.is_tensor and part.shape == ()):
            left.pop(0)
        else:
            return None
    return (*found, *left)


def _rest(part: Value) -> bool:
    return part.kind == "object" and part.const is Ellipsis


def _cut(whole: Dimension, part: Value) -> Dimension:
    """The size that a slice with constant bounds leaves of an axis."""
    if part.const == ":":
        return whole
    if not isinstance(part.const, slice) or not isinstance(whole, int):
        return None
    return len(range(whole)[part.const])


def over_calls(shapes: Sequence[Shape]) -> Shape:
    """One shape for those of several calls, each of which is a trace of its own. What varies is named by how it varies, so
    that two arguments which vary alike get the same name.
    """
    if all(shape == shapes[0] for shape in shapes):
        return shapes[0]
    known = [shape for shape in shapes if isinstance(shape, tuple)]
    if len(known) < len(shapes) or any(None in shape for shape in known):
        return None
    if len({len(shape) for shape in known}) > 1:
        return "one of " + "|".join(map(str, known))
    columns = zip(*known, strict=True)
    return tuple(column[0] if len(set(column)) == 1 else "/".join(map(str, column)) for column in columns)
