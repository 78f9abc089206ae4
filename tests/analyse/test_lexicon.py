"""What the tables say about names; that they are right is tested against TensorFlow in test_lexicon_truth.py."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import resources

import msgspec
import pytest

from hybnb.analyse import lexicon
from hybnb.model import Kind


@pytest.mark.parametrize(
    ("name", "category", "returns"),
    [
        ("tensorflow.reduce_mean", "op", "tensor"),
        ("tensorflow.math.reduce_mean", "op", "tensor"),
        ("tensorflow.nn.conv2d", "op", "tensor"),
        ("tensorflow.einsum", "op", "tensor"),
        ("tensorflow.constant", "op", "tensor"),
        ("tensorflow.split", "op", "list"),
        ("tensorflow.shape", "op", "tensor"),
        ("tensorflow.raw_ops.AddV2", "op", "tensor"),
        ("tensorflow.experimental.numpy.sum", "op", "tensor"),
        ("tensorflow.random.normal", "random-op", "tensor"),
        ("tensorflow.nn.dropout", "random-op", "tensor"),
        ("tensorflow.random.stateless_normal", "op", "tensor"),
        ("tensorflow.raw_ops.RandomUniform", "random-op", "tensor"),
        ("tensorflow.print", "state-op", "object"),
        ("tensorflow.debugging.assert_positive", "state-op", "object"),
        ("tensorflow.debugging.assert_equal", "state-op", "object"),
        ("tensorflow.timestamp", "state-op", "tensor"),
        ("tensorflow.summary.scalar", "summary", None),
        ("tensorflow.Variable", "creates", "variable"),
        ("tensorflow.random.Generator.from_seed", "creates", "random_generator"),
        ("tensorflow.data.Dataset.from_tensor_slices", "dataset", "dataset"),
        ("tensorflow.data.Dataset.from_generator", "host-callback", "dataset"),
        ("tensorflow.GradientTape", "plain", "tape"),
        ("tensorflow.TensorShape", "plain", "shape"),
        ("tensorflow.float32", "constant", "dtype"),
        ("tensorflow.executing_eagerly", "eager-introspection", "bool"),
        ("tensorflow.py_function", "host-callback", None),
        ("tensorflow.random.set_seed", "seed", "none"),
        ("tensorflow.config.run_functions_eagerly", "config", None),
        ("tensorflow.function", "function", "tf_function"),
        ("tensorflow.while_loop", "higher-order", None),
        ("tensorflow.gradients", "unknown", None),
        ("keras.ops.mean", "op", "tensor"),
        ("keras.ops.shape", "plain", "tuple"),
        ("keras.random.normal", "random-op", "tensor"),
        ("keras.losses.mean_squared_error", "op", "tensor"),
        ("keras.layers.Dense", "creates", "layer"),
        ("keras.Sequential", "creates", "model"),
        ("keras.optimizers.Adam", "creates", "optimizer"),
        ("keras.metrics.Mean", "creates", "metric"),
        ("keras.losses.MeanSquaredError", "plain", "loss"),
        ("keras.Model.fit", "keras-endpoint", None),
        ("numpy.mean", "numpy", "ndarray"),
        ("numpy.float32", "numpy", "numpy_scalar"),
        ("numpy.random.rand", "host-random", "ndarray"),
        ("numpy.fill_diagonal", "mutates-argument", "none"),
        ("numpy.pi", "constant", "number"),
        ("time.time", "clock", "number"),
        ("time.sleep", "sleep", "none"),
        ("builtins.isinstance", "pure", "bool"),
        ("builtins.input", "environment", "string"),
        ("builtins.next", "host-iterator", None),
        ("builtins.ValueError", "pure", "object"),
        ("builtins.exec", "dynamic", None),
        ("random.random", "host-random", "number"),
        ("os.environ.get", "environment", None),
        ("os.path.join", "pure", "string"),
        ("os.path.exists", "environment", "bool"),
        ("math.sqrt", "host-call", "number"),
        ("math.pi", "constant", "number"),
        ("functools.lru_cache", "cache", None),
        ("copy.deepcopy", "pickle", None),
    ],
)
def test_a_name_means_what_it_does(name: str, category: str, returns: str | None) -> None:
    entry = lexicon.lookup(name)
    assert entry is not None
    assert (entry.category, entry.returns) == (category, returns)


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("builtins.print", "stdout"),
        ("logging.info", "log"),
        ("logging.Logger.warning", "log"),
        ("warnings.warn", "warning"),
        ("numpy.save", "file"),
        ("pathlib.Path.write_text", "file"),
        ("matplotlib.pyplot.plot", "plot"),
        ("IPython.display.display", "display"),
        ("requests.get", "network"),
        ("sqlite3.connect", "database"),
        ("tqdm.tqdm", "progress"),
        ("tqdm.std.tqdm.update", "progress"),
    ],
)
def test_output_says_which_way_it_goes(name: str, channel: str) -> None:
    entry = lexicon.lookup(name)
    assert entry is not None
    assert (entry.category, entry.channel) == ("output", channel)


@pytest.mark.parametrize(
    "name",
    [
        "tensorflow.reduce_meen",
        "tensorflow.compat.v1.Session",
        "tensorflow_probability_like.distributions.Normal",
        "my_package.reduce_mean",
        "reduce_mean",
        "keras.ops",
        "numpy.no_such_function",
        "os.no_such_function",
        "tensorflow.data.Dataset.no_such_method",
        "",
        ".",
    ],
)
def test_a_name_that_is_not_in_the_tables_is_none(name: str) -> None:
    assert lexicon.lookup(name) is None


def test_a_known_package_without_a_table_is_unknown_rather_than_safe() -> None:
    entry = lexicon.lookup("sklearn.metrics.f1_score")
    assert entry is not None
    assert entry.category == "unknown"


@pytest.mark.parametrize(
    ("inner", "public"),
    [
        ("tensorflow.keras.layers.Dense", "keras.layers.Dense"),
        ("tensorflow.compat.v2.reduce_mean", "tensorflow.reduce_mean"),
        ("tensorflow._api.v2.math.reduce_mean", "tensorflow.math.reduce_mean"),
        ("tensorflow.python.ops.math_ops.reduce_mean", "tensorflow.reduce_mean"),
        ("tensorflow.python.data.ops.dataset_ops.DatasetV2.map", "tensorflow.data.Dataset.map"),
        ("tensorflow.losses.MeanSquaredError", "keras.losses.MeanSquaredError"),
        ("keras.src.layers.core.dense.Dense", "keras.layers.Dense"),
        ("keras.src.layers.layer.Layer.add_weight", "keras.Layer.add_weight"),
        ("keras._tf_keras.keras.Model", "keras.Model"),
        ("posix.getcwd", "os.getcwd"),
        ("random.Random.random", "random.random"),
        ("tensorflow.math.reduce_mean", "tensorflow.math.reduce_mean"),
        ("keras.ops.mean", "keras.ops.mean"),
        ("helpers.Dense", "helpers.Dense"),
        ("", ""),
    ],
)
def test_an_inner_name_becomes_the_public_one_and_others_stay(inner: str, public: str) -> None:
    assert lexicon.canonical(inner) == public


@pytest.mark.parametrize(
    "name", ["tensorflow", "keras.ops", "numpy", "math", "collections.abc", "matplotlib.pyplot", "builtins.x"]
)
def test_libraries_are_known_by_their_root(name: str) -> None:
    assert lexicon.is_library(name)


@pytest.mark.parametrize("name", ["helpers", "my.tensorflow", "tensorflows.x", "", "train_step"])
def test_what_a_user_wrote_is_no_library(name: str) -> None:
    assert not lexicon.is_library(name)


@pytest.mark.parametrize(
    ("kind", "name", "category", "attribute"),
    [
        ("tensor", "numpy", "numpy-method", False),
        ("tensor", "shape", "pure", True),
        ("tensor", "device", "eager-introspection", True),
        ("variable", "assign_add", "variable-op", False),
        ("variable", "numpy", "numpy-method", False),
        ("list", "append", "mutates-receiver", False),
        ("dict", "get", "pure", False),
        ("string", "join", "pure", False),
        ("ndarray", "mean", "numpy", False),
        ("ndarray", "sort", "mutates-receiver", False),
        ("shape", "as_list", "pure", False),
        ("optimizer", "apply_gradients", "variable-op", False),
        ("metric", "update_state", "variable-op", False),
        ("layer", "add_weight", "creates", False),
        ("layer", "get_weights", "eager-only", False),
        ("model", "fit", "keras-endpoint", False),
        ("model", "trainable_variables", "pure", True),
        ("model", "summary", "output", False),
        ("tape", "gradient", "op", False),
        ("dataset", "map", "dataset", False),
        ("dataset", "as_numpy_iterator", "eager-only", False),
        ("dataset_iterator", "get_next", "state-op", False),
        ("tensor_array", "write", "op", False),
        ("random_generator", "normal", "random-op", False),
        ("strategy", "run", "higher-order", False),
    ],
)
def test_a_method_is_known_by_the_kind_of_its_object(
    kind: lexicon.Kind, name: str, category: str, attribute: bool
) -> None:
    entry = lexicon.method(kind, name)
    assert entry is not None
    assert (entry.category, entry.attribute) == (category, attribute)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("tensor", "mean"),
        ("tensor", "item"),
        ("list", "push"),
        ("model", "no_such"),
        ("unknown", "numpy"),
        ("object", "append"),
    ],
)
def test_a_method_the_kind_has_not_got_is_none(kind: lexicon.Kind, name: str) -> None:
    assert lexicon.method(kind, name) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("keras.layers.Dense", "layer"),
        ("tensorflow.keras.layers.LSTM", "layer"),
        ("keras.Model", "model"),
        ("keras.models.Sequential", "model"),
        ("keras.optimizers.Adam", "optimizer"),
        ("keras.metrics.Mean", "metric"),
        ("keras.losses.Huber", "loss"),
        ("tensorflow.Variable", "variable"),
        ("tensorflow.Module", "instance"),
        ("tensorflow.lookup.StaticHashTable", "table"),
        ("tensorflow.distribute.MirroredStrategy", "strategy"),
        ("builtins.dict", "dict"),
        ("numpy.ndarray", "ndarray"),
        ("numpy.int64", "numpy_scalar"),
        ("keras.layers.add", None),
        ("tensorflow.reduce_mean", None),
        ("helpers.Dense", None),
        ("", None),
    ],
)
def test_classes_have_the_kind_of_their_instances(name: str, kind: str | None) -> None:
    assert lexicon.class_kind(name) == kind


def test_the_slot_of_the_name_counts_from_the_first_parameter() -> None:
    sqrt, dense = lexicon.lookup("tensorflow.sqrt"), lexicon.lookup("keras.optimizers.Adam")
    assert sqrt is not None
    assert sqrt.name_slot == 1
    assert dense is not None
    assert dense.name_slot is None


def test_functions_that_a_call_runs_are_named() -> None:
    for name in ("tensorflow.while_loop", "tensorflow.map_fn", "builtins.map", "tensorflow.data.Dataset.map"):
        entry = lexicon.lookup(name)
        assert entry is not None
        assert entry.functions
        assert set(entry.functions) <= set(entry.parameters)


def test_an_object_of_a_known_class_leads_to_its_methods() -> None:
    logger = lexicon.lookup("logging.getLogger")
    assert logger is not None
    assert logger.type == "logging.Logger"
    for entry in lexicon._load().entries.values():
        if entry.type is not None:
            assert entry.returns == "object"
            assert lexicon.is_library(entry.type)


def test_rules_of_dtype_and_shape_name_parameters_that_exist() -> None:
    for name, entry in lexicon._load().entries.items():
        for rule in (entry.dtype, entry.shape):
            for parameter in re.findall(r"(?:arg|kw):(\w+)", rule or ""):
                assert parameter in entry.parameters or name == "tensorflow.Variable", name


def test_the_tables_hold_names_and_nothing_of_the_machine_they_were_made_on() -> None:
    folder = resources.files("hybnb.analyse") / "tables"
    for file in folder.iterdir():
        strings = list(_strings(msgspec.json.decode(file.read_bytes())))
        assert strings
        assert not [text for text in strings if "/" in text or "\\" in text or " 0x" in text], file.name


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *_strings(item))]
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


def test_every_category_is_used_and_no_row_is_without_one() -> None:
    load = lexicon._load()
    used = {entry.category for entry in (*load.entries.values(), *load.below.values(), *load.methods.values())}
    assert used == set(lexicon.Category.__args__)


@pytest.mark.parametrize(
    ("kind", "attribute", "looks"),
    [
        ("model", "trainable", True),
        ("model", "batches_seen", False),
        ("layer", "rate", True),
        ("layer", "best_accuracy", False),
        ("optimizer", "clipnorm", True),
        ("optimizer", "rate", False),
        ("metric", "total", True),
        ("dataset", "anything", True),
    ],
)
def test_it_is_known_what_keras_looks_at(kind: Kind, attribute: str, looks: bool) -> None:
    assert lexicon.looked_at(kind, attribute) is looks


def test_looking_up_imports_no_library() -> None:
    code = (
        "import sys; from hybnb.analyse import lexicon; lexicon.lookup('tensorflow.add');"
        "print([name for name in ('tensorflow', 'keras', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
