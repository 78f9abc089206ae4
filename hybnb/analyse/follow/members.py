"""Attributes and methods: of tensors, objects, modules and classes."""

from __future__ import annotations

from astroid import nodes
from msgspec import Struct
from msgspec.structs import replace

from hybnb.analyse import former, lexicon, library_members
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import calls, definitions, descriptors, enumerations, sizes
from hybnb.analyse.follow.libraries import dispatched, keepers, results, wiring
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import modules, staleness, stored, tracked
from hybnb.analyse.text import assigning
from hybnb.analyse.values import (
    KERAS,
    TENSORS,
    Choice,
    Container,
    Function,
    Instance,
    Partial,
    ShapeOf,
    Value,
    join_all,
    tensor,
)


class Method(Struct, frozen=True):
    """A method of a value of a known kind, ready to be called."""

    receiver: Value
    name: str
    spelled: str = ""  #: how the receiver is written, where that isn't its name


class Super(Struct, frozen=True):
    """What `super()` gives."""

    instance: Value
    after: Class


BASIC = frozenset({"list", "tuple", "dict", "set", "string", "bytes", "number", "bool", "range", "generator", "slice"})


OF_LIBRARIES = frozenset({"module", "class", "function", "builtin"})


def load_attribute(run: Run, node: nodes.NodeNG, owner: Value, name: str) -> Value:
    """owner.name"""
    spelled = f"{owner.name}.{name}" if owner.name else name
    ref = owner.ref
    if type(ref) is str and owner.kind in OF_LIBRARIES:  # two attributes in three
        modules.library_read(run, node, owner, name)
        return (
            library_members.spelled_member(ref, name, spelled)
            if name != "__version__"
            else Value("string", name=spelled)
        )
    if isinstance(ref, Choice):
        options = ref.likely() if owner.kind == "unknown" else ref.options
        return join_all([load_attribute(run, node, option, name) for option in options]).named(spelled)
    found = _of_code(run, node, owner, name)
    if found is not None:
        return found if isinstance(ref, Super) else found.named(spelled)
    if isinstance(ref, Instance):
        found = descriptors.answered(run, node, owner, name)
        return (found or _instance_attribute(run, node, owner, ref, name)).named(spelled)
    if owner.kind in TENSORS:
        return _tensor_attribute(run, node, owner, name, spelled)
    if isinstance(ref, Container) and name in ref.fields:
        return _field(ref, name).named(spelled)
    entry = lexicon.method(owner.kind, name)
    if entry is not None and entry.attribute:
        sizes.asked(run, node, owner, name)
        return _attribute_value(run, node, owner, name, entry).named(spelled)
    if entry is not None or owner.kind in BASIC or owner.kind == "ndarray":
        return Value("method", ref=Method(owner, name), name=spelled)
    if owner.kind == "unknown":
        return tracked.of_unknown(run, node, name, spelled)
    return run.unknown(node, f"`{spelled}`").named(spelled)


def _of_code(run: Run, node: nodes.NodeNG, owner: Value, name: str) -> Value | None:
    """An attribute of a module, class, function or `super()`; None when the owner is none of these."""
    ref = owner.ref
    if isinstance(ref, Super):
        return _super_attribute(run, node, ref, name)
    if isinstance(ref, Class):
        return _class_attribute(run, node, owner, ref, name)
    if isinstance(ref, Function):
        return _function_attribute(run, node, owner, name)
    if run.program.is_namespace(ref):
        return run.program.namespace_member(run, node, ref, name)
    return None


