"""Write RULES.md from the rule files.

python scripts/make_rules.py          writes RULES.md
python scripts/make_rules.py --check  writes nothing; exit code 1 when the file isn't what would be written
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from hybnb.rules import Rule, registry
from tests.study import cases, codes
from tests.truth.hazards import Group, Row, groups

FILE = Path(__file__).resolve().parents[1] / "RULES.md"

FAMILIES = {
    "1": "Context",
    "2": "Safety: what a trace would freeze, refuse or change",
    "3": "Retracing: what is traced again and again",
    "4": "Gain: what the graph can and can't make faster",
    "5": "Functions that already carry the decorator",
    "9": "hybnb's own trouble",
}
STANCES = {"blocks": "blocks", "risks": "a risk", "favours": "in favour", "notes": "a note"}
STUDY = """\
## The categories of the study

"Challenges in Migrating Imperative Deep Learning Programs to Graph Execution: An Empirical Study" (MSR 2022) sorted what
programmers changed about `tf.function`. Counts are those of 159 classified changes, recomputed from its public data. Each
example is a notebook that the tests run through hybnb and, both ways, on TensorFlow. Clean-ups, test code, exports and
changes of unknown reason are left out.
"""
CODES = """
The reasons that the refactoring tool of later work gives by number (2 and 5 don't exist):
"""
REASONS = {"trial": "a trial", "fine": "no hazard", "gone": "holds no longer"}
HAZARDS = """\
## The hazards, row by row

What is known to go wrong when a function becomes a `tf.function`, from the documentation, the issue trackers and from
running it. *Silent*: another value, type or state and no exception. Each row has samples in `tests/truth/catalogue/` that
show it, and samples near by that are fine; `make truth` runs them all on TensorFlow and prints how many agree. Where no
rule speaks, the last column says why.
"""
PREFACE = """\
# Rules

<!-- Written by scripts/make_rules.py from hybnb/rules/*.py. Edit the rule file and run `make rules`. -->

Every reason that hybnb gives has a stable code. Each rule below is one file in `hybnb/rules/`, and its examples are
also its tests: they are executed on the real TensorFlow, eagerly and as a `tf.function`, and must show what the rule
claims. `hybnb explain CODE` prints the same in a terminal, `%hybnb explain CODE` in a notebook.

Stance: a rule that **blocks** makes a function unsafe; **a risk** asks you to look; **in favour** speaks for the
decorator; **a note** is good to know. To silence a code, write `# hybnb: ignore[CODE]` on the line.
"""


def text() -> str:
    """The whole file."""
    rules = registry()
    parts = [PREFACE, *_contents(rules)]
    for family, title in FAMILIES.items():
        members = [rule for rule in rules if rule.code[3] == family]
        if members:
            parts.append(f"## {title}\n")
            parts += [section(rule) for rule in members]
    return "\n".join([*parts, *_hazards(), *_study()]).rstrip() + "\n"


def _study() -> Iterator[str]:
    """What is done about each category of the study, and about each code of earlier work."""
    yield STUDY
    yield "| category | changes | what hybnb does | example |"
    yield "| --- | --- | --- | --- |"
    for case in cases():
        example = f"[{case.says}](#{case.says.lower()}-{_name(case.says)}) in [{case.file}](tests/cases/{case.file})"
        yield f"| {case.title} | {case.study} | {_inline(case.hybnb)} | {example} |"
    yield CODES
    yield "| code | meaning | what hybnb does | rules |"
    yield "| --- | --- | --- | --- |"
    for code in codes():
        links = ", ".join(f"[{rule}](#{rule.lower()}-{_name(rule)})" for rule in code.rules)
        yield f"| {code.number} | {code.meaning} | {_inline(code.hybnb)} | {links} |"


def _name(code: str) -> str:
    return next(rule.name for rule in registry() if rule.code == code)


def _hazards() -> Iterator[str]:
    """The catalogue of hazards, row by row, with what covers each."""
    yield HAZARDS
    for group in groups():
        yield from _group(group)


def _group(group: Group) -> Iterator[str]:
    yield f"### {group.letter}. {group.title}\n"
    yield "| hazard | outcome | what happens | covered by |"
    yield "| --- | --- | --- | --- |"
    for row in group.rows:
        yield f"| `{row.code}` | {row.outcome} | {_inline(row.words)} | {_covered(row)} |"
    yield ""


def _covered(row: Row) -> str:
    """The rules that speak about it, or why none does."""
    links = ", ".join(f"[{rule.code}](#{rule.code.lower()}-{rule.name})" for rule in row.rules())
    return links or f"{REASONS[row.reason or 'trial']}: {_inline(row.why)}"


def _contents(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "| code | name | stance | the pattern |"
    yield "| --- | --- | --- | --- |"
    for rule in rules:
        link = f"[{rule.code}](#{rule.code.lower()}-{rule.name})"
        yield f"| {link} | {rule.name} | {STANCES[rule.stance]} | {_inline(rule.title)} |"
    yield ""


def section(rule: Rule) -> str:
    """One rule: its statement, its documentation, and an example of each kind."""
    lines = [f"### {rule.code} {rule.name}\n", f"{_inline(rule.title)}\n"]
    lines += [f"- **{heading}:** {_inline(body)}" for heading, body in rule.sections.items()]
    for opening, samples in (("Speaks about", rule.fires), ("Silent about", rule.quiet)):
        for title, sample in list(samples.items())[:1]:
            lines += [f"\n{opening}: {_inline(title)}\n", "```python", textwrap.dedent(sample).strip(), "```"]
    return "\n".join([*lines, ""])


def _inline(sentence: str) -> str:
    """A sentence in Markdown, where only * | < would be taken for markup."""
    parts = sentence.split("`")
    return "`".join(
        part if index % 2 else part.replace("*", r"\*").replace("|", r"\|").replace("<", r"\<")
        for index, part in enumerate(parts)
    )


def main() -> int:
    """Exit code 0 when the file is written or fresh."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the file is fresh")
    options = parser.parse_args()
    fresh = FILE.exists() and FILE.read_text(encoding="utf-8") == text()
    if options.check:
        print("RULES.md is fresh" if fresh else "RULES.md is stale: run `make rules`")
        return int(not fresh)
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
