"""Names are looked up within bounds, and their code is traced back to cells."""

from __future__ import annotations

from weakref import ref

from hybnb.model import ValueSketch
from hybnb.observe import names


def plain(value):
    return ValueSketch(kind="object", type=type(value).__name__)


def test_only_names_that_exist_are_told():
    found = names.facts(["x", "gone"], {"x": 1, "y": 2}, plain)
    assert {name: fact.sketch.type for name, fact in found.items()} == {"x": "int"}


def test_a_value_that_cannot_be_sketched_is_left_out():
    def fussy(value):
        if value == 1:
            raise ValueError
        return plain(value)

    assert set(names.facts(["x", "y"], {"x": 1, "y": 2}, fussy)) == {"y"}


def test_the_number_of_names_is_bounded(monkeypatch):
    monkeypatch.setattr(names, "MOST_NAMES", 3)
    assert len(names.facts(map(str, range(10)), {str(n): n for n in range(10)}, plain)) == 3


def test_functions_are_traced_to_their_cells_also_inside_other_values():
    code = ValueSketch(kind="function", definition=("somewhere", 2))
    strange = ValueSketch(kind="function", definition=("elsewhere", 2))
    holder = ValueSketch(kind="instance", items=(code,), attributes={"loss": code, "other": strange})
    found = names.facts(
        ["model"], {"model": 1}, lambda _: holder, lambda file, line: (3, line + 1) if file == "somewhere" else None
    )
    sketch = found["model"].sketch
    assert sketch.items[0].definition == ("<cell 3>", 3)
    assert sketch.attributes["loss"].definition == ("<cell 3>", 3)
    assert sketch.attributes["other"].definition == ("elsewhere", 2)


def looked_at(live, namespace):
    """Names whose values are looked at when asked for all."""
    live.seen.clear()
    live.facts(list(namespace), namespace)
    return live.seen


def live_names(place_of=lambda file, line: (1, line), edition=None):
    seen = []

    def noting(value):
        seen.append(value)
        return ValueSketch(kind="function", type=type(value).__name__, definition=("somewhere", 1))

    live = names.LiveNames(noting, place_of, edition)
    live.seen = seen
    return live


def test_a_function_that_stays_is_looked_at_once():
    def step():
        return 1

    live, things = live_names(), {1, 2}
    assert looked_at(live, {"step": step, "x": things}) == [step, things]
    assert looked_at(live, {"step": step, "x": things}) == [things]


def test_small_plain_values_are_looked_at_when_they_change():
    rates, sizes = [0.1, 0.2], {"rows": 2}
    namespace = {"count": 1000, "text": "a", "nothing": None, "rates": rates, "sizes": sizes, "pair": (1, "b")}
    live = live_names()
    assert looked_at(live, namespace) == list(namespace.values())
    assert looked_at(live, namespace) == []
    rates[1], sizes["rows"] = 0.3, 3
    assert looked_at(live, namespace) == [rates, sizes]
    rates.append(0.4)
    sizes["columns"] = sizes.pop("rows")
    assert looked_at(live, namespace) == [rates, sizes]
    rates.append([])
    namespace.update(count=1001, text="b", nothing=0, pair=(1, "b", 2))
    assert looked_at(live, namespace) == [1001, "b", 0, rates, (1, "b", 2)]
    assert looked_at(live, namespace) == [rates]


def test_of_a_long_list_what_its_sketch_shows_counts():
    losses = [float(n) for n in range(100)]
    live = live_names()
    looked_at(live, {"losses": losses})
    losses[50] = 1.5
    assert looked_at(live, {"losses": losses}) == []
    losses[0] = 1.5
    assert looked_at(live, {"losses": losses}) == [losses]
    losses.append(1.5)
    assert looked_at(live, {"losses": losses}) == [losses]


def test_where_texts_stand_is_asked_again_when_they_have_moved():
    def step():
        return 1

    def other():
        return 2

    place, edition = [(1, 1)], [1]
    live = live_names(lambda file, line: place[0], lambda: edition[0])
    looked_at(live, {"step": step})
    assert looked_at(live, {"step": step, "other": other}) == [other]
    place[0], edition[0] = (0, 1), 2
    assert looked_at(live, {"step": step, "other": other}) == [step, other]


def test_a_function_is_looked_at_again_when_it_or_its_place_changes():
    def step():
        return 1

    def other():
        return 2

    place = [(1, 1)]
    live = live_names(lambda file, line: place[0])
    looked_at(live, {"step": step})
    assert looked_at(live, {"step": other}) == [other]
    other.__code__ = step.__code__
    assert looked_at(live, {"step": other}) == [other]
    other.__defaults__ = ()
    assert looked_at(live, {"step": other}) == [other]
    place[0] = None
    assert looked_at(live, {"step": other}) == [other]


def test_a_function_is_not_kept_alive():
    def step():
        return 1

    gone, live = ref(step), live_names()
    looked_at(live, {"step": step})
    live.seen.clear()
    del step
    assert gone() is None
