"""Modules that are handed to a function which sets names on them: `install(sys.modules[__name__], {"SCALE": 3.0})`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.text import in_place
from hybnb.analyse.text.computed import ANY, keys_of, may_be
from hybnb.analyse.text.reached import MODULE
from hybnb.analyse.text.sites import Site, given

if TYPE_CHECKING:
    from hybnb.analyse.text.bindings import Changes


def is_this_module(changes: Changes) -> Callable[[nodes.NodeNG], bool]:
    """Whether an expression gives the notebook's own module."""
    aliases = changes.aliases.get(MODULE, ())
    return lambda node: in_place.is_some_module(node) or (isinstance(node, nodes.Name) and node.name in aliases)


def is_called(names: Collection[str]) -> Callable[[nodes.NodeNG], bool]:
    """Whether an expression is one of these global names."""
    return lambda node: in_place.global_name(node) in names


def sites(run: Run, changes: Changes, name: str, wanted: Callable[[nodes.NodeNG], bool]) -> Iterator[Site]:
    """The calls that hand a module, one of those `wanted`, to a function that sets this name on what it is given."""
    for computed, attribute in ((False, name), (True, ANY)):
        for _, site in changes.attributes.get(attribute, ()):
            function, _, place = site.owner.rpartition("(")
            if not function or not place[:-1].isdigit():
                continue
            run.reads.add(f"~{function}")
            for call, handed, _ in (one for calls in changes.handed.get(function, ()) for one in calls.sites()):
                module = next(iter(given(call, {place[:-1]})), None)
                if module is not None and wanted(module) and not (computed and _others(call, module, name)):
                    yield handed


def _others(call: nodes.Call, module: nodes.NodeNG, name: str) -> bool:
    """The names that are handed over beside the module are other ones, as far as the text tells."""
    beside = [one for one in call.args if one is not module]
    found = [spelled for one in beside if isinstance(one, nodes.Dict) for spelled in keys_of(one)]
    found += [str(one.value) for one in beside if isinstance(one, nodes.Const)]
    found += [one.arg or ANY for one in call.keywords]
    known = bool(found) and all(isinstance(one, nodes.Dict | nodes.Const) for one in beside)
    return known and not any(spelled == name or (ANY in spelled and may_be(spelled, name)) for spelled in found)
