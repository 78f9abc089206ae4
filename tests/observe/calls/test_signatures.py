"""Calls are alike when tf.function would match their arguments."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1", "1", True),
        ("1", "2", False),
        ("1", "1.0", False),
        ("1", "True", False),
        ("'a'", "'b'", False),
        ("'a' * 99", "'a' * 99", True),
        ("'a' * 99", "'a' * 98 + 'b'", False),
        ("float('nan')", "float('nan')", True),
        ("None", "0", False),
        ("np.zeros(2)", "np.ones(2)", True),
        ("np.zeros(2)", "np.zeros(3)", False),
        ("np.zeros(2)", "np.zeros(2, int)", False),
        ("np.float32(1)", "np.float32(2)", True),
        ("[1, 2]", "[1, 2]", True),
        ("[1, 2]", "[1, 3]", False),
        ("[1, 2]", "(1, 2)", False),
        ("[1, 2]", "[1, 2, 3]", False),
        ("{'a': np.zeros(2)}", "{'a': np.ones(2)}", True),
        ("{'a': 1}", "{'b': 1}", False),
        ("range(3)", "range(3)", True),
        ("range(3)", "range(4)", False),
        ("len", "len", True),
        ("len", "max", False),
        ("thing", "thing", True),
        ("thing", "Thing()", False),
        ("thing.go", "thing.go", True),
        ("thing.go", "Thing().go", False),
        ("(lambda: 0)", "(lambda: 0)", False),
        ("Thing", "Thing", True),
    ],
)
def test_what_counts_as_the_same_signature(watch, first, second, same):
    watch.run(
        "import numpy as np\nclass Thing:\n    def go(self): pass\nthing = Thing()\ndef f(x): pass",
        f"f({first})\nf({second})",
    )
    assert len(watch["f"].calls) == (1 if same else 2)


def test_new_objects_at_an_old_address_are_told_apart(watch):
    watch.run("def f(x): pass", "for i in range(10): f(lambda: i)")
    identities = {call.arguments[0][1].identity for call in watch["f"].calls}
    assert len(watch["f"].calls) == len(identities) == 10
