"""The HTML holds no script, nothing that loads, and nothing that a name could break out of."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from hybnb import show
from hybnb.model import Report
from hybnb.settings import Settings
from hybnb.show import json, pages
from hybnb.show.tags import tag

SAMPLES = Path(__file__).parents[1] / "samples"
TAGS = {
    "b", "bdi", "code", "details", "div", "li", "p", "pre", "section", "span", "summary",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
    "svg", "title", "text", "line", "rect",
}  # fmt: skip
PAGE_TAGS = TAGS | {"html", "head", "meta", "title", "style", "body", "h1", "h2", "script"}
DRAWN = {"viewbox", "width", "height", "role", "aria-label", "x", "y", "x1", "y1", "x2", "y2", "rx", "text-anchor"}
ATTRIBUTES = {"style", "class", "scope", "aria-hidden"} | DRAWN
NEVER_CLOSED = {"meta"}


class Seen(HTMLParser):
    """The elements, attributes and text of a page; fails where elements don't nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.styles: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.styles += [value or "" for name, value in attrs if name == "style"]
        if tag not in NEVER_CLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def report(name: str) -> Report:
    return json.decode((SAMPLES / f"report_{name}.json").read_bytes())


def bundles(name: str) -> list[show.Bundle]:
    verdicts = [one for source in report(name).sources for one in source.verdicts]
    drawn = [show.table(report(name)), show.cards(verdicts), show.notice(verdicts), show.settings(Settings())]
    return [one for one in drawn if one is not None]


@pytest.mark.parametrize("name", ["kernel", "static", "empty", "hostile"])
def test_bundles_hold_harmless_elements_only(name: str) -> None:
    for bundle in bundles(name):
        seen = Seen(bundle["text/html"])
        assert seen.tags <= TAGS
        assert seen.attributes <= ATTRIBUTES
        assert not [style for style in seen.styles if "url" in style or "expression" in style or "/*" in style]


@pytest.mark.parametrize("name", ["kernel", "static", "empty", "hostile"])
def test_bundles_are_plain_strings_with_both_types(name: str) -> None:
    for bundle in bundles(name):
        assert {kind: type(content) for kind, content in bundle.items()} == {"text/plain": str, "text/html": str}


def test_hostile_text_stays_text() -> None:
    for bundle in bundles("hostile"):
        for content in bundle.values():
            assert all(character.isprintable() or character == "\n" for character in content)
        if "onerror" in bundle["text/plain"]:
            assert "<img src=x onerror" in Seen(bundle["text/html"]).text
            assert "<img" not in bundle["text/html"]


@pytest.mark.parametrize("name", ["kernel", "empty"])
def test_dollar_signs_are_no_formulas(name: str) -> None:
    assert all('class="hybnb tex2jax_ignore mathjax_ignore"' in bundle["text/html"] for bundle in bundles(name))


def test_hostile_text_does_not_grow_what_is_drawn() -> None:
    assert sum(len(bundle["text/html"]) for bundle in bundles("hostile")) < 200_000


def test_markup_of_rich_is_not_heeded() -> None:
    assert "[bold]markup[/bold] :smile:" in show.table(report("hostile"))["text/plain"]


@pytest.mark.parametrize("name", ["kernel", "static", "empty", "hostile"])
def test_a_page_carries_its_report_and_nothing_that_runs(name: str) -> None:
    page = pages.page(report(name))
    seen = Seen(page)
    assert seen.tags <= PAGE_TAGS
    assert page.count("<script") == page.count('<script type="application/json" id="hybnb-report">') == 1
    data = page.split('id="hybnb-report">')[1].split("</script>")[0]
    assert json.decode(data) == report(name)
    assert "http" not in page.replace("http-equiv", "")


def test_every_signal_is_said_in_words_as_well_as_by_its_icon() -> None:
    for bundle in bundles("kernel")[1:2]:
        text = Seen(bundle["text/html"]).text
        assert "✖ safe: no" in text
        assert "▲ faster: yes" in text
        assert "? safe: unknown" in text


def test_attributes_are_escaped_as_well() -> None:
    assert tag("b", "<", style='"><script>') == '<b style="&#34;&gt;&lt;script&gt;">&lt;</b>'
