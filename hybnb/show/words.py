"""The words of every face: the two signals, the answer and their reasons, said once and said the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from hybnb.amounts import counted, ratio
from hybnb.model import Answer, Finding, Fix, FunctionId, Safe, Stance, Verdict
from hybnb.model.decided import COUNTED_ANEW, PASSED_ANEW, Faster

Tone = Literal["good", "bad", "unsure", "plain"]
TO = "\N{EN DASH}"
#: What an answer about a decorator rests on, by the names of the findings.
DECIDING: dict[Answer, tuple[str, ...]] = {
    "adjust": (*COUNTED_ANEW, *PASSED_ANEW),
    "remove": ("decorator-of-no-use",),
    "repair-first": ("stale-trace",),  # what has happened matters more than what may
}
BASES = {"source": "the source", "calls": "the calls seen", "trial": "a trial"}
NOTHING = "No function to judge yet: define one and run its cell."
SAFETIES = {
    "same": "keeps what the code computes",
    "may-change": "may change what the code computes",
    "show-only": "a sketch to work from",
}


class Signal(NamedTuple):
    """An icon and its word; the tone colours them, and is never the only carrier of the meaning."""

    icon: str
    word: str
    tone: Tone

    def __str__(self) -> str:
        return f"{self.icon} {self.word}"


SAFE = {
    "yes": Signal("✔", "safe: yes", "good"),
    "no": Signal("✖", "safe: no", "bad"),
    "unknown": Signal("?", "safe: unknown", "unsure"),
}
FASTER = {
    "yes": Signal("▲", "faster: yes", "good"),
    "no": Signal("▼", "faster: no", "bad"),
    "neutral": Signal("=", "faster: about the same", "plain"),
    "unknown": Signal("?", "faster: unknown", "unsure"),
}
STANCES: dict[Stance, Signal] = {
    "blocks": Signal("✖", "blocks", "bad"),
    "risks": Signal("!", "risks", "unsure"),
    "favours": Signal("▲", "favours", "good"),
    "notes": Signal("i", "notes", "plain"),
}
#: What to do, in the words of the command line as well.
ANSWERS: dict[Answer, Signal] = {
    "decorate": Signal("▲", "decorate", "good"),
    "repair-first": Signal("✎", "repair first", "unsure"),
    "adjust": Signal("✎", "adjust decorator", "unsure"),
    "remove": Signal("▼", "remove decorator", "bad"),
    "leave": Signal("○", "leave", "plain"),
    "measure": Signal("?", "measure", "unsure"),
}


def speed(faster: Faster) -> str:
    """How much faster, with its basis and range: "≈ 29x faster (predicted 12-40x)"; empty without a number."""
    gain, ground = gain_and_ground(faster)
    return f"{gain} ({ground})" if gain else ""


def gain_and_ground(faster: Faster) -> tuple[str, str]:
    """The two halves of that: "≈ 29x faster" and "predicted 12-40x"; both empty without a number."""
    if faster.basis == "none" or not _positive(faster.speedup):
        return "", ""
    speedup, low, high = faster.speedup or 1.0, faster.low or 0.0, faster.high or 0.0
    ranged = _positive(low) and _positive(high)
    if ranged and low < 1 < high and faster.value != "yes":
        gain = "slower or faster" if faster.value == "unknown" else "about the same speed"
        return gain, f"{faster.basis} {_between(low, high)}"
    if speedup < 1:
        speedup, low, high = 1 / speedup, 1 / high if ranged else 0.0, 1 / low if ranged else 0.0
        gain = f"≈ {ratio(speedup)}x slower"
    else:
        gain = f"≈ {ratio(speedup)}x faster"
    if faster.value == "neutral" and faster.break_even_calls:
        gain = f"{gain} after {counted(faster.break_even_calls, 'call')}"
    elif faster.value == "no" and (faster.speedup or 0.0) > 1:
        gain = f"{gain}, but {counted(faster.traces or 1, 'trace')}"
    return gain, f"{faster.basis} {_between(low, high)}" if ranged else faster.basis


def _between(low: float, high: float) -> str:
    ends = (ratio(low), ratio(high))
    return f"{ends[0]}x" if ends[0] == ends[1] else f"{ends[0]}{TO}{ends[1]}x"


def _positive(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and value > 0


def safe_signal(verdict: Verdict) -> Signal:
    """The first of the two signals."""
    return SAFE[verdict.safe.value]


def faster_signal(verdict: Verdict) -> Signal:
    """The second of the two signals; a graph that is faster but traced for too few calls so far isn't about the same."""
    found, signal = verdict.faster, FASTER[verdict.faster.value]
    if found.value == "neutral" and found.basis == "none":
        return signal._replace(word="faster: nothing to gain")
    if found.value == "neutral" and found.break_even_calls:
        return signal._replace(word="faster: not yet")
    return signal


def below_faster(verdict: Verdict) -> str:
    """The second signal below a heading that says "Faster": "yes", "about the same", "not yet"."""
    return faster_signal(verdict).word.removeprefix("faster: ")


def answer_signal(verdict: Verdict) -> Signal:
    """What to do."""
    if verdict.decorated and verdict.answer == "repair-first":
        return ANSWERS["repair-first"]._replace(word="repair")
    return ANSWERS[verdict.answer]


def place(function: FunctionId) -> str:
    """Where a function is: "cell 3, line 4", or "helpers.py, line 40" in a module."""
    if function.path:
        return f"{_file_name(function.path)}, line {function.line}"
    return f"cell {function.cell}, line {function.line}"


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def safety(fix: Fix) -> str:
    """What a fix promises, in words."""
    return SAFETIES[fix.safety] + ("; checked again after the change" if fix.verified else "")


