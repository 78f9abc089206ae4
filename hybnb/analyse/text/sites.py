"""Places in the program where something changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from astroid import nodes
from msgspec import Struct

from hybnb.analyse.text.computed import may_be
from hybnb.analyse.text.keys import Keys

if TYPE_CHECKING:
    from hybnb.analyse.text.parse import Unit
    from hybnb.analyse.text.rebuilding import Note


class Site(Struct, frozen=True):
    """One place where something changes."""

    unit: Unit
    line: int
    looped: bool  #: it may run more than once
    function: str = ""  #: qualified name of the function that does it; "" at the top level
    attribute: str = ""  #: which attribute is set; "[]" for the contents
    restored: bool = False  #: the function puts it back before it returns
    within: bool = False  #: what is set belongs to a part of the object
    own: bool = False  #: a method does it to what its own object holds
    owner: str = ""  #: the global name under which it is reached, where that is all
    spelled: str = ""  #: a name that is bound, with what of it is computed
    keys: Keys | None = None  #: of the contents of a dict: under which keys alone, where the text says so

    def words(self) -> str:
        place = self.unit.where(self.line)
        return f"{place}, in `{self.function}`" if self.function else place

    def after(self, unit: Unit, line: int) -> bool:
        return (self.unit.order, self.line) > (unit.order, line)


def that_bind(sites: Iterable[Site], name: str) -> list[Site]:
    """Those of places where computed names are bound that may bind this one."""
    return [site for site in sites if may_be(site.spelled, name)]


class Handed(Struct, frozen=True):
    """The calls of one name in a unit, which may hand something to a function that changes it."""

    unit: Unit
    calls: list[Note]

    def sites(self) -> Iterator[tuple[nodes.Call, Site, str]]:
        """Each call, with its place and the class that it stands in."""
        for call, around in self.calls:
            yield call, Site(self.unit, call.lineno or 1, around.looped, around.function), around.cls


def given(call: nodes.Call, parameters: Collection[str]) -> list[nodes.NodeNG]:
    """The arguments for these parameters, which are written as names and as positions."""
    found = {str(position): argument for position, argument in enumerate(call.args)}
    found |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return [found[parameter] for parameter in parameters if parameter in found]


def first_after(
    sites: Iterable[Site], unit: Unit, line: int, readers: frozenset[str], runs_later: Callable[[Site], bool]
) -> Site | None:
    """The first of these changes that comes after a place, and isn't one that the `readers` make themselves."""
    for site in sites:
        if site.function in readers and site.function:
            continue
        if runs_later(site) if site.function else site.after(unit, line):
            return site
    return None


def note_filling(filling: dict[str, set[str]], owner: nodes.NodeNG) -> None:
    """A function changes what is passed for one of its parameters: by position and by name."""
    function = owner.scope()
    if not isinstance(function, nodes.FunctionDef):
        return
    names = [one.name for one in (*function.args.posonlyargs, *(function.args.args or ()))]
    if owner.name in names:
        bound = int(_takes_its_owner(function))
        filling[function.name] |= {owner.name, str(names.index(owner.name) - bound)}


def _takes_its_owner(function: nodes.FunctionDef) -> bool:
    """Whether the first parameter is the instance or the class. By the text: astroid would infer each decorator."""
    decorators = function.decorators.nodes if function.decorators else []
    static = any(isinstance(one, nodes.Name) and one.name == "staticmethod" for one in decorators)
    return isinstance(function.parent.scope(), nodes.ClassDef) and not static
