"""Pictures are made by hand: what differs is said in the smallest words, and rounding is not a difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hybnb.measure.agreement import agreement, by_chance, doubtful, frozen, varied
from hybnb.measure.picture import Leaf, Node, Picture, Root, Shot
from hybnb.model import DifferenceKind


def tensor(value: Any, dtype: str = "float32") -> Leaf:
    return Leaf("tensor", "Tensor", np.array(value, dtype))


def number(value: float) -> Leaf:
    return Leaf("number", type(value).__name__, value)


def items(*parts: Picture) -> Node:
    return Node("list", {str(at): part for at, part in enumerate(parts)})


def left(kind: DifferenceKind = "global", **state: Picture) -> Shot:
    return Shot(tensor(0.0), state={name: Root(kind, picture) for name, picture in state.items()})


def said(eager: list[Shot], graph: list[Shot], **more: Any) -> list[str]:
    return [one.message for one in agreement(eager, graph, **more).differences]


def test_equal_shots_agree() -> None:
    found = agreement([Shot(tensor([1.0, 2.0]))] * 4, [Shot(tensor([1.0, 2.0]))] * 4)
    assert (found.agreed, found.calls) == (True, 4)


def test_nothing_compared_is_no_agreement() -> None:
    assert not agreement([], []).agreed


def test_a_list_that_grows_only_eagerly_is_told_by_its_length() -> None:
    eager = [left(losses=items(*[number(0.5)] * count)) for count in (1, 2, 3)]
    graph = [left(losses=items(number(0.5)))] * 3
    assert said(eager, graph) == ["after 2 calls `losses` has 2 items eagerly, 1 item as a graph"]


def test_a_tensor_without_a_value_is_told_as_such() -> None:
    eager, graph = left(losses=items(tensor(0.5))), left(losses=items(Leaf("symbolic", "SymbolicTensor")))
    assert said([eager], [graph]) == [
        "in the first call `losses[0]` is a tensor eagerly, holds a tensor without a value as a graph"
    ]


def test_rounding_is_not_a_difference() -> None:
    assert not said([Shot(tensor([1.0, 1e-7]))], [Shot(tensor([1.000001, 2e-7]))])


def test_rounding_of_half_precision_is_wider() -> None:
    one, other = [Shot(tensor(1.0, "float16"))], [Shot(tensor(1.01, "float16"))]
    assert not said(one, other)
    assert said([Shot(tensor(1.0))], [Shot(tensor(1.01))])


def test_whole_numbers_must_be_equal() -> None:
    assert said([Shot(tensor([1, 2], "int32"))], [Shot(tensor([1, 3], "int32"))]) == [
        "in the first call the result[1] is 2 eagerly, 3 as a graph"
    ]


def test_nan_is_equal_to_nan_and_differs_from_a_number() -> None:
    nan = [Shot(tensor([float("nan"), 1.0]))]
    assert not said(nan, nan)
    assert said(nan, [Shot(tensor([0.0, 1.0]))])


def test_texts_and_bytes_are_the_same_text() -> None:
    eager, graph = Leaf("tensor", "Tensor", np.array(["a"], object)), Leaf("tensor", "Tensor", np.array([b"a"], object))
    assert not said([Shot(eager)], [Shot(graph)])
    assert said([Shot(eager)], [Shot(Leaf("tensor", "Tensor", np.array([b"b"], object)))])


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (tensor(1.0, "float64"), "is float32 eagerly, float64"),
        (tensor([1.0]), "has shape () eagerly, shape (1,)"),
        (number(1.0), "is a tensor eagerly, a float"),
        (items(tensor(1.0)), "is a tensor eagerly, a list"),
    ],
)
def test_dtype_shape_type_and_structure_are_compared(graph: Picture, words: str) -> None:
    assert words in said([Shot(tensor(1.0))], [Shot(graph)])[0]


def test_an_exception_that_only_the_graph_raises_comes_first() -> None:
    graph = Shot(None, "AttributeError", "no numpy", state={"n": Root("global", number(2))})
    found = said([Shot(tensor(1.0), state={"n": Root("global", number(1))})], [graph])
    assert found[0] == "in the first call the function returns eagerly, raises AttributeError (no numpy) as a graph"


def test_the_same_exception_both_ways_agrees() -> None:
    assert not said([Shot(None, "ValueError", "one")], [Shot(None, "ValueError", "other")])


def test_what_is_printed_once_is_told() -> None:
    eager, graph = [Shot(tensor(1.0), stdout="x\n")] * 2, [Shot(tensor(1.0), stdout="x\n"), Shot(tensor(1.0))]
    assert said(eager, graph) == ["after 2 calls the function prints 'x' eagerly, nothing as a graph"]


def test_a_file_written_one_way_only_is_told() -> None:
    assert (
        "`log.txt` has 3 bytes eagerly, isn't written"
        in said([Shot(tensor(1.0), files={"log.txt": b"abc"})], [Shot(tensor(1.0))])[0]
    )


def test_a_witness_explains_random_numbers() -> None:
    eager, graph, witness = ([Shot(tensor(value))] for value in (0.1, 0.7, 0.4))
    assert doubtful(agreement(eager, graph))
    found = agreement(eager, graph, [witness])
    assert (found.agreed, found.random) == (True, True)


def test_a_witness_that_does_not_move_explains_nothing() -> None:
    eager, graph = [Shot(tensor(0.1))], [Shot(tensor(0.7))]
    assert not agreement(eager, graph, [eager]).agreed


def test_numbers_that_vary_eagerly_and_are_frozen_in_the_graph_are_told() -> None:
    eager, witness = [Shot(tensor(0.1)), Shot(tensor(0.9))], [Shot(tensor(0.5)), Shot(tensor(0.2))]
    found = said(eager, [Shot(tensor(0.4))] * 2, witnesses=[witness], repeats=[[0, 1]])
    assert found == ["after 2 calls the result varies eagerly, is the same each time as a graph"]


def test_numbers_that_vary_both_ways_are_fine() -> None:
    eager, graph = [Shot(tensor(0.1)), Shot(tensor(0.9))], [Shot(tensor(0.4)), Shot(tensor(0.3))]
    assert agreement(eager, graph, [[Shot(tensor(0.5)), Shot(tensor(0.2))]], repeats=[[0, 1]]).agreed


def test_a_few_equal_draws_are_chance_when_others_vary() -> None:
    eager, graph = [Shot(tensor(value)) for value in (0, 1, 1)], [Shot(tensor(value)) for value in (1, 1, 0)]
    assert agreement(eager, graph, [eager[::-1]], repeats=[[0, 1, 2]]).agreed


def test_what_moves_in_any_call_of_any_witness_explains_all_calls() -> None:
    eager, graph = [Shot(tensor(0)), Shot(tensor(1))], [Shot(tensor(1)), Shot(tensor(0))]
    still, moving = eager, [eager[0], Shot(tensor(0))]
    assert not agreement(eager, graph, [still]).agreed
    assert agreement(eager, graph, [still, moving]).agreed


def test_a_size_that_varies_by_itself_is_no_difference() -> None:
    eager, graph, witness = ([Shot(tensor(value))] for value in ([1.0], [1.0, 2.0], [1.0, 2.0, 3.0]))
    assert not agreement(eager, graph).agreed
    assert agreement(eager, graph, [witness]).agreed


def test_a_list_that_varies_by_itself_is_no_difference() -> None:
    eager, graph, witness = ([left(kept=items(*[number(1)] * count))] for count in (1, 2, 3))
    assert said(eager, graph) == ["in the first call `kept` has 1 item eagerly, 2 items as a graph"]
    assert not said(eager, graph, witnesses=[witness])


def test_a_graph_that_seems_frozen_and_is_not_has_no_difference_left() -> None:
    eager, graph = [Shot(tensor(0.1)), Shot(tensor(0.9))], [Shot(tensor(0.4))] * 2
    found = agreement(eager, graph, [eager[::-1]], repeats=[[0, 1]])
    assert frozen(found)
    assert not frozen(by_chance(found))
    assert varied((graph[0], Shot(tensor(0.5))))
    assert not varied(graph)


def test_each_thing_is_told_once_with_the_first_call_it_showed_in() -> None:
    eager = [left(n=number(count)) for count in (1, 2, 3, 4)]
    assert said(eager, [left(n=number(1))] * 4) == ["after 2 calls `n` is 2 eagerly, 1 as a graph"]
