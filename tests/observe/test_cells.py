"""Cells are known by what the user sees, whatever IPython does around them."""

from __future__ import annotations

import ast
import json
import threading

import pytest
from IPython.core.error import InputRejected

from hybnb.model import Cell
from hybnb.observe import cells
from hybnb.observe.cells import CellObserver
from tests.shells import installed, new_kernel, new_shell, run

DEFINITION = "def f(x):\n    return x"
GONE = (0, 1)  #: the cell of the first line of a text has another one now, or is deleted


class Watch:
    """A shell with an observer, and what the observer told."""

    def __init__(self, shell):
        self.shell = shell
        self.told: list[Cell] = []
        self.trouble: list[BaseException] = []
        self.observer = CellObserver(shell, self.told.append, self.trouble.append)

    def run(self, text, cell_id=None, **more):
        return run(self.shell, text, cell_id=cell_id, **more)

    def texts(self):
        return [cell.source.strip() for cell in self.observer.cells]

    def place(self, name):
        code = self.shell.user_ns[name].__code__
        return self.observer.place_of(code.co_filename, code.co_firstlineno)


@pytest.fixture
def watch():
    with new_shell() as shell:
        before = installed(shell)
        watch = Watch(shell)
        watch.observer.install()
        yield watch
        watch.observer.remove()
        left = installed(shell)
        for what in ("names", "cell magics"):
            left[what] = before[what] = set()  # the test's own
        assert left == before
        assert watch.trouble == []


def test_a_cell_is_told_after_it_ran(watch):
    watch.run(DEFINITION, "a")
    assert watch.told == [Cell(1, DEFINITION, id="a")]


def test_cells_are_numbered_in_the_order_of_their_first_run(watch):
    for text, identity in [("x = 1", "a"), ("y = 1", "b"), ("x = 2", "a")]:
        watch.run(text, identity)
    assert [(cell.index, cell.source) for cell in watch.observer.cells] == [(2, "y = 1"), (1, "x = 2")]


def test_the_same_text_without_ids_is_the_same_cell_and_still_uses_up_a_number(watch):
    for text in ("x = 1", "x = 1", "y = 1"):
        watch.run(text)
    assert [(cell.index, cell.source) for cell in watch.observer.cells] == [(1, "x = 1"), (3, "y = 1")]


def edition_and_places(watch, *names):
    return watch.observer.edition, [watch.place(name) for name in names]


def test_a_place_is_another_only_in_another_edition(watch):
    watch.run("def f(): pass", "a")
    watch.run("\ndef g(): pass", "b")
    edition, places = edition_and_places(watch, "f", "g")
    watch.run("x = 1", "c")
    assert edition_and_places(watch, "f", "g") == (edition, places)
    for text, identity in [("x = 2", "a"), ("y = 2", "b"), ("def f(): pass", "d"), ("def f(): pass", "a")]:
        before, held = edition_and_places(watch, "f", "g")
        watch.run(text, identity)
        after, now = edition_and_places(watch, "f", "g")
        assert after != before or now == held
    assert edition_and_places(watch, "f", "g")[1][1] == (0, 1)


def test_the_cells_are_told_anew_once_there_are_others(watch):
    watch.run("x = 1", "a")
    assert watch.observer.cells is watch.observer.cells
    before, seen = watch.observer.cells, watch.observer.seen()
    watch.run("x = 2", "a")
    assert watch.observer.cells != before
    assert watch.observer.seen() != seen


def test_an_empty_cell_is_no_cell(watch):
    for text in ("", "   \n\n"):
        watch.run(text)
    watch.run("x = 1")
    assert [cell.index for cell in watch.told] == [1]


def test_a_cell_that_raises_is_told_as_failed(watch):
    watch.run(DEFINITION + "\n1 / 0", "a")
    assert [cell.succeeded for cell in watch.told] == [False]
    assert watch.place("f") == (1, 1)


def test_a_cell_that_ends_between_two_statements_is_known_as_failed(watch):
    """IPython says of it that it failed before it was executed; so it does of an interrupt that comes there."""
    watch.run(f"{DEFINITION}\nreturn 1", "a")
    assert watch.shell.last_execution_result.error_before_exec is not None
    assert "f" in watch.shell.user_ns
    assert [(cell.id, cell.succeeded) for cell in watch.told] == [("a", False)]
    assert watch.place("f") == (1, 1)


def test_a_cell_that_a_transformer_rejects_keeps_what_ran_before(watch):
    class Rejecting(ast.NodeTransformer):
        def visit(self, node):
            raise InputRejected("no")

    watch.run(DEFINITION, "a")
    watch.shell.ast_transformers.append(Rejecting())
    watch.run("x = 1", "a")
    watch.shell.ast_transformers.pop()
    assert watch.texts() == [DEFINITION]


