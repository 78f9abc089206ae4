"""The program as a whole: its cells and modules, what their global names hold, and who calls whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.changing import Changing
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import descriptors
from hybnb.analyse.follow.definitions import PLAIN_VALUE
from hybnb.analyse.follow.dispatch import evaluate, execute
from hybnb.analyse.follow.libraries.compiling import Compiled
from hybnb.analyse.follow.run import Frame, Run
from hybnb.analyse.follow.state import modules, staleness
from hybnb.analyse.happened import Happenings, qualified
from hybnb.analyse.holders import Step
from hybnb.analyse.keras_methods import traced_by_keras
from hybnb.analyse.library_members import member
from hybnb.analyse.live import LiveValues
from hybnb.analyse.packages import Converting, Namespace, Packages, from_outside
from hybnb.analyse.redefinitions import LastDefinitions
from hybnb.analyse.scope import Scope
from hybnb.analyse.text.parse import Unit, parse, parse_module
from hybnb.analyse.uses import Uses
from hybnb.analyse.values import Container, Function, Instance, Value, join
from hybnb.model import Cell, NameFact

TOP_LEVEL = 0  #: epoch of what the program's own top level makes
SITES = 8  #: call sites remembered for one function
TOP_LEVEL_BUDGET = 40_000

Runs = Literal["graph", "keras", "eager"]
Caller = tuple[str, Runs]  #: its name, and how it runs: "keras" what Keras traces, eager where the user calls the model


class Program:
    """Parsed cells and modules, followed once at their top level.

    With `names` (a live kernel), what a global name holds is what it holds right now; without, what following the
    top level in order gives.
    """

    def __init__(
        self, cells: Sequence[Cell], modules: Sequence[Cell] = (), names: Mapping[str, NameFact] | None = None,
        parsed: Mapping[Cell, Unit] | None = None,
    ) -> None:  # fmt: skip
        self._known = parsed or {}
        self.parsed: dict[Cell, Unit] = {}
        self.namespaces: dict[str | None, Namespace] = {None: Namespace(None)}
        self.changing, self.uses = Changing(self.namespaces), Uses(self.units)
        self.broken: list[Cell] = []
        self.call_sites: dict[nodes.NodeNG, list[dict[str, Value]]] = defaultdict(list)
        self.instances: dict[nodes.ClassDef, Instance] = {}
        self.made_up: dict[nodes.ClassDef, tuple[Class, Mapping[str, Value]]] = {}  #: objects of classes that make none
        self.defined: dict[nodes.NodeNG, Value] = {}
        self.defaults: dict[nodes.Arguments, dict[str, Value]] = {}  #: of what the top level defines
        self.callers: dict[nodes.NodeNG, set[Caller]] = defaultdict(set)
        self.moved: set[nodes.NodeNG] = set()  #: functions and classes whose standing may have changed
        self.compiled = Compiled()
        self.wired: list[Step] = []  #: layers called on KerasTensors
        self.called: set[nodes.NodeNG] = set()  #: functions that may have new callers
        self.class_values: dict[tuple[nodes.ClassDef, str], Value] = {}
        self.members: dict[tuple[nodes.ClassDef, str], Value] = {}  #: of enumerations
        self.classes: dict[nodes.ClassDef, Class] = {}  #: of the top level
        self.candidates: dict[Unit, tuple[Any, list[Any]]] = {}  #: what `candidates` found, and for which conversions
        self.last_definitions = LastDefinitions()  #: of what `candidates` finds
        self.converting: dict[Namespace, Converting] = defaultdict(Converting)  #: calls that may be tf.function's
        self.temporary: set[nodes.NodeNG] = set()  #: methods called on an object made for the call alone
        self.happenings = Happenings()
        self.plain_floats = True  #: nothing in the text sets another float type than Keras's own
        self.catches = False  #: a handler of exceptions may stand somewhere
        self.defines_call = False  #: a `call` of a Keras class may
        self._order = 0
        for cell in (*modules, *cells):
            self._add(cell)
        self.live = LiveValues(self, names) if names is not None else None
        self.packages = Packages(self)

    def _add(self, cell: Cell) -> Unit | None:
        self._order += 1
        self.made_up.clear()
        unit = self._known.get(cell) or (parse(cell) if cell.path is None else parse_module(cell))
        if unit is None:
            self.broken.append(cell)
            return None
        unit.order = self._order
        self.plain_floats = self.plain_floats and unit.plain_floats
        self.catches = self.catches or unit.catches
        self.defines_call = self.defines_call or unit.defines_call
        self.parsed[cell] = unit
        namespace = self.namespaces.get(cell.module)
        if namespace is None:
            namespace = self.namespaces[cell.module] = Namespace(cell.module)
        namespace.take_in(unit)
        self.changing.forget()
        self.uses.forget()
        return unit

    def extend(self, cell: Cell) -> set[str]:
        """Add one more cell at the end; the names and attributes it changes."""
        return self.names_of([cell]) if self._add(cell) is not None else set()

    def names_of(self, cells: Sequence[Cell]) -> set[str]:
        """Names and attributes (".name") that these cells bind or change, and names they read ("~name", "!name")."""
        found: set[str] = set()
        for cell in cells:
            unit = self.parsed.get(cell)
            if unit is None:
                continue
            found |= self.namespaces[cell.module].changes.touched(unit.changes)
            found.update(unit.tree.locals, unit.readings)
        return found

    def look_at(self, names: Mapping[str, NameFact]) -> None:
        """From now on the live names are these."""
        self.live = LiveValues(self, names)
        self.made_up.clear()

    def mentioned(self) -> frozenset[str]:
        """Every name that the notebook's code reads."""
        return frozenset(self.namespaces[None].changes.read)

    def standing_of(self, node: nodes.NodeNG, cls: nodes.ClassDef | None) -> tuple[int, ...]:
        """Changes when more becomes known of how a function is called, of its objects, or of what happens to these."""
        known = id(self.instances.get(cls)) if cls in self.instances else len(self.instances)
        return len(self.call_sites.get(node, ())), known if cls is not None else 0, self.happenings.told(node)

    # ---- following the top level -----------------------------------------------------------------------------------

    def start(self, namespace: Namespace) -> None:
        """Follow the top level of a namespace, each unit once."""
        if namespace.started == len(namespace.units):
            return
        fresh, leaving_out = namespace.units[namespace.started :], suppress(RecursionError)
        namespace.started = len(namespace.units)
        for unit in fresh:
            run = Run(self, TOP_LEVEL, quiet=True)
            run.budget, run.records = TOP_LEVEL_BUDGET, True
            if namespace.scope is None:
                namespace.scope = Scope(unit.tree, namespace.names)
            namespace.scope.node = unit.tree
            frame = Frame(None, unit, namespace.scope, None)
            run.frames.append(frame)
            for statement in unit.tree.body:
                known = statement.__dict__.get(PLAIN_VALUE)  # as `met_before`, for thousands of them
                if known is not None:
                    namespace.scope.names[statement.name] = known
                    continue
                frame.ended = ""
                with leaving_out:
                    execute(run, (statement,), namespace.scope)
                del run.frames[1:]
                namespace.names = namespace.scope.names
        self.changing.forget()
        if self.live is not None:
            self.live.forget()

    def at_the_top(self, unit: Unit, epoch: int = TOP_LEVEL) -> Run:
        """A pass that makes values at the top level of a unit's notebook or module, and notes no effects."""
        quiet, scope = Run(self, epoch, quiet=True), self.namespace_of(unit).scope
        quiet.frames.append(Frame(None, unit, Scope(unit.tree, scope.names if scope is not None else {}), None))
        return quiet

    # ---- global names ----------------------------------------------------------------------------------------------

    def namespace_of(self, unit: Unit) -> Namespace:
        namespace = self.packages.known(unit) if unit.installed else None
        return namespace if namespace is not None else self.namespaces[unit.cell.module]

    def units(self) -> Iterator[Unit]:
        """Every cell and module, parsed."""
        return (unit for namespace in self.namespaces.values() for unit in namespace.units)

    def load_global(self, run: Run, node: nodes.NodeNG, name: str) -> Value:
        """What a global or built-in name holds."""
        unit = run.frames[-1].unit
        namespace = self.namespace_of(unit)
        run.reads.add(name)
        filled = self._filled_now(namespace, name) if run.epoch == TOP_LEVEL else None
        value = filled or self.global_value(namespace, name)
        if value is None:
            builtin = lexicon.lookup(f"builtins.{name}")
            if builtin is not None or name in lexicon.EXCEPTIONS:
                return Value("builtin", ref=f"builtins.{name}", name=name)
            for root in namespace.stars:
                if lexicon.lookup(f"{root}.{name}") is not None:
                    return self.imported(root, name)
            if name in ("__name__", "__file__", "__doc__"):
                return Value("string", name=name)
            return run.unknown(node, f"`{name}`, which isn't defined in the notebook")
        if unit.installed and value.kind == "module" and isinstance(value.ref, str):
            value = self.packages.find(value.ref) or value
        if value.kind == "module" and name not in namespace.changes.names:  # as `tf`: a third of all that is loaded
            return value.named(name)
        run.known(node, value, f"`{name}`")
        staleness.global_read(run, node, name, value)
        return staleness.fixed(run, from_outside(value, name), name) if run.epoch != TOP_LEVEL else value.named(name)

    @staticmethod
    def _filled_now(namespace: Namespace, name: str) -> Value | None:
        """While the top level is followed, what it has made is what it goes on to fill, whatever lives in the kernel."""
        if namespace.scope is None:
            return None
        value = namespace.scope.names.get(name)
        return value if value is not None and isinstance(value.ref, Container) else None

    def global_value(self, namespace: Namespace, name: str) -> Value | None:
        """The value by what is live, else by following the top level."""
        if namespace.started != len(namespace.units):
            self.start(namespace)
        static = namespace.scope.names.get(name) if namespace.scope is not None else None
        if self.live is not None and namespace.module is None:
            live = self.live.value(name)
            if live is not None and (live.is_known or static is None):
                return self.live.completed(live, static)
        return static

    def bind_global(self, unit: Unit, name: str, value: Value) -> None:
        """A function that runs at the top level rebinds a global name."""
        self.namespace_of(unit).bind(name, value)
        self.changing.forget()

    # ---- libraries and modules -------------------------------------------------------------------------------------

    def module_value(self, name: str) -> Value:
        if name in self.namespaces:
            return Value("module", ref=self.namespaces[name], name=name)
        return Value("module", ref=name, name=name)

    def imported(self, module: str, name: str) -> Value:
        """What `from module import name` binds."""
        namespace = self.namespaces.get(module.lstrip("."))
        value = self.global_value(namespace, name) if namespace is not None else None
        if value is None and f"{module}.{name}" in self.namespaces:
            value = self.module_value(f"{module}.{name}")
        if value is None:
            value = Value(name=name) if namespace is not None else member(module, name).named(name)
        return value

    def star_import(self, module: str, *, into_package: bool = False) -> dict[str, Value]:
        """What `from module import *` binds."""
        namespace = self.packages.module(module) if into_package else self.namespaces.get(module)
        if namespace is not None:
            self.start(namespace)
            return dict(namespace.scope.names) if namespace.scope is not None else {}
        if not into_package:
            self.namespaces[None].stars.append(module)
        return {}

    @staticmethod
    def is_namespace(ref: object) -> bool:
        return isinstance(ref, Namespace)

    def namespace_member(self, run: Run, node: nodes.NodeNG, namespace: Namespace, name: str) -> Value:
        value = self.global_value(namespace, name)
        if value is None:
            nested = f"{namespace.module}.{name}"
            if nested in self.namespaces:
                return self.module_value(nested)
            return run.unknown(node, f"`{namespace.module}.{name}`")
        if not run.quiet:
            modules.read(run, node, namespace, name, value)
            run.reads.add(f"*.{name}")
            site = next((s for n in self.namespaces.values() for s in n.changes.attributes.get(name, ())), None)
            if site is not None and value.kind not in ("function", "class", "module"):
                spelled, words = f"{namespace.module}.{name}", site[1].words()
                run.effect("stale-read", node, name=spelled, what=value.kind, changed=words)
        return from_outside(value, name) if run.epoch != TOP_LEVEL else value

    # ---- classes ---------------------------------------------------------------------------------------------------

    def class_value(self, run: Run, cls: Class, name: str) -> Value:
        """The value of an attribute set in the class body."""
        known = self.class_values.get((cls.node, name))
        if known is not None:
            return known

        quiet, scope = self.at_the_top(cls.unit), Scope(cls.node, {}, cls.scope)
        statement = cls.node.locals[name][-1].statement()
        value = evaluate(quiet, statement.value, scope) if getattr(statement, "value", None) is not None else Value()
        if not value.is_known:
            value = run.unknown(cls.node.locals[name][-1], f"`{cls.node.name}.{name}`")
        self.class_values[cls.node, name] = value
        descriptors.named(quiet, cls.node, cls, name, value)
        return value

    def attribute_assigned(self, cls: Class, name: str) -> str | None:
        """The method that sets self.name, where the constructor doesn't."""
        for owner, site in self.namespace_of(cls.unit).changes.attributes.get(name, ()):
            if owner == cls.node.name:
                return site.function
        return None

    def layer_dtype(self, instance: Instance | None) -> str | None:
        """The dtype of what a Keras layer or model returns: Keras casts its inputs to its own float type."""
        if instance is not None and instance.library.rpartition(".")[2] in lexicon.INTEGER_LAYERS:
            return None
        return "float32" if self.plain_floats else None

    # ---- what runs tell us -----------------------------------------------------------------------------------------

    def note_call_site(self, run: Run, function: Function, names: dict[str, Value]) -> None:
        """Remember what a function is called with by the program itself."""
        callers = (f.function for f in reversed(run.frames) if f.function is not None and not f.stands_in)
        caller = next(callers, None)
        if run.made_up:
            return
        if run.epoch == TOP_LEVEL:
            sites = self.call_sites[function.node]
            if len(sites) < SITES:
                sites.append(dict(names))
                self.moved.add(function.node)
            if run.traced_by:
                self.note_caller(function.node, (run.traced_by, "graph"))
            elif caller is None:
                self.note_caller(function.node, ("<cell>", "eager"))
        elif caller is not None:
            runs: Runs = "graph" if caller.hybrid is not None else "keras" if traced_by_keras(caller) else "eager"
            self.note_caller(function.node, (qualified(caller.node), runs))

    def note_caller(self, function: nodes.NodeNG, caller: Caller) -> None:
        """Remember who calls a function, and how that runs."""
        self.callers[function].add(caller)
        self.called.add(function)

    def note_instance(self, run: Run, cls: Class, instance: Instance) -> None:
        """Remember an object of a user's class, to know what `self` has in its methods; not of one made up."""
        if run.epoch != TOP_LEVEL or run.made_up:
            return
        self.moved.add(cls.node)
        known = self.instances.get(cls.node)
        if known is None:
            self.instances[cls.node] = instance
            return
        merged = Instance(TOP_LEVEL, cls, instance.library, attributes=dict(known.attributes), complete=True)
        for name, value in instance.attributes.items():
            merged.attributes[name] = join(merged.attributes[name], value) if name in merged.attributes else value
        self.instances[cls.node] = merged

    def note_definition(self, run: Run, node: nodes.NodeNG, value: Value) -> None:
        """Remember a nested function, with the scope it closes over."""
        if node not in self.defined or run.epoch == TOP_LEVEL:
            self.defined[node] = value
