"""What comes out of a traced function: Python values become tensors, some can't come out at all."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from astroid import nodes

from hybnb.analyse.border.equality import EQUAL, by_fields
from hybnb.analyse.border.uses import Path, Results
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import members
from hybnb.analyse.follow.classes import field_names
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import KERAS, Choice, Container, Instance, Value

CHANGED = frozenset(
    {"number", "sometimes a number", "bool", "string", "bytes", "ndarray", "numpy_scalar", "variable", "shape", "range"}
)
SAME_TO_TENSORFLOW = frozenset({"bool", "string", "bytes", "ndarray", "numpy_scalar", "variable"})
PYTHONS = {"string": "string", "bool": "bool"}
ANY = "any element"
#: Kinds of arguments that no trace can be found by; slices have a hash from Python 3.12 on.
UNHASHABLE = frozenset({"set"} if sys.version_info >= (3, 12) else {"set", "slice"})
ODD = UNHASHABLE | {"slice", "tape"}
PASSES = frozenset({"tensor", "symbolic", "composite", "none", "unknown"})


def check_result(run: Run, node: nodes.NodeNG, value: Value, results: Results, path: Path = ()) -> None:
    """Note what happens to the returned value when it crosses the border of the graph, and who would see that."""
    if len(path) > 4:
        return
    if value.kind == "unknown" and isinstance(value.ref, Choice):
        for option in value.ref.likely():
            check_result(run, node, option, results, path)
        return
    if isinstance(value.ref, Container) and value.kind in ("list", "tuple", "dict"):
        if value.mixed:
            run.effect("return-type", node, False, what="a value of more than one type")
        _check_container(run, node, value, value.ref, results, path)
        return
    what, sure = _changed(value)
    if not what:
        return
    use, place = results.of(path) if what in CHANGED else ("", "")
    if use == "dropped" or (use == "tensorflow" and what in SAME_TO_TENSORFLOW):
        return
    run.effect("return-type", node, sure, what=what, **({"used": place} if use == "python" else {}))


def _changed(value: Value) -> tuple[str, bool]:
    """What kind of Python value is returned, "" for a tensor, and whether that is certain."""
    if value.kind == "unknown" and not value.sure:
        return "a value of more than one type", False
    if value.mixed:
        return ("number", value.sure) if value.array else ("sometimes a number", False)
    if value.kind == "tensor" and value.array:
        scalar = value.shape == () and not value.passed  # what a branch or loop made of Python's own
        return (PYTHONS.get(value.dtype or "", "number") if scalar else "ndarray"), value.sure
    return ("", True) if value.kind in PASSES else (value.kind, value.sure)


def _check_container(
    run: Run, node: nodes.NodeNG, value: Value, holder: Container, results: Results, path: Path
) -> None:
    if value.kind == "dict" and len({type(key).__name__ for key in holder.entries}) > 1:
        run.effect("return-type", node, value.sure, what="mixed-keys")
    for key, item in [*enumerate(holder.items or ()), *holder.entries.items()]:
        check_result(run, node, item, results, (*path, key))
    if holder.element is not None and holder.element is not value:
        check_result(run, node, holder.element, results, (*path, ANY))


def check_models(run: Run, node: nodes.NodeNG, name: str, values: Sequence[Value]) -> None:
    """Note a second model that is handed over before it has variables: it would make them on a later call."""
    different: list[Instance] = []
    for value in values:
        made_late = value.kind in ("model", "layer", "optimizer") and isinstance(value.ref, Instance)
        known = made_late and (value.ref.called or _has_all(value.ref))
        if made_late and not known and not any(value.ref is other for other in different):
            different.append(value.ref)
    if any(value.kind == "symbolic" for value in values):
        run.effect("argument-type", node, parameter=name, what="KerasTensor")
    if len(different) > 1:
        run.effect("creation", node, False, what="variable", call=f"the second object passed for {name}", guarded="no")


def _has_all(model: Instance) -> bool:
    """A model or layer of the notebook's own all of whose parts have their variables."""
    plain = model.library in ("keras.Model", "keras.Layer", "keras.layers.Layer")  # others make variables themselves
    if model.cls is None or not plain or not model.complete or members.find_in_class(model.cls, "build") is not None:
        return False
    written = [each for cls in model.cls.lineage() for each in cls.node.nodes_of_class(nodes.AssignAttr)]
    names = {each.attrname for each in written} | {name for name in model.attributes if not name.startswith("_")}
    by_a_call = {each.attrname for each in written if getattr(each.scope(), "name", "") != "__init__"}
    parts = {name: model.attributes.get(name, Value()) for name in names}  # beside those that Keras keeps
    made = any(name in by_a_call and part.kind in ("variable", *KERAS) for name, part in parts.items())
    return not made and not any(map(_lacks, parts.values()))


