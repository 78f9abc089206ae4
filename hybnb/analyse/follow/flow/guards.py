"""Objects that are made on the first call only, as tf.function allows."""

from __future__ import annotations

from astroid import nodes

MADE_ONCE = frozenset({"variable", "layer", "model", "optimizer", "metric", "random_generator"})


def guarded(node: nodes.NodeNG) -> bool:
    """`node` runs on the first call only.

    It makes an object and stores it in the very name that the `if` around it found to be missing; or the `if` asks for a
    flag that it sets itself, as in `if not self.made: ...; self.made = True`.
    """
    statement = node.statement()
    parent, child = statement.parent, statement
    while parent is not None and not isinstance(parent, nodes.FunctionDef):
        inside = isinstance(parent, nodes.If) and child in parent.body
        if inside and (_found_missing(parent.test) & _targets(statement) or _by_flag(parent)):
            return not _under_condition(parent)  # else the first time may come in a later trace
        if inside and _fills_empty(parent.test, statement):
            return not _under_condition(parent)
        parent, child = parent.parent, parent
    return False


def _targets(statement: nodes.NodeNG) -> set[str]:
    return {target.as_string() for target in statement.targets} if isinstance(statement, nodes.Assign) else set()


def fills_once(node: nodes.NodeNG) -> bool:
    """`if self.table is None: self.table = ...`, and nothing else: what is kept is made when it is first asked for."""
    statement = node.statement()
    parent = statement.parent
    if not isinstance(statement, nodes.Assign) or not isinstance(parent, nodes.If) or parent.body != [statement]:
        return False
    return bool(_found_missing(parent.test) & {target.as_string() for target in statement.targets})


def fills_memo(node: nodes.NodeNG) -> bool:
    """`if key not in memo: memo[key] = ...`: what the key stands for is kept when it is first met."""
    statement = node.statement()
    target = statement.targets[0] if isinstance(statement, nodes.Assign) and len(statement.targets) == 1 else None
    parent = statement.parent
    match target, parent:
        case (
            nodes.Subscript(value=kept, slice=key),
            nodes.If(test=nodes.Compare(left=asked, ops=[("not in", memo)])),
        ):
            same = kept.as_string() == memo.as_string() and key.as_string() == asked.as_string()
            return same and statement in parent.body
    return False


def _fills_empty(test: nodes.NodeNG, statement: nodes.NodeNG) -> bool:
    """`if not weights: weights.append(...)`, or extend: the list that was empty takes the object in."""
    match test, statement:
        case (
            nodes.UnaryOp(op="not", operand=kept),
            nodes.Expr(value=nodes.Call(func=nodes.Attribute(attrname="append" | "extend", expr=filled))),
        ):
            return bool(kept.as_string() == filled.as_string())
    return False


def _under_condition(node: nodes.NodeNG) -> bool:
    parent = node.parent
    while parent is not None and not isinstance(parent, nodes.FunctionDef):
        if isinstance(parent, nodes.If | nodes.While | nodes.For):
            return True
        parent = parent.parent
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


def _by_flag(branch: nodes.If) -> bool:
    match branch.test:
        case nodes.UnaryOp(op="not", operand=(nodes.Name() | nodes.Attribute()) as flag):
            sets = any(
                isinstance(step, nodes.Assign)
                and [target.as_string() for target in step.targets] == [flag.as_string()]
                and isinstance(step.value, nodes.Const)
                and step.value.value is True
                for step in branch.body
            )
            return sets and all(map(_only_makes, branch.body))
    return False


def _only_makes(step: nodes.NodeNG) -> bool:
    """It makes objects, or says that they are made: what else stood there would be in the first trace alone."""
    if isinstance(step, nodes.Expr):
        return isinstance(step.value, nodes.Const) or (
            isinstance(step.value, nodes.Call)
            and isinstance(step.value.func, nodes.Attribute)
            and step.value.func.attrname in ("build", "add_weight")
        )
    return isinstance(step, nodes.Assign | nodes.AnnAssign | nodes.Pass)


def sets_flag(node: nodes.NodeNG) -> bool:
    """The statement sets the flag of the `if` around it."""
    statement = node.statement()
    parent = statement.parent
    return (
        isinstance(parent, nodes.If)
        and statement in parent.body
        and isinstance(statement, nodes.Assign)
        and isinstance(parent.test, nodes.UnaryOp)
        and [target.as_string() for target in statement.targets] == [parent.test.operand.as_string()]
        and _by_flag(parent)
    )
