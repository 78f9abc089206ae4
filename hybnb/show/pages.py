"""A whole report as one HTML page that needs nothing else, with its JSON inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from hybnb.model import Report, Source
from hybnb.show import html
from hybnb.show.arrange import by_use
from hybnb.show.difference import Sources
from hybnb.show.evidence import card
from hybnb.show.inert import tame
from hybnb.show.json import encode
from hybnb.show.lines import summary
from hybnb.show.tags import joined, tag

STYLE = """
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font-family: system-ui, sans-serif;
       color: #1f2328; background: #ffffff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #16181c; } }
"""


def page(report: Report, sources: Mapping[str, Sources] | None = None) -> str:
    """The page; `sources` holds, by path of the report's source, the texts that fixes change."""
    parts = (_source(one, report, (sources or {}).get(one.path, {})) for one in report.sources)
    body = joined((tag("h1", "hybnb: safe? faster? why?"), _about(report), *parts, _data(report)), "\n")
    head = joined((
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", "hybnb report"),
        tag("style", Markup(STYLE)),
    ))  # fmt: skip
    return str(Markup("<!DOCTYPE html>\n{}\n").format(tag("html", tag("head", head), tag("body", body), lang="en")))


def _about(report: Report) -> Markup:
    environment = tame(report.environment)
    versions = (
        f"{report.tool.name} {report.tool.version}",
        f"Python {environment.python}",
        f"TensorFlow {environment.tensorflow}" if environment.tensorflow else "TensorFlow not loaded",
        *environment.devices,
    )
    about = tag("p", ", ".join(versions), style="opacity: 0.8")
    return joined((about, tag("p", summary(report))))


def _source(source: Source, report: Report, texts: Sources) -> Markup:
    alone = Report(report.tool, report.environment, (source,))
    return joined(_source_parts(tame(source), tame(alone), alone, texts), "\n")


def _source_parts(source: Source, shown: Report, report: Report, texts: Sources) -> Iterator[Markup]:
    yield tag("h2", source.path)
    if source.error:
        yield tag("p", f"! {source.error}")
    if source.verdicts:
        yield html.framed(html.table(by_use(shown)))
    elif not source.error:
        yield tag("p", "No functions to judge.")
    for verdict in by_use(report):
        yield tag("section", html.framed(html.card(card(verdict, texts))), style="margin-top: 16px")


def _data(report: Report) -> Markup:
    """The report itself as a block of data; `<` is written as an escape so that nothing in it can end the block."""
    text = encode(report, indent=0).replace("<", "\\u003c")
    return tag("script", Markup(text), type="application/json", id="hybnb-report")
