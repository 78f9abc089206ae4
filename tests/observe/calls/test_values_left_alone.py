"""Values that pass through a probe are neither kept nor touched, and functions are pickled as before."""

from __future__ import annotations

import subprocess
import sys


def test_what_a_function_deletes_is_freed_at_once(native):
    # not with the stand-in: a profile function makes Python 3.11 keep a copy of all locals
    out = native.run(
        "import weakref\nclass Big: pass\n"
        "def f(x):\n    weak = weakref.ref(x)\n    del x\n    return weak() is None\n"
        "def g(x): return [x for _ in (1,)] and (lambda: x) and f(Big())",
        "for _ in range(3): print(f(Big()), g(Big()))",
    )
    assert "False" not in out


def test_arguments_are_not_kept_alive(watch):
    out = watch.run(
        "import weakref, gc\nclass Big: pass\ndef f(x, *a, **k): pass",
        "big = Big()\nweak = weakref.ref(big)\nf(big, big, k=[big])\ndel big\ngc.collect()\nprint('freed', weak() is None)",
    )
    assert "freed True" in out


def test_hostile_arguments_are_not_touched(watch):
    out = watch.run(
        "class Meta(type):\n    def __hash__(cls): 1 / 0\n    def __eq__(cls, other): 1 / 0\n    def __instancecheck__(c, o): 1 / 0\n"
        "class Bad(metaclass=Meta):\n    __class__ = property(lambda s: 1 / 0)\n"
        "    def __getattribute__(self, name): 1 / 0\n"
        "    __repr__ = __len__ = __eq__ = __hash__ = __bool__ = __iter__ = lambda *a: 1 / 0\n"
        "def f(x, *more): return 'fine'",
        "bad = Bad()\nprint(f(bad), f([bad], bad), f({'a': bad}), f(Bad), f((Bad,)), f(Bad))",
    )
    assert out.strip() == "fine fine fine fine fine fine"
    assert watch["f"].count == 6


def test_functions_pickled_by_value_run_where_hybnb_is_missing(watch, tmp_path):
    watch.run(
        "import cloudpickle\ndef make(k):\n    def f(x):\n        if x < 0: raise ValueError('negative')\n        return x * k\n    return f"
    )
    watch.run(f"with open({str(tmp_path / 'f')!r}, 'wb') as file: cloudpickle.dump(make(3), file)")
    code = (
        "import sys; sys.modules['hybnb'] = None; import pickle; f = pickle.load(open(sys.argv[1], 'rb')); print(f(14))\n"
        "try: f(-1)\nexcept ValueError as e: print(e, e.__context__)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "f"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("42\nnegative None\n", "")


def test_instances_are_pickled_as_before(watch):
    out = watch.run(
        "import pickle, copy\nclass A:\n    def __init__(self): self.x = 1\n    def __getstate__(self): return {'x': 2}",
        "print(pickle.loads(pickle.dumps(A())).x, copy.deepcopy(A()).x)",
    )
    assert out.strip() == "2 2"
