"""Methods of values of known kinds: tensors, containers, text, Keras objects, datasets."""

from __future__ import annotations

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon
from hybnb.analyse.follow import calls, members, protocols, sizes
from hybnb.analyse.follow.flow import error_words, failures
from hybnb.analyse.follow.flow.guards import guarded
from hybnb.analyse.follow.libraries import compiling, distributions, library, reductions, watching, wiring
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import identity, objects, staleness, tracked
from hybnb.analyse.holders import Chosen
from hybnb.analyse.text import keys
from hybnb.analyse.values import KERAS, NONE, Container, Instance, Value, join, tensor

Keywords = dict[str, Value]

TAKES = {"append": 0, "add": 0, "insert": 1, "extend": 0, "update": 0, "appendleft": 0, "setdefault": 1}
BUILDERS = frozenset({"build", "fit", "predict", "evaluate", "load_weights"})  #: they make a model's variables
#: methods of a library's class that do what the user's class is known to
OF_BASE = frozenset({"__init__", "__init_subclass__", "__post_init__", "__setattr__", "build"})
TEXT_OF_TENSOR = frozenset({"format", "join"})


def _of_keras(run: Run, node: nodes.NodeNG, receiver: Value, name: str, args: list[Value], keywords: Keywords) -> None:
    """What a method of Keras's does beside what the tables say."""
    if receiver.kind == "model" and name == "compile" and run.quiet:
        compiling.compile_model(run, node, receiver, args, keywords)
    if receiver.kind == "model" and name == "add" and isinstance(receiver.ref, Instance) and args and run.quiet:
        receiver.ref.attributes[f"layers[{len(receiver.ref.attributes)}]"] = args[0]
    if receiver.kind in KERAS and name in ("update_state", "call"):
        for value in (*args, *keywords.values()):
            sizes.needed(run, node, f"keras.{name}", value)
        if isinstance(receiver.ref, Instance):
            wiring.run_parts(run, node, receiver.ref, keywords)
    if receiver.kind == "model" and name in compiling.COMPUTE and isinstance(receiver.ref, Instance) and not run.quiet:
        for loss in compiling.losses(receiver.ref):
            calls.call_value(run, node, loss, [tensor(), tensor()], {})
    steps = receiver.kind == "optimizer" and name in ("apply_gradients", "apply", "minimize")
    if steps and any(map(_chosen, args)):
        run.effect("eager-only", node, False, call=f"{receiver.name}.{name} of what a condition of tensors chooses")
    if steps:
        wiring.run_constraints(run, node)
        tracked.rate_read(run, node, receiver)
    if steps and isinstance(receiver.ref, Instance):
        schedule = receiver.ref.attributes.get("learning_rate", NONE)  # called by Keras' own code, unconverted
        members.call_special(run, node, schedule, "__call__", tensor("int64", ()))


def call_method(run: Run, node: nodes.NodeNG, method: members.Method, args: list[Value], keywords: Keywords) -> Value:
    """Call receiver.name(...)."""
    receiver, name = method.receiver, method.name
    spelled = f"{method.spelled or receiver.name}.{name}" if receiver.name else f".{name}"
    if isinstance(receiver.ref, Container):
        return _of_container(run, node, receiver, receiver.ref, name, args, keywords)
    if receiver.kind == "string":
        return _of_text(run, node, receiver, name, args, keywords)
    sizes.asked(run, node, receiver, name)
    if name in OF_BASE and spelled.startswith("super()"):
        return NONE
    if isinstance(receiver.ref, Instance) and run.quiet and name in BUILDERS:
        receiver.ref.called = True
    _of_keras(run, node, receiver, name, args, keywords)
    entry = _entry(receiver, name)
    if entry is None or entry.category == "unknown":
        run.effect(
            "unknown-call",
            node,
            receiver.sure,
            call=spelled,
            why=f"a method of {_a(receiver.kind)} that hybnb's tables don't know",
        )
        return Value(name=f"{spelled}()")
    failures.of_method(run, receiver, name)
    if receiver.is_tensor:
        return _of_tensor(run, node, receiver, name, spelled, entry, args, keywords)
    if receiver.kind == "tape":
        return _of_tape(run, node, name, spelled, entry, args, keywords)
    if name == "stateless_call":
        return _stateless(run, node, receiver, args, keywords)
    if entry.category == "creates" and receiver.kind in KERAS | {"instance"}:
        if not guarded(node):
            run.effect("creation", node, what=entry.returns or "variable", call=spelled, guarded="no")
        return Value(entry.returns or "variable")
    if entry.category == "mutates-receiver":
        return _mutating(run, node, receiver, name, spelled, entry, args)
    result = library.by_entry(run, node, spelled, entry, args, keywords, receiver)
    in_rows = receiver.kind == "table" and name == "lookup" and bool(args) and args[0].kind == "composite"
    return replace(args[0], dtype=result.dtype, name="") if in_rows else result


