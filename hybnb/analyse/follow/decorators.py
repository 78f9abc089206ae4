"""What a decorator makes of a function."""

from __future__ import annotations

from collections.abc import Mapping

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import calls
from hybnb.analyse.follow.libraries import dispatched
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Container, Function, Instance, Partial, Value, tensor


def hybrid(value: Value, given: Mapping[str, Value] | None = None) -> Value:
    """The tf.function of a function, with the options given."""
    return _marked(value, hybrid=options(given or {}))


def options(given: Mapping[str, Value]) -> dict[str, str]:
    """Options of tf.function as they would be written; by a name where the value isn't known."""
    return {key: repr(one.const) if one.constant else one.name for key, one in given.items() if key != "func"}


def do_not_convert(value: Value) -> Value:
    """The function as AutoGraph leaves it alone."""
    return _marked(value, unconverted=True)


def cached(value: Value) -> Value:
    """What functools.lru_cache makes of a function."""
    return _marked(value, cached=True)


def with_gradient(value: Value) -> Value:
    """What tf.custom_gradient makes of a function: called as it is, it gives the first of the two that it returns."""
    return _marked(value, unconverted=True, paired=True) if isinstance(value.ref, Function) else Value(name=value.name)


def _marked(value: Value, **marks: object) -> Value:
    """The same function with these attributes; anything else as it is."""
    return replace(value, ref=replace(value.ref, **marks)) if isinstance(value.ref, Function) else value


def without_gradient(run: Run, node: nodes.NodeNG, function: Function, pair: Value) -> Value:
    """The result of a function under tf.custom_gradient; its gradient function is followed, since a tape calls it."""
    both = pair.ref.items if isinstance(pair.ref, Container) and pair.ref.items else []
    if len(both) != 2:
        return run.unknown(node, f"what `{function.label}` returns beside its gradient")
    if isinstance(both[1].ref, Function):
        count = len(both[1].ref.node.args.args or ()) + bool(both[1].ref.node.args.vararg)
        calls.call_function(run, node, both[1], [tensor()] * count, {}, converted=False)
    return both[0]


TF_FUNCTION = ("tensorflow.function", "tensorflow.compat.v1.function")
IDENTITIES = frozenset({
    "hybnb.identity", "abc.abstractmethod", "typing.overload", "typing.final", "builtins.staticmethod", "typing.no_type_check",
    "builtins.classmethod", "builtins.property", "functools.cached_property", "tensorflow.Module.with_name_scope",
    "keras.saving.register_keras_serializable", "keras.utils.register_keras_serializable", "atexit.register", "abc.abstractproperty", "typing.runtime_checkable",
    "contextlib.contextmanager",
})  # fmt: skip


def decorate(run: Run, node: nodes.NodeNG, decorator: Value, value: Value) -> Value:
    """What `@decorator` makes of a function."""
    name = lexicon.canonical(decorator.ref) if isinstance(decorator.ref, str) else ""
    given = decorator.ref if isinstance(decorator.ref, Partial) else Partial(decorator, (), {})
    if given.function.ref in TF_FUNCTION or name in TF_FUNCTION:
        return hybrid(value, given.keywords)
    text = node.as_string()
    if text in ("property", "staticmethod", "classmethod") or text.endswith((".setter", ".getter", ".deleter")):
        return value
    if name in IDENTITIES:
        return value
    if name.endswith("do_not_convert"):
        return do_not_convert(value)
    if name == "tensorflow.custom_gradient":
        run.effect("memory", node, what="custom gradient", name=value.name)
        return with_gradient(value)
    if name in ("functools.lru_cache", "functools.cache"):
        return cached(value)
    if name == "functools.singledispatch" and isinstance(value.ref, Function):
        return dispatched.first(value)
    if isinstance(decorator.ref, dispatched.Registering):
        return dispatched.register(decorator.ref, node, value)
    if name and not isinstance(decorator.ref, Function | Partial):
        decorator = run.program.packages.find(name) or decorator
    if isinstance(decorator.ref, Function | Partial | Class | Instance):
        made = calls.call_value(run, node, decorator, [value], {})
        return made if made.is_known else Value(name=value.name)
    return Value(name=value.name)
