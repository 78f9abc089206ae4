"""Errors that TensorFlow raises by one class when it runs eagerly and by another one in a graph.

A trace knows static shapes and dtypes, and finds by them what eager ops find when they run: that is a ValueError then. What
the end of a TensorArray or of a dataset is called, each of the two says in its own way; and an error of Python's in the midst
of a graph comes out of it as one of TensorFlow's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Value

OF_PYTHON = "Exception"  #: any class, of Python code that a graph calls
#: how the graph calls what eager code raises as …
BECOMES = {
    "OutOfRangeError": "InvalidArgumentError",
    "StopIteration": "OutOfRangeError",
    "InvalidArgumentError": "ValueError",
    OF_PYTHON: "UnknownError",
}
#: handlers for these see the error both ways
ANY = frozenset({"Exception", "BaseException"})
#: ops whose arguments' sizes have to fit
BY_SHAPE = frozenset({
    "matmul", "concat", "stack", "reshape", "broadcast_to", "ensure_shape", "einsum", "tensordot", "split", "unstack",
    "squeeze", "add", "subtract", "multiply", "divide", "add_n", "transpose", "conv1d", "conv2d", "conv3d", "matvec",
    "softmax_cross_entropy_with_logits", "sigmoid_cross_entropy_with_logits", "squared_difference", "maximum", "minimum",
    "slice", "where", "pow", "top_k",
})  # fmt: skip
#: ops that people expect to fail by the values that they are given: such an error is called alike both ways
BY_VALUE = frozenset({
    "gather", "gather_nd", "inv", "cholesky", "solve", "check_numerics", "Assert", "to_number", "string_to_number",
    "embedding_lookup", "tensor_scatter_nd_update", "scatter_nd", "read_file", "floordiv", "floormod", "mod",
    "sparse_softmax_cross_entropy_with_logits", "lookup", "dequeue", "matrix_inverse", "get_single_element",
})  # fmt: skip
VALUE_STARTS = ("assert_", "decode_", "parse_")
#: classes of TensorFlow's that are raised alike both ways
OF_TENSORFLOW = frozenset({
    "AbortedError", "AlreadyExistsError", "CancelledError", "DataLossError", "DeadlineExceededError", "FailedPreconditionError",
    "InternalError", "NotFoundError", "PermissionDeniedError", "ResourceExhaustedError", "UnauthenticatedError",
    "UnavailableError", "UnimplementedError", "UnknownError",
})  # fmt: skip


def of_op(run: Run, last: str) -> None:
    """An op of this name is called."""
    if last in BY_VALUE or last.startswith(VALUE_STARTS):
        run.checks_values = True
    elif last in BY_SHAPE:
        run.failures["InvalidArgumentError"] += 1
    if last == "numpy_function":
        run.failures[OF_PYTHON] += 1


def of_method(run: Run, receiver: Value, name: str) -> None:
    """A method of this name is called."""
    if receiver.kind == "tensor_array" and name in ("read", "write"):
        run.failures["OutOfRangeError"] += 1


def of_operator(run: Run, operator: str, left: Value, right: Value) -> None:
    """An operator between values, one of which at least is a tensor."""
    if operator in ("//", "%"):
        run.checks_values = True
    elif left.is_tensor and right.is_tensor and left.shape != () and right.shape != ():
        run.failures["InvalidArgumentError"] += 1


def of_next(run: Run) -> None:
    """The next element of a dataset is asked for."""
    run.failures["StopIteration"] += 1


def since(before: Mapping[str, int], now: Mapping[str, int]) -> Mapping[str, int]:
    """What else may have failed since then."""
    return {name: more for name, count in now.items() if (more := count - before.get(name, 0)) > 0}


def missed(failures: Mapping[str, int], caught: frozenset[str], *, expected: bool = False) -> str:
    """Which of the classes that one handler names the graph doesn't raise where eager code does; "" for none.

    `expected`: the handler is there for an op that fails by its values.
    """
    if caught & ANY:
        return ""
    for name in sorted(caught):
        eagerly = _eagerly(name)
        explained = expected and eagerly == "InvalidArgumentError"
        if failures.get(eagerly) and not explained and BECOMES[eagerly] not in caught:
            return name
    return ""


def in_a_graph(name: str) -> str:
    """As what an error comes out of a graph that a handler awaits by this class."""
    return BECOMES[_eagerly(name)]


def classes(handler: nodes.ExceptHandler) -> frozenset[str]:
    """The last names of the classes that a handler asks for; none for a bare `except`."""
    return _last_names(handler.type.elts if isinstance(handler.type, nodes.Tuple) else [handler.type])


def suppressed(manager: nodes.NodeNG) -> frozenset[str]:
    """The same of `with contextlib.suppress(...)`; none for another context manager."""
    called = isinstance(manager, nodes.Call) and manager.func.as_string().rpartition(".")[2] == "suppress"
    return _last_names(manager.args) if called else frozenset()


def caught_around_yield(function: nodes.FunctionDef) -> Iterator[frozenset[str]]:
    """The classes of each handler around a `yield`: of what contextlib.contextmanager makes, it sees the errors of the block."""
    return map(classes, handlers_around_yield(function))


def handlers_around_yield(function: nodes.FunctionDef) -> Iterator[nodes.ExceptHandler]:
    """The handlers around a `yield`."""
    for node in function.nodes_of_class(nodes.Try):
        if any(True for step in node.body for _ in step.nodes_of_class(nodes.Yield)):
            yield from node.handlers


def deals_with_errors(leave: nodes.NodeNG) -> bool:
    """This `__exit__` may answer that an error is dealt with."""
    answers = (one.value for one in leave.nodes_of_class(nodes.Return))
    return any(one is not None and not (isinstance(one, nodes.Const) and not one.value) for one in answers)


def told_in(leave: nodes.NodeNG) -> frozenset[str]:
    """The classes of errors that an `__exit__` names."""
    names = (
        getattr(one, "attrname", getattr(one, "name", "")) for one in leave.nodes_of_class(nodes.Name | nodes.Attribute)
    )
    return frozenset(name for name in names if name.endswith(CLASSES))


CLASSES = ("Error", "Exception", "StopIteration")


def _eagerly(name: str) -> str:
    if name in OF_TENSORFLOW:
        return name
    return name if name in BECOMES else "InvalidArgumentError" if name == "OpError" else OF_PYTHON


def _last_names(asked: Iterable[nodes.NodeNG | None]) -> frozenset[str]:
    return frozenset(one.as_string().rpartition(".")[2] for one in asked if one is not None)
