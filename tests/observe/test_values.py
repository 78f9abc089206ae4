"""A sketch says what a value is without running a line of the value's own code."""

from __future__ import annotations

import argparse
import functools
import gc
import math
import types
import weakref
from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from hybnb.model import ValueSketch
from hybnb.observe.values import MOST_ITEMS, MOST_SKETCHES, Sketcher, sketch


def parts(found: ValueSketch) -> int:
    """How many sketches a sketch is made of."""
    return 1 + sum(map(parts, found.items)) + sum(map(parts, found.attributes.values()))


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        (3, "number", 3),
        (2.5, "number", 2.5),
        (2j, "number", None),
        (True, "bool", True),
        ("adam", "string", "adam"),
        ("x" * 65, "string", None),
        (b"x", "bytes", None),
        (None, "none", None),
        (10**400, "number", None),
    ],
)
def test_small_scalars_are_kept_and_large_ones_are_not(value, kind, kept):
    assert (sketch(value).kind, sketch(value).value) == (kind, kept)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([1], "list"),
        ((1,), "tuple"),
        ({"a": 1}, "dict"),
        ({1}, "set"),
        (frozenset({1}), "set"),
        (range(3), "range"),
        (slice(1, None), "slice"),
        (len, "builtin"),
        ([].append, "builtin"),
        (lambda: 0, "function"),
        (sketch, "function"),
        (functools.partial(sketch), "partial"),
        (Sketcher().sketch, "method"),
        ((i for i in ()), "generator"),
        (math, "module"),
        (Sketcher, "class"),
        (type, "class"),
        (np.zeros(2), "ndarray"),
        (np.float32(1), "numpy_scalar"),
        (np.dtype("f4"), "dtype"),
        (np.add, "builtin"),
        (np.sum, "builtin"),
        (object(), "object"),
        (..., "object"),
        (OrderedDict(a=1), "dict"),
        (namedtuple("Pair", "a b")(1, 2), "tuple"),
    ],
)
def test_kinds_of_ordinary_values(value, kind):
    assert sketch(value).kind == kind


def test_arrays_give_dtype_and_shape():
    found = sketch(np.zeros((2, 3), "float32"))
    assert (found.dtype, found.shape, found.type) == ("float32", (2, 3), "numpy.ndarray")


def test_containers_show_their_first_items_and_their_length():
    found = sketch(list(range(100)))
    assert (found.length, [item.value for item in found.items]) == (100, list(range(16)))


def test_dicts_show_only_string_keys():
    found = sketch({"a": 1, 2: "b", "c": [1]})
    assert (found.length, found.keys, [item.kind for item in found.items]) == (3, ("a", "c"), ["number", "list"])


def test_what_holds_only_settings_is_followed_below_the_depth():
    settings = {"rate": 0.1, "widths": [1, 2], "name": None}
    assert sketch({"widths": [1, 2]}, depth=1).items[0].items == (sketch(1), sketch(2))
    assert sketch({"weights": {"mse": 1.0}}, depth=1).items[0].keys == ("mse",)
    assert sketch({"settings": settings}, depth=1).items[0].keys == ()
    assert sketch([list(range(MOST_ITEMS + 1))], depth=1).items[0].items == ()


def test_depth_bounds_how_far_containers_are_followed():
    nested = [[[[1]]]]
    assert sketch(nested, depth=0).items == ()
    assert sketch(nested, depth=2).items[0].items[0].items == ()


def test_a_list_that_holds_itself_ends():
    endless: list[object] = []
    endless.append(endless)
    assert sketch(endless).items[0].items[0].items == ()


def test_one_sketch_is_bounded_however_much_it_holds():
    many = [[[0] * 50] * 50] * 50
    assert parts(sketch(many, depth=9)) <= MOST_SKETCHES


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (math, "math"),
        (math.sin, "math.sin"),
        (print, "builtins.print"),
        ([].append, "builtins.list.append"),
        (np.sum, "numpy.sum"),
        (np.linalg.norm, "numpy.linalg.norm"),
        (np.where, "numpy.where"),
        (np.add, "numpy.add"),
        (np.random.normal, "numpy.random.RandomState.normal"),
        (np.random.default_rng(0).normal, "numpy.random.Generator.normal"),
        (sketch, "hybnb.observe.values.sketch"),
        (OrderedDict, "collections.OrderedDict"),
        (functools.partial(math.sin, 1.0), "math.sin"),
    ],
)
def test_code_is_known_by_its_dotted_name(value, name):
    found = sketch(value).qualified or ""
    assert found.replace(".mtrand", "").replace("._generator", "") == name


def test_functions_know_where_they_were_defined():
    def inner():
        pass

    line = inner.__code__.co_firstlineno
    assert sketch(inner).definition == (__file__, line)
    assert sketch(functools.partial(inner)).definition == (__file__, line)
    assert sketch(functools.lru_cache(inner)).definition == (__file__, line)
    assert sketch(types.MethodType(inner, object())).definition == (__file__, line)


