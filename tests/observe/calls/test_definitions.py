"""A function that is defined again keeps its history when it is the same."""

from __future__ import annotations

from tests.observe.calls.probing import values


def test_other_code_starts_a_new_history(watch):
    watch.run("def f(): return 1", "f()", "def f(): return 2", "f()\nf()")
    assert watch["f"].count == 2


def test_the_same_code_keeps_its_history(watch):
    watch.run("def f(): return 1", "f()", "def f(): return 1", "f()")
    assert watch["f"].count == 2


def test_the_same_code_on_other_lines_keeps_its_history(watch):
    watch.run("def f(): return 1", "f()", "x = 1\n\n# note\ndef f():\n    return 1", "f()")
    assert watch["f"].count == 2


def test_old_code_that_still_runs_does_not_count(watch):
    watch.run("def f(): return 1", "old = f", "def f(): return 2", "old()\nold()\nf()")
    assert watch["f"].count == 1


def test_both_branches_of_a_definition_are_watched(watch):
    watch.run("if True:\n    def f(): return 1\nelse:\n    def f(): return 2", "f()")
    assert watch["f"].count == 1


def test_a_forgotten_history_starts_anew(watch):
    watch.run("def f(x): pass", "f(1)\nf(2)")
    watch.probes.forget("f")
    assert (watch["f"].count, watch["f"].calls) == (0, ())
    watch.run("f(3)")
    assert [values(call) for call in watch["f"].calls] == [{"x": 3}]


def test_forgetting_what_was_never_known_is_harmless(watch):
    watch.probes.forget("nobody")


def test_a_property_that_is_read_and_set_is_watched_in_both_parts(watch):
    watch.run(
        "class A:\n    @property\n    def x(self): return 1\n    @x.setter\n    def x(self, value): self.seen = value",
        "a = A()\na.x = 3\na.x = 4\na.x",
    )
    assert [name for name, _ in watch["A.x"].calls[0].arguments] == ["self", "value"]
    watch.run("a.x\na.x")
    assert (watch["A.x"].count, len(watch["A.x"].calls[0].arguments)) == (3, 1)