def _attribute_value(run: Run, node: nodes.NodeNG, owner: Value, name: str, entry: lexicon.Entry) -> Value:
    if entry.category == "eager-introspection":
        run.effect("eager-introspection", node, owner.sure, call=f"{owner.name}.{name}")
    elif entry.category in ("eager-only", "numpy-method"):
        run.effect("eager-only", node, owner.sure, call=f"{owner.name}.{name}")
    elif entry.category == "unknown":
        return run.unknown(node, f"`{owner.name}.{name}`")
    if owner.kind in KERAS and name in tracked.VARIABLE_LISTS:
        tracked.variable_list_read(run, node, owner, f"{owner.name}.{name}")
        if isinstance(owner.ref, Instance) and not owner.ref.called:
            run.early_lists.setdefault(owner.ref, (node, f"{owner.name}.{name}"))
        return Value("list", ref=Container("list", run.epoch - 1, "outer", name, element=Value("variable")))
    if name == "built" and owner.kind in ("layer", "model") and getattr(owner.ref, "origin", "") != "self":
        run.unknown(node, f"`{owner.name}.built`, which changes when that is first called,")
    kind = entry.returns or "object"
    if kind == "shape":
        sizes.noted(run, node, owner)
        return Value("shape", name="", open=owner.open)
    if kind == "list":
        element = Value(entry.items, outer=True) if entry.items is not None else Value()
        return Value("list", ref=Container("list", run.epoch - 1, "outer", name, element=element))
    shared = owner.kind == kind == "ndarray"  # array.T is the array itself, seen in another way
    dtype = entry.dtype if entry.dtype and ":" not in entry.dtype else None
    found = Value(kind, dtype=dtype, outer=shared and owner.outer, ref=owner.ref if shared else None)
    return sizes.of_op(name, entry, [], {}, found) if owner.kind == "composite" else found


def _tensor_attribute(run: Run, node: nodes.NodeNG, owner: Value, name: str, spelled: str) -> Value:
    entry = lexicon.method(owner.kind, name) or lexicon.method("tensor", name)
    if entry is None and (not owner.sure or name.startswith("assign")):
        entry = lexicon.method("variable", name)
    if owner.array and lexicon.method("ndarray", name) is not None and name not in SHARED_WITH_ARRAYS:
        run.effect("array-argument", node, owner.sure, parameter=owner.name, how=f"method .{name}")
        return Value("method", ref=Method(replace(owner, kind="ndarray"), name), name=spelled)
    if entry is None:
        if name in ("values", "indices", "dense_shape"):  # of the IndexedSlices that a gradient may be
            return tensor(owner.dtype if name == "values" else "int64", sure=False)
        if not owner.sure:
            return tracked.of_unknown(run, node, name, spelled)
        return run.unknown(node, f"`{spelled}`").named(spelled)
    if not entry.attribute:
        return Value("method", ref=Method(owner, name), name=spelled)
    if name == "shape":
        sizes.noted(run, node, owner)
        still = owner.open if owner.kind != "variable" else ""  # its own shape is the same in both
        return Value("shape", name=spelled, sure=owner.sure, ref=ShapeOf(owner.shape), open=still)
    sizes.asked(run, node, owner, name)
    if name == "dtype":
        return Value("dtype", name=spelled, dtype=owner.dtype)
    return _attribute_value(run, node, owner, name, entry)


LAYER_WEIGHTS = frozenset({
    "embeddings", "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", "recurrent_kernel",
})  # fmt: skip
SHARED_WITH_ARRAYS = frozenset({"shape", "dtype", "ndim", "__len__", "__getitem__"})


def _field(record: Container, name: str) -> Value:
    position = record.fields.index(name)
    if record.items is not None and position < len(record.items):
        return record.items[position]
    return record.any_element() or Value("tensor", sure=False)


def _function_attribute(run: Run, node: nodes.NodeNG, owner: Value, name: str) -> Value:
    if name in ("__name__", "__doc__", "__qualname__", "__module__"):
        own = name == "__name__" and isinstance(owner.ref.node, nodes.FunctionDef)
        return Value("string", const=owner.ref.node.name) if own else Value("string")
    if name in ("__wrapped__", "python_function"):
        return owner
    if name == "register" and owner.ref.others is not None:
        return Value("function", ref=dispatched.Registering(owner.ref))
    return run.unknown(node, f"the attribute `{name}` of a function")


# ---- instances ----------------------------------------------------------------------------------------------------


def find_in_class(cls: Class, name: str) -> tuple[nodes.NodeNG, Class] | None:
    """The definition of `name` in the class or in the user's classes among its bases."""
    for candidate in cls.lineage():
        found = candidate.node.locals.get(name)
        if found:
            return _meant(candidate, _getter(found)), candidate
    return None


