"""The tables against the installed TensorFlow: what they call an op is run eagerly and traced, and so on."""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hybnb.analyse import lexicon

pytestmark = pytest.mark.tensorflow

#: Modules whose functions take ordinary tensors.
MODULES = ("tensorflow", "tensorflow.math", "tensorflow.linalg", "tensorflow.nn", "tensorflow.strings", "tensorflow.signal", "keras.ops",
           "keras.activations", "keras.losses", "tensorflow.experimental.numpy", "tensorflow.bitwise", "tensorflow.image", "keras.metrics")  # fmt: skip


@functools.cache
def _tensorflow() -> Any:
    return pytest.importorskip("tensorflow")


def _find(name: str) -> Any:
    """The object; names of Keras 2 are only in tf.keras."""
    root, *parts = name.split(".")
    try:
        return functools.reduce(getattr, parts, importlib.import_module(root))
    except AttributeError:
        return functools.reduce(getattr, parts, _tensorflow().keras)


def _guesses() -> tuple[Any, ...]:
    """Other arguments than the tables were made with."""
    tf = _tensorflow()
    numbers = tf.constant([[0.9, 0.3, 0.5, 0.7], [0.2, 0.8, 0.1, 0.4], [0.6, 0.15, 0.35, 0.95]])
    definite = tf.constant([[3.0, 0.5, 0.25], [0.5, 2.0, 0.125], [0.25, 0.125, 4.0]])
    whole = tf.constant([[3, 1, 2], [0, 2, 1]])
    return (numbers, definite, whole, numbers[0], tf.constant(["b", "a"]), [numbers, numbers])


def _required(function: Callable[..., Any]) -> int | None:
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return sum(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in found)


def _working_arguments(function: Callable[..., Any], entry: lexicon.Entry) -> tuple[Any, ...] | None:
    """One guess for each parameter, or the same for two; mixed ones can make TensorFlow abort the process."""
    count = _required(function)
    for guess in _guesses() if count in (1, 2) else ():
        if _tensorflow().is_tensor(guess) and set(entry.concrete) & set(entry.parameters[:count]):
            continue
        try:
            function(*[guess] * count)
        except Exception:
            continue
        return (guess,) * count
    return None


def _ops(category: str) -> Iterator[tuple[str, lexicon.Entry]]:
    for name, entry in lexicon._load().entries.items():
        if entry.category == category and name.rpartition(".")[0] in MODULES and not isinstance(_find(name), type):
            yield name, entry


def _flat(result: Any) -> list[Any]:
    import numpy as np

    tf = _tensorflow()
    return [np.asarray(leaf) for leaf in tf.nest.flatten(result, expand_composites=True)]


def _same(one: Any, other: Any) -> bool:
    import numpy as np

    first, second = _flat(one), _flat(other)
    return len(first) == len(second) and all(
        a.dtype == b.dtype and (np.allclose(a, b, rtol=1e-4, atol=1e-5, equal_nan=True) if a.dtype.kind in "fc" else bool((a == b).all()))
        for a, b in zip(first, second, strict=True)
    )  # fmt: skip


def test_what_is_called_an_op_gives_the_same_eagerly_and_traced() -> None:
    tf = _tensorflow()
    agreed, wrong = [], []
    for name, entry in _ops("op"):
        function = _find(name)
        arguments = _working_arguments(function, entry)
        if arguments is None:
            continue
        eager = function(*arguments)
        try:
            traced = tf.function(lambda *given, function=function: function(*given))(*arguments)
        except Exception as trouble:
            wrong.append((name, type(trouble).__name__))
            continue
        (agreed if _same(eager, traced) else wrong).append(name)
    assert sorted(map(str, wrong)) == []
    assert len(agreed) >= 150


def test_dtypes_and_shapes_follow_the_rules() -> None:
    tf = _tensorflow()
    checked = 0
    for name, entry in _ops("op"):
        function = _find(name)
        arguments = _working_arguments(function, entry) if entry.dtype or entry.shape else None
        if arguments is None:
            continue
        for given in _variants(arguments):
            try:
                result = function(*given)
            except Exception:
                continue
            if not tf.is_tensor(result):
                continue
            named = dict(zip(entry.parameters, given, strict=False))
            expected = _expected_dtype(entry.dtype, named)
            assert expected in (None, result.dtype.name), (name, entry.dtype, given)
            shape = _expected_shape(entry.shape, given, named)
            assert shape in (None, tuple(result.shape)), (name, entry.shape, given)
            checked += 1
    assert checked >= 300