def users(source: str) -> types.SimpleNamespace:
    """What a notebook's cell would define."""
    names: dict[str, object] = {"__name__": "__main__"}
    exec(source, names)
    return types.SimpleNamespace(**names)


def test_the_users_objects_show_their_attributes():
    made = users("class Trainer:\n    def __init__(self):\n        self.rate, self.losses = 0.1, [1, 2]").Trainer()
    found = sketch(made)
    assert (found.kind, found.type, found.identity) == ("instance", "__main__.Trainer", id(made))
    assert found.attributes["rate"].value == 0.1
    assert found.attributes["losses"].length == 2


def test_the_newest_attributes_are_shown_when_there_are_too_many():
    made = users("class Many:\n    def __init__(self):\n        for i in range(200): setattr(self, f'a{i}', i)").Many()
    assert len(sketch(made).attributes) == 64
    assert "a199" in sketch(made).attributes


def test_library_objects_show_no_attributes():
    found = sketch(types.MappingProxyType({"a": 1}))
    assert (found.kind, found.attributes) == ("object", {})


def test_namespaces_are_nothing_but_their_attributes():
    for made in (types.SimpleNamespace(a=1), argparse.Namespace(a=1)):
        assert (sketch(made).kind, sketch(made).attributes["a"].value) == ("object", 1)


def test_slots_are_left_alone():
    made = users("class Slim:\n    __slots__ = ('a',)\n    def __init__(self): self.a = 1").Slim()
    assert sketch(made).attributes == {}


HOSTILE = """
touched = []

def touch(name):
    def method(self, *args, **kwargs):
        touched.append(name)
        raise RuntimeError(name)
    return method

NAMES = ["__repr__", "__str__", "__len__", "__iter__", "__eq__", "__hash__", "__bool__", "__getattr__", "__contains__",
         "__getitem__", "__array__", "__float__", "__index__", "__getattribute__", "__instancecheck__", "__dir__",
         "__subclasscheck__", "__mro_entries__", "__sizeof__", "__reduce__", "__reduce_ex__", "__get__", "__call__"]

class Meta(type):
    __module__ = property(touch("meta module"))
    __mro__ = property(touch("meta mro"))
    __dict__ = property(touch("meta dict"))

for name in NAMES:
    setattr(Meta, name, touch("meta " + name))

body = {name: touch(name) for name in NAMES}
body.update(__class__=property(touch("class")), __dict__=property(touch("dict")), shape=property(touch("shape")),
            dtype=property(touch("dtype")), __module__="__main__")
made = type.__call__(Meta, "Hostile", (), body)
Plain = type("Plain", (), dict(body))
plain = object.__new__(Plain)
hostile = object.__new__(made)
hostile_class = made

class HostileList(list):
    __len__ = __iter__ = __getitem__ = touch("list")
class HostileDict(dict):
    __len__ = __iter__ = items = keys = __getitem__ = touch("dict")
class HostileFunction:
    __wrapped__ = property(touch("wrapped"))
    __call__ = touch("call")
as_list, as_dict, as_function = HostileList([1, 2]), HostileDict(a=1), HostileFunction()
"""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("plain", "instance"),
        ("hostile", "instance"),
        ("hostile_class", "class"),
        ("as_list", "list"),
        ("as_dict", "dict"),
        ("as_function", "instance"),
    ],
)
def test_hostile_objects_are_sketched_without_being_touched(name, kind):
    found = users(HOSTILE)
    found.touched.clear()
    value = getattr(found, name)
    assert sketch(value).kind == kind
    assert sketch([value, {"a": value}], depth=3).items[0].kind == kind
    assert found.touched == []


def test_what_overrides_its_dict_shows_no_attributes():
    found = users(HOSTILE)
    assert sketch(found.plain).attributes == {}


ODD_ARRAY = """
import numpy as np
class Odd(np.ndarray):
    shape = dtype = property(lambda self: 1 / 0)
"""


def test_subclasses_of_arrays_are_read_past_what_they_redefine():
    odd = np.zeros((2, 2), "float32").view(users(ODD_ARRAY).Odd)
    assert (sketch(odd).kind, sketch(odd).shape, sketch(odd).dtype) == ("ndarray", (2, 2), "float32")


def test_modules_that_load_lazily_are_not_loaded():
    class Lazy(types.ModuleType):
        def __getattr__(self, name):
            raise AssertionError(name)

    assert sketch(Lazy("lazy")).qualified == "lazy"


def test_classes_are_not_kept_alive():
    made = users("class Gone: pass")
    weak = weakref.ref(made.Gone)
    sketcher = Sketcher()
    assert sketcher.sketch(made.Gone()).kind == "instance"
    del made
    gc.collect()
    assert weak() is None


def test_another_identity_can_be_given():
    assert Sketcher(identify=lambda value: 7).sketch(object()).identity == 7


