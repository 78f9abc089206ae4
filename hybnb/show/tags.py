"""HTML elements with everything escaped: markupsafe decides what is text and what is markup."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

#: Colours and faces come from JupyterLab's variables where there are any. Elsewhere text keeps the colour it inherits,
#: and the fallbacks are middle tones that can be read on white as well as on black.
TONES = {
    "good": "var(--jp-success-color1, #2f9e5b)",
    "bad": "var(--jp-error-color1, #d9534f)",
    "unsure": "var(--jp-warn-color1, #c17d11)",
    "plain": "inherit",
}
CODE = "font-family: var(--jp-code-font-family, monospace)"
LINE = "rgba(128, 128, 128, 0.35)"
ADDED = "rgba(46, 160, 67, 0.2)"
REMOVED = "rgba(218, 54, 51, 0.2)"
SHADE = "rgba(128, 128, 128, 0.1)"


def tag(name: str, *children: str, style: str = "", **attributes: str) -> Markup:
    """`<name …>children</name>`; children that aren't Markup are escaped. `class_` becomes `class`."""
    given = {**attributes, "style": style} if style else attributes
    # f-strings, as Markup.format takes ten times as long; every part of them is escaped
    listed = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in given.items())
    return Markup(f"<{name}{listed}>{joined(children)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """The parts one after the other, each escaped unless it is Markup."""
    return escape(between).join(parts)  # which escapes them
