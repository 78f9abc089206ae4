"""Buttons below a card: core ipywidgets that give commands and show the answers.

A front end can only draw them while the kernel lives, so the card itself is never among them: it stays readable in
saved notebooks and wherever there are no widgets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from hybnb.model import Verdict
from hybnb.model.wire import Answer, Command, Explain, Measure, Mute, Progress, Unmute
from hybnb.show import evidence, html
from hybnb.show.difference import Sources
from hybnb.show.inert import inert
from hybnb.show.tags import joined

if TYPE_CHECKING:
    from hybnb.show.bundles import Bundle

VIEW: Final = "application/vnd.jupyter.widget-view+json"
MOST_CODES: Final = 5  #: explained at once
GRAVE: Final = ("blocks", "risks", "favours", "notes")


class Change(Struct, frozen=True):
    """What Apply offers: a fix's title and the text of the changed cell, or why there is none."""

    title: str = ""
    safety: str = ""  #: what it promises
    cell: int = 0
    text: str = ""
    refusal: str = ""


class Buttons:
    """Measure, Apply, Why and Mute for one function. `obey` never raises; `refusal` says why nothing can be measured."""

    def __init__(
        self,
        verdict: Verdict,
        change: Change,
        refusal: str,
        obey: Callable[[Command], Answer | None],
        *,
        named: bool = False,
    ) -> None:
        import ipywidgets

        self.key = verdict.function.key
        self.measuring = False  #: it was asked for and hasn't ended
        self._verdict = verdict
        self._change = change
        self._obey = obey
        name = inert(verdict.function.name, 80)
        self._said: Any = ipywidgets.HTML()
        self._text: Any = ipywidgets.Textarea(layout={"width": "auto", "height": "12em", "display": "none"})
        self._measure = _button("Measure", refusal or f"Run {name} both ways, eager and as a graph", not refusal)
        self._apply = _button("Apply", change.refusal or change.title, not change.refusal)
        codes = self._codes()
        self._why = _button("Why", f"Explain {', '.join(codes)}" if codes else "There is no finding", bool(codes))
        self._mute = _button("Mute", f"Say nothing more about {name} in this session", True)
        for button, clicked in (
            (self._measure, self._to_measure),
            (self._apply, self._to_apply),
            (self._why, self._to_explain),
            (self._mute, self._to_mute),
        ):
            button.on_click(clicked)
        # no Label, which would read what stands between two dollar signs as a formula
        named_row = [ipywidgets.HTML(str(html.framed(html.name(name))))] if named else []
        row = ipywidgets.HBox([*named_row, self._measure, self._apply, self._why, self._mute])
        self._all: Any = ipywidgets.VBox([row, self._said, self._text])

    def bundle(self) -> Bundle:
        """To be displayed; where there are no widgets it says how to get the same."""
        name = inert(self._verdict.function.name, 80)
        said = f"Buttons need a running kernel; %hybnb {name} shows them again."
        return {**self._all._repr_mimebundle_(), "text/plain": said, "text/html": str(html.framed(html.sentence(said)))}

    def progress(self, step: Progress) -> None:
        """How far its measurement is."""
        self._now_measuring(True)
        share = "" if step.fraction is None else f" ({step.fraction:.0%})"
        self._say(html.sentence(inert(f"{step.message or step.stage}{share}")))

    def measured(self, verdict: Verdict, sources: Sources) -> None:
        """Its measurement ended with this verdict; `sources` gives the texts that its fixes change."""
        self._verdict = verdict
        self._now_measuring(False)
        self._say(html.card(evidence.card(verdict, sources)))

    def _now_measuring(self, measuring: bool) -> None:
        self.measuring = self._measure.disabled = measuring

    def close(self) -> None:
        """Take them away."""
        children: tuple[Any, ...] = self._all.children
        for widget in (*children[0].children, *children, self._all):
            for part in (getattr(widget, "style", None), widget.layout, widget):
                if part is not None:
                    part.close()

    def _codes(self) -> list[str]:
        ordered = sorted(self._verdict.findings, key=lambda finding: GRAVE.index(finding.stance))
        return list(dict.fromkeys(finding.code for finding in ordered))[:MOST_CODES]

    def _to_measure(self, _: object) -> None:
        answer = self._obey(Measure(0, self.key))
        if answer is not None:
            self._now_measuring(answer.ok)
            self._say(html.sentence(inert(answer.message)))

    def _to_apply(self, _: object) -> None:
        name = inert(self._verdict.function.name, 80)
        promise = f"Cell {self._change.cell} with the change, which {self._change.safety}."
        said = f"{inert(promise)} Copy it, or run %hybnb apply {name} to get it as a new cell."
        self._text.value = self._change.text
        self._text.layout.display = None
        self._say(html.sentence(said))

    def _to_explain(self, _: object) -> None:
        answers = [self._obey(Explain(0, code)) for code in self._codes()]
        details = (answer.detail for answer in answers if answer is not None and answer.detail is not None)
        self._say(joined(html.explanation(detail) for detail in details))

    def _to_mute(self, _: object) -> None:
        muted = self._mute.description == "Unmute"
        answer = self._obey(Unmute(0, self.key) if muted else Mute(0, self.key))
        if answer is not None:
            if answer.ok:
                self._mute.description = "Mute" if muted else "Unmute"
            self._say(html.sentence(inert(answer.message)))

    def _say(self, drawn: str) -> None:
        self._said.value = str(html.framed(drawn))


def _button(label: str, tooltip: str, usable: bool) -> Any:
    import ipywidgets

    return ipywidgets.Button(
        description=label, tooltip=inert(tooltip, 200), disabled=not usable, layout={"width": "auto"}
    )