def _lacks(value: Value) -> bool:
    """It may hold a layer or model that has yet to make its variables."""
    if isinstance(value.ref, Container):
        element = value.ref.any_element()
        return element is not None and _lacks(element)
    if value.kind in ("layer", "model", "optimizer", "metric") and isinstance(value.ref, Instance):
        return value.ref.cls is not None or not value.ref.called
    return value.kind in ("unknown", "instance", "object", "none", *KERAS)  # what is None may be made by a call


def check_argument(run: Run, node: nodes.NodeNG, name: str, value: Value) -> None:
    """Note an argument that a traced function can't take."""
    if value.ref is None and value.kind not in ODD:  # as most
        return
    if value.kind in UNHASHABLE or (value.kind == "slice" and value.dtype == "tensor"):
        run.effect("argument-type", node, value.sure, parameter=name, what=value.kind)
    if value.kind == "tape":
        run.effect("lost-gradient", node, False, why="tape", parameter=name)
    if isinstance(value.ref, Container) and value.kind in ("list", "tuple", "dict"):
        for item in [*(value.ref.items or ()), *value.ref.entries.values()]:
            check_argument(run, node, name, item)
        if len({type(key).__name__ for key in value.ref.entries}) > 1:
            run.effect("argument-type", node, value.sure, parameter=name, what="dict with keys of more than one type")
    if isinstance(value.ref, Instance) and value.ref.cls is not None and value.kind == "instance":
        why = _untraceable(value.ref.cls) or _hashed_by_fields(value.ref)
        if why:
            run.effect("argument-type", node, value.sure and why != EQUAL, parameter=name, what=why)


def _hashed_by_fields(instance: Instance) -> str:
    """A dataclass that makes its hash of its fields, one of which has none."""
    cls = instance.cls
    if cls is None or not by_fields(cls):
        return ""
    held = [instance.attributes.get(name) for name in field_names(cls)]
    return "an object whose hash is made of tensors or lists" if any(map(_unhashable, held)) else ""


def _unhashable(value: Value | None) -> bool:
    if value is None:
        return False
    if isinstance(value.ref, Container) and value.kind == "tuple":
        return any(map(_unhashable, value.ref.items or ()))
    return value.is_tensor or value.kind in ("list", "dict", "set", "ndarray")


def _untraceable(cls: Class) -> str:
    """Why objects of a class can't be told apart by their hash and held weakly; "" when they can."""
    defined = {name for c in cls.lineage() for name in c.node.locals}
    for decorator in cls.node.decorators.nodes if cls.node.decorators else []:
        text = decorator.as_string()
        hashable = any(option in text.replace(" ", "") for option in ("eq=False", "frozen=True", "unsafe_hash=True"))
        if "dataclass" in text and "__hash__" not in defined and not hashable:
            return "an unhashable dataclass"
    if any({"__eq__", "__hash__"} <= one.node.locals.keys() for one in cls.lineage()):
        return EQUAL
    if "__eq__" in cls.node.locals and "__hash__" not in cls.node.locals:
        return "an object whose class has __eq__ but no __hash__"
    if "__slots__" in cls.node.locals and "__weakref__" not in cls.node.locals["__slots__"][-1].statement().as_string():
        return "an object whose __slots__ leave out __weakref__"
    return ""
