"""How well text can be read: the contrast ratio of WCAG 2 between a text's colour and what is behind it."""

from __future__ import annotations

from playwright.sync_api import Locator

READABLE = 4.5  #: WCAG 2.1, success criterion 1.4.3, level AA

# Every element that has text of its own, with its colour and its background, the layers behind it laid over each other.
# Icons hidden from screen readers are decoration: the word beside each says the same.
COLOURS = """root => {
  const channels = text => {
    const numbers = (text.match(/[\\d.]+/g) ?? []).map(Number);
    return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0, numbers[3] ?? 1];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(channels(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const opacity = element => {
    let product = 1;
    for (let at = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity);
    return product;
  };
  const ownText = element => [...element.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join('').trim();
  return [root, ...root.querySelectorAll('*')].filter(element => ownText(element) && element.checkVisibility() && element.getAttribute('aria-hidden') !== 'true').map(element => {
    const back = behind(element), colour = channels(getComputedStyle(element).color);
    colour[3] *= opacity(element);
    return {text: ownText(element).slice(0, 60), front: over(colour, back).slice(0, 3), back: back.slice(0, 3)};
  });
}"""


def hard_to_read(drawn: Locator) -> list[str]:
    """The texts inside an element whose contrast is too low, with their ratio; empty when all can be read."""
    found = []
    for item in drawn.evaluate(COLOURS):
        ratio = contrast(item["front"], item["back"])
        if ratio < READABLE:
            found.append(f"{item['text']!r} {ratio:.2f}")
    return found


def contrast(one: list[float], other: list[float]) -> float:
    """The ratio, from 1 (the same) to 21 (black on white), of two colours with channels from 0 to 255."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: list[float]) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