def _meant(cls: Class, found: nodes.NodeNG) -> nodes.NodeNG:
    """The method that another name stands for: `__rmul__ = __mul__`."""
    match found.parent:
        case nodes.Assign(value=nodes.Name(name=name), parent=body) if body is cls.node and name in cls.node.locals:
            before = [one for one in cls.node.locals[name] if one.lineno < found.lineno]
            other = _getter(before or [found])
            return other if isinstance(other, nodes.FunctionDef) else found
    return found


def _getter(found: list[nodes.NodeNG]) -> nodes.NodeNG:
    """The last definition of a name; of a property with a setter, what is asked for its value."""
    whole = (one for one in reversed(found) if not (isinstance(one, nodes.FunctionDef) and assigning.is_accessor(one)))
    return next(whole, found[-1])


def _instance_attribute(run: Run, node: nodes.NodeNG, owner: Value, instance: Instance, name: str) -> Value:
    definition = find_in_class(instance.cls, name) if instance.cls is not None else None
    if definition is not None and isinstance(definition[0], nodes.FunctionDef):
        return _method_or_property(run, node, owner, instance, *definition)
    if name == "losses" and owner.kind in KERAS:
        wiring.run_penalties(run, node, instance)
    by_descriptor = descriptors.load(run, node, owner, name) if definition is not None else None
    if by_descriptor is not None:
        return by_descriptor
    if name in instance.attributes:
        found = run.kept(instance, instance.attributes[name])
        of_keras = name == "learning_rate" and owner.kind == "optimizer"
        if not of_keras or not stored.set_to_numbers(run, name):  # setting a number assigns to its variable
            staleness.attribute_read(run, node, owner, instance, name)
        if of_keras:
            return _learning_rate(found)
        found = staleness.fixed_attribute(run, instance, name, found)
        return run.known(node, found, f"`{owner.name}.{name}`") if run.outlives(instance) else found
    if definition is not None:
        staleness.attribute_read(run, node, owner, instance, name)
        found = run.program.class_value(run, definition[1], name)
        return staleness.fixed_attribute(run, instance, name, found, by_class=True)
    kind = lexicon.class_kind(instance.library) if instance.library else None
    for candidate in (kind, owner.kind):
        if candidate is None or candidate in ("instance", "object", "unknown"):
            continue
        entry = lexicon.method(candidate, name)
        if entry is not None and entry.attribute:
            return _attribute_value(run, node, owner, name, entry)
        if entry is not None:
            return Value("method", ref=Method(owner, name))
    return _rare_attribute(run, node, owner, instance, name)


def _method_or_property(
    run: Run, node: nodes.NodeNG, owner: Value, instance: Instance, definition: nodes.FunctionDef, cls: Class
) -> Value:  # fmt: skip
    """What the class has of this name, unless the notebook puts something else in its place."""
    if not assigning.only_variables(cls.node.locals[definition.name]):
        staleness.attribute_read(run, node, owner, instance, definition.name)
    if definitions.put_in_its_place(run, cls, definition.name):
        return run.unknown(node, f"`{cls.node.name}.{definition.name}`, which a decorator of the class sets anew,")
    return _bound_method(run, node, owner, definition, cls)


def _learning_rate(given: Value) -> Value:
    """Keras keeps a number in a variable; a schedule is asked for its value of now."""
    by_schedule = given.kind in ("instance", "object") or not given.is_known
    return tensor("float32", ()) if by_schedule else Value("variable", dtype="float32", shape=(), outer=True)


