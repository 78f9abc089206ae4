"""Findings in order: by gravity and place, consequences behind their causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from hybnb.model import Finding
from hybnb.model.decided import GRAVITY

OF_NO_USE: Final = frozenset({"keras-traced-method", "already-in-graph", "dataset-mapped", "tensor-free", "too-small"})

Key = tuple[int, str, int, int, int, str, str]
Link = Callable[[Finding, Finding], bool]  #: (cause, consequence) → they belong together


def _same_place(cause: Finding, consequence: Finding) -> bool:
    return cause.code.startswith("HYB2") and cause.name != consequence.name and _place(cause) == _place(consequence)


def _raised_there(cause: Finding, consequence: Finding) -> bool:
    """The exception that a trial met comes from the line that a rule had pointed out."""
    at = _place(cause)[:3] == _place(consequence)[:3]
    other = cause.code.startswith("HYB2") and cause.name != consequence.name and cause.stance in ("blocks", "risks")
    return at and other and consequence.details.get("difference") == "exception"


def _retracing(cause: Finding, consequence: Finding) -> bool:
    return cause.code.startswith("HYB3") and cause.name != consequence.name


def _shapes(cause: Finding, consequence: Finding) -> bool:
    return cause.name == "retrace-shape" and cause.details.get("parameter", "") in _parameters(consequence)


def _no_use(cause: Finding, _: Finding) -> bool:
    return cause.name in OF_NO_USE


CONSEQUENCES: Final[Mapping[str, Link]] = {
    "frozen-effect": _same_place,
    "retracing-now": _retracing,
    "trial-differs": _raised_there,
    "relaxation-missing": _shapes,
    "decorator-of-no-use": _no_use,
}


def arranged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings sorted, each `caused_by` an index into the result.

    A `caused_by` that is set already is an index into `findings`; rings and indices that point nowhere are dropped.
    """
    if len(findings) < 2:
        return tuple(_caused(finding, None) for finding in findings)
    causes = _without_rings([_cause(index, findings) for index in range(len(findings))])
    order = sorted(range(len(findings)), key=lambda index: _path(index, findings, causes))
    position = {old: new for new, old in enumerate(order)}
    return tuple(_caused(findings[old], _moved(causes[old], position)) for old in order)


def shown(findings: Sequence[Finding], keep: Callable[[Finding], bool]) -> tuple[Finding, ...]:
    """Only those to keep; one whose cause is left out stands by itself."""
    kept = [index for index, finding in enumerate(findings) if keep(finding)]
    if len(kept) == len(findings):
        return tuple(findings)
    position = {old: new for new, old in enumerate(kept)}
    return tuple(_caused(findings[old], _moved(findings[old].caused_by, position)) for old in kept)


def _caused(finding: Finding, cause: int | None) -> Finding:
    return finding if finding.caused_by == cause else replace(finding, caused_by=cause)


def _moved(cause: int | None, position: Mapping[int, int]) -> int | None:
    return None if cause is None else position.get(cause)


def _cause(index: int, findings: Sequence[Finding]) -> int | None:
    """The finding that `findings[index]` follows from: what its rule said, or the gravest one that fits."""
    given = findings[index].caused_by
    if given is not None and given in range(len(findings)) and given != index and _of_safety(findings, given, index):
        return given
    link = CONSEQUENCES.get(findings[index].name)
    if link is None:
        return None
    fitting = (i for i, finding in enumerate(findings) if i != index and link(finding, findings[index]))
    return min(fitting, key=lambda i: _key(findings[i]), default=None)


def _of_safety(findings: Sequence[Finding], *indices: int) -> bool:
    """Rules about safety point at code, so that one place is one matter; other rules often point at the same `def`."""
    return all(findings[index].code.startswith("HYB2") for index in indices)


def _without_rings(causes: Sequence[int | None]) -> tuple[int | None, ...]:
    """The same, with every ring cut open where it closes."""
    result = list(causes)
    for index in range(len(result)):
        seen, at = {index}, index
        while (cause := result[at]) is not None:
            if cause in seen:
                result[at] = None
                break
            seen.add(cause)
            at = cause
    return tuple(result)


def _path(index: int, findings: Sequence[Finding], causes: Sequence[int | None]) -> tuple[Key, ...]:
    """Sort key: one's own, behind that of the cause unless the cause is graver and so comes first anyway."""
    own, cause = _key(findings[index]), causes[index]
    above = () if cause is None else _path(cause, findings, causes)
    return (*above, own) if above and above[0][0] >= own[0] else (own,)


def _key(finding: Finding) -> Key:
    return (GRAVITY[finding.stance], *_place(finding), finding.code, finding.message)


def _place(finding: Finding) -> tuple[str, int, int, int]:
    return (finding.path or "", finding.cell, finding.line, finding.column)


def _parameters(finding: Finding) -> Iterable[str]:
    return finding.details.get("parameter", "").split(", ")
