"""c.Hybnb in IPython's configuration, from a file and from the command line."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

from hybnb.errors import HybnbError
from hybnb.settings import Settings, from_ipython


def shell(**values):
    config = Config()
    for name, value in values.items():
        config.Hybnb[name] = value
    return SimpleNamespace(config=config)


def test_without_a_section_nothing_changes():
    assert from_ipython(shell(), Settings(min_calls=9)) == Settings(min_calls=9)


def test_values_of_a_file_are_taken_as_they_are():
    assert from_ipython(shell(show="never", ignore=["HYB2"]), Settings()) == Settings(show="never", ignore=("HYB2",))


def test_values_of_the_command_line_are_text_and_become_what_they_mean():
    typed = {"cell_budget_ms": "30", "probe": "false", "show": "never"}
    told = from_ipython(shell(**{name: DeferredConfigString(text) for name, text in typed.items()}), Settings())
    assert told == Settings(cell_budget_ms=30.0, probe=False, show="never")


@pytest.mark.parametrize("values", [{"nonsense": 1}, {"min_calls": "three"}, {"min_calls": DeferredConfigString("x")}])
def test_a_bad_value_is_told(values):
    with pytest.raises(HybnbError, match=r"c\.Hybnb in IPython's configuration"):
        from_ipython(shell(**values), Settings())