def test_a_syntax_error_keeps_what_ran_before(watch):
    watch.run(DEFINITION, "a")
    watch.run("def f(x:", "a")
    assert watch.texts() == [DEFINITION]
    assert len(watch.told) == 1
    assert watch.place("f") == (1, 1)


@pytest.mark.parametrize("magic", ["%%time", "%%capture", "%%time\n%%capture", "%%capture\n%%time"])
def test_a_syntax_error_under_a_magic_keeps_what_ran_before(watch, magic):
    watch.run(DEFINITION, "a")
    watch.run(f"{magic}\ndef f(x:", "a")
    assert watch.texts() == [DEFINITION]


def test_an_interrupt_is_a_failure_of_the_cell_only(watch):
    watch.run(DEFINITION + "\nraise KeyboardInterrupt", "a")
    assert [cell.succeeded for cell in watch.told] == [False]


def test_an_interrupt_during_the_hook_says_nothing_under_the_cell():
    def interrupted(_):
        raise KeyboardInterrupt

    with new_shell() as shell:
        observer = CellObserver(shell, interrupted, print)
        observer.install()
        assert run(shell, "x = 1") == ""
        assert [cell.source for cell in observer.cells] == ["x = 1"]


def test_a_cell_is_known_and_told_if_the_interrupt_comes_just_after_its_end(watch, monkeypatch):
    kept, interrupts = watch.observer._keep, [KeyboardInterrupt]

    def keep(*arguments):
        if interrupts:
            raise interrupts.pop()
        return kept(*arguments)

    monkeypatch.setattr(watch.observer, "_keep", keep)
    assert watch.run("x = 1", "a") == ""
    watch.run("y = 1", "b")
    assert watch.told == [Cell(1, "x = 1", id="a"), Cell(2, "y = 1", id="b")]


def test_a_failure_of_ours_is_reported_and_says_nothing_under_the_cell():
    def failing(_):
        raise ValueError("ours")

    with new_shell() as shell:
        trouble = []
        CellObserver(shell, failing, trouble.append).install()
        assert run(shell, "x = 1") == ""
        assert [str(each) for each in trouble] == ["ours"]


def test_the_body_of_capture_is_one_cell_with_its_magic(watch):
    watch.run(f"%%capture out\n\n{DEFINITION}", "a")
    assert [(cell.index, cell.id) for cell in watch.told] == [(1, "a")]
    assert watch.place("f") == (1, 3)


def test_a_captured_body_that_raises_is_told_as_failed(watch):
    watch.run(f"%%capture\n{DEFINITION}\n1 / 0", "a")
    assert [cell.succeeded for cell in watch.told] == [False]


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n1 -r1", "%%prun -q"])
def test_timed_bodies_are_python_without_source(watch, magic):
    watch.run(f"{magic}\n{DEFINITION}", "a")
    (cell,) = watch.told
    assert cell.timed_magic
    assert cell.source.split("\n")[1:] == DEFINITION.split("\n")


def test_a_magic_that_hybnb_does_not_know_counts_as_python_where_it_ran_as_python(watch):
    watch.shell.register_magic_function(lambda _, cell: watch.shell.run_cell(cell), "cell", "mine")
    watch.shell.register_magic_function(lambda _line, _cell: None, "cell", "other")
    watch.run(f"%%mine\n{DEFINITION}", "a")
    watch.run(f"%%other\n{DEFINITION}", "b")
    assert watch.texts() == [DEFINITION, ""]
    assert watch.place("f") == (1, 2)


def test_code_that_a_cell_runs_by_itself_is_a_cell_but_not_told(watch):
    watch.run("get_ipython().run_cell('y = 1')", "a")
    assert [cell.id for cell in watch.told] == ["a"]
    assert watch.texts() == ["y = 1", "get_ipython().run_cell('y = 1')"]


def test_top_level_await_is_a_cell(watch):
    watch.run(f"import asyncio\n{DEFINITION}\nawait asyncio.sleep(0)", "a")
    assert [cell.succeeded for cell in watch.told] == [True]
    assert watch.place("f") == (1, 2)


def test_silent_runs_are_not_seen(watch):
    watch.run("x = 1", silent=True)
    assert watch.told == []


def test_an_event_without_a_result_is_survived(watch):
    watch.shell.events.trigger("post_run_cell", None)
    watch.run("x = 1", "a")
    assert len(watch.told) == 1


def test_a_lost_end_does_not_swallow_the_next_cell(watch):
    watch.shell.events.trigger("pre_run_cell", type("Info", (), {"raw_cell": "%%capture\nx = 1", "cell_id": None})())
    watch.run("x = 1", "a")
    assert watch.texts() == ["x = 1"]


