"""Sketches of live values → abstract values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import dataset_specs, former, lexicon
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import classes
from hybnb.analyse.shapes import openness
from hybnb.analyse.text import standing
from hybnb.analyse.values import (
    CONTAINERS,
    KERAS,
    LIVE_EPOCH,
    NOTHING,
    Container,
    Function,
    Instance,
    Record,
    Value,
    join,
)
from hybnb.model import Kind, NameFact, ValueSketch

if TYPE_CHECKING:
    from hybnb.analyse.program import Program

#: collections that behave like a built-in container, by the name of their class
COLLECTIONS: dict[str, Kind] = {
    "collections.deque": "list", "collections.Counter": "dict", "collections.ChainMap": "dict", "builtins.mappingproxy": "dict",
}  # fmt: skip


class LiveValues:
    """The kernel's global names as abstract values, made when first asked for."""

    def __init__(self, program: Program, facts: Mapping[str, NameFact]) -> None:
        self.program = program
        self.facts = facts
        self._made: dict[str, Value] = {}
        self._objects: dict[str, list[str]] | None = None

    def objects_of(self, cls: Class) -> Iterator[Instance]:
        """The kernel's own objects of a class written by the user."""
        if self._objects is None:
            self._objects = {}
            for name, fact in self.facts.items():
                if fact.sketch.attributes:
                    self._objects.setdefault(fact.sketch.type.rpartition(".")[2], []).append(name)
        for name in self._objects.get(cls.node.name, ()):
            value = self.value(name)
            if value is not None and isinstance(value.ref, Instance) and value.ref.cls is cls:
                yield value.ref

    def value(self, name: str) -> Value | None:
        """The value of a global name; None when the kernel doesn't have it."""
        if name not in self._made:
            fact = self.facts.get(name)
            if fact is None:
                return None
            self._made[name] = self.from_sketch(fact.sketch, name)
        return self._made[name]

    def forget(self) -> None:
        """Make them anew: those made so far were made before it was known what the last cells define."""
        self._made.clear()

    def completed(self, live: Value, static: Value | None) -> Value:
        """What is live, with what only the source tells: a container's elements, a function's node."""
        if static is None or (live.ref is static.ref and isinstance(live.ref, Instance)):
            return live  # completed before, as where an object's part holds the object
        if live.kind in ("unknown", "object") and _says_little(live) and static.kind in TOLD_BY_SOURCE:
            return static
        if live.kind == static.kind == "module" and _known_name(static) and not _known_name(live):
            return static  # functions written in C say little of where they are from
        if isinstance(live.ref, Instance) and isinstance(static.ref, Instance):
            live.ref.called = live.ref.called or static.ref.called
            live.ref.filled = static.ref.filled
            live.ref.attributes = self._completed_all(live.ref.attributes, static.ref.attributes)
        if _without_code(live) or (live.kind == static.kind == "method" and isinstance(static.ref, Function)):
            return static
        if live.kind == static.kind and isinstance(live.ref, Container) and isinstance(static.ref, Container):
            self._complete_container(live.ref, static.ref)
        if live.kind == static.kind == "ndarray":
            return replace(live, ref=static.ref)
        if live.kind in ("dataset", "dataset_iterator") and live.item is None and static.item is not None:
            return replace(live, item=static.item)
        if (
            live.kind in ("object", "instance", "dataset", "generator")
            and static.kind == live.kind
            and live.ref is None
        ):
            return static
        return live

    def _completed_all(self, live: dict[str, Value], static: dict[str, Value]) -> dict[str, Value]:
        return {**static, **{key: self.completed(value, static.get(key)) for key, value in live.items()}}

    def _complete_container(self, live: Container, static: Container) -> None:
        known = live.any_element()
        live.sometimes_empty = live.sometimes_empty or known is None
        if known is None or (live.element is not None and not known.is_known):
            live.element = static.any_element()
        live.fields = live.fields or static.fields
        self._complete_parts(live, static)

    def _complete_parts(self, live: Container, static: Container) -> None:
        live.stands_for, live.missing = (static,), static.missing
        for key, value in live.entries.items():
            live.entries[key] = self.completed(value, static.entries.get(key, static.element))
        if live.items is not None and static.items is not None and len(live.items) == len(static.items):
            live.items = [self.completed(one, other) for one, other in zip(live.items, static.items, strict=True)]
        elif live.items and (element := static.any_element()) is not None:
            live.items = [self.completed(one, element) for one in live.items]

    def from_sketch(self, sketch: ValueSketch, name: str = "") -> Value:
        """An abstract value; nothing is looked up in the kernel."""
        if sketch.kind in former.HELD and former.is_gone(sketch.definition):
            return former.unknown(sketch, name)
        return self._of_kind(sketch, name)

    def _of_kind(self, sketch: ValueSketch, name: str) -> Value:
        kind = sketch.kind
        if kind == "symbolic" and not (sketch.type or "").endswith(".KerasTensor"):
            kind = "tensor"  # seen while TensorFlow was tracing
        if kind == "module":
            module = sketch.qualified or name
            return self.program.module_value(module)
        if kind in ("function", "tf_function", "method", "class", "builtin"):
            return self._code(sketch, name)
        if sketch.type in COLLECTIONS:
            holder = Container(COLLECTIONS[sketch.type], LIVE_EPOCH, "outer", name, element=Value())
            return Value(holder.kind, ref=holder, name=name, outer=True)
        if kind == "composite" and self._class_of(sketch) is not None:
            return self._instance(sketch, name)  # a tf.experimental.ExtensionType of the user's
        if kind in CONTAINERS:
            return self._container(sketch, name)
        if kind == "instance" or kind in KERAS:
            return self._instance(sketch, name)
        const: Any = sketch.value if kind in ("number", "bool", "string") and sketch.value is not None else NOTHING
        if kind == "none":
            const = None
        dtype = sketch.dtype
        if kind == "number" and sketch.type in ("int", "float"):
            dtype = "float32" if sketch.type == "float" else "int32"
        if kind == "object" and sketch.type:
            made = Instance(LIVE_EPOCH, None, lexicon.canonical(sketch.type), "outer", name)
            for key, each in sketch.attributes.items():
                made.attributes[key] = self.from_sketch(each, f"{name}.{key}" if name else key)
            return Value(kind, name=name, ref=made, outer=True)
        item = (
            dataset_specs.element(sketch.items[0]) if kind in ("dataset", "dataset_iterator") and sketch.items else None
        )
        still = openness.of_variable(sketch.shape) if kind == "variable" and sketch.shape is not None else ""
        return Value(kind, name=name, dtype=dtype, shape=sketch.shape, const=const, item=item, outer=True, open=still)

    def argument(self, sketch: ValueSketch, name: str) -> Value:
        """The value a traced function would see for such an argument."""
        return as_argument(self.from_sketch(sketch, name), name)

    def _code(self, sketch: ValueSketch, name: str) -> Value:
        qualified = sketch.qualified or ""
        path = qualified.rpartition(":")[2]
        found = self._definition(path or qualified, sketch.definition)
        if found is None:
            found = self._standing(sketch, name)
        elif former.is_wrapped_by_library(sketch):
            return Value(sketch.kind, name=name)  # the source tells what it was made with
        elif former.is_another(self.program, found, sketch.definition):
            return self._standing(sketch, name) or former.unknown(sketch, name)
        elif isinstance(found.ref, Class):
            found = replace(found, ref=former.standing(self.program, found.ref, sketch.definition) or found.ref)
        if found is not None:
            found = former.with_defaults(self.program, self, found, sketch)
            return self._bound(sketch, found, name) if sketch.kind == "method" else found
        root = qualified.partition(".")[0]
        if qualified and lexicon.is_library(qualified) and root != "__main__":
            public = lexicon.canonical(qualified)
            if sketch.kind == "class" and lexicon.class_kind(public) is not None:
                return Value("class", ref=public, name=name)
            return Value("module", ref=public, name=name)
        return Value(sketch.kind, name=name)

    def _bound(self, sketch: ValueSketch, found: Value, name: str) -> Value:
        """A method with the object that it is of; without that, where the sketch ended before it, the source has to tell."""
        if not isinstance(found.ref, Function) or not sketch.items:
            return Value("method", name=name)
        return replace(found, kind="method", ref=replace(found.ref, bound=self.from_sketch(sketch.items[0])))

    def _definition(self, qualified: str, place: tuple[str, int] | None) -> Value | None:
        """The user's function or class of this name: "__main__.Trainer.step", "helpers.scale". What `%run` has run says that it is
        of "__main__", too: the file tells where it stands.
        """
        head, _, rest = qualified.partition(".")
        module = None if head == "__main__" else head
        namespace = self.program.namespaces.get(former.script(self.program, place) if module is None else module)
        if namespace is None:
            return None
        self.program.start(namespace)
        parts = rest.split(".")
        if namespace.scope is None or "<lambda>" in rest or "<locals>" in rest:
            return None
        value = namespace.scope.names.get(parts[0])
        if value is None or len(parts) == 1:
            return value if value is not None and isinstance(value.ref, Function | Class) else None
        if isinstance(value.ref, Class):
            found = value.ref.node.locals.get(parts[-1])
            if found and isinstance(found[-1], nodes.FunctionDef):
                return Value("function", ref=Function(found[-1], value.ref.unit, None, value.ref), name=parts[-1])
        return None

    def _standing(self, sketch: ValueSketch, name: str) -> Value | None:
        """A lambda or inner function, by the place where its code stands."""
        if sketch.kind != "function" or sketch.definition is None or sketch.items:
            return None
        found = standing.at(self.program.units(), sketch.definition)
        return Value("function", ref=Function(*found), name=name) if found is not None else None

    def _container(self, sketch: ValueSketch, name: str) -> Value:
        items = [self.from_sketch(item) for item in sketch.items]
        holder = Container(sketch.kind, LIVE_EPOCH, "outer", name, fields=self._fields_of(sketch))
        holder.exact = sketch.type.removeprefix("builtins.") == sketch.kind
        if sketch.kind == "dict":
            holder.entries = dict(zip(sketch.keys, items, strict=False))
            complete = sketch.length is not None and sketch.length <= len(sketch.keys)
        else:
            complete = sketch.length is not None and sketch.length <= len(items)
            holder.items = items if complete and sketch.kind in ("list", "tuple") else None
        if not complete or sketch.kind == "set":
            joined = items[0] if items else Value()
            for item in items[1:]:
                joined = join(joined, item)
            holder.element = joined if sketch.length != 0 else None
        return Value(sketch.kind, ref=holder, name=name, outer=True)

    def _class_of(self, sketch: ValueSketch) -> Class | None:
        value = self._definition(sketch.type, sketch.definition) if sketch.type else None
        named = value.ref if value is not None and isinstance(value.ref, Class) else None
        return former.standing(self.program, named, sketch.definition) if named is not None else None

    def _fields_of(self, sketch: ValueSketch) -> tuple[str, ...]:
        """The names of a named tuple's items."""
        if sketch.kind != "tuple" or sketch.type in ("", "tuple", "builtins.tuple"):
            return ()
        cls = self._class_of(sketch)
        if cls is not None:
            return tuple(classes.field_names(cls))
        known = self.program.global_value(self.program.namespaces[None], sketch.type.rpartition(".")[2])
        return known.ref.fields if known is not None and isinstance(known.ref, Record) else ()

    def _instance(self, sketch: ValueSketch, name: str) -> Value:
        cls = self._class_of(sketch)
        library = lexicon.canonical(sketch.type) if cls is None else ""
        if cls is not None:
            bases = [lexicon.canonical(base) for base in cls.library_bases()]
            library = next((b for b in bases if lexicon.class_kind(b) is not None), next(iter(bases), ""))
        instance = Instance(LIVE_EPOCH, cls, library, "outer", name, complete=True)
        instance.results = sketch.length if sketch.kind in ("layer", "model", "loss") else None
        for key, item in sketch.attributes.items():
            instance.attributes[key] = self.from_sketch(item, f"{name}.{key}" if name else key)
        if cls is not None:
            self._fill(cls, instance)
        gone = cls is None and former.is_gone(sketch.definition)
        instance.former = sketch.type.rpartition(".")[2] if gone else ""
        kind: Kind = "instance" if gone or sketch.kind == "composite" else sketch.kind
        return Value(kind, ref=instance, name=name, outer=True)

    def _fill(self, cls: Class, instance: Instance) -> None:
        """Attributes whose sketch says little, from the constructor's source."""
        known = self.program.instances.get(cls.node)
        for key, value in (known.attributes if known is not None else {}).items():
            live = instance.attributes.get(key)
            if live is not None and live.kind == value.kind == "ndarray":
                instance.attributes[key] = replace(live, ref=value.ref)
            elif live is not None and isinstance(live.ref, Container) and isinstance(value.ref, Container):
                self._complete_parts(live.ref, value.ref)
            if live is not None and isinstance(live.ref, Instance) and isinstance(value.ref, Instance):
                live.ref.called = live.ref.called or value.ref.called
                live.ref.filled = value.ref.filled
                live.ref.results = live.ref.results or value.ref.results
                live.ref.attributes = self._completed_all(live.ref.attributes, value.ref.attributes)
            if (
                live is None
                or not live.is_known
                or _without_code(live)
                or (live.kind == "object" and value.kind != "object")
            ):
                instance.attributes[key] = value
            elif (
                isinstance(live.ref, Container) and live.ref.any_element() is None and isinstance(value.ref, Container)
            ):
                live.ref.element = value.ref.any_element()