@pytest.mark.parametrize(
    ("name", "parameter", "arguments"),
    [
        ("tensorflow.constant", "value", "2 * x"),
        ("tensorflow.add_n", "inputs", "x"),
        ("tensorflow.stack", "axis", "[x, x], axis=i"),
        ("tensorflow.one_hot", "axis", "[1, 2], 3, axis=i"),
        ("keras.ops.vstack", "xs", "x"),
    ],
)
def test_a_parameter_that_needs_a_python_value_takes_a_tensor_only_eagerly(
    name: str, parameter: str, arguments: str
) -> None:
    tf = _tensorflow()
    entry = lexicon.lookup(name)
    assert entry is not None
    assert parameter in entry.concrete
    function = eval(f"lambda function, x, i: function({arguments})")
    given = (tf.constant([[1.0, 2.0]]), tf.constant(0))
    function(_find(name), *given)
    with pytest.raises(Exception, match=r"."):
        tf.function(lambda x, i: function(_find(name), x, i))(*given)


@pytest.mark.parametrize(
    ("name", "parameter", "arguments"),
    [
        ("tensorflow.reduce_sum", "axis", "x, axis=i"),
        ("tensorflow.zeros", "shape", "tf.shape(x)"),
        ("tensorflow.reshape", "shape", "x, tf.stack([2, 1])"),
        ("tensorflow.range", "limit", "i, i + 3"),
        ("tensorflow.nn.dropout", "rate", "x, tf.cast(i, tf.float32)"),
        ("tensorflow.concat", "axis", "[x, x], axis=i"),
    ],
)
def test_other_parameters_take_tensors_in_a_graph_too(name: str, parameter: str, arguments: str) -> None:
    tf = _tensorflow()
    entry = lexicon.lookup(name)
    assert entry is not None
    assert parameter not in entry.concrete
    function = eval(f"lambda function, x, i: function({arguments})", {"tf": tf})
    given = (tf.constant([[1.0, 2.0]]), tf.constant(0))
    assert _same(function(_find(name), *given), tf.function(lambda x, i: function(_find(name), x, i))(*given))


