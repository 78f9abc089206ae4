"""A shell with probes for tests: by written probes, by sys.monitoring, or by a stand-in for it."""

from __future__ import annotations

import sys
from contextlib import contextmanager

from hybnb.observe.calls import Probes
from hybnb.observe.calls.monitor import Monitor
from tests.observe.calls.stand_in_monitoring import DEPTH, Monitoring
from tests.shells import installed, new_shell, run

WRITTEN = sys.version_info < (3, 12)
WAYS = ("written", "monitored") if WRITTEN else ("monitored",)


class Clock:
    """Goes on when told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds


class Recorder:
    """Notes what was recorded, and how it ended."""

    def __init__(self):
        self.seen = []
        self.open = 0

    @contextmanager
    def __call__(self, key):
        assert not self.open
        self.open += 1
        try:
            yield
            self.seen.append(key)
        except BaseException:
            self.seen.append(f"{key} raised")
            raise
        finally:
            self.open -= 1


class Watch:
    """A shell whose functions are watched."""

    def __init__(self, shell, way, **limits):
        self.shell = shell
        self.way = way
        self.clock = Clock()
        self.recorder = Recorder()
        self.trouble = []
        shell.user_ns["clock"] = self.clock
        monitor = Monitor(Monitoring(), DEPTH) if WRITTEN and way == "monitored" else None
        self.probes = Probes(shell, clock=self.clock, trouble=self.trouble.append, watcher=monitor, **limits)
        self.probes.install()

    def run(self, *cells):
        return "".join(run(self.shell, cell) for cell in cells)

    def __getitem__(self, key):
        history = self.probes.history(key)
        assert history is not None, f"{key} isn't watched"
        return history

    def counts(self):
        return {key: history.count for key, history in self.probes.histories().items()}


@contextmanager
def watching(way, **limits):
    """A watched shell that must leave nothing behind."""
    with new_shell() as shell:
        before = installed(shell)
        watch = Watch(shell, way, **limits)
        yield watch
        watch.probes.remove()
        left = installed(shell)
        left["names"] = before["names"] = set()  # the test's own
        assert left == before
        assert not watch.recorder.open
        assert watch.trouble == []


def values(call):
    """A call's arguments, those that are kept as they are."""
    return {name: sketch.value for name, sketch in call.arguments}


def parts(sketch):
    """How many sketches a sketch is made of."""
    return 1 + sum(map(parts, sketch.items)) + sum(map(parts, sketch.attributes.values()))