#: what the source tells better than an object of which only the type is known
TOLD_BY_SOURCE = frozenset({"object", "function", "partial", "instance", "generator", "class", "method"})


def _without_code(live: Value) -> bool:
    """Something that can be called, of which the kernel doesn't tell where its code stands, or what it is bound to."""
    code = live.kind in ("function", "tf_function", "class", "partial", "method")
    return code and not isinstance(live.ref, str | Function | Class)


def _known_name(value: Value) -> bool:
    return isinstance(value.ref, str) and lexicon.lookup(value.ref) is not None


def _says_little(live: Value) -> bool:
    """Nothing in the tables speaks of objects of this type."""
    return not isinstance(live.ref, Instance) or (
        live.ref.cls is None and not live.ref.attributes and not lexicon.known_type(live.ref.library)
    )


def as_argument(value: Value, name: str) -> Value:
    """What tracing makes of an argument: arrays become tensors, containers belong to the caller."""
    if value.kind in ("ndarray", "numpy_scalar"):
        return Value(
            "tensor",
            sure=value.sure,
            name=name,
            dtype=value.dtype,
            shape=value.shape,
            array=True,
            passed=value.kind == "ndarray",
        )
    if isinstance(value.ref, Container) and value.kind in CONTAINERS:
        holder = value.ref
        made = Container(holder.kind, holder.epoch, "argument", name, fields=holder.fields)
        made.sometimes_empty = holder.sometimes_empty
        if holder.items is not None:
            made.items = [as_argument(item, f"{name}[{i}]") for i, item in enumerate(holder.items)]
        made.entries = {key: as_argument(item, f"{name}[{key!r}]") for key, item in holder.entries.items()}
        if holder.element is not None and holder.element is not value:
            made.element = as_argument(holder.element, f"{name}[…]")
        return replace(value, ref=made, name=name)
    if value.kind in ("number", "string", "bool"):
        return replace(value, name=name)
    if not value.is_known:
        return Value("tensor", sure=False, name=name)
    still = value.open if value.kind == "dataset" else ""  # a trace knows the sizes of its arguments, not their values
    outer = value.kind not in ("tensor", "composite")
    return replace(value, name=name, outer=outer, open=still, folded=False)
