"""Writes `labextension/src/protocol.ts` from the types in `hybnb.model.wire`, and brings the samples up to date.

    python scripts/make_protocol.py            write the file
    python scripts/make_protocol.py --check    exit code 1 when the file is stale

What the kernel sends always has all of its fields. What a front end sends may leave out those with a default.
"""

from __future__ import annotations

import argparse
import ast
import inspect as source
import json
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import inspect

from hybnb.model import SCHEMA, wire

FILE = Path(__file__).parents[1] / "labextension" / "src" / "protocol.ts"
SAMPLES = Path(__file__).parents[1] / "tests" / "samples" / "wire"  # new fields get their defaults
HEAD = f"""\
// What a kernel and this front end say to each other. Written by `make protocol` from hybnb/model/wire.py; not by hand.

export const TARGET = '{wire.TARGET}';
export const PROTOCOL = {wire.PROTOCOL};
export const SCHEMA = {SCHEMA};

/** What commands call a function by. */
export function keyOf(of: Pick<FunctionId, 'name' | 'module'>): string {{
  return of.module ? `${{of.module}}:${{of.name}}` : of.name;
}}
"""
NOTE = re.compile(r"#: (.+)$")
WIDTH = 80
NAMED = {"ToFrontEnd": wire.ToFrontEnd, "Command": wire.Command}
OPTIONAL = frozenset(cls.__name__ for cls in get_args(wire.Command))
PLAIN: dict[type, str] = {
    inspect.StrType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
    inspect.AnyType: "unknown",
}


def text() -> str:
    """The whole file."""
    structs: dict[str, inspect.StructType] = {}
    unions = []
    for name, union in NAMED.items():
        info = inspect.type_info(union)
        _collect(info, structs)
        unions.append(_wrapped(f"export type {name} =", [_typescript(one) for one in info.types]))  # type: ignore[attr-defined]
    interfaces = ["\n".join(_interface(struct)) for _, struct in sorted(structs.items())]
    return "\n".join([HEAD, *unions, *interfaces])


def _collect(found: Any, structs: dict[str, inspect.StructType]) -> None:
    """Every struct that `found` can hold, at any depth."""
    if isinstance(found, inspect.StructType):
        if found.cls.__name__ in structs:
            return
        structs[found.cls.__name__] = found
        for field in found.fields:
            _collect(field.type, structs)
    for part in ("types", "item_types"):
        for inner in getattr(found, part, ()):
            _collect(inner, structs)
    for part in ("item_type", "key_type", "value_type"):
        if hasattr(found, part):
            _collect(getattr(found, part), structs)


def _interface(struct: inspect.StructType) -> Iterator[str]:
    name = struct.cls.__name__
    yield _comment(struct.cls.__doc__ or "", "")
    yield f"export interface {name} {{"
    if struct.tag is not None:
        yield f"  {struct.tag_field}: {_literal(struct.tag)};"
    notes = _notes(struct.cls)
    for field in struct.fields:
        if field.encode_name in notes:
            yield _comment(notes[field.encode_name], "  ")
        mark = "" if field.required or name not in OPTIONAL else "?"
        head = f"  {field.encode_name}{mark}:"
        line = f"{head} {_typescript(field.type)};"
        yield line if len(line) <= WIDTH else _broken(head, field.type)
    yield "}\n"


def _broken(head: str, found: Any) -> str:
    """A long union, one choice a line."""
    choices = found.values if isinstance(found, inspect.LiteralType) else found.types
    written = (_literal(one) if isinstance(found, inspect.LiteralType) else _typescript(one) for one in choices)
    return "\n".join([head, *(f"    | {one}" for one in written)]) + ";"


def _notes(cls: type) -> dict[str, str]:
    """What the `#:` beside each field says."""
    lines = source.getsource(cls).splitlines()
    (definition,) = ast.parse("\n".join(lines)).body
    assert isinstance(definition, ast.ClassDef)
    fields = [node for node in definition.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]
    notes = {}
    for field in fields:
        beside, above = (NOTE.search(lines[number - 1]) for number in (field.end_lineno or 0, field.lineno - 1))
        note = beside or (above if above and not above.string[: above.start()].strip() else None)
        if note:
            notes[field.target.id] = note[1]  # type: ignore[union-attr]
    return notes


def _comment(words: str, indent: str) -> str:
    """A comment for the editors that read TypeScript, in lines of at most 80 characters."""
    lines = textwrap.wrap(" ".join(words.split()), WIDTH - len(indent) - 3)
    if len(lines) == 1 and len(lines[0]) + len(indent) + 7 <= WIDTH:
        return f"{indent}/** {lines[0]} */"
    return "\n".join([f"{indent}/**", *(f"{indent} * {line}" for line in lines), f"{indent} */"])


def _wrapped(head: str, choices: list[str]) -> str:
    line = f"{head} {' | '.join(choices)};"
    return line + "\n" if len(line) <= WIDTH else "\n".join([head, *(f"  | {one}" for one in choices)]) + ";\n"


def _typescript(found: Any) -> str:
    match found:
        case inspect.StructType():
            return str(found.cls.__name__)
        case inspect.LiteralType():
            return " | ".join(_literal(value) for value in found.values)
        case inspect.UnionType():
            return " | ".join(_typescript(inner) for inner in found.types)
        case inspect.VarTupleType():
            return f"readonly {_grouped(found.item_type)}[]"
        case inspect.TupleType():
            return f"readonly [{', '.join(_typescript(inner) for inner in found.item_types)}]"
        case inspect.DictType():
            return f"Record<{_typescript(found.key_type)}, {_typescript(found.value_type)}>"
    if type(found) in PLAIN:
        return PLAIN[type(found)]
    raise TypeError(f"protocol.ts has no way to write {found}")


def _grouped(found: Any) -> str:
    inner = _typescript(found)
    return f"({inner})" if "|" in inner or " " in inner else inner


def _literal(value: Any) -> str:
    """As prettier writes it."""
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def main() -> int:
    """Exit code 0 when the file is written or fresh."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the file is fresh")
    options = parser.parse_args()
    if options.check:
        fresh = FILE.exists() and FILE.read_text(encoding="utf-8") == text()
        print("protocol.ts is fresh" if fresh else "protocol.ts is stale: run `make protocol`")
        return int(not fresh)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
    for sample in SAMPLES.glob("*.json"):
        if sample.name != "commands.json":
            sent = msgspec.json.decode(sample.read_bytes(), type=wire.ToFrontEnd)
            sample.write_bytes(msgspec.json.format(msgspec.json.encode(sent), indent=2) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