def _stateless(run: Run, node: nodes.NodeNG, receiver: Value, args: list[Value], keywords: Keywords) -> Value:
    """layer.stateless_call(trainable, non_trainable, x): what a call returns, and the state after it, each as a list."""
    own = {"return_losses", "trainable_variables", "non_trainable_variables"}
    given = {key: value for key, value in keywords.items() if key not in own}
    output = calls.call_value(run, node, receiver, args[len(own - {"return_losses"} - keywords.keys()) :], given)
    state = run.container("list", element=tensor())
    losses = keywords.get("return_losses")
    if losses is None or losses.const is False:
        return run.container("tuple", items=[output, state])
    if losses.const is True:
        return run.container("tuple", items=[output, state, run.container("list", element=tensor())])
    return run.unknown(node, f"what `{receiver.name}.stateless_call` returns")


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _entry(receiver: Value, name: str) -> lexicon.Entry | None:
    entry = lexicon.method(receiver.kind, name)
    if entry is None and isinstance(receiver.ref, Instance) and receiver.ref.library:
        if receiver.ref.cls is not None and receiver.ref.library.startswith(distributions.ROOT):
            return None  # the library's methods call those of the user's class
        kind = lexicon.class_kind(receiver.ref.library)
        entry = lexicon.method(kind, name) if kind is not None else lexicon.lookup(f"{receiver.ref.library}.{name}")
    if entry is None and receiver.is_tensor:
        entry = lexicon.method("tensor", name) or lexicon.method("variable", name)
    return entry


def _mutating(
    run: Run, node: nodes.NodeNG, receiver: Value, name: str, spelled: str, entry: lexicon.Entry, args: list[Value]
) -> Value:
    if name == "add_loss" and not staleness.read_at_top_level(run, "losses"):
        return NONE  # what a trace leaves in the layer is gone with its next call
    objects.note_array(run, node, receiver)
    if receiver.outer or not receiver.sure or (isinstance(receiver.ref, Instance) and run.outlives(receiver.ref)):
        container = "array" if receiver.kind == "ndarray" else "object"
        objects.mutation(run, node, receiver.name or spelled, container, name, "outer", args[0] if args else None)
    return Value(entry.returns or "none")


# ---- tensors ------------------------------------------------------------------------------------------------------


def _of_tensor(
    run: Run, node: nodes.NodeNG, receiver: Value, name: str, spelled: str, entry: lexicon.Entry, args: list[Value],
    keywords: Keywords,
) -> Value:  # fmt: skip
    if entry.category == "numpy-method":
        if receiver.outer and receiver.kind == "tensor":
            return Value("ndarray", dtype=receiver.dtype, outer=True)
        run.effect("numpy-method", node, receiver.sure, call=f".{name}()", target=receiver.name)
        return Value("ndarray", dtype=receiver.dtype)
    if isinstance(receiver.ref, Chosen) and lexicon.method("tensor", name) is None:
        run.effect("eager-only", node, receiver.sure, call=f"{spelled} of what a condition of tensors chooses")
    if name in ("ref", "experimental_ref"):
        identity.asked(run, node, receiver, spelled)
    if name == "set_shape":
        sizes.set_by_hand(run, node, receiver, args[0] if args else keywords.get("shape"))
    if receiver.kind == "variable" and receiver.name and name.startswith("assign"):
        run.op()
        return Value("variable", dtype=receiver.dtype, shape=receiver.shape)
    result = library.by_entry(run, node, spelled, entry, args, keywords, receiver)
    return (
        replace(result, dtype=result.dtype or receiver.dtype)
        if result.is_tensor and entry.dtype == "arg:self"
        else result
    )


def _of_tape(
    run: Run, node: nodes.NodeNG, name: str, spelled: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords
) -> Value:
    if name not in ("gradient", "jacobian", "batch_jacobian"):
        if name == "watch":
            watching.watched(run, node, (*args, *keywords.values()))
        return library.by_entry(run, node, spelled, entry, args, keywords, Value("tape"))
    run.backward()
    if any(map(_chosen, (*args[1:], *keywords.values()))):
        run.effect("lost-gradient", node, False, why="chosen")
    sources = keywords.get("sources") or (args[1] if len(args) > 1 else None)
    return _like(run, sources) if sources is not None else tensor()


def _like(run: Run, sources: Value) -> Value:
    """Gradients come in the structure of what they are taken with respect to."""
    holder = sources.ref
    if isinstance(holder, Container):
        if holder.items is not None:
            return run.container(holder.kind, items=[_like(run, item) for item in holder.items])
        result = run.container(holder.kind, element=tensor() if holder.kind != "dict" else None)
        result.ref.entries.update({key: _like(run, value) for key, value in holder.entries.items()})
        return result
    if sources.kind in ("list", "tuple"):
        return run.container(sources.kind, element=tensor())
    still = sources.open if sources.is_tensor else ""
    return Value("tensor", dtype=sources.dtype, shape=sources.shape, sure=sources.is_known and sources.sure, open=still)


# ---- containers ---------------------------------------------------------------------------------------------------


