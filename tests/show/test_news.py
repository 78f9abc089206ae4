"""What is left out of a report can be put together again from what its reader has."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hybnb.model.wire import ReportMessage
from hybnb.show.news import news

SAMPLES = Path(__file__).parents[1] / "samples" / "wire"
WHOLE = msgspec.json.decode((SAMPLES / "report.json").read_bytes(), type=ReportMessage)


def with_verdicts(pairs):
    (source,) = WHOLE.report.sources
    source = msgspec.structs.replace(source, verdicts=tuple(verdict for verdict, _ in pairs))
    report = msgspec.structs.replace(WHOLE.report, sources=(source,), sequence=8)
    return msgspec.structs.replace(WHOLE, report=report, drawn=tuple(drawn for _, drawn in pairs), sequence=8)


def pairs(message):
    return list(zip(message.report.sources[0].verdicts, message.drawn, strict=True))


def put_together(part, before):
    """As the front end does it."""
    new, old = iter(pairs(part)), pairs(before)
    return [next(new) if place < 0 else old[place] for place in part.same.places]


def called_once_more(pair):
    verdict, drawn = pair
    facts = msgspec.structs.replace(verdict.facts, calls=verdict.facts.calls + 1)
    return msgspec.structs.replace(verdict, facts=facts), drawn


ALL = pairs(WHOLE)


@pytest.mark.parametrize(
    ("after", "sent"),
    [
        (ALL, 0),
        ([], 0),
        (ALL[::-1], 0),
        (ALL[1:], 0),
        ([*ALL[:1], called_once_more(ALL[1]), *ALL[3:]], 1),
        ([*ALL, *ALL], 0),
        ([called_once_more(one) for one in ALL], len(ALL)),
    ],
    ids=["the same", "nothing", "another order", "one gone", "one changed, one gone", "twice", "all changed"],
)
def test_news_and_the_report_before_make_the_report(after, sent):
    whole = with_verdicts(after)
    part = news(whole, WHOLE)
    assert len(pairs(part)) == sent
    assert put_together(part, WHOLE) == pairs(whole)
    assert (part.same.base, part.sequence, part.totals) == (WHOLE.sequence, 8, whole.totals)


def test_the_sample_of_a_part_belongs_to_the_sample_of_a_report():
    part = msgspec.json.decode((SAMPLES / "report_partial.json").read_bytes(), type=ReportMessage)
    names = [verdict.function.name for verdict, _ in put_together(part, WHOLE)]
    assert part.same.base == WHOLE.sequence
    assert names == [verdict.function.name for index, (verdict, _) in enumerate(ALL) if index != 3]