def _rare_attribute(run: Run, node: nodes.NodeNG, owner: Value, instance: Instance, name: str) -> Value:
    """What neither the object, its class nor the tables of its kind have."""
    entry = lexicon.lookup(f"{instance.library}.{name}") if instance.cls is None else None
    if entry is not None and entry.attribute:
        return results.result_of(run, entry, [], {}, owner)
    if instance.library in keepers.KEEPERS or (entry is not None and "seed" in instance.attributes):
        return Value("method", ref=Method(owner, name))  # as draws depend on where their generator was made
    if entry is not None:
        return Value("module", ref=f"{instance.library}.{name}")
    if name in enumerations.PARTS and enumerations.PARTS[name] in instance.attributes:
        return instance.attributes[enumerations.PARTS[name]]
    if name in LAYER_WEIGHTS and owner.kind == "layer" and instance.cls is None:
        return Value("variable", outer=True)
    if name in tracked.VARIABLE_LISTS and instance.library == "tensorflow.Module":
        tracked.variable_list_read(run, node, owner, f"{owner.name}.{name}")
        found = Container("tuple", run.epoch - 1, "outer", name, element=Value("variable", outer=True))
        return Value("tuple", ref=found)
    if name == "__class__":
        return (
            Value("class", ref=instance.cls, name=instance.cls.node.name)
            if instance.cls is not None
            else Value("object")
        )
    if instance.origin == "self" and instance.cls is not None:
        late = run.program.attribute_assigned(instance.cls, name)
        if late is not None:
            return run.unknown(node, f"`{owner.name}.{name}`, which is set in `{late}`")
    if name == "__call__":
        return owner
    answer = call_special(run, node, owner, "__getattr__", Value("string", const=name))
    if answer is not None:
        return answer
    return run.unknown(node, f"`{owner.name or 'the object'}.{name}`", former.remark(instance))


def _bound_method(run: Run, node: nodes.NodeNG, owner: Value, definition: nodes.FunctionDef, cls: Class) -> Value:
    value = definitions.method_value(run, definition, cls, owner)
    decorators = definitions.decorator_names(definition)
    if any("cached_property" in each for each in decorators):
        return descriptors.cached(run, node, owner, definition.name, value)
    if decorators & {"property", "abc.abstractproperty"}:
        return calls.call_function(run, node, value, [], {}, converted=False)
    return value


def _class_attribute(run: Run, node: nodes.NodeNG, owner: Value, cls: Class, name: str) -> Value:
    definition = find_in_class(cls, name)
    if definition is None and name in ("__name__", "__qualname__", "__module__", "__doc__"):
        return Value("string", const=cls.node.name) if name == "__name__" else Value("string")
    if definition is None:
        for base in cls.library_bases():
            if base != "?":
                return library_members.member(base, name)
        return run.unknown(node, f"`{cls.node.name}.{name}`")
    found, holder = definition
    if isinstance(found, nodes.FunctionDef):
        return definitions.method_value(run, found, holder, owner, from_class=True)
    staleness.class_attribute_read(run, node, cls, name)
    if enumerations.is_one(cls) and isinstance(found, nodes.AssignName):
        return enumerations.member(run, holder, name)
    return staleness.fixed(run, run.program.class_value(run, holder, name), f".{name}")


def _super_attribute(run: Run, node: nodes.NodeNG, ref: Super, name: str) -> Value:
    instance = ref.instance.ref
    if run.class_made is not None and name in ("__new__", "__init__") and "builtins.type" in ref.after.library_bases():
        return Value("builtin", ref="hybnb.class_made")
    if isinstance(instance, Instance) and instance.cls is not None:
        lineage = instance.cls.lineage()
        rest = lineage[lineage.index(ref.after) + 1 :] if ref.after in lineage else []
        for cls in rest:
            found = cls.node.locals.get(name)
            if found and isinstance(getter := _getter(found), nodes.FunctionDef):
                return _bound_method(run, node, ref.instance, getter, cls)
        if name == descriptors.ASKED_FIRST:
            return Value("partial", ref=Partial(Value("builtin", ref=f"builtins.object.{name}"), (ref.instance,), {}))
        bases = [b for b in ref.after.library_bases() if b != "?"]
        if bases or not ref.after.bases:
            return Value("method", ref=Method(replace(ref.instance, ref=None), name, "super()"), name=f"super().{name}")
    return run.unknown(node, f"`super().{name}`")


def call_special(run: Run, node: nodes.NodeNG, owner: Value, name: str, *args: Value) -> Value | None:
    """Call a special method of an instance of a user's class; None when it has none. AutoGraph doesn't convert it."""
    instance = owner.ref
    if not isinstance(instance, Instance) or instance.cls is None:
        return None
    definition = find_in_class(instance.cls, name)
    if definition is None or not isinstance(definition[0], nodes.FunctionDef):
        return None
    staleness.attribute_read(run, node, owner, instance, name, computed=False)
    method = definitions.method_value(run, definition[0], definition[1], owner)
    return calls.call_function(run, node, method, list(args), {}, converted=False)
