"""In, out, on, off."""

from __future__ import annotations

import builtins

from hybnb.observe.calls import Probes
from hybnb.observe.calls.monitor import Monitor
from tests.observe.calls.probing import values
from tests.observe.calls.stand_in_monitoring import Monitoring
from tests.shells import installed, new_shell, run


def test_installing_and_removing_twice_is_once():
    with new_shell() as shell:
        before = installed(shell)
        probes = Probes(shell)
        probes.remove()
        probes.install()
        probes.install()
        run(shell, "def f(): return 1\nf()")
        found = probes.history("f")
        assert found is not None
        assert found.count == 1
        probes.remove()
        probes.remove()
        left = installed(shell)
        left["names"] = before["names"]
        assert left == before


def test_code_runs_on_after_removal(watch):
    watch.run(
        "def f(x):\n    if x: raise ValueError('mine')\n    return 7\ndef g():\n    yield 8", "print(f(0), list(g()))"
    )
    watch.probes.remove()
    assert watch.run("print(f(0), list(g()))") == "7 [8]\n"
    assert "ValueError: mine" in watch.run("f(1)")
    assert watch["f"].count == 1


def test_probes_taken_out_inside_a_call_leave_the_call_alone(watch):
    watch.shell.user_ns["take_out"] = watch.probes.remove
    assert "9" in watch.run("def f():\n    take_out()\n    return 9", "print(f())\ndef later(): return 1\nlater()")


def test_probes_taken_out_before_a_definition_in_the_same_cell_leave_it_alone(watch):
    watch.shell.user_ns["take_out"] = watch.probes.remove
    assert (
        watch.run("take_out()\ndef f(): return 3\nclass A:\n    def m(self): return 4\nprint(f(), A().m())") == "3 4\n"
    )


def test_histories_stay_when_probes_come_back(watch):
    watch.run("def f(): pass\nf()")
    watch.probes.remove()
    watch.probes.install()
    watch.run("f()")
    assert watch["f"].count == 2


def test_nothing_is_counted_while_paused(watch):
    watch.run("def f(): pass\nf()")
    watch.probes.pause()
    watch.probes.pause()
    assert not watch.probes.active
    watch.run("f()\nf()")
    watch.probes.resume()
    watch.run("f()")
    assert (watch.probes.active, watch["f"].count) == (True, 2)


def test_a_call_running_through_a_pause_does_no_harm(watch):
    watch.shell.user_ns["probes"] = watch.probes
    watch.run("def f(x):\n    if x: probes.pause(); probes.resume()\n    clock.wait(1)", "f(1)\nf(0)\nf(0)")
    assert (watch["f"].count, watch["f"].seconds) == (3, 2.0)


def test_two_shells_of_one_process_do_not_mix():
    before = set(vars(builtins))
    with new_shell() as one, new_shell() as two:
        first, second = Probes(one), Probes(two)
        for probes, shell in ((first, one), (second, two)):
            probes.install()
            run(shell, "def f(): pass\nf()")
        run(one, "f()")
        assert [probes.histories()["f"].count for probes in (first, second)] == [2, 1]
        first.remove()
        second.remove()
        assert not {name for name in vars(builtins) if "hybnb" in name} - before


def test_two_functions_of_one_name_in_old_and_new_code_never_share_a_probe(watch):
    watch.run("def f(x): return x", "g = f", "def f(y): return -y", "g(1)", "f(2)")
    assert [values(call) for call in watch["f"].calls] == [{"y": 2}]


def test_when_no_tool_id_is_free_calls_are_not_watched():
    with new_shell() as shell:
        before = installed(shell)
        told = []
        probes = Probes(shell, trouble=told.append, watcher=Monitor(Monitoring(taken=(3, 4))))
        probes.install()
        assert (probes.active, len(told)) == (False, 1)
        assert installed(shell) == before