def test_a_shared_text_belongs_to_the_cell_that_ran_it_last(watch):
    watch.run(DEFINITION, "a")
    watch.run(DEFINITION, "b")
    assert watch.place("f") == (2, 1)
    watch.run("pass", "b")
    assert watch.place("f") is None or watch.place("f")[0] == 1


def test_an_edited_cell_no_longer_holds_the_old_function(watch):
    watch.run(DEFINITION, "a")
    watch.run("def g(x):\n    return x", "a")
    assert watch.place("f") == GONE
    assert watch.place("g") == (1, 1)


def test_a_rerun_cell_holds_functions_of_both_runs(watch):
    watch.run(DEFINITION, "a")
    watch.run("first = f", "b")
    watch.run(DEFINITION, "a")
    assert watch.place("first") == watch.place("f") == (1, 1)


def test_code_from_elsewhere_belongs_to_no_cell(watch):
    watch.run("import json", "a")
    assert watch.observer.place_of(watch.shell.user_ns["json"].dumps.__code__.co_filename, 1) is None


def test_deleted_cells_are_forgotten(watch):
    watch.run(DEFINITION, "a")
    watch.run("x = 1", "b", cell_meta={"deletedCells": ["a", "never seen", 5]})
    assert watch.texts() == ["x = 1"]
    assert watch.place("f") == GONE
    watch.run("y = 1", "c")
    assert [cell.index for cell in watch.observer.cells] == [2, 3]


def test_memory_is_bounded(watch, monkeypatch):
    monkeypatch.setattr(cells, "MOST_CELLS", 3)
    monkeypatch.setattr(cells, "_MOST_FILES", 3)
    for number in range(10):
        watch.run(f"x = {number}", str(number))
    assert watch.texts() == ["x = 7", "x = 8", "x = 9"]
    assert len(watch.observer._texts) == 3
    assert len(watch.observer._numbers) == 3


def test_nothing_is_told_after_removal(watch):
    watch.observer.remove()
    watch.observer.remove()
    watch.run("x = 1")
    assert watch.told == []


def test_a_cell_that_stops_the_watch_is_not_taken_for_one_that_still_runs(watch):
    watch.shell.user_ns["observer"] = watch.observer
    watch.run("observer.remove()")
    watch.run("observer.install()")
    watch.run("x = 1")
    assert [cell.source for cell in watch.told] == ["observer.install()", "x = 1"]


def test_installing_twice_is_installing_once(watch):
    watch.observer.install()
    watch.run("x = 1")
    assert len(watch.told) == 1


def test_earlier_cells_are_taken_from_the_history():
    with new_shell() as shell:
        watch = Watch(shell)
        for text in ("x = 1", "", "\n!true \\\n\n" + DEFINITION, "x = 1", "1 / 0", "def broken(", "%%time\ny = 1"):
            watch.run(text)
        shell.user_ns["watch"] = watch
        watch.run("watch.observer.install(); watch.observer.earlier_cells(); z = 1", "loading")
        watch.run("x = 1", "a")
        kept = watch.observer.cells
        assert [(cell.index, cell.source.strip().split("\n")[0], cell.succeeded) for cell in kept] == [
            (2, "pass   ", True),
            (4, "1 / 0", False),
            (6, "y = 1", True),
            (7, "watch.observer.install(); watch.observer.earlier_cells(); z = 1", True),
            (1, "x = 1", True),
        ]
        assert kept[-1].id == "a"
        assert watch.place("f") == (2, 4)
        assert [cell.id for cell in watch.told] == ["loading", "a"]


def test_a_cell_that_cannot_be_encoded_is_survived_now_and_later():
    with new_shell() as shell:
        watch = Watch(shell)
        watch.observer.install()
        watch.run("x = '\ud800'")
        watch.observer.clear()
        watch.observer.earlier_cells()
        assert watch.trouble == []


def test_earlier_cells_taken_between_cells_are_all_of_them():
    with new_shell() as shell:
        watch = Watch(shell)
        watch.run("x = 1")
        assert [cell.source for cell in watch.observer.earlier_cells()] == ["x = 1"]


def test_cells_that_ran_unseen_are_caught_up_with(watch):
    watch.run(DEFINITION, "a")
    watch.run("x = 1", "b")
    watch.observer.remove()
    watch.run(DEFINITION, "a")
    watch.run("y = 1", "c")
    watch.observer.install()
    watch.observer.earlier_cells()
    assert [(cell.index, cell.id, cell.source) for cell in watch.observer.cells] == [
        (2, "b", "x = 1"),
        (1, "a", DEFINITION),
        (3, None, "y = 1"),
    ]
    watch.run("y = 1", "c")
    assert [(cell.index, cell.id) for cell in watch.observer.cells] == [(2, "b"), (1, "a"), (3, "c")]


