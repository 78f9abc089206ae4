"""Objects that are made on the first call only, as tf.function allows."""

from __future__ import annotations

from astroid import nodes

MADE_ONCE = frozenset({"variable", "layer", "model", "optimizer", "metric", "random_generator"})


def guarded(node: nodes.NodeNG) -> bool:
    """`node` makes an object and stores it in the very name that the `if` around it found to be missing."""
    statement = node.statement()
    if not isinstance(statement, nodes.Assign):
        return False
    targets = {target.as_string() for target in statement.targets}
    parent, child = statement.parent, statement
    while parent is not None and not isinstance(parent, nodes.FunctionDef):
        if isinstance(parent, nodes.If) and child in parent.body and _found_missing(parent.test) & targets:
            return True
        parent, child = parent.parent, parent
    return False


def _found_missing(test: nodes.NodeNG) -> set[str]:
    match test:
        case nodes.Compare(left=left, ops=[("is", nodes.Const(value=None))]):
            return {left.as_string()}
        case nodes.UnaryOp(
            op="not", operand=nodes.Call(func=nodes.Name(name="hasattr"), args=[owner, nodes.Const() as name])
        ):
            return {f"{owner.as_string()}.{name.value}"}
    return set()
