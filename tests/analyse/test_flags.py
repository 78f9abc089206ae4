"""A flag from outside decides its branch as long as nothing in the notebook can change it."""

from __future__ import annotations

import pytest

from hybnb.advisor import Advisor, check
from hybnb.model import Cell, NameFact, ValueSketch
from hybnb.settings import Settings

HEAD = "import tensorflow as tf\nfrom types import SimpleNamespace\n"
LOGGER = "class Logger:\n    def __init__(self, loud):\n        self.loud = loud\n    def log(self, x):\n"
LOGGER += "        if self.loud:\n            print('x')\n        return x\n"
SAFE = {
    "a global that is off": "DEBUG = False\ndef f(x):\n    if DEBUG:\n        print(x)\n    return x\n",
    "a global that is on": "QUIET = True\ndef f(x):\n    if not QUIET:\n        print(x)\n    return x\n",
    "a mode": "MODE = 'mean'\ndef f(x):\n    if MODE == 'sum':\n        print(x)\n    return x\n",
    "an attribute": LOGGER + "log = Logger(False)\ndef f(x):\n    return log.log(x)\n",
    "a namespace": "args = SimpleNamespace(debug=False)\ndef f(x):\n    if args.debug:\n        print(x)\n    return x\n",
    "a flag before a tensor": "DEBUG = False\ndef f(x):\n    if DEBUG and x > 0.0:\n        print(x)\n    return x\n",
    "a class's own": "class Config:\n    debug = False\ndef f(x):\n    if Config.debug:\n        print(x)\n    return x\n",
    "nothing given": "hook = None\ndef f(x):\n    if hook is not None:\n        print(x)\n    return x\n",
}
NOT_SAFE = {
    "a global that is on": "DEBUG = True\ndef f(x):\n    if DEBUG:\n        print('x')\n    return x\n",
    "an attribute that is on": LOGGER + "log = Logger(True)\ndef f(x):\n    return log.log(x)\n",
    "a global that a function changes": "DEBUG = False\ndef toggle():\n    global DEBUG\n    DEBUG = True\n"
    "def f(x):\n    if DEBUG:\n        print('x')\n    return x\n",
    "a global that is bound twice": "DEBUG = False\ndef f(x):\n    if DEBUG:\n        print('x')\n    return x\nDEBUG = True\n",
    "an attribute that is set later": LOGGER
    + "log = Logger(False)\ndef f(x):\n    return log.log(x)\nlog.loud = True\n",
    "an attribute that a method sets": LOGGER + "    def speak(self):\n        self.loud = True\n"
    "log = Logger(False)\ndef f(x):\n    return log.log(x)\n",
    "an attribute set by its name": LOGGER + "log = Logger(False)\ndef f(x):\n    return log.log(x)\n"
    "for name in ['loud']:\n    setattr(log, name, True)\n",
    "a flag behind a tensor": "DEBUG = False\ndef f(x):\n    if x > 0.0 and DEBUG:\n        print('x')\n    return x\n",
    "a class's own, set later": "class Config:\n    debug = False\ndef f(x):\n    if Config.debug:\n        print('x')\n"
    "    return x\nConfig.debug = True\n",
    "a class's own, set anew by one that derives from it": "class Quiet:\n    loud = False\n    def log(self, x):\n"
    "        if self.loud:\n            print('x')\n        return x\nclass Loud(Quiet):\n    loud = True\n"
    "both = [Quiet(), Loud()]\ndef f(x):\n    for one in both:\n        x = one.log(x)\n    return x\n",
    "a parameter": "def f(x, debug=False):\n    if debug:\n        print('x')\n    return x\n",
}


def safe(body: str) -> str:
    """The verdict on f."""
    verdicts = check([Cell(1, f"{HEAD}{body}f(tf.constant(1.0))\n")], (), Settings())
    return next(one.safe.value for one in verdicts if one.function.name == "f")


@pytest.mark.parametrize("title", SAFE)
def test_a_branch_that_a_flag_closes_is_no_objection(title: str) -> None:
    assert safe(SAFE[title]) == "yes"


@pytest.mark.parametrize("title", NOT_SAFE)
def test_a_branch_that_may_be_taken_counts(title: str) -> None:
    assert safe(NOT_SAFE[title]) != "yes"


HEIR = "class Loud(Logger):\n    def __init__(self):\n        super().__init__(True)\nloud = Loud()\n"


@pytest.mark.parametrize("others", ["loud = Logger(True)\n", "both = [Logger(b) for b in (False, True)]\n", HEIR])
def test_a_method_is_judged_for_all_objects_of_its_class(others: str) -> None:
    cell = Cell(1, f"{HEAD}{LOGGER}{others}log = Logger(False)\nlog.log(tf.constant(1.0))\n")
    off = ValueSketch("instance", type="__main__.Logger", attributes={"loud": ValueSketch("bool", value=False)})
    verdicts = Advisor(Settings()).update([cell], (), {"log": NameFact("log", off)}, {})
    (verdict,) = (one for one in verdicts if one.function.name == "Logger.log")
    assert verdict.safe.value != "yes"


def test_a_flag_that_is_turned_in_the_kernel_is_seen() -> None:
    cell = Cell(1, f"{HEAD}{SAFE['a global that is off']}")
    advisor = Advisor(Settings())
    answers = []
    for value in (False, True):
        names = {"DEBUG": NameFact("DEBUG", ValueSketch("bool", value=value))}
        (verdict,) = advisor.update([cell], (), names, {})
        answers.append(verdict.safe.value)
    assert answers == ["yes", "no"]
