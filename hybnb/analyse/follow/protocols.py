"""What Python asks of an object of the user's class behind an operator or a function of its own: the special methods."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow import members
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import process_wide, staleness
from hybnb.analyse.values import Container, Instance, Value

TEXT = ("__format__", "__str__", "__repr__")
NUMBERS = {
    "float": ("__float__", "__index__"), "int": ("__int__", "__index__"), "complex": ("__complex__", "__float__"),
    "round": ("__round__",), "abs": ("__abs__",),
}  # fmt: skip
#: what is asked of the one on the left, and of the one on the right where that doesn't answer
COMPARED = {
    "==": ("__eq__", "__eq__"), "!=": ("__ne__", "__ne__"), "<": ("__lt__", "__gt__"), "<=": ("__le__", "__ge__"),
    ">": ("__gt__", "__lt__"), ">=": ("__ge__", "__le__"),
}  # fmt: skip
UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
ORDERS = ("__lt__", "__le__", "__gt__", "__ge__")


def as_text(run: Run, node: nodes.NodeNG, value: Value) -> None:
    """Its text is made; that of a dataclass is made of all its fields."""
    if value.kind == "ndarray":
        process_wide.array_written(run, node)
    if _answer(run, node, value, TEXT) is None and _is_dataclass(value):
        staleness.whole_read(run, node, value)


def as_number(run: Run, node: nodes.NodeNG, value: Value, asked: str) -> Value | None:
    """float(), int(), abs() … of it, whose name is given; None where it has nothing to say to that."""
    return _answer(run, node, value, NUMBERS.get(asked, ()))


def unary(run: Run, node: nodes.NodeNG, operator: str, value: Value) -> Value | None:
    """-value, +value, ~value; None where its class says nothing of that."""
    return _answer(run, node, value, (UNARY[operator],))


def compared(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value | None:
    """left operator right; None where neither of them has a say in it. Two dataclasses are compared by all their fields."""
    first, second = COMPARED[operator]
    more = ("__eq__",) if operator == "!=" else () if operator == "==" else ORDERS  # functools.total_ordering
    found = _answer(run, node, left, (first, *more), right)
    found = _answer(run, node, right, (second, *more), left) if found is None else found
    if found is None and _is_dataclass(left) and _is_dataclass(right):
        staleness.whole_read(run, node, left)
        staleness.whole_read(run, node, right)
    turned = found is not None and found.kind == "bool"  # its value may be that of the opposite
    return Value("bool") if turned else found


def hashed(run: Run, node: nodes.NodeNG, key: Value) -> Value | None:
    """It is looked for in a dict or set, which asks for its hash, and whether it is equal to one like it."""
    for part in (key.ref.items or ()) if isinstance(key.ref, Container) and key.kind == "tuple" else ():
        hashed(run, node, part)
    answer = _answer(run, node, key, ("__hash__",))
    if answer is not None:
        _answer(run, node, key, ("__eq__",), key)
    return answer


def contains(run: Run, node: nodes.NodeNG, owner: Value, item: Value) -> None:
    """`item in owner`: of a list or tuple each element is asked whether it is equal."""
    if owner.kind in ("dict", "set"):
        hashed(run, node, item)
    elif isinstance(owner.ref, Container):
        compared(run, node, "==", item, owner.ref.any_element() or Value())
    elif _answer(run, node, owner, ("__contains__",), item) is None:
        _answer(run, node, owner, ("__iter__",))


def searched(run: Run, node: nodes.NodeNG, owner: Value, method: str, args: list[Value]) -> None:
    """A method of a container looks for what it is given."""
    if args and (owner.kind in ("dict", "set") or method in ("index", "count", "remove")):
        contains(run, node, owner, args[0])


def ordered(run: Run, node: nodes.NodeNG, element: Value) -> None:
    """Objects like this one are put in order, or the first or last of them is looked for."""
    compared(run, node, "<", element, element)


def formatted(run: Run, node: nodes.NodeNG, given: Value) -> None:
    """text % given: one value, or a tuple of them."""
    one_by_one = isinstance(given.ref, Container) and given.kind == "tuple"
    for value in given.ref.items or () if one_by_one else (given,):
        as_text(run, node, value)


def _answer(run: Run, node: nodes.NodeNG, owner: Value, names: tuple[str, ...], *args: Value) -> Value | None:
    """What the first of these methods that its class has returns; None when that has none."""
    for name in names if isinstance(owner.ref, Instance) and owner.ref.cls is not None else ():
        given = (Value("string", const=""),) if name == "__format__" else args
        if (found := members.call_special(run, node, owner, name, *given)) is not None:
            return found
    return None


def _is_dataclass(value: Value) -> bool:
    cls = value.ref.cls if isinstance(value.ref, Instance) else None
    decorators = [one for c in cls.lineage() if c.node.decorators for one in c.node.decorators.nodes] if cls else []
    return any("dataclass" in one.as_string() for one in decorators)
