"""Names, docstrings, constants and errors that want to be more than text are text on every face.

The corpus is source as a notebook could hold it, judged for real, and file names and error texts as they reach a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest

from hybnb import show
from hybnb.advisor import check
from hybnb.model import Cell, Environment, Report, Source, Tool, Verdict
from hybnb.settings import Settings
from hybnb.show import drawn, evidence, json, lines, pages, text
from hybnb.show.widget import Buttons, Change
from tests.show.test_html import ATTRIBUTES, PAGE_TAGS, TAGS, Seen

TEXTS = {
    "an image that fails": "<img src=x onerror=alert(1)>",
    "a script": "</script><script>alert(1)</script>",
    "an end of comment and style": "--></style></textarea></title><svg onload=alert(1)>",
    "quotes": "' onmouseover='alert(1)\" onfocus=\"alert(1)",
    "entities": "&lt;img&gt; &#x3c;b&#x3e; &amp;amp;",
    "terminal escapes": "\x1b[31mred\x1b]8;;http://evil\x1b\\link\x9b2J\x07",
    "right to left": "\u202egnp.exe\u202c \u2066\u05e9\u05dc\u05d5\u05dd\u2069 \u200f\u061c",
    "lines": "one\ntwo\r\nthree\x0bfour\x85five\u2028six\u2029",
    "ten thousand letters": "x" * 10_000,
    "unseen letters": "a\u200bb\u00ad\ufeff\x00\ue000\U000e0041",
    "half a pair": "\ud800\udfff\udc00",
    "markup of other tools": "[red]rich[/red] $\\href{javascript:alert(1)}{x}$ [x](javascript:alert(1)) {{7*7}} `code`",
    "combining marks": "Z" + "\u0335\u0321\u0488" * 500,
}
NAMES = [
    "\u05e9\u05dc\u05d5\u05dd",
    "\u0645\u0631\u062d\u0628\u0627",
    "\ufb01nal",
    "x" * 10_000,
    "\u00aa\u00b5\u1d7d",
    "__proto__",
]
BODY = """
    {doc!r}
    losses[{key!r}] = x
    print({key!r}, f"{{x}}", end={key!r})
    open({key!r})
    if tf.reduce_sum(x) > 0:
        raise ValueError({key!r})
    return getattr(x, {key!r})(helpers[{key!r}](x))
"""


def sources() -> Iterator[str]:
    for number, content in enumerate(TEXTS.values()):
        yield f"def step_{number}(x, default={content!r}):" + BODY.format(doc=content, key=content)
        yield f"@tf.function(experimental_implements={content!r})\ndef known_{number}(x):" + BODY.format(
            doc=content, key=content
        )
    for name in NAMES:
        yield (
            f"def {name}(x, {name}_=1):"
            + BODY.format(doc="doc", key=name)
            + f"\n{name}s = []\nclass C_{name}:\n    def call(self, x):\n        {name}s.append(x)\n        return tf.abs(x)\n"
        )


def judged() -> tuple[list[Cell], tuple[Verdict, ...]]:
    cells = [Cell(1, "import tensorflow as tf\nlosses = {}\nhelpers = {}\n")]
    cells += [Cell(number, source) for number, source in enumerate(sources(), 2)]
    return cells, check(cells, [], Settings())


CELLS, VERDICTS = judged()
TEXTS_OF_CELLS: dict[int | str, str] = {cell.index: cell.source for cell in CELLS}
REPORTS = [
    Report(Tool("1"), Environment("3"), (Source(said, "notebook", VERDICTS[:3], error=said),))
    for said in TEXTS.values()
]


def harmless_html(html: str, tags: set[str] = TAGS) -> None:
    seen = Seen(html)
    assert seen.tags <= tags
    assert seen.attributes <= ATTRIBUTES | {"charset", "name", "content", "lang", "type", "id"}
    harmless_text(seen.text)


def harmless_text(said: str) -> None:
    assert [hex(ord(one)) for one in set(said) if not one.isprintable() and one != "\n"] == []


def test_the_corpus_is_judged_and_reaches_the_words() -> None:
    assert len(VERDICTS) >= 2 * len(TEXTS) + 2 * len(NAMES)
    assert sum(len(verdict.findings) for verdict in VERDICTS) > len(VERDICTS)
    said = " ".join(gap.message for verdict in VERDICTS for gap in verdict.gaps)
    assert "onerror" in said


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda one: f"cell {one.function.cell}")
def test_cards_lines_and_buttons_are_harmless(verdict: Verdict) -> None:
    bundles = [show.card(verdict, TEXTS_OF_CELLS), show.notice([verdict], TEXTS_OF_CELLS)]
    made = Buttons(verdict, Change("title", "safety", 1, "text"), "", lambda _: None, named=True)
    for bundle in [*filter(None, bundles), made.bundle()]:
        harmless_html(bundle["text/html"])
        harmless_text(bundle["text/plain"])
        assert len(bundle["text/html"]) < 60_000
    for one in (made._all.children[0].children[0].value,):
        harmless_html(one)


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda one: f"cell {one.function.cell}")
def test_what_the_panel_draws_is_tame(verdict: Verdict) -> None:
    words = drawn.drawn(verdict, TEXTS_OF_CELLS)
    assert len(words.name) <= 80
    for said in strings(msgspec.to_builtins(words)):
        assert said.isprintable()
        assert len(said) <= 1000


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def test_the_table_and_the_terminal_are_harmless() -> None:
    report = Report(Tool("1"), Environment("3"), (Source("kernel", "kernel", VERDICTS),))
    table = show.table(report, tuple(TEXTS.values()))
    harmless_html(table["text/html"])
    harmless_text(table["text/plain"])
    for line in lines.lines(report, everything=True):
        harmless_text(line)
        assert "\n" not in line
    for verdict in VERDICTS:
        harmless_text(text.plain(text.card(evidence.card(verdict, TEXTS_OF_CELLS))))


@pytest.mark.parametrize("report", REPORTS, ids=TEXTS)
def test_a_page_is_harmless_whatever_the_file_and_the_error_are_called(report: Report) -> None:
    page = pages.page(report, {report.sources[0].path: TEXTS_OF_CELLS})
    assert page.count("<script") == page.count("</script") == 1
    data = re.search(r'id="hybnb-report">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    harmless_html(page.replace(data[1], ""), PAGE_TAGS)
    assert json.decode(data[1]).sources[0].verdicts[0].function == VERDICTS[0].function


@pytest.mark.parametrize("said", TEXTS.values(), ids=TEXTS)
def test_words_of_an_error_are_harmless_in_every_line(said: str) -> None:
    report = Report(Tool("1"), Environment("3"), (Source(said, "notebook", error=said),))
    harmless_text(show.table(report)["text/plain"])
    harmless_html(show.table(report)["text/html"])
    assert len(show.table(report)["text/html"]) < 10_000
