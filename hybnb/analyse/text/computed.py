"""Names that are computed, as in `globals()["layer_" + str(n)] = …`: what the text tells of them."""

from __future__ import annotations

import re

from astroid import nodes

ANY = "*"  #: stands for what is computed: in a name, or as the whole of it
_CONVERSION = re.compile(r"%(\(\w+\))?[-+ #0]*[\d.*]*[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")


def spelling(key: nodes.NodeNG) -> str:
    """The text that an expression gives, with ANY where it isn't known."""
    match key:
        case nodes.Const(value=str() as text):
            return text
        case nodes.BinOp(op="+"):
            return spelling(key.left) + spelling(key.right)
        case nodes.BinOp(op="%", left=nodes.Const(value=str() as text)):
            return _CONVERSION.sub(ANY, text)
        case nodes.Call(func=nodes.Attribute(attrname="format", expr=nodes.Const(value=str() as text))):
            return _BRACES.sub(ANY, text)
        case nodes.JoinedStr():
            return "".join(map(spelling, key.values))
    return ANY


def keys_of(given: nodes.NodeNG) -> list[str]:
    """The keys of a dict that is written out."""
    match given:
        case nodes.Dict():
            return [spelling(key) for key, _ in given.items]
        case nodes.DictComp():
            return [spelling(given.key)]
    return [ANY]


def may_be(spelled: str, name: str) -> bool:
    """A name that is spelled so may come out as `name`; of what isn't spelled at all any may."""
    head, star, rest = spelled.partition(ANY)
    tail = rest.rpartition(ANY)[2]
    fits = len(name) >= len(head) + len(tail) and name.startswith(head) and name.endswith(tail)
    return fits or not star
