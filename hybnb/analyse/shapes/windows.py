"""The static shapes of what is padded, or looked at through a window that moves: convolutions and pooling."""

from __future__ import annotations

from collections.abc import Callable

from hybnb.analyse.shapes import contents, numbers
from hybnb.analyse.values import Container, Dimension, Shape, Value

Given = Callable[[str], Value | None]  #: an argument by its parameter's name


def _padded(given: Given) -> Shape:
    """tf.pad with numbers that the text gives."""
    shape, around = _shape(given("tensor")), given("paddings")
    pairs = around.ref.items if around is not None and isinstance(around.ref, Container) else None
    if shape is None or pairs is None or len(pairs) != len(shape):
        return None
    return tuple(_longer(size, numbers(pair)) for size, pair in zip(shape, pairs, strict=True))


def _longer(size: Dimension, by: tuple[int, ...] | None) -> Dimension:
    if by is not None and not any(by):
        return size
    return size + sum(by) if isinstance(size, int) and by is not None else None


def _convolved(given: Given) -> Shape:
    """One batch of images or series, channels last."""
    filters = _shape(given("filters"))
    if filters is None or given("data_format") is not None or given("dilations") is not None:
        return None
    return _moved(given, filters[:-2], filters[-1])


def _pooled(given: Given) -> Shape:
    shape, window = _shape(given("input")), given("ksize")
    sizes = numbers(window) if window is not None else None
    if shape is None or sizes is None or given("data_format") is not None:
        return None
    return _moved(given, sizes * (len(shape) - 2) if len(sizes) == 1 else sizes, shape[-1])


def _moved(given: Given, window: tuple[Dimension, ...], channels: Dimension) -> Shape:
    shape, padding, steps = _shape(given("input")), given("padding"), given("strides") or given("stride")
    how = padding.const if padding is not None else None
    step = numbers(steps) if steps is not None else None
    if shape is None or len(window) != len(shape) - 2 or step is None or len(step) != 1 or not isinstance(how, str):
        return None
    return (
        shape[0],
        *(_places(size, one, step[0], how.upper()) for size, one in zip(shape[1:-1], window, strict=True)),
        channels,
    )


def _places(size: Dimension, window: Dimension, step: int, how: str) -> Dimension:
    """At how many places along an axis the window comes to lie."""
    if how == "SAME" and step == 1:
        return size
    if not isinstance(size, int) or not isinstance(window, int) or step < 1 or how not in ("SAME", "VALID"):
        return None
    return -(-(size if how == "SAME" else size - window + 1) // step)


def _shape(value: Value | None) -> tuple[Dimension, ...] | None:
    found = contents(value) if value is not None else None
    return found if isinstance(found, tuple) else None


RULES: dict[str, Callable[[Given], Shape]] = {
    "pad": _padded,
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _convolved),
    **dict.fromkeys(("max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d"), _pooled),
}
