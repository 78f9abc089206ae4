"""Generates odd notebook cells for test_odd_cells.py: texts that are wrong, huge or strange, and objects that bite.

Every cell is harmless to run: it ends by itself, writes no file and starts no process. `TOUCHED` is the name of a list
in the notebook that the objects that bite append to whenever one of their methods is used.
"""

from __future__ import annotations

from hypothesis import strategies as st

TOUCHED = "_touched"

names = st.sampled_from(
    ["x", "f", "step", "train_step", "model", "データ", "ñandú", "Ⅷ", "µ", "ﬁt", "_", "__", "__x", "self", "tf", "np", "keras",
     "print", "len", "type", "super", "list", "isinstance", "id", "__hybnb__", "match", "case", "_oh2", "λ", "𝐱", "loss"],
)  # fmt: skip
numbers = st.sampled_from(
    ["0", "-1", "1e308", "10**40", "0.1", "1j", "True", "None", "'…'", "b'\\x00'", "()", "[]", "{}"]
)

# Statements, each whole in itself; {a}, {b}, {c} become names and {n} a literal.
STATEMENTS = [
    "{a} = {n}",
    "def {a}({b}=None, *args, **kwargs):\n    return {b}\ntry:\n    {a}({n})\nfinally:\n    pass",
    "def {a}({b}, /, {c}1=1, *, k={n}):\n    'only a docstring'\n{a}({n})\n{a}({n}, 2, k=3)",
    "def {a}({b}={n}):\n    del {b}\n    return sorted(locals())\nprint({a}())",
    "def {a}():\n    '''doc'''\n    import sys\n    return sys._getframe().f_lineno, {a}.__code__.co_varnames\nprint({a}())",
    "import inspect\ndef {a}(q): return q  # kept\nprint(inspect.getsource({a}), inspect.signature({a}))",
    "def {a}(q):\n    if q > 3:\n        raise ValueError(q)\n    return {a}(q + 1)\n{a}(0)",
    ("def {a}(q):\n    try:\n        return 1 / q\n    except ZeroDivisionError as bad:\n        raise KeyError(q) from bad\n"
    "    finally:\n        print('end')\n{a}(0)"),
    "def {a}(q):\n    for q in range(q):\n        yield (q, (yield))\nprint(list({a}(3)))\n_g = {a}(2); next(_g); _g.close()",
    "async def {a}(q):\n    return q\nprint(await {a}(2))",
    "{a} = lambda {b}=1: ({b}, {b})\nprint({a}())",
    "{a} = [lambda: i for i in range(3)]\nprint([g() for g in {a}])",
    "import functools\n@functools.lru_cache\ndef {a}(q): return q\nprint({a}(1), {a}(1), {a}.cache_info())",
    "import functools\ndef {a}(q, r): return q, r\n{b}2 = functools.partial({a}, 1)\nprint({b}2(2))",
    ("import functools\ndef deco(g):\n    @functools.wraps(g)\n    def inner(*p, **k):\n        return g(*p, **k)\n    return inner\n"
    "@deco\ndef {a}(q): return q\nprint({a}(1), {a}.__name__)"),
    "import contextlib\n@contextlib.contextmanager\ndef {a}(): yield 1\nwith {a}() as _v: print(_v)",
    ("class K:\n    __slots__ = ('q',)\n    def __init__(self): self.q = 1\n    @property\n    def p(self): return self.q\n"
    "    @staticmethod\n    def s(q): return q\n    @classmethod\n    def c(cls): return cls.__name__\n"
    "    def __mangled(self): return 1\n    def m(self): return self.__mangled()\nprint(K().p, K.s(2), K.c(), K().m())"),
    "class B:\n    def m(self): return 1\nclass D(B):\n    def m(self): return super().m() + 1\nprint(D().m())",
    "import dataclasses\n@dataclasses.dataclass\nclass C:\n    q: int = 0\n    def m(self) -> 'C': return self\nprint(C().m())",
    "class M(type):\n    def __new__(m, n, b, d): return super().__new__(m, n, b, d)\nclass W(metaclass=M):\n    def m(self): return __class__\nprint(W().m())",
    "def make(q):\n    total = 0\n    def inner(r):\n        nonlocal total\n        total += r\n        return total\n    return inner\n_h = make(1)\nprint(_h(1), _h(2))",
    "def {a}(q):\n    global _seen\n    _seen = q\n{a}(1)\nprint(_seen)",
    "def {a}(q):\n    while q:\n        q -= 1\n    else:\n        return 'else'\nprint({a}(2))",
    "def {a}(q):\n    match q:\n        case [1, *rest]: return rest\n        case {{'k': v}}: return v\n        case _: return (w := q)\nprint({a}([1, 2]), {a}({{'k': 1}}), {a}(3))",
    "def {a}(q):\n    return [r for r in q if (s := r)] + [f'{{q!r:>{{9}}}}']\nprint({a}([1]))",
    "def {a}(): return 1\ndel {a}",
    "def {a}(): return 1\n{a}()\ndef {a}(q): return 2\n{a}(1)",
    "def {a}(): pass\n{a}.__wrapped__ = {a}\n{a}.__name__ = '<b>'\n{a}()",
    "def {a}(): pass\n{a}.__code__ = (lambda: 3).__code__\nprint({a}())",
    "import sys\nsys.modules['helper_of_mine'] = None\n{a} = sys.modules",
    "import types\n{a} = types.ModuleType('strange')\n{a}.__dict__['f'] = {a}\ndef use(): return {a}.f\nuse()",
    "exec('def made(q): return q')\nprint(made(1))",
    "{a} = eval('lambda q: q')\nprint({a}(1))",
    "import threading\ndef {a}(): return 1\n_t = threading.Thread(target={a}); _t.start(); _t.join()",
    "{a} = []\n{a}.append({a})\ndef use(q): return {a}\nuse({a})",
    "{a} = {{}}\n{a}['me'] = {a}\ndef use(q=None): return {a}\nuse({a})",
    "def {a}({b}: 'no such name' = 1) -> undefined_annotation: return 1\n{a}()",
    "def step(x):\n    return tf.reduce_sum(x * 2)\nprint(float(step(tf.constant([1.0]))))",
    "history = []\ndef step(x):\n    history.append(x)\n    return tf.square(x)\nfor _i in range(3): step(tf.constant(float(_i)))\nprint(len(history))",
    "@tf.function\ndef g(x, n):\n    return x * n\nfor _i in range(3): g(tf.constant(1.0), _i)\nprint(g.experimental_get_tracing_count())",
    "def step(x):\n    if x > 0:\n        x = x + 1\n    return x\nconverted = tf.function(step)\nprint(float(converted(tf.constant(1.0))))",
    "raise KeyboardInterrupt",
    "raise SystemExit('no')",
    "raise BaseException('odd')",
    "undefined_name",
    "import no_such_module_at_all",
    "%time {a} = 1 + 1" ,
    "%%capture out\ndef {a}(q): return q\nprint({a}(1))",
    "%%time\ndef {a}(q): return q\n{a}(1)",
    "%no_such_magic {a}",
    "%%no_such_cell_magic\ndef {a}(): pass",
    "%hybnb off\ndef {a}(): pass\n%hybnb on",
    "%hybnb no_such_function",
    "{a}??",
    "?",
    "{b} = %pwd\n_x = 1",
    "if True:\n    %time _y = 1",
    "# only a comment",
    "",
    " \n\t\n",
    "'only a string'",
    "pass;pass;",
    "\f\ndef {a}(): pass",
    "def {a}():\n\treturn 1\nprint({a}())\r\n",
    "x = 1 \\\n  + 2",
    "def {a}(:\n    pass",
    "  indented = 1\ndedented = 2",
    "return 1",
    "yield 1",
    "def {a}(x, x): pass",
    "nonlocal {a}",
    "class A(: pass",
    "f'{{'",
    "'''open",
    "\x00",
    "{a} = '\ud800'",
    "{a} = 1_000_",
]  # fmt: skip

