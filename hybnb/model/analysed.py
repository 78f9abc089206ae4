"""What the source says: places, functions, and what their bodies do."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hybnb.model.observed import Kind

Tri = Literal["yes", "no", "unknown"]
Certainty = Literal["certain", "possible"]

EffectKind = Literal[
    # effects a trace would freeze
    "mutation",            # target, container (list|dict|set|attribute|global|nonlocal|array|object), how, owner (outer|argument|self|default), stores_tensor (yes|no|maybe)
    "output",              # call, channel (stdout|log|warning|file|plot|display|network|database|progress)
    "host-random",         # call
    "clock",               # call
    "sleep",               # call
    "environment",         # call (os.environ, input, argv …)
    "host-iterator",       # call, target: next() on a Python iterator
    "seed",                # call: tf.random.set_seed in the body
    "summary-step",        # call: step= is a Python int
    "cache",               # call, target: a Python cache keeps values of the trace
    # state read while tracing and never looked at again
    "stale-read",          # name, part (["key"] of a dict alone), what (kind), changed (where it changes, in words)
    "lambda-read",         # name: a lambda reads a variable that a tensor condition or loop has changed since it was made
    # a concrete value is needed
    "numpy-method",        # call, target: .numpy(), .item(), .tolist()
    "host-conversion",     # call (float|int|bool|complex|round …), target
    "numpy-call",          # call, argument
    "host-call",           # call, argument: math.*, another Python library
    "tensor-index",        # target: a Python sequence indexed by a tensor
    "tensor-format",       # how (f-string|%|format|str|repr), target
    "tensor-iteration",    # construct (comprehension|list()|zip()|unpacking|sum()|…), target
    "tensor-bool",         # construct (assert|in|any()|max()|comprehension if|…), target
    "tensor-key",          # construct (dict key|set|hash)
    "array-argument",      # parameter, how (method .mean|item assignment|list index|isinstance|loop|dtype)
    "eager-introspection", # call
    "eager-only",          # call: API that only works eagerly (as_numpy_iterator, get_weights, save …)
    "keras-endpoint",      # call: fit, evaluate, predict, *_on_batch
    "pickle",              # call
    "name-slot",           # call
    "scalar-shape",        # call: one number as a shape
    # control flow that AutoGraph converts, or can't
    "branch-inconsistent", # variable, why (dtype|structure|undefined|none|return|shape)
    "loop-inconsistent",   # variable, why (dtype|shape|none|undefined|structure)
    "loop-append",         # target: a Python list grows in a loop that becomes a tf.while_loop
    "branch-effect",       # target: a Python container or object changes under a tensor condition
    "branch-raise",        # exception: raise under a tensor condition
    "tensor-break",        # construct (break|return|continue), in a Python loop under a tensor condition
    "loop-return",         # return inside a loop that becomes a tf.while_loop
    "loop-try",            # try inside a loop that becomes a tf.while_loop
    "caught-error",        # exception: try/except around tensor work
    "guarded-op",          # target: an op that is only valid in the branch taken
    "condition-type",      # target: a condition that isn't a bool tensor
    "condition-becomes-tensor",  # variable: a Python condition that turns into a tensor in the loop
    "dataset-consumed",    # construct: a comprehension or map() over a dataset never ends while tracing
    "lost-gradient",       # why (loop|parts|tape|losses), place, parameter: a tape of the caller's gets no gradient
    "unroll",              # target, count: a long Python loop with TensorFlow work in it
    # AutoGraph runs the code unconverted
    "autograph-refusal",   # construct (for-else|while-else|walrus|match|yield|async|mangled name|no source|lambda)
    "unconverted-flow",    # construct, where: tensor control flow in code AutoGraph leaves alone
    # objects that must outlive the call
    "creation",            # what (variable|layer|model|optimizer|metric|random_generator|table|loss), call, guarded (yes|no)
    "variable-list",       # target: trainable_variables read before the model's first call
    "late-build",          # target: a layer that the `call` of another builds, within the trace
    "wrapper-per-call",    # call: tf.function(...) in the body, or the function itself; loop: where that is made one in each round
    # the boundary
    "return-type",         # what (kind of the Python value returned)
    "argument-type",       # parameter, what: an argument a traced function can't take (set, slice …)
    # shape of the program
    "recursion",           # through
    "host-callback",       # call: py_function, numpy_function
    "signature",           # parameter, why (missing|extra|keyword-only|fixed|cast|rank|dtype): input_signature and what is passed
    "static-shape",        # target: a size is read that the trace leaves open
    "decorator-order",     # decorator: tf.function stands above property or classmethod
    "keras-eager",         # where: Model.compile(run_eagerly=True) of the method's class
    "replicas",            # call: strategy.run
    "memory",              # what (array|custom gradient), name: a trace keeps it
    "unused-write",        # target: TensorArray.write whose result is dropped
    "unused-op",           # call: an op that may fail, whose result nobody uses
    "exception-class",     # exception: its class can't be made anew by AutoGraph
    "xla",                 # call: under jit_compile=True it does something else on bad input
    "random-op",           # call: a TensorFlow random op; fine, but the seeded stream differs
    "host-work",           # call: NumPy or other Python work done in the body on non-tensors
    # hybnb doesn't know
    "unknown-call",        # call, why
    "unknown-construct",   # construct
]  # fmt: skip


class Span(Struct, frozen=True, order=True):
    """A place in the source: lines from 1 within the cell, columns from 0, in characters."""

    cell: int
    line: int
    column: int
    end_line: int
    end_column: int
    path: str | None = None  #: set when the place is in a module rather than in a cell


class FunctionId(Struct, frozen=True):
    """Which function; `name` is qualified without "<locals>", as "Trainer.step" or "make.inner"."""

    name: str
    cell: int
    line: int  #: of the `def`, not of its decorators
    end_line: int
    file_line: int
    cell_id: str | None = None
    path: str | None = None  #: a module's file
    module: str | None = None  #: a module's import name

    @property
    def key(self) -> str:
        """What call histories, recordings and settings know the function by."""
        return f"{self.module}:{self.name}" if self.module else self.name


class Effect(Struct, frozen=True):
    """One thing the body does that bears on tracing, found by following the code.

    `details` holds the values named beside each kind above; `chain` the callees on the way from the
    function judged to the place, as ("log_loss (cell 3)",), empty when it happens in its own body.
    """

    kind: EffectKind
    span: Span  #: in the function judged: where the chain starts
    certainty: Certainty = "certain"  #: "possible" when it depends on a value whose type isn't known
    details: dict[str, str] = {}
    chain: tuple[str, ...] = ()
    origin: Span | None = None  #: where it really happens, when that is in a callee
    under: Literal["", "if", "loop"] = ""  #: below a tensor condition or in a loop over tensors


ParameterBasis = Literal["calls", "call sites", "annotation", "convention", "default", "none"]


class Parameter(Struct, frozen=True):
    """A parameter and what is known of what is passed for it."""

    name: str
    kinds: tuple[Kind, ...] = ()  #: kinds seen in calls or inferred from call sites; empty when nothing is known
    default: Kind | None = None
    basis: ParameterBasis = "none"
    changing: bool = False  #: Python values that differ between calls or call sites
    aliases: tuple[str, ...] = ()  #: types of equal numbers passed at call sites: ("float", "int") for 1.0 and 1


class Decoration(Struct, frozen=True):
    """How a function came to be a tf.function."""

    spelling: str  #: as written: "@tf.function(jit_compile=True)", "tf.function(step)"
    span: Span
    options: dict[str, str] = {}  #: option → source text of its value
    by_call: bool = False  #: g = tf.function(f) rather than a decorator
    own: bool = False  #: by a decorator of the user's, in which a tf.function is made
    rebinds: bool = False  #: f = tf.function(f): run again, that wraps the tf.function, old traces and all


class FunctionFacts(Struct, frozen=True):
    """All that analysis says about one function."""

    function: FunctionId
    decoration: Decoration | None = None
    parameters: tuple[Parameter, ...] = ()
    effects: tuple[Effect, ...] = ()
    python_side_effects: Tri = "unknown"
    recursive: Tri = "unknown"
    tensor_computation: Tri = "unknown"
    form: Literal["function", "method", "nested", "lambda", "partial", "generator", "coroutine"] = "function"
    keras_role: str | None = None  #: "call", "train_step" … of a Keras subclass: Keras traces it by itself
    op_calls: int = 0  #: TensorFlow calls seen on the way, loops counted once
    loops_with_ops: int = 0
    workers: tuple[str, ...] = ()  #: functions of the user's that do most of its TensorFlow work; empty: it does itself
    graph_callers: tuple[str, ...] = ()  #: callers that are decorated
    keras_callers: tuple[str, ...] = ()  #: methods that Keras traces: as eager as who calls the model without it
    eager_callers: tuple[str, ...] = ()
    depends_on: tuple[
        str, ...
    ] = ()  #: global names the answer rests on, attributes as "Class.name", names whose readers count as "~name"
    keeps: tuple[str, ...] = ()  #: of what it reads, what its traces keep: global names, "module:name" and "Class.name"
    indent: str = ""  #: white space before the def
    first_line: int = 1  #: line of the first decorator, or of the def
    #: parameters whose static shape the body reads, "" for that of anything else; not a size that is the same in all calls
    static_shape_reads: tuple[str, ...] = ()
    budget_spent: bool = False  #: the code was too large to follow to its end
