"""`hybnb.advise(f)`: a verdict on one function, in any script, test or notebook. Nothing of the user's is run."""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

from hybnb.errors import HybnbError
from hybnb.model import Call, CallHistory, Cell, Trial, Verdict
from hybnb.observe.calls.tracing import is_tf_function
from hybnb.observe.environment import environment
from hybnb.observe.live_modules import LiveModules
from hybnb.observe.names import facts
from hybnb.observe.unwarned import unwarned
from hybnb.observe.values import python_function, sketch
from hybnb.session.once import tried
from hybnb.session.policy import plan
from hybnb.settings import Settings

if TYPE_CHECKING:
    from hybnb.advisor import Advisor

ATTRIBUTE: Final = "_hybnb_session"  #: of a shell: its session
LAMBDA: Final = "<lambda>"
NAMELESS: Final = (
    "a lambda is judged where it has a name: write `f = lambda …` or `def f(…)` on a line of its own, and pass f"
)
_MOST_FILES: Final = 100
_DEEPEST: Final = 8  #: wrappers within wrappers


def advise(function: Any, *args: Any, measure: bool = False, **kwargs: Any) -> Verdict:
    """Would `tf.function` on `function` be safe and faster? Judged from its source, its globals and its own modules.

    `args` and `kwargs` are those of a typical call: their types, dtypes and shapes are looked at. The function isn't
    called here, so nothing is said about speed; in a notebook with hybnb loaded the calls seen so far count as well.
    With `measure` it is run with these arguments, eagerly and as a graph, in a process that can't write, connect or start
    anything; that takes some seconds.

    HybnbError when `function` isn't a Python function whose source can be found, or doesn't take these arguments.
    """
    plain, first = _unwrapped(function)
    session = _session_of(plain)
    if session is not None:
        name = _global_name(plain)
        if measure and (args or kwargs):
            given = (*first, *args)
            session.measuring.take(tried(plain, given, kwargs, plan(session.verdict(name))), plain)
        elif measure:
            session.measure(name)
        verdict: Verdict = session.verdict(name)
        return verdict
    program = _Program(plain)
    with unwarned():
        verdict = program.verdict({})
        key, histories = verdict.function.key, {}
        if args or kwargs:
            call = Call(_arguments(plain, (*first, *args), kwargs))
            histories = {key: CallHistory(key, calls=(call,))}
            verdict = program.verdict(histories)
    if measure:
        trial = tried(plain, (*first, *args), kwargs, plan(verdict))
        with unwarned():
            verdict = program.verdict(histories, {key: trial})
    return verdict


