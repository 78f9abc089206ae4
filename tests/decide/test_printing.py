"""print becomes tf.print where it can say the same."""

from __future__ import annotations

import pytest

from hybnb.decide.printing import rewritten

REWRITTEN = {
    "print(x)": "tf.print(x)",
    "print()": "tf.print()",
    "print('loss', x)": "tf.print('loss', x)",
    "print(f'loss {x}')": "tf.print('loss ', x, sep=\"\")",
    "print(f'loss {x:.3f} of {{n}}', flush=True)": "tf.print('loss ', x, ' of {n}', sep=\"\")",
    "print(rf'\\d {x!r}')": "tf.print('\\\\d ', x, sep=\"\")",
    "print('a' f'{x + 1}')": "tf.print('a', x + 1, sep=\"\")",
    "print(f'{x}')": "tf.print(x)",
    "print(x + 1, y % 2)": "tf.print(x + 1, y % 2)",
    "print('a', f(x=1), sep='')": "tf.print('a', f(x=1), sep='')",
    "print(f'done')": "tf.print('done')",
    "print('a', x, sep=', ', end='')": "tf.print('a', x, sep=', ', end='')",
    "print(*xs)": "tf.print(*xs)",
    "print('é', f(x, 'ü'))": "tf.print('é', f(x, 'ü'))",
}


@pytest.mark.parametrize("before", REWRITTEN)
def test_it_is_rewritten(before: str) -> None:
    source = f"def step(x):\n    y = 'ß'; {before}  # now\n    return x\n"
    edit = rewritten(source, 2, 13, "tf.print")
    assert edit is not None
    start, end, new = edit
    assert source[start:end] == before
    assert new == REWRITTEN[before]


def test_a_call_over_several_lines_is_rewritten_whole() -> None:
    source = "print(\n    'a',\n    x,\n)\n"
    edit = rewritten(source, 1, 0, "tensorflow.print")
    assert edit is not None
    assert source[: edit[0]] + edit[2] + source[edit[1] :] == "tensorflow.print('a', x)\n"


@pytest.mark.parametrize(
    "code",
    [
        "print('%d' % x)",
        "print('{}'.format(x))",
        "print('a' + str(x))",
        "print(x, file=log)",
        "print('a', f'{x}')",
        "print(f'{x}' + 'a')",
        "print(', '.join(x))",
        "print(**options)",
        "log(x)",
        "tf.print(x)",
        "self.print(x)",
    ],
)
def test_it_is_left_alone(code: str) -> None:
    assert rewritten(f"{code}\n", 1, 0, "tf.print") is None


def test_another_place_or_broken_text_gives_nothing() -> None:
    assert rewritten("print(x)\n", 1, 3, "tf.print") is None
    assert rewritten("print(x)\n", 2, 0, "tf.print") is None
    assert rewritten("print(x\n", 1, 0, "tf.print") is None