@pytest.mark.tensorflow
class TestTensorFlow:
    """Values of TensorFlow and Keras."""

    @pytest.fixture(scope="class")
    @classmethod
    def values(cls):
        import keras
        import tensorflow as tf

        class Written(keras.Model):
            def __init__(self):
                super().__init__()
                self.inner = [keras.layers.Dense(1)]
                self.history = {"loss": []}

        class Module(tf.Module):
            def __init__(self):
                self.weights_list = [tf.Variable(1.0)]
                self.options = {"a": 1}
                self.pair = (1, 2)

        for each in (Written, Module):
            each.__module__ = "__main__"
        seen = []
        traced = tf.function(seen.append)
        traced(tf.zeros((2, 3)))
        dataset = tf.data.Dataset.range(3).map(lambda x: x)
        return {
            "tensor": tf.zeros((2, 3)), "symbolic": seen[0], "composite": tf.ragged.constant([[1], [2, 3]]),
            "variable": tf.Variable(tf.zeros((4,))), "layer": keras.layers.Dense(1), "model": keras.Sequential(),
            "optimizer": keras.optimizers.Adam(), "metric": keras.metrics.Mean(),
            "loss": keras.losses.MeanSquaredError(), "dataset": dataset, "dataset_iterator": iter(dataset),
            "random_generator": tf.random.Generator.from_seed(1), "tensor_array": tf.TensorArray(tf.float32, 1),
            "tape": tf.GradientTape(), "shape": tf.TensorShape([None, 2]), "dtype": tf.float32,
            "strategy": tf.distribute.get_strategy(), "tf_function": traced,
            "table": tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, 0, -1, -2),
            "module": tf, "function": tf.reduce_sum, "written": Written(), "instance": Module(),
            "keras variable": keras.Variable(np.zeros((5,), "float32")), "keras": tf.keras,
            "keras input": keras.Input((3,)), "sparse": tf.sparse.from_dense([[1.0]]),
        }  # fmt: skip

    @pytest.mark.parametrize(
        "kind",
        [
            "tensor", "symbolic", "composite", "variable", "layer", "model", "optimizer", "metric", "loss", "dataset",
            "dataset_iterator", "random_generator", "tensor_array", "tape", "shape", "dtype", "strategy", "tf_function",
            "table", "module", "function", "instance",
        ],
    )  # fmt: skip
    def test_kinds(self, values, kind):
        assert sketch(values[kind]).kind == kind

    def test_datasets_tell_their_elements(self):
        import tensorflow as tf

        dataset = tf.data.Dataset.from_tensor_slices(
            {"x": tf.ones([10, 2]), "pair": (tf.range(10), tf.range(10))}
        ).batch(4)
        (found,) = sketch(dataset).items
        assert (found.kind, set(found.keys)) == ("dict", {"x", "pair"})
        elements = dict(zip(found.keys, found.items, strict=True))
        assert (elements["x"].dtype, elements["x"].shape) == ("float32", (None, 2))
        assert [one.shape for one in elements["pair"].items] == [(None,), (None,)]
        assert sketch(iter(dataset)).items == (found,)

    def test_tensors_give_dtype_and_shape(self, values):
        for name, shape in [
            ("tensor", (2, 3)),
            ("symbolic", (2, 3)),
            ("variable", (4,)),
            ("keras variable", (5,)),
            ("keras input", (None, 3)),
        ]:
            found = sketch(values[name])
            assert (found.dtype, found.shape) == ("float32", shape), name
        assert sketch(values["shape"]).shape == (None, 2)
        assert sketch(values["dtype"]).dtype == "float32"
        assert sketch(values["sparse"]).dtype == "float32"

    def test_the_users_keras_model_shows_its_own_attributes(self, values):
        found = sketch(values["written"])
        assert (found.kind, found.type.rpartition(".")[2]) == ("model", "Written")
        assert found.attributes["inner"].items[0].kind == "layer"
        assert found.attributes["history"].keys == ("loss",)

    def test_tracked_containers_are_what_they_hold(self, values):
        found = sketch(values["instance"]).attributes
        assert [found[name].kind for name in ("weights_list", "options", "pair")] == ["list", "dict", "tuple"]
        assert found["weights_list"].items[0].kind == "variable"
        assert found["options"].keys == ("a",)

    def test_parts_not_loaded_yet_have_their_public_name(self, values):
        assert sketch(values["keras"]).qualified in {"tensorflow.keras", "keras", "keras._tf_keras.keras"}

    def test_a_tf_function_leads_to_the_users_function(self):
        import tensorflow as tf

        class Trainer(tf.Module):
            @tf.function
            def step(self, x):
                return x

        plain = tf.function(lambda x: x)
        assert sketch(plain).definition[0] == __file__
        bound = Trainer().step
        assert (sketch(bound).definition[0], sketch(bound).qualified.rpartition(".")[2]) == (__file__, "step")
