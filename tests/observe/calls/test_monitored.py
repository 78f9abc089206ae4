"""What only sys.monitoring sees."""

from __future__ import annotations

import sys
import types

import pytest

from tests.observe.calls.probing import watching


@pytest.fixture
def monitored():
    with watching("monitored") as watch:
        yield watch


def test_lambdas_with_a_name_are_watched_from_the_next_cell_on(monitored):
    monitored.run("double = lambda x: 2 * x", "double(1)\ndouble(2)")
    assert monitored["double"].count == 2


def test_functions_defined_before_loading_are_watched(monitored):
    monitored.probes.remove()
    monitored.run("def early(): pass\nclass T:\n    def go(self): pass")
    monitored.probes.install()
    monitored.run("early()\nT().go()")
    assert monitored.counts() == {"early": 1, "T.go": 1}


def test_functions_of_modules_are_watched_on_request(monitored):
    module = types.ModuleType("helpers")
    exec("def scale(x):\n    return x\nclass A:\n    def go(self): return scale(1)\nfrom math import sin", vars(module))
    sys.modules["helpers"] = module
    try:
        assert monitored.probes.watch_module(module) == 2
        assert monitored.probes.watch_module(module) == 0
        monitored.run("import helpers\nhelpers.A().go()\nhelpers.scale(2)")
        assert monitored.counts() == {"helpers:scale": 2, "helpers:A.go": 1}
        assert monitored["helpers:scale"].calls[0].callers == ("helpers.A.go",)
    finally:
        del sys.modules["helpers"]


def test_decorators_do_not_matter_to_sys_monitoring(monitored):
    monitored.run("def mine(f): return f\nclass lib:\n    jit = staticmethod(mine)\n@lib.jit\ndef f(): pass\nf()")
    assert monitored["f"].count == 1


def test_code_objects_are_not_kept_alive(monitored):
    monitored.run("def f(): return 1", "def f(): return 1", "def f(): return 1")
    monitored.run("import gc; gc.collect()")
    assert len(monitored.probes._back._monitor._codes) == 1