def headline(verdict: Verdict) -> str:
    """What is worth knowing about a function in one line, without its name and place."""
    said = " ".join(part for part in (_news(verdict), _to_write(verdict)) if part)
    return said or signals(verdict)


def below_signals(verdict: Verdict) -> str:
    """The same with the next step, where both signals stand above it already."""
    gain = speed(verdict.faster)
    if verdict.answer == "decorate" and gain:
        return f"{sentence(_capital(gain))} {_to_write(verdict)}".strip()
    said, line = sentence(reason(verdict)), _capital(headline(verdict))
    if verdict.answer == "leave" and verdict.faster.value in ("no", "neutral"):
        return line  # what is against it matters less than that it wouldn't help
    steps = (finding.next_step for finding in verdict.findings if sentence(finding.message) == said)
    step = next(steps, "")
    return line if step in line else f"{line} {step}"


def notice(verdicts: Sequence[Verdict], left_out: int = 0) -> str:
    """One line per function, and how many more there are."""
    return "\n".join([*map(_line, verdicts), *and_more(left_out, "function")])


def _line(verdict: Verdict) -> str:
    name = verdict.function.name
    return f"hybnb {answer_signal(verdict)} {name} ({place(verdict.function)}): {headline(verdict)} More: %hybnb {name}"


def and_more(left_out: int, noun: str) -> tuple[str, ...]:
    """A line that tells how many things aren't shown, or none."""
    return (f"and {counted(left_out, f'more {noun}')}",) if left_out else ()


def _news(verdict: Verdict) -> str:
    gain = speed(verdict.faster)
    if verdict.answer == "decorate":
        return f"{gain or faster_signal(verdict).word}, {SAFE[verdict.safe.value].word}."
    if verdict.answer == "repair-first":
        return f"{_unsafe(verdict, gain)}: {sentence(reason(verdict))}"
    also = " And as it is, it isn't safe." if verdict.answer == "remove" and verdict.safe.value == "no" else ""
    return sentence(reason(verdict)) + also


def _unsafe(verdict: Verdict, gain: str) -> str:
    if verdict.decorated:
        return "not safe as a tf.function"
    if verdict.frozen:
        return "it runs in a graph as it is"
    return f"{gain} once it is safe" if gain and verdict.faster.value != "unknown" else "not safe to trace yet"


def signals(verdict: Verdict) -> str:
    """The two signals in one sentence; of what runs in a graph already, that it does."""
    if verdict.frozen and not verdict.decorated:
        return f"{SAFE[verdict.safe.value].word}, and it runs in a graph as it is."
    return f"{SAFE[verdict.safe.value].word}, {speed(verdict.faster) or faster_signal(verdict).word}."


def _to_write(verdict: Verdict) -> str:
    if verdict.answer in ("decorate", "adjust") and verdict.decorator:
        return f"Write `{verdict.decorator}`."
    deciding = _deciding(verdict) if verdict.answer in ("adjust", "repair-first") else None
    return deciding.next_step if deciding is not None else ""


def _deciding(verdict: Verdict) -> Finding | None:
    """What the answer rests on, where that is a finding about the decorator."""
    names = DECIDING.get(verdict.answer, ())
    return next((finding for finding in verdict.findings if finding.name in names), None)


def reason(verdict: Verdict) -> str:
    """What the answer rests on.

    That is what the decorator lacks, or why it is of no use; to be left or undecorated, that a graph isn't faster; else the gravest
    finding that no other one caused, or why it is or isn't faster, or safe.
    """
    deciding = _deciding(verdict)
    if deciding is not None:
        return deciding.message
    if verdict.answer in ("leave", "remove") and verdict.faster.value in ("no", "neutral") and verdict.faster.why:
        return verdict.faster.why
    for stance in ("blocks", "risks"):
        for finding in verdict.findings:
            if finding.stance == stance and finding.caused_by is None:
                return finding.message
    return verdict.faster.why or verdict.safe.why


def question(verdict: Verdict) -> str:
    """Why a trial of a function is asked for, and how to have it."""
    name, gain = verdict.function.name, speed(verdict.faster)
    if verdict.safe.value == "unknown":
        why = "it isn't known whether a graph does the same"
    elif verdict.faster.basis == "predicted" and gain:
        why = f"that it is {gain} isn't measured yet"
    else:
        why = "it isn't known whether a graph is faster"
    return (
        f"May hybnb run {name} both ways, in a process of its own? {_capital(why)}. Measure does it, or %hybnb measure {name}; "
        "%hybnb trials auto asks no more."
    )


def sentence(text: str) -> str:
    """`text` with a full stop at its end, if it has any text."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else text + "."


def why_safe(safe: Safe, *, said: bool = False) -> str:
    """The reason, unless it is said already, with what it rests on behind it."""
    named = listed([BASES[one] for one in safe.basis])
    why = "" if said and named else sentence(safe.why)
    return " ".join(part for part in (why, f"Judged from {named}." if named else "") if part)


def listed(parts: Sequence[str]) -> str:
    """Enumerated: "the source, the calls seen and a trial"."""
    *others, last = parts or ("",)
    return f"{', '.join(others)} and {last}" if others else last


def why_faster(faster: Faster) -> str:
    """The number, if there is one, and the reason."""
    return " ".join(part for part in (sentence(_capital(speed(faster))), sentence(faster.why)) if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def advice(finding: Finding) -> str:
    """What a finding says, and the next step."""
    return f"{sentence(finding.message)} {finding.next_step}".strip()


def spot(finding: Finding) -> str:
    """Where a finding points, shorter than a function's place: "line 9", or "helpers.py, line 9"."""
    return f"{_file_name(finding.path)}, line {finding.line}" if finding.path else f"line {finding.line}"