class _Program:
    """A function, the code around it, and the modules of its own that it may use."""

    def __init__(self, function: FunctionType) -> None:
        from hybnb.advisor import Advisor

        self._function = function
        self._advisor: Advisor = Advisor(Settings())
        self._main = function.__globals__.get("__name__") == "__main__"
        file = function.__code__.co_filename
        self._numbers = {file: 1}
        source = _source(file, function.__globals__)
        if not source.strip():
            raise HybnbError(
                f"the source of {_name(function)} can't be found; define it in a file or in a notebook cell, not under "
                "%%time, exec or in the Python prompt"
            )
        name = None if self._main else function.__module__
        self._cells = [Cell(1, source, path=None if file.startswith("<") else file, module=name)]
        modules = LiveModules(Path(file).parent if Path(file).is_file() else Path.cwd()).cells()
        self._modules = tuple(module for module in modules if module.path != str(Path(file).resolve()))
        if self._main:
            self._add_neighbours()

    def _add_neighbours(self) -> None:
        """Other cells of a notebook, found by the functions and classes that the code so far uses."""
        before = 0
        while before < len(self._cells) < _MOST_FILES:
            before = len(self._cells)
            for name in self._advisor.used_names(self._cells, self._modules):
                for code in _codes(self._function.__globals__.get(name), self._function.__globals__):
                    self._add(code.co_filename)

    def _add(self, file: str) -> None:
        if file in self._numbers or len(self._cells) >= _MOST_FILES:
            return
        source = _source(file, self._function.__globals__)
        if source.strip():
            self._numbers[file] = len(self._numbers) + 1
            self._cells.append(Cell(self._numbers[file], source, path=None if file.startswith("<") else file))

    def verdict(self, histories: Mapping[str, CallHistory], trials: Mapping[str, Trial] | None = None) -> Verdict:
        """On the function itself."""
        from hybnb.advisor import Trials

        cells = self._cells if self._main else ()
        modules = self._modules if self._main else (*self._cells, *self._modules)
        names = None
        if self._main:
            names = facts(self._advisor.used_names(cells, modules), self._function.__globals__, sketch, self._place)
        tried = Trials(trials or {})
        verdicts = self._advisor.update(cells, modules, names, histories, environment=environment(), trials=tried)
        found = [verdict for verdict in verdicts if self._is_mine(verdict)]
        if not found and self._function.__name__ == LAMBDA:
            raise HybnbError(NAMELESS)
        if not found:
            raise HybnbError(f"{_name(self._function)} isn't where its source should be; reload or define it anew")
        return found[-1]

    def _is_mine(self, verdict: Verdict) -> bool:
        function, code = verdict.function, self._function.__code__
        if (function.path, function.cell, function.module) != (self._cells[0].path, 1, self._cells[0].module):
            return False
        if code.co_name == LAMBDA:
            return function.line == code.co_firstlineno
        return function.name == _name(self._function)

    def _place(self, file: str, line: int) -> tuple[int, int] | None:
        return (self._numbers[file], line) if file in self._numbers else None


def _unwrapped(function: Any) -> tuple[FunctionType, tuple[Any, ...]]:
    """The Python function inside methods, partials, tf.functions and wrappers; and the arguments already given."""
    first: tuple[Any, ...] = ()
    value: Any = function
    for _ in range(_DEEPEST):
        if type(value) is MethodType:
            value, first = value.__func__, (value.__self__, *first)
        elif type(value) is partial:
            value, first = value.func, (*value.args, *first)
        elif is_tf_function(type(value)):
            value = python_function(value)
        elif type(value) is FunctionType and type(value.__dict__.get("__wrapped__")) is FunctionType:
            value = value.__dict__["__wrapped__"]
        else:
            break
    if type(value) is not FunctionType:
        raise HybnbError(f"hybnb judges Python functions and methods, not an object of type {type(function).__name__}")
    return value, first


def _global_name(function: FunctionType) -> str:
    """What a notebook knows it by; a lambda by the name it was given there."""
    if function.__name__ != LAMBDA:
        return _name(function)
    found = next((name for name, value in list(function.__globals__.items()) if value is function), None)
    if found is None:
        raise HybnbError(NAMELESS)
    return found


def _name(function: FunctionType) -> str:
    return function.__qualname__.replace(".<locals>", "")


def _source(file: str, namespace: dict[str, Any]) -> str:
    return "".join(linecache.getlines(file, namespace))


def _codes(value: Any, namespace: dict[str, Any]) -> Iterator[Any]:
    """Code of a function, or of a class's methods, that was defined in this namespace."""
    if type(value) is FunctionType and value.__globals__ is namespace:
        yield value.__code__
    elif is_tf_function(type(value)):
        yield from _codes(python_function(value), namespace)
    elif type(value) is type:
        for member in list(vars(value).values()):
            if type(member) is FunctionType and member.__globals__ is namespace:
                yield member.__code__


def _arguments(function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        bound = inspect.Signature.from_callable(function, follow_wrapped=False).bind(*args, **kwargs)
    except TypeError as bad:
        raise HybnbError(f"{_name(function)} doesn't take these arguments: {bad}") from bad
    return tuple((name, sketch(value)) for name, value in bound.arguments.items())


def _session_of(function: FunctionType) -> Any:
    """The session of the notebook that the function belongs to, if hybnb is loaded there."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or shell.user_ns is not function.__globals__:
        return None
    return vars(shell).get(ATTRIBUTE)