# Cells that are big in one direction; the number is how big.
HUGE = [
    lambda n: "\n".join(f"v{i} = {i}" for i in range(20 * n)),
    lambda n: "\n".join(f"def big{i}(q):\n    return q + {i}" for i in range(n)),
    lambda n: "def long(q):\n" + "\n".join(f"    q = q + {i}" for i in range(10 * n)) + "\n    return q\nlong(1)",
    lambda n: "s = " + "(" * n + "1" + ")" * n,
    lambda n: "s = " + "[" * n + "]" * n,
    lambda n: "s = " + " + ".join(["1"] * (20 * n)),
    lambda n: "s = q" + ".a" * (10 * n),
    lambda n: "s = " + "not " * (5 * n) + "1",
    lambda n: "s = " + "lambda: " * n + "1",
    lambda n: "".join(f"{'  ' * i}if True:\n" for i in range(n)) + "  " * n + "s = 1",
    lambda n: "".join(f"{' ' * i}def nested{i}():\n" for i in range(min(n, 90))) + " " * n + "return 1",
    lambda n: "s = '" + "ä" * (1000 * n) + "'",
    lambda n: "s = {" + ", ".join(f"{i}: [{i}]" for i in range(20 * n)) + "}",
    lambda n: "def wide(" + ", ".join(f"p{i}=0" for i in range(n)) + "): return 1\nwide()",
    lambda n: "\n" * (100 * n) + "def low(): return 1\nlow()",
    lambda n: "class Deep0: pass\n" + "\n".join(f"class Deep{i + 1}(Deep{i}):\n    def m(self): return {i}" for i in range(n)),
]  # fmt: skip

