"""Only what TensorFlow can look at, and hold weakly, without running code of the user's is handed to it."""

from __future__ import annotations

import pytest

from hybnb.measure.plain_values import classes_in, plain, unannotated

TOUCHED: list[str] = []


class Hashed(type):
    def __hash__(cls):
        TOUCHED.append("hash")
        return 1

    def __getattribute__(cls, name):
        TOUCHED.append(name)
        return super().__getattribute__(name)


class Odd(metaclass=Hashed):
    pass


class Small:
    __slots__ = ("kept",)


class Large:
    pass


def test_a_class_that_would_answer_itself_is_left_alone():
    class Answers:
        def __tf_tracing_type__(self, *rest):
            raise AssertionError

    assert not plain(Answers)
    assert not plain((Answers, 1))
    assert plain(Large)
    assert plain(int)


def test_the_metaclass_of_an_argument_is_not_asked():
    thing = object.__new__(Odd)
    TOUCHED.clear()
    assert not plain(thing)
    assert not plain([{"a": (thing,)}])
    assert not TOUCHED


@pytest.mark.parametrize("value", [object(), Small(), [Small()]])
def test_what_cannot_be_referenced_weakly_is_left_alone(value):
    assert not plain(value)


@pytest.mark.parametrize("value", [1, "text", None, [1.0, (2, {"a": b""})], Large(), range(3)])
def test_ordinary_values_are_handed_over(value):
    assert plain(value)


def test_a_class_that_is_looked_at_gets_no_annotations():
    class Looked:
        pass

    class Annotated(Looked):
        x: int = 1

    with unannotated(classes_in([Annotated()]) or ()):
        assert Looked.__annotations__ == {}
    assert "__annotations__" not in vars(Looked)
    assert Annotated.__annotations__ == {"x": int} or Annotated.__annotations__ == {"x": "int"}