def _variants(arguments: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    tf = _tensorflow()
    yield arguments
    for dtype in ("float64", "int32", "int64"):
        if all(not tf.is_tensor(each) or each.dtype != tf.string for each in arguments):
            yield tuple(tf.cast(each, dtype) if tf.is_tensor(each) else each for each in arguments)
    yield tuple(tf.reshape(each, [-1]) if tf.is_tensor(each) else each for each in arguments)


def _expected_dtype(rule: str | None, named: dict[str, Any]) -> str | None:
    rule = rule.partition("=")[2] if rule and rule.startswith("kw:") else rule
    if rule and rule.startswith("arg:"):
        value = named.get(rule[4:])
        return value.dtype.name if _tensorflow().is_tensor(value) else None
    return rule or None


def _expected_shape(rule: str | None, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[int, ...] | None:
    import numpy as np

    tf = _tensorflow()
    if rule == "scalar":
        return ()
    if rule == "broadcast":
        return np.broadcast_shapes(*(tuple(each.shape) for each in given if tf.is_tensor(each)))
    value = named.get(rule[4:]) if rule else None
    return tuple(value.shape) if tf.is_tensor(value) else None


@pytest.mark.parametrize(
    "call",
    [
        "tf.random.normal([8])",
        "tf.random.uniform([8])",
        "tf.random.truncated_normal([8])",
        "tf.random.gamma([8], 2.0)",
        "tf.random.categorical(tf.zeros([1, 50]), 9)",
        "tf.random.shuffle(tf.range(60))",
        "tf.nn.dropout(tf.ones([60]), 0.5)",
        "tf.image.random_brightness(tf.ones([4, 4, 3]), 0.4)",
        "keras.random.normal([8])",
        "keras.random.dropout(tf.ones([60]), 0.5)",
        "tf.experimental.numpy.random.randn(8)",
    ],
)
def test_a_random_op_draws_anew_in_both_ways(call: str) -> None:
    tf = _tensorflow()
    import keras

    name = call.partition("(")[0].replace("tf.", "tensorflow.", 1)
    entry = lexicon.lookup(name)
    assert entry is not None
    assert entry.category == "random-op"
    function = eval(f"lambda: {call}", {"tf": tf, "keras": keras})
    traced = tf.function(function)
    assert not _same(function(), function())
    assert not _same(traced(), traced())


@pytest.mark.parametrize(
    "call",
    ["tf.random.stateless_normal([8], [1, 2])", "tf.random.experimental.stateless_shuffle(tf.range(60), [1, 2])"],
)
def test_a_stateless_random_op_is_an_ordinary_op(call: str) -> None:
    tf = _tensorflow()
    entry = lexicon.lookup(call.partition("(")[0].replace("tf.", "tensorflow.", 1))
    assert entry is not None
    assert entry.category == "op"
    function = eval(f"lambda: {call}", {"tf": tf})
    assert _same(function(), tf.function(function)())


def test_introspection_answers_differently_in_a_graph() -> None:
    tf = _tensorflow()
    seen = []
    for name in ("executing_eagerly", "inside_function"):
        entry = lexicon.lookup(f"tensorflow.{name}")
        assert entry is not None
        assert entry.category == "eager-introspection"
        function = getattr(tf, name)
        tf.function(lambda function=function: seen.append(function()))()
        assert seen.pop() != function()


def test_state_ops_run_again_in_every_graph_call(capfd: pytest.CaptureFixture[str]) -> None:
    tf = _tensorflow()

    @tf.function
    def said() -> None:
        tf.print("seen")

    @tf.function
    def guarded(x: Any) -> Any:
        tf.debugging.assert_positive(x)
        return x

    said()
    said()
    # Where IPython's shell stands as TensorFlow is imported, tf.print writes to the other stream.
    printed = capfd.readouterr()
    assert (printed.out + printed.err).count("seen") == 2
    guarded(tf.constant(1.0))
    with pytest.raises(tf.errors.InvalidArgumentError):
        guarded(tf.constant(-1.0))


@pytest.mark.parametrize(
    "call",
    [
        "tf.print(1)",
        "tf.debugging.assert_positive(x)",
        "tf.Assert(x[0] > 0, [x])",
        "tf.group()",
    ],
)
def test_what_gives_none_eagerly_and_an_operation_in_a_graph_is_an_object(call: str) -> None:
    tf = _tensorflow()
    entry = lexicon.lookup(call.partition("(")[0].replace("tf.", "tensorflow.", 1))
    assert entry is not None
    assert entry.returns == "object"
    function = eval(f"lambda x: {call}", {"tf": tf})
    assert function(tf.constant([1.0])) is None
    with pytest.raises(TypeError):
        tf.function(function)(tf.constant([1.0]))


def test_functions_of_higher_order_run_while_tracing_and_agree() -> None:
    tf = _tensorflow()
    import keras

    x = tf.constant([1.0, 2.0, 3.0])
    calls: dict[str, Callable[[], Any]] = {
        "tensorflow.cond": lambda: tf.cond(x[0] > 0, lambda: x + 1, lambda: x - 1),
        "tensorflow.case": lambda: tf.case([(x[0] > 5, lambda: x)], default=lambda: -x),
        "tensorflow.switch_case": lambda: tf.switch_case(tf.constant(1), [lambda: x, lambda: -x]),
        "tensorflow.while_loop": lambda: tf.while_loop(lambda i: i < 3, lambda i: [i + 1], [tf.constant(0)]),
        "tensorflow.map_fn": lambda: tf.map_fn(lambda each: each * 2, x),
        "tensorflow.scan": lambda: tf.scan(lambda total, each: total + each, x),
        "tensorflow.foldl": lambda: tf.foldl(lambda total, each: total + each, x),
        "tensorflow.foldr": lambda: tf.foldr(lambda total, each: total - each, x),
        "tensorflow.vectorized_map": lambda: tf.vectorized_map(lambda each: each * 2, x),
        "tensorflow.nest.map_structure": lambda: tf.nest.map_structure(lambda each: each + 1, [x, x]),
        "tensorflow.recompute_grad": lambda: tf.recompute_grad(lambda each: each * 2)(x),
        "keras.ops.cond": lambda: keras.ops.cond(x[0] > 0, lambda: x + 1, lambda: x - 1),
        "keras.ops.switch": lambda: keras.ops.switch(1, [lambda: x, lambda: -x]),
        "keras.ops.while_loop": lambda: keras.ops.while_loop(lambda i: i < 3, lambda i: i + 1, tf.constant(0)),
        "keras.ops.fori_loop": lambda: keras.ops.fori_loop(0, 3, lambda i, total: total + 1.0, tf.constant(0.0)),
        "keras.ops.map": lambda: keras.ops.map(lambda each: each * 2, x),
        "keras.ops.vectorized_map": lambda: keras.ops.vectorized_map(lambda each: each * 2, x),
        "keras.tree.map_structure": lambda: keras.tree.map_structure(lambda each: each + 1, [x, x]),
    }
    for name, call in calls.items():
        entry = lexicon.lookup(name)
        assert entry is not None
        assert entry.category == "higher-order"
        assert entry.functions
        assert _same(call(), tf.function(call)()), name


def test_what_only_works_eagerly_fails_in_a_graph() -> None:
    tf = _tensorflow()
    import keras

    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    x = tf.constant([[1, 2], [3, 4]])
    calls: dict[tuple[str, str], Callable[[], Any]] = {
        ("tensor", "numpy"): lambda: (x + 1).numpy(),
        ("dataset", "as_numpy_iterator"): lambda: list(tf.data.Dataset.range(2).as_numpy_iterator()),
        ("layer", "get_weights"): layer.get_weights,
        ("", "keras.ops.convert_to_numpy"): lambda: keras.ops.convert_to_numpy(x + 1),
        ("", "keras.ops.isin"): lambda: keras.ops.isin(x, tf.constant([1, 2])),
    }
    for (kind, name), call in calls.items():
        entry = lexicon.method(kind, name) if kind else lexicon.lookup(name)  # type: ignore[arg-type]
        assert entry is not None
        assert entry.category in ("eager-only", "numpy-method"), name
        call()
        with pytest.raises(Exception, match=r"."):
            tf.function(call, autograph=False)()


def test_state_of_keras_objects_moves_on_in_every_graph_call() -> None:
    tf = _tensorflow()
    import keras

    def results(wrap: Callable[[Any], Any]) -> list[Any]:
        metric = keras.metrics.Mean()
        weight = tf.Variable([1.0, 2.0])
        optimizer = keras.optimizers.SGD(0.5)
        optimizer.build([weight])
        table = tf.lookup.experimental.MutableHashTable(tf.int64, tf.float32, 0.0)
        generator = tf.random.Generator.from_seed(1)
        key = tf.constant([1], tf.int64)

        def step(x: Any) -> Any:
            metric.update_state(x)
            optimizer.apply_gradients([(x, weight)])
            weight.assign_add(x)
            table.insert(key, tf.reshape(x[0] + table.lookup(key)[0], [1]))
            return (
                metric.result(),
                weight.read_value(),
                table.lookup(key),
                generator.normal([2]),
                optimizer.iterations + 0,
            )

        run = wrap(step)
        return [run(tf.constant([1.0, 2.0])), run(tf.constant([3.0, 5.0]))]

    for eager, traced in zip(results(lambda step: step), results(tf.function), strict=True):
        assert _same(eager, traced)


def test_losses_schedules_and_initializers_are_ops_when_called() -> None:
    tf = _tensorflow()
    import keras

    truth, guess = tf.constant([[0.0, 1.0], [1.0, 0.0]]), tf.constant([[0.2, 0.8], [0.6, 0.4]])
    for name in sorted(lexicon._load().classes):
        if (
            lexicon.class_kind(name) != "loss"
            or name in ("keras.losses.Loss", "keras.Loss")
            or not name.startswith("keras.losses.")
        ):
            continue
        entry = lexicon.lookup(f"{name}.__call__")
        assert entry is not None
        assert entry.category == "op"
        try:
            loss = _find(name)()
            eager = loss(truth, guess)
        except Exception:
            continue  # it wants other arguments
        assert _same(eager, tf.function(loss)(truth, guess)), name
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    assert _same(schedule(tf.constant(3)), tf.function(schedule)(tf.constant(3)))
    made = lexicon.lookup("keras.optimizers.schedules.ExponentialDecay.__call__")
    assert made is not None
    assert made.category == "op"


def test_kinds_of_classes_are_those_of_their_instances() -> None:
    tf = _tensorflow()
    import keras

    parents = {
        "layer": keras.layers.Layer,
        "model": keras.Model,
        "optimizer": keras.optimizers.Optimizer,
        "metric": keras.metrics.Metric,
        "loss": keras.losses.Loss,
        "variable": (tf.Variable, keras.Variable),
        "dataset": tf.data.Dataset,
        "strategy": tf.distribute.Strategy,
    }
    checked = 0
    for name, kind in lexicon._load().classes.items():
        if kind in parents and name.startswith(("keras.", "tensorflow.")):
            assert issubclass(_find(name), parents[kind]), name
            checked += 1
    assert checked > 200


def test_inner_names_lead_back_to_the_object_they_are_spelled_for() -> None:
    _tensorflow()
    checked = 0
    for name in itertools.islice(lexicon._load().entries, 0, None, 7):
        if not name.startswith(("tensorflow.", "keras.")) or "raw_ops" in name:
            continue
        try:
            value = _find(name)
        except AttributeError:
            continue  # methods and names of Keras 2 that only tf.keras has
        inner = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
        public = lexicon.canonical(inner)
        if public != inner and callable(value):
            # TensorFlow 1's names may hold the same function in another wrapper
            assert inspect.unwrap(_find(public)) is inspect.unwrap(value), (inner, public)
            checked += 1
    assert checked > 100