BITING_METHODS = [
    "__repr__", "__str__", "__len__", "__getattr__", "__getattribute__", "__eq__", "__hash__", "__bool__", "__iter__",
    "__getitem__", "__contains__", "__call__", "__dir__", "__format__", "__int__", "__float__", "__index__", "__array__",
    "__sizeof__", "__reduce__", "__reduce_ex__", "__instancecheck__", "__lt__", "__ne__", "__setattr__", "_repr_html_",
    "_ipython_display_", "shape", "dtype", "device", "numpy", "__tf_tracing_type__", "__get__", "__dict__", "__class__",
]  # fmt: skip
BITES = [
    "raise RuntimeError('bite')",
    "raise KeyboardInterrupt",
    "__import__('time').sleep(0.05)",
    "return 1",
    "return self",
    "raise SystemExit",
]


@st.composite
def biting_classes(draw: st.DrawFn) -> str:
    """A class, or a metaclass and its class, whose methods note each use and then bite; and functions that pass it on."""
    methods = draw(st.lists(st.sampled_from(BITING_METHODS), min_size=1, max_size=6, unique=True))
    body = "".join(_biting_method(method, draw(st.sampled_from(BITES))) for method in methods)
    if draw(st.booleans()):
        made = f"class Bites:\n{body}thing = object.__new__(Bites)"
    else:
        made = f"class Meta(type):\n{body}class Bites(metaclass=Meta):\n    pass\nthing = object.__new__(Bites)"
    use = draw(st.sampled_from(USES))
    return f"{made}\n{use}\nNone"  # a value at the end would be shown, and that may bite rightly


def _biting_method(name: str, bite: str) -> str:
    lie = "    @property\n" if name in {"shape", "dtype", "device", "__dict__", "__class__"} else ""
    return f"{lie}    def {name}(self, *rest):\n        {TOUCHED}.append({name!r})\n        {bite}\n"


USES = [
    "def use(q): return thing\nuse(thing)\nuse([thing])\nuse({'k': thing})",
    "holder = [thing]\nholders = {'a': holder, 'b': (thing,)}\ndef use(q=thing, *rest, **more): return holders\nuse(thing, thing, k=thing)",
    "class Owner: pass\nowner = Owner()\nowner.inside = thing\ndef use(): return owner\nuse()",
    "def outer():\n    kept = thing\n    def inner(q): return kept\n    return inner\nuse = outer()\nuse(thing)",
    "class Owner:\n    kept = thing\n    def m(self, q): return self\nOwner().m(thing)",
    "def use(q):\n    raise ValueError('ours')\nuse(thing)",
    "import functools\nuse = functools.partial(lambda q, r: q, thing)\nuse(1)",
    "def use(q): return q\nuse(Bites)\nuse((Bites, thing))",
    "tf.__dict__  # the module stays as it is\ndef step(x): return tf.add(x, 1), thing\nstep(1)",
]  # fmt: skip


@st.composite
def plain_cells(draw: st.DrawFn) -> str:
    """One to three statements, sometimes cut off in the middle."""
    templates = draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3))
    text = "\n".join(_filled(draw, template) for template in templates)
    if draw(st.integers(0, 5)) == 0:
        text = text[: draw(st.integers(0, len(text)))]
    return text


def _filled(draw: st.DrawFn, template: str) -> str:
    return template.format(a=draw(names), b=draw(names), c=draw(names), n=draw(numbers))


huge_cells = st.builds(lambda make, size: make(size), st.sampled_from(HUGE), st.sampled_from([1, 10, 60, 150]))
noise = st.text(max_size=60).filter(lambda text: "!" not in text and "%" not in text)

#: Mostly statements and objects that bite, now and then noise or something big.
_MIX = [*[plain_cells()] * 12, *[biting_classes()] * 8, *[noise] * 3, huge_cells]
cells = st.sampled_from(_MIX).flatmap(lambda kind: kind)
