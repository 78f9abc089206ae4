"""Generates odd notebook cells for test_odd_cells.py: texts that are wrong, huge or strange, and objects that bite.

Every cell is harmless to run: it ends by itself, writes no file and starts nothing but `true`. What it changes in the
process, such as the recursion limit, `test_odd_cells.begin` puts back. `TOUCHED` is the name of a list in the notebook that
the objects that bite append to whenever one of their methods is used.
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

# What is special about the process, the shell or the names around a function.
SURROUNDINGS = [
    "{a} = None\ntf = None\ndef use(q): return tf, q\nprint(use(1))",
    "list = 3\nlen = {n}\ndef use(q): return list, len, q\nprint(use(1))",
    "print = lambda *a, **k: None\ndef use(q): print(q)\nuse(1)",
    "class tf:\n    function = staticmethod(lambda f: f)\n@tf.function\ndef use(q): return q\nuse(1)",
    "def isinstance(*a): raise SystemExit\ndef type(*a): raise KeyboardInterrupt\ndef use(q): return q\nuse(1)",
    "In = 5\nOut = None\n_ = __ = ___ = 3\n_ih = _oh = _dh = 0\ndef use(q): return q\nuse(1)",
    "get_ipython = None\ndisplay = 3\nexit = quit = 0\ndef use(q): return q\nuse(1)",
    "__name__ = 'elsewhere'\n__file__ = 'nowhere'\n__doc__ = []\ndef use(q): return __name__\nprint(use(1))",
    "__annotations__ = {{}}\n{a}: 'no such type' = 1\ndef use(q: {a}) -> None: return None\nuse(1)",
    "del tf\ndef use(q): return tf.add(q, 1)\ntry: use(1)\nexcept NameError as e: print(e)",
    "def {a}(): return 1\nkept = {a}\ndel {a}\nprint(kept())\n{a}()",
    "ip = get_ipython()\nip.ast_transformers.clear()\ndef use(q): return q\nuse(1)",
    "ip = get_ipython()\nip.run_cell('def inner(q): return q\\ninner(1)')\nprint(len(ip.events.callbacks['pre_execute']))",
    "get_ipython().run_cell_magic('time', '', 'def timed(q): return q\\ntimed(1)')",
    "get_ipython().run_line_magic('timeit', '-n1 -r1 -q 1 + 1')",
    "%%timeit -n1 -r1 -q\ndef timed(q): return q\ntimed(1)",
    "%%capture\n%time {a} = 1\ndef use(q): return q\nuse(1)\nprint('hidden')",
    "%%time\n%%capture\ndef use(q): return q\nuse(1)",
    "!true {{1 + 1}}\ndef use(q): return q\nuse(1)",
    "_files = !true\nprint(_files)",
    "%%html\n<b>def {a}(): pass</b>",
    "%who\n%whos int",
    "%xmode Plain\n%precision 3\nx = 1.23456",
    "%alias_magic {a}mag time\n%pinfo print",
    "from __future__ import annotations\ndef use(q: nothing) -> of_the_kind: return q\nuse(1)",
    "from __future__ import barry_as_FLUFL\ndef use(q): return q\nuse(1)",
    "from tensorflow import *\ndef use(q): return add(q, 1)\nfloat(use(1.0))",
    "import sys\nsys.setrecursionlimit(sys.getrecursionlimit() + 7)\ndef use(q): return use(q + 1)\ntry: use(1)\nexcept RecursionError: print('deep')",
    "import sys\ndepths = []\ndef use(q):\n    depths.append(q)\n    use(q + 1)\ntry: use(1)\nexcept RecursionError: print(len(depths) > 100)",
    ("import sys\nseen = []\ndef tracer(frame, event, argument):\n    if frame.f_code.co_name == 'traced' and event != 'exception': seen.append((event, frame.f_lineno))\n"
     "    return tracer\ndef traced(q):\n    q += 1\n    return q\nsys.settrace(tracer)\ntry: traced(1)\nfinally: sys.settrace(None)\nprint(sorted(set(seen)))"),
    ("import sys\nseen = []\nsys.setprofile(lambda f, e, a: seen.append(e) if f.f_code.co_name == 'use' and 'c_' not in e else None)\ndef use(q): return q\n"
     "try: use(1)\nfinally: sys.setprofile(None)\nprint(seen)"),
    "import signal, time\nhits = []\nold = signal.signal(signal.SIGALRM, lambda *_: hits.append(1))\nsignal.setitimer(signal.ITIMER_REAL, 0.001)\ndef use(q):\n    while not hits: time.sleep(0.0005)\n    return q\nuse(1)\nsignal.signal(signal.SIGALRM, old)\nprint(hits)",
    "import signal\ndef use(q):\n    try: signal.raise_signal(signal.SIGINT)\n    except KeyboardInterrupt: return 'caught'\nprint(use(1))",
    "import threading\nbox = []\ndef use(q): box.append(q)\nts = [threading.Thread(target=use, args=(i,)) for i in range(8)]\n[t.start() for t in ts]; [t.join() for t in ts]\nprint(sorted(box))",
    "from concurrent.futures import ThreadPoolExecutor\ndef use(q): return q * 2\nwith ThreadPoolExecutor(3) as pool: print(list(pool.map(use, range(5))))",
    "import gc\ngc.disable()\ndef use(q): return gc.isenabled()\nprint(use(1))",
    "import gc\nprint(gc.isenabled())",
    "import random\nrandom.seed(3)\ndef use(q): return random.random()\nuse(1)",
    "import random\nprint(random.random())",
    "import warnings\ndef use(q): warnings.warn('mine')\nuse(1); use(1)\nprint(len(warnings.filters) > 0)",
    "import weakref\nclass O: pass\no = O(); r = weakref.ref(o)\ndef use(q): return None\nuse(o); use([o]); del o\nprint(r() is None)",
    "import sys\ndef use(q): return sys.getrefcount(q)\no = object()\nprint(use(o), use(o))",
    "class O:\n    def __del__(self): print('gone')\ndef use(q):\n    o = O()\n    return q\nuse(1)\nprint('after')",
    "class O:\n    def __del__(self): print('gone')\ndef use(q):\n    o = O()\n    raise ValueError(q)\ntry: use(1)\nexcept ValueError: pass\nprint('after')",
    "import inspect\ndef use(q): return len(inspect.stack()), inspect.currentframe().f_lineno\nprint(use(1)[1])",
    "print(sorted(k for k in globals() if not k.startswith('_')))",
    "print(In[-1], len(In), _i)",
    "1 + 1",
    "_\nprint(Out)",
    "import contextvars\nv = contextvars.ContextVar('v', default=0)\ndef use(q):\n    v.set(q)\n    return v.get()\nprint(use(4), v.get())",
    "import copy, types, marshal\ndef use(q): return q + 1\nprint(copy.deepcopy(use) is use, types.FunctionType(marshal.loads(marshal.dumps(use.__code__)), globals())(1))",
    "import sys\ndef use(q): return q\nsys.stdout.write('w\\n'); use(1)\nsys.stdout.flush()",
    "import builtins\nbuiltins.{a}_everywhere = 1\ndef use(q): return {a}_everywhere\nuse(1)\ndel builtins.{a}_everywhere",
    "{a} = globals()\ndef use(q={a}): return len(q) > 0\nprint(use())",
    "import sys\nsys.modules['tensorflow_of_mine'] = sys.modules['tensorflow']\ndef use(q): return q\nuse(1)",
    "def use(q): return q\nuse.__globals__['{a}'] = use\nuse.__dict__['__wrapped__'] = 3\nuse(1)",
    "def use(q): return q\nuse.__qualname__ = 'a.b.<locals>.c'\nuse.__module__ = None\nuse.__defaults__ = (1,)\nprint(use())",
]  # fmt: skip

# Definitions of unusual kinds.
DEFINITIONS = [
    "async def {a}(q):\n    for i in range(q):\n        yield i\nprint([i async for i in {a}(3)])",
    "async def {a}():\n    try:\n        got = yield 1\n        yield got\n    finally: pass\ng = {a}()\nprint(await g.__anext__(), await g.asend(5))\nawait g.aclose()",
    "import asyncio\nasync def {a}(q):\n    await asyncio.sleep(0)\n    return q\nprint(await asyncio.gather({a}(1), {a}(2)))",
    "class C:\n    async def __aenter__(self): return 1\n    async def __aexit__(self, *e): return False\nasync def {a}():\n    async with C() as v: return v\nprint(await {a}())",
    "def {a}():\n    try:\n        while True: yield\n    except ValueError: yield 'thrown'\ng = {a}(); next(g)\nprint(g.throw(ValueError()))",
    "class D:\n    def __get__(self, o, t=None): return 42\n    def __set__(self, o, v): raise AttributeError('no')\n    def __set_name__(self, o, n): self.n = n\nclass C:\n    d = D()\n    def m(self): return self.d\nprint(C().m())",
    "class M(type):\n    @classmethod\n    def __prepare__(m, n, b): return {{'extra': 1}}\n    def __call__(cls, *p): return super().__call__(*p)\n    def __iter__(cls): return iter(())\nclass C(metaclass=M):\n    def m(self): return self.extra\nprint(C().m(), list(C))",
    "class C:\n    def __init_subclass__(cls, **k): cls.k = k\n    def __class_getitem__(cls, i): return i\nclass E(C, a=1):\n    def m(self): return self.k\nprint(E().m(), C[3])",
    "class B:\n    def __mro_entries__(self, bases): return (dict,)\nclass C(B()):\n    def m(self): return len(self)\nprint(C(a=1).m())",
    "import enum\nclass E(enum.Enum):\n    A = 1\n    def m(self): return self.value\nprint(E.A.m(), E.A)",
    "import typing\nclass T(typing.NamedTuple):\n    q: int = 1\n    def m(self): return self.q\nprint(T().m())",
    "import typing\nP = typing.TypeVar('P')\nclass G(typing.Generic[P]):\n    def m(self, q: P) -> P: return q\nprint(G[int]().m(2))",
    "import abc\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def m(self): ...\nclass B(A):\n    def m(self): return 1\nprint(B().m())\nA()",
    "import functools\n@functools.singledispatch\ndef {a}(q): return 'any'\n@{a}.register\ndef _(q: int): return 'int'\nprint({a}(1), {a}('s'))",
    "import functools\n@functools.total_ordering\nclass C:\n    def __init__(self, q): self.q = q\n    def __eq__(self, o): return self.q == o.q\n    def __lt__(self, o): return self.q < o.q\nprint(C(1) >= C(0))",
    "def deco(f): return None\n@deco\ndef {a}(q): return q\nprint({a})",
    "def deco(f): return 7\n@deco\nclass C:\n    def m(self): pass\nprint(C)",
    "def deco(f): raise ValueError('in the decorator')\n@deco\ndef {a}(q): return q",
    "@(lambda f: f)\n@(lambda f: f)\ndef {a}(q, /, *, r=({n})): return q, r\nprint({a}(1))",
    "class C:\n    @property\n    def p(self): return 1\n    @p.setter\n    def p(self, v): self.v = v\n    @p.deleter\n    def p(self): del self.v\nc = C(); c.p = 2; del c.p\nprint(c.p, vars(c))",
    "def {a}(q):\n    def {b}(q):\n        def {c}(q): return q\n        return {c}(q)\n    return {b}(q)\nprint({a}(1))",
    "def {a}(q):\n    class Inner:\n        def m(self): return q\n    return Inner\nprint({a}(2)().m())",
    "def {a}(*, q=(lambda: 3)()): return q\nprint({a}())",
    "f = [lambda q, i=i: q + i for i in range(3)]\nprint(sum(g(1) for g in f))",
    "exec(compile('def made(q):\\n    return q * 2', '<nowhere>', 'exec'))\nprint(made(2))",
    "ns = {{}}\nexec('def hidden(q): return q', ns)\nimported = ns['hidden']\nprint(imported(1))",
    "def {a}(q):\n    exec('q = 5')\n    return eval('q')\nprint({a}(1))",
    "def {a}(q):\n    try:\n        return q\n    finally:\n        return 'finally'\nprint({a}(1))",
    "def {a}(q):\n    while True:\n        try: break\n        finally: q += 1\n    return q\nprint({a}(1))",
    "def {a}(q):\n    try: raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\n    except* ValueError: print('value')\n{a}(1)",
    "def {a}(q):\n    try: raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\n    except* ValueError: raise KeyError(q)\n    finally: print(q)\n{a}(1)",
    "def {a}(q):\n    try: 1 / 0\n    except ZeroDivisionError as e: raise e.with_traceback(None) from None\n{a}(1)",
    "def {a}(q):\n    try: raise ValueError(q)\n    except* ValueError as e:\n        raise\n{a}(1)",
    "def {a}(q):\n    with open('/nonexistent') as f: return f\ntry: {a}(1)\nexcept OSError as e: print(type(e).__name__)",
    "def {a}(q):\n    assert q, 'message'\n    return [*q, *q]\nprint({a}([1]))\n{a}([])",
    "def {a}(q):\n    nonlocal_ = q\n    def inner():\n        nonlocal nonlocal_\n        nonlocal_ += 1\n        return nonlocal_\n    inner()\n    return nonlocal_\nprint({a}(1))",
    "class C:\n    def __call__(self, q): return q\n    def __getattr__(self, n): return lambda *p: n\nc = C()\ndef use(q): return c(q), c.anything(q)\nprint(use(1))",
    "def \\\n {a}(q): \\\n    return q\nprint({a}(1))",
    "def {a}(q): 'doc'; return q;\nprint({a}(1), {a}.__doc__)",
    "def {a}(q):\n    # nothing\n\n    return (\n        q\n\n        , 1)\nprint({a}(1))",
    "if 1:\n  def {a}(q): return 'if'\nelse:\n  def {a}(q): return 'else'\nprint({a}(1))",
    "for _i in range(2):\n    def {a}(q, _i=_i): return _i\nprint({a}(1))",
    "try:\n    def {a}(q): return 1\n    raise ValueError\nexcept ValueError:\n    def {a}(q): return 2\nprint({a}(1))",
    "class Layer(tf.Module):\n    def __init__(self):\n        super().__init__()\n        self.w = tf.Variable(2.0)\n    def __call__(self, x): return self.w * x\nlayer = Layer()\ndef use(x): return layer(x)\nprint(float(use(tf.constant(3.0))))",
    "v = tf.Variable(1.0)\ndef use(x):\n    with tf.GradientTape() as tape: y = v * v * x\n    v.assign_sub(0.1 * tape.gradient(y, v))\n    return y\nprint([round(float(use(1.0)), 4) for _ in range(3)])",
    "@tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])\ndef g(x): return tf.reduce_sum(x)\nprint(float(g(tf.ones([3]))))\ng(tf.ones([2, 2]))",
    "@tf.custom_gradient\ndef g(x):\n    def back(d): return d * 5.0\n    return x * 2.0, back\nx = tf.constant(1.0)\nwith tf.GradientTape() as t:\n    t.watch(x); y = g(x)\nprint(float(t.gradient(y, x)))",
    "tf.random.set_seed(3)\ndef use(n): return tf.random.normal([n])\nprint(use(2).numpy())",
    "print(tf.random.normal([2]).numpy())",
    "d = tf.data.Dataset.range(3).map(lambda x: x * 2)\ndef use(d): return [int(x) for x in d]\nprint(use(d))",
    "def use(x): return x.numpy()\ng = tf.function(use)\ntry: g(tf.constant(1))\nexcept Exception as e: print(type(e).__name__)",
    "f = tf.function(lambda x: x + 1)\nprint(int(f(1)), f.experimental_get_tracing_count())",
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
    "__wrapped__", "__name__", "__qualname__", "__module__", "__code__", "__doc__", "__set__", "__iadd__", "__add__", "__copy__",
    "__deepcopy__", "__getstate__", "__length_hint__", "__subclasscheck__", "__await__", "__enter__", "_repr_mimebundle_",
    "__array_interface__", "__array_ufunc__", "__tf_flatten__", "_keras_history", "__rich_repr__",
]  # fmt: skip
PROPERTIES = frozenset({
    "shape", "dtype", "device", "__dict__", "__class__", "__wrapped__", "__code__", "__array_interface__", "_keras_history",
})  # fmt: skip
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
    lie = "    @property\n" if name in PROPERTIES else ""
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
    "def use(q, /, *rest, k=thing, **more): return [q for _ in range(2)]\nuse(thing, [thing], k={'x': thing}, z=(thing,))",
    "def use():\n    yield thing\n    return thing\nlist(use().__iter__ for _ in range(2))\nnext(use())",
    "async def use(q): return q\nawait use(thing)",
    "def use(q):\n    global again\n    again = q\nuse(thing)\ndef reader(): return again\nreader()",
    "class Holder:\n    __slots__ = ('kept',)\n    def __init__(self, q): self.kept = q\n    def m(self): return None\nHolder(thing).m()\nheld = Holder(thing)",
    "g = tf.function(lambda q: 1)\ndef use(q): return 1\nuse(Bites), use(thing)\nmade = [thing] * 3",
    "import threading\ndef use(q): return None\n_t = threading.Thread(target=use, args=(thing,)); _t.start(); _t.join()",
    "def use(q):\n    try:\n        raise LookupError\n    except LookupError:\n        return q\nuse(thing)\ndef outer(): return use(thing)\nouter()",
    "tf.__dict__  # the module stays as it is\ndef step(x): return tf.add(x, 1), thing\nstep(1)",
]  # fmt: skip


@st.composite
def plain_cells(draw: st.DrawFn) -> str:
    """One to three statements, sometimes cut off in the middle."""
    templates = draw(st.lists(st.sampled_from([*STATEMENTS, *DEFINITIONS, *SURROUNDINGS]), min_size=1, max_size=3))
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