def test_the_cell_that_is_running_can_be_had_before_its_end(watch):
    seen = []
    watch.shell.user_ns["look"] = lambda: seen.append(watch.observer.running_cell())
    watch.run("look(); x = 1", "a")
    watch.run("look(); x = 1", "a")
    watch.run("look()")
    assert [(cell.index, cell.id, cell.source) for cell in seen] == [
        (1, "a", "look(); x = 1"),
        (1, "a", "look(); x = 1"),
        (2, None, "look()"),
    ]
    assert [cell.index for cell in watch.told] == [1, 1, 2]
    assert watch.observer.running_cell() is None


def test_cells_on_several_threads_do_not_mix(watch):
    barrier = threading.Barrier(2, timeout=30)
    observer = watch.observer

    class Info:
        def __init__(self, text, cell_id):
            self.raw_cell, self.transformed_cell, self.cell_id = text, text, cell_id

    class Result:
        success, error_before_exec, execution_count = True, None, 1

        def __init__(self, info):
            self.info = info

    def one(name):
        for number in range(50):
            outer = Info(f"%%capture\n{name} = {number}", name)
            inner = Info(f"{name} = {number}", None)
            barrier.wait()
            observer._before(outer)
            observer._before(inner)
            observer._after(Result(inner))
            observer._after(Result(outer))

    threads = [threading.Thread(target=one, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(cell.id for cell in watch.observer.cells) == ["a", "b"]
    assert len(watch.told) == 100


START = """
from hybnb.observe.cells import CellObserver
_told, _trouble = [], []
_observer = CellObserver(get_ipython(), _told.append, _trouble.append)
_observer.install(); _observer.earlier_cells()
"""
ASK = """
import json
_known = [(c.index, c.id, c.source.strip(), c.succeeded) for c in _observer.cells if "_told" not in c.source]
print(json.dumps([_known, [repr(each) for each in _trouble]]))
"""


@pytest.fixture(scope="module")
def kernel():
    with new_kernel() as kernel:
        kernel.run("early = 1", "early")
        kernel.run(START, "start")
        yield kernel


def known(kernel):
    cells, trouble = json.loads(kernel.run(ASK, store_history=False).text)
    assert trouble == []
    return [(index, identity, source, succeeded) for index, identity, source, succeeded in cells]


def test_in_a_real_kernel_cells_have_ids_and_tools_are_left_out(kernel):
    kernel.run("%%capture\ncaptured = 1", "c")
    kernel.run("import asyncio\nawait asyncio.sleep(0.01)", "d")
    kernel.run("_tool = 1", store_history=False)
    kernel.run("_quiet = 1", silent=True)
    kernel.run("def f(", "e")
    kernel.run("early = 2", "early")
    cells = {identity: (source, succeeded) for _, identity, source, succeeded in known(kernel)}
    assert cells["c"] == ("captured = 1", True)
    assert cells["d"][1]
    assert cells["early"] == ("early = 2", True)
    assert "e" not in cells
    assert not any("_tool" in source or "_quiet" in source for source, _ in cells.values())


def test_in_a_real_kernel_code_is_traced_back_to_its_cell(kernel):
    kernel.run("\n\n%%capture\n\ndef traced(x):\n    return x", "t")
    reply = kernel.run("print(_observer.place_of(traced.__code__.co_filename, 1))", store_history=False)
    number = next(index for index, identity, _, _ in known(kernel) if identity == "t")
    assert reply.text.strip() == str((number, 5))


def test_in_a_real_kernel_deleted_cells_are_forgotten(kernel):
    kernel.run("gone = 1", "gone")
    kernel.run("x = 1", "x", metadata={"deletedCells": ["gone"]})
    assert "gone" not in [identity for _, identity, _, _ in known(kernel)]


def test_in_a_real_kernel_an_interrupted_cell_is_known_as_failed(kernel):
    asked = kernel.send("import time\nprint('ready', flush=True)\ntime.sleep(60)", "long")
    kernel.interrupt_once_it_says("ready")
    reply = kernel.wait(asked)
    assert "KeyboardInterrupt" in reply.text, reply
    assert "Error in callback" not in reply.text
    assert ("long", False) in [(identity, succeeded) for _, identity, _, succeeded in known(kernel)]


def test_in_a_real_kernel_cells_of_a_subshell_are_known_while_another_cell_runs(kernel):
    subshell = kernel.control("create_subshell_request")["subshell_id"]
    kernel.run("import threading; go = threading.Event()", "go")
    main = kernel.send("print(go.wait(30))", "waiting")
    kernel.wait(main, kernel.send("go.set(); sub = 1", "sub", subshell=subshell))
    kernel.control("delete_subshell_request", {"subshell_id": subshell})
    identities = [identity for _, identity, _, _ in known(kernel)]
    assert {"waiting", "sub"} <= set(identities)