def _of_container(
    run: Run, node: nodes.NodeNG, owner: Value, holder: Container, name: str, args: list[Value], keywords: Keywords
) -> Value:
    if name in ("_replace", "_asdict") and holder.fields:
        return _of_record(run, holder, name, keywords)
    entry = lexicon.method(owner.kind, name)
    if entry is None:
        run.effect("unknown-call", node, call=f"{owner.name}.{name}", why=f"a method of {_a(owner.kind)}")
        return Value()
    protocols.searched(run, node, owner, name, args)
    if entry.category == "mutates-receiver":
        return _change(run, node, owner, holder, name, args, keywords)
    staleness.contents_read(run, node, owner, holder, asked=keys.asked_by(node))
    objects.note_order(run, node, holder, name)
    element = holder.any_element()
    if element is not None and name in ("items", "values", "get") and run.outlives(holder):
        run.known(node, element, f"an element of `{owner.name}`")
    match name:
        case "items":
            pair = run.container("tuple", items=[Value("string"), element or Value("none", sure=False)])
            return reductions.emptied(run, Value("list", ref=Container("list", run.epoch, element=pair)), owner)
        case "values":
            return reductions.emptied(run, Value("generator", item=element or Value("none", sure=False)), owner)
        case "keys":
            return reductions.emptied(run, run.container("list", element=Value("string")), owner)
        case "copy":
            return copied(run, holder)
        case "get":
            return _get(run, node, owner, holder, args)
        case "index" | "count":
            if any(a.is_tensor for a in args) or (element is not None and element.is_tensor):
                run.effect("tensor-bool", node, construct=f".{name}()", target=owner.name)
            return Value("number", dtype="int32")
    return Value(entry.returns or "object")


def _of_record(run: Run, holder: Container, name: str, keywords: Keywords) -> Value:
    """A named tuple with some items replaced, or as a dict."""
    items = holder.items or [holder.any_element() or Value()] * len(holder.fields)
    parts = dict(zip(holder.fields, items, strict=False)) | keywords
    if name == "_asdict":
        made = run.container("dict")
        made.ref.entries.update(parts)
        return made
    made = run.container("tuple", items=list(parts.values()))
    made.ref.fields = holder.fields
    return made


def copied(run: Run, holder: Container) -> Value:
    """Another container with the same things in it."""
    result = run.container(
        holder.kind, items=list(holder.items) if holder.items is not None else None, element=holder.element
    )
    result.ref.entries.update(holder.entries)
    result.ref.sometimes_empty = holder.sometimes_empty
    return result


def _get(run: Run, node: nodes.NodeNG, owner: Value, holder: Container, args: list[Value]) -> Value:
    key = args[0] if args else NONE
    if key.is_tensor and key.kind != "variable":
        run.effect("tensor-key", node, key.sure, construct="dict key")
    default = args[1] if len(args) > 1 else NONE
    if key.constant and key.const in holder.entries:
        return holder.entries[key.const].named(f"{owner.name}[{key.const!r}]")
    element = holder.any_element()
    return join(element, default) if element is not None else default


def _change(
    run: Run, node: nodes.NodeNG, owner: Value, holder: Container, name: str, args: list[Value], keywords: Keywords
) -> Value:  # fmt: skip
    if name == "sort":
        reductions.compared(run, node, ".sort()", owner, holder.any_element() or Value(), keywords)
    position = TAKES.get(name)
    stored = args[position] if position is not None and position < len(args) else None
    if name in ("extend", "update") and stored is not None:
        stored = stored.ref.any_element() if isinstance(stored.ref, Container) else stored.item
    before = holder.any_element()
    objects.change_contents(run, node, owner, name, stored)
    if name == "popitem":
        return run.container("tuple", items=[Value("string"), before or Value()])
    if name in ("pop", "popleft", "setdefault"):
        return before or stored or Value()
    return NONE


# ---- text ---------------------------------------------------------------------------------------------------------


def _chosen(value: Value, depth: int = 4) -> bool:
    """It is, or holds, a variable that a tensor condition chooses."""
    holder = value.ref if isinstance(value.ref, Container) else None
    held = [*(holder.items or ()), holder.element] if holder is not None else [value.item]
    found = (one is not None and depth > 0 and _chosen(one, depth - 1) for one in held)
    return isinstance(value.ref, Chosen) or any(found)


def _of_text(run: Run, node: nodes.NodeNG, text: Value, name: str, args: list[Value], keywords: Keywords) -> Value:
    if name in TEXT_OF_TENSOR:
        plain = name == "format" and error_words.plain_braces(text)
        for value in (*args, *keywords.values()):
            error_words.written(run, node, value, f".{name}()", plain=plain)
            if name == "format":
                protocols.as_text(run, node, value)
                staleness.whole_read(run, node, value)  # as "{0.scale}" does
    entry = lexicon.method("string", name)
    if entry is None:
        run.effect("unknown-call", node, call=f"str.{name}", why="no such method of a string")
        return Value()
    if name in ("split", "rsplit", "splitlines", "partition", "rpartition"):
        return run.container("list", element=Value("string"))
    return Value(entry.returns or "string")
