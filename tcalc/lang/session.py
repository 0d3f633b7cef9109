"""The session: names, and the way from a text to results, one statement at a time.

Each statement is a transaction: one that fails leaves the names as they were. Everything runs in
the session's own context, so that modes, the default dtype, seeds and print options of two sessions
never meet.
"""

from __future__ import annotations

import sys
from _contextvars import copy_context

from tcalc import limits as limits_
from tcalc.diagnostic import Diagnostic, Label, Source, Span
from tcalc.errors import LimitError, SyntaxFault, TcalcError
from tcalc.lang import offers, syntax, transaction
from tcalc.lang.compile import Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from random import Random
    from types import CodeType
    from typing import Any

    from tcalc.core.origin import Origin
    from tcalc.core.remarks import Listener
    from tcalc.limits import Limits

    OnError = Callable[[TcalcError], object]


GRAPH = "graph("  # in a program that may show a graph with what went along its edges


class Result:
    """A value that a statement shows, and where the statement stands."""

    __slots__ = ("_session", "span", "value")

    def __init__(self, value: Any, span: Span, session: Session) -> None:
        """Made by the session."""
        self.value = value
        self.span = span
        self._session = session

    @property
    def text(self) -> str:
        """The value in the text format."""
        text: str = self.render(offers.load(offers.TEXT_OF))
        return text

    @property
    def name(self) -> str | None:
        """The name that the statement is, if it is nothing more."""
        text = self.span.text
        return text if text.isidentifier() and not is_hidden(text) else None

    def render(self, function: Callable[..., Any], *args: Any) -> Any:
        """`function(value, *args)` with the session's modes and print options.

        Raises TcalcError, with the place of the statement, for a value that cannot be shown so.
        """
        try:
            return self._session.call(function, self.value, *args)
        except TcalcError as error:
            fault = error
        except RecursionError:
            fault = LimitError("the value is nested too deeply to be shown in this format")
        except ValueError as error:
            from tcalc.lang.faults.exceptions import too_many_digits

            if not too_many_digits(error):
                raise
            fault = LimitError(too_many_digits(error))
        if fault.diagnostic is None:
            from tcalc.lang.faults.blame import fill

            fault.diagnostic = Diagnostic(
                fault.headline,
                span=self.span,
                labels=[Label(self.span), *fault.labels],
                notes=[fill(note, {}) for note in fault.notes],
                helps=[fill(text, {}) for text in fault.helps],
            )
        raise fault from None


HIDDEN = ("_", "_error", "__builtins__", "@owner", "@index")


def is_hidden(name: str) -> bool:
    """Whether a name is none that a program has bound: a result's (`_`, `_3`), or our own."""
    return name in HIDDEN or (name.startswith("_") and name[1:].isdecimal())


class Session:
    """A running program: its names, modes and limits.

    `seed` starts the generators, `dtype` is the default float dtype, `argv` the arguments of the
    program, `data` functions by the names that are bound to what they give when first mentioned.
    `write` gets what print writes, `notice` gets remarks that are no errors.
    """

    def __init__(  # noqa: PLR0913 -- all of them optional
        self,
        *,
        seed: int | None = None,
        dtype: str | None = None,
        argv: Sequence[str] = (),
        data: Mapping[str, Callable[[], Any]] | None = None,
        limits: Limits | None = None,
        write: Callable[[str], object] | None = None,
        notice: Callable[[Diagnostic], object] | None = None,
    ) -> None:
        """Start with no names; nothing of the core is loaded before a program needs it."""
        self.limits = limits or limits_.current()
        self.write = write or _print
        self.notice = notice or (lambda remark: None)
        self._seed, self._dtype = seed, dtype
        self._data = dict(data or {})
        self._random: Random | None = None
        self._core_ready = False
        self._units: dict[str, Unit] = {}
        self._remarks: set[tuple[str, int, int]] = set()  # places that an op has remarked on
        self._assigned: dict[str, tuple[int, Span]] = {}  # a value's identity, and its expression
        self._builtins: dict[str, Any] = {}
        self._argv = list(argv)
        self.bars: list[Any] = []  # of loops that show their progress
        self._globals: dict[str, Any] = {"__builtins__": self._builtins}
        self._context = copy_context()
        self.call(limits_.use, self.limits)

    # Names ------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """The names that programs have bound, in that order."""
        return [name for name in self._globals if not is_hidden(name)]

    def values(self) -> dict[str, Any]:
        """All names with their values as they are now, those of results among them."""
        return {name: value for name, value in self._globals.items() if name != "__builtins__"}

    def replace(self, values: Mapping[str, Any]) -> None:
        """Let the names be those of `values`, as `values()` gave them, and no others."""
        self._globals.clear()  # the same dict must stay, for functions hold on to it
        self._globals.update(values, __builtins__=self._builtins)

    def __getitem__(self, name: str) -> Any:
        """The value of a name."""
        if name not in self:
            raise KeyError(name)
        self._load_data((name,))
        return self._globals[name]

    def __setitem__(self, name: str, value: Any) -> None:
        """Bind a name; a NumPy array becomes a tensor that shares its memory."""
        self.bind({name: value})

    def __delitem__(self, name: str) -> None:
        """Forget a name."""
        if name not in self:
            raise KeyError(name)
        self._data.pop(name, None)
        if name in self._globals:
            self.call(self._globals.__delitem__, name)

    def __contains__(self, name: object) -> bool:
        """Whether a program has bound the name, or data waits under it."""
        return name in self._data or (name in self._globals and name != "__builtins__")

    def bind(self, values: Mapping[str, Any]) -> None:
        """Bind several names at once."""
        self._globals.update((name, _adopted(value)) for name, value in values.items())

    def _load_data(self, names: Iterator[str] | tuple[str, ...] | set[str]) -> None:
        waiting = self._data.keys() & set(names)
        if waiting:
            import tcalc.core.tensor  # noqa: F401 -- data are read in the session's default dtype

            self.set_up_core()
        for name in waiting:
            self.bind({name: self.call(self._data[name])})
            del self._data[name]

    def set_up_core(self) -> None:
        """Give the core, once it has been loaded, the session's dtype, seed and printer."""
        if not self._core_ready and "tcalc.core.tensor" in sys.modules:
            self._core_ready = True
            self.call(_prepare_core, self._seed, self._dtype, self._remarked)
            if self.limits.enforced:
                from tcalc.core.memory import reserve_buffers

                reserve_buffers()

    @property
    def random(self) -> Random:
        """The generator behind the language's `random` module."""
        if self._random is None:
            from random import Random

            self._random = Random(self._seed)
        return self._random

    def span_of(self, origin: Origin) -> Span | None:
        """Where something was done in the session's texts, None if it was not there."""
        from tcalc.lang.faults.blame import span_of

        return span_of(origin, self._units)

    def _remarked(self, headline: str, help_: str) -> None:
        """Pass on what an op remarks, once for each place."""
        from tcalc.core.origin import here

        origin = here()
        span = None if origin is None else self.span_of(origin)
        if origin is None or span is None:
            return
        code, instruction = origin
        place = code.co_filename, code.co_firstlineno, instruction
        if place not in self._remarks:
            self._remarks.add(place)
            labels = [Label(span)]
            self.notice(
                Diagnostic(headline, span=span, labels=labels, helps=[help_], kind="warning")
            )

    def node_of(self, code: CodeType) -> syntax.Node | None:
        """The function or lambda that `code` was compiled from, None if it is not the session's."""
        unit = self._units.get(code.co_filename)
        return unit.nodes[code.co_firstlineno - 1] if unit is not None else None

    def source_of(self, code: CodeType, node: syntax.Node) -> Span:
        """The text that `node_of` found for `code`, in its place."""
        return Span(self._units[code.co_filename].source, node.start, node.end)

    def expression_of(self, name: str) -> str:
        """The text that gave `name` its value; "" where another form than `name = ...` did."""
        number, span = self._assigned.get(name, (0, None))
        same = name in self._globals and id(self._globals[name]) == number
        return span.text if span is not None and same else ""

    def keep_flows(self) -> None:
        """Let backward keep, from now on, the small cotangents that a graph shows."""
        from tcalc.core import modes

        self.call(modes.keep_flows)

    # Running ----------------------------------------------------------------------------------

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """`function(*args)` in the session's context: with its modes, dtype and print options."""
        return self._context.run(function, *args)

    def eval(self, text: str, name: str = "<input>") -> Any:
        """Run `text`; the value of its last statement, None unless that is an expression."""
        value = None
        for result, _, _ in self._execute(Source(text, name), None):
            value = result
        return value

    def run(
        self,
        text: str,
        name: str = "<input>",
        first_line: int = 1,
        on_error: OnError | None = None,
    ) -> Iterator[Result]:
        """Run `text`, giving each shown value as soon as its statement has run.

        Raises TcalcError, with its diagnostic, at the first failure; with `on_error` the error goes
        there and the next statement runs.
        """
        source = Source(text, name, first_line)
        for value, shown, node in self._execute(source, on_error):
            if shown:
                yield Result(value, Span(source, node.start, node.end), self)

    def prepare(self, text: str, name: str = "<input>") -> Callable[[], Iterator[Result]]:
        """A function that runs `text` at each call as `run` does; it is compiled only here."""
        source = Source(text, name)
        statements = self._sound(source)
        for node, unit in statements:
            if unit is None:
                self._ignore(node, source)

        def run() -> Iterator[Result]:
            for node, unit in statements:
                if unit is None:
                    continue
                value = self._statement(node, unit, source, kept=True)
                if self._is_shown(node, value):
                    yield Result(value, Span(source, node.start, node.end), self)

        return run

    def _execute(
        self, source: Source, on_error: OnError | None
    ) -> Iterator[tuple[Any, bool, syntax.Stmt]]:
        """Run the statements of `source`: each one's value, whether it is shown, and its node.

        As in Python, nothing runs where one of them is no statement, unless `on_error` takes the
        errors one by one.
        """
        if GRAPH in source.text:
            self.keep_flows()
        program: list[SyntaxFault | tuple[syntax.Stmt, Unit | None]]
        program = self._sound(source) if on_error is None else list(self._compiled(source))
        program.reverse()  # so that each statement can be dropped when it has run
        while program:
            each = program.pop()
            try:
                if isinstance(each, SyntaxFault):
                    raise each
                node, unit = each
                value = self._statement(node, unit, source)
            except TcalcError as error:
                if on_error is None:
                    raise
                on_error(error)
                continue
            shown = self._is_shown(node, value)
            if isinstance(node, syntax.Expression) and isinstance(node.value, syntax.Attribute):
                self._remark(node.value, value, source)
            yield value, shown, node

    def _is_shown(self, node: syntax.Stmt, value: Any) -> bool:
        """Whether the statement shows its value, which `_` then is."""
        shown = isinstance(node, syntax.Expression) and not node.silent and value is not None
        if shown:
            self._globals["_"] = value
        return shown

    def _sound(self, source: Source) -> list[Any]:
        """The statements of `source`, each with its code. Raises SyntaxFault if one has none."""
        program = list(self._compiled(source))
        faults = [each for each in program if isinstance(each, SyntaxFault)]
        if faults:
            faults[0].more = tuple(faults[1:])
            raise faults[0]
        return program

    def _compiled(self, source: Source) -> Iterator[SyntaxFault | tuple[syntax.Stmt, Unit | None]]:
        """Each statement of `source` with its code, or what is wrong with it."""
        from tcalc.lang.parser import parse

        try:
            statements: Sequence[syntax.Stmt | SyntaxFault] = parse(source).body
        except SyntaxFault as fault:
            from tcalc.lang.mistakes import recover

            statements = recover.statements(source, fault)
        for each in statements:
            if isinstance(each, SyntaxFault):
                yield each
                continue
            try:
                magic = isinstance(each, syntax.Magic)
                unit = None if magic else Unit(each, source, strict=self.limits.strict)
            except SyntaxFault as fault:
                yield fault
            else:
                yield each, unit

    def _statement(
        self, node: syntax.Stmt, unit: Unit | None, source: Source, *, kept: bool = False
    ) -> Any:
        """Run one statement as a transaction on the names; a `kept` unit will run again."""
        if unit is None:
            self._ignore(node, source)
            return None
        before: dict[str, Any] = {}
        try:
            while unit.doubts:
                self.notice(unit.doubts.pop(0))  # once, even of code that is kept
            self._units[unit.filename] = unit
            self._resolve(unit)  # what is loaded by that stays, whatever becomes of the statement
            modes = self._context.copy()
            before = self._globals.copy()
            value = self.call(_run, unit.code, self._globals)
            self._note_assignment(node, source)
            return value
        except BaseException as error:
            if before:
                self.call(transaction.undo, self._globals, before, modes)
            if not isinstance(error, Exception):
                raise
            from tcalc.lang.faults.blame import explain

            place = Span(source, node.start, node.end)
            fault = self.call(explain, error, self._units, place, self.known_names)
            self.call(transaction.let_go, error)
            raise fault from None
        finally:
            while self.bars:
                self.bars.pop().wipe()
            self.call(transaction.settle, self._globals, before)
            if not kept:
                filename = unit.filename
                if not unit.reentrant:
                    self._drop_bulk(unit)
                unit.retire(lambda: self._forget(filename))

    def _note_assignment(self, node: syntax.Stmt, source: Source) -> None:
        """Remember what a name was assigned, and from which text."""
        if isinstance(node, syntax.Assign) and isinstance(node.targets[0], syntax.Name):
            name = node.targets[0].id
            span = Span(source, node.value.start, node.value.end)
            self._assigned[name] = (id(self._globals[name]), span)

    def _forget(self, filename: str) -> None:
        """Drop a unit whose code nothing holds any more."""
        self._drop_bulk(self._units.pop(filename))

    def _drop_bulk(self, unit: Unit) -> None:
        """Let go of the long literals of a unit that nothing can run any more."""
        for name in unit.bulk:
            self._builtins.pop(name, None)

    def _ignore(self, node: syntax.Stmt, source: Source) -> None:
        span = Span(source, node.start, node.end)
        remark = Diagnostic(
            "a notebook command is ignored", span=span, labels=[Label(span)], kind="note"
        )
        self.notice(remark)

    def _remark(self, node: syntax.Attribute, value: Any, source: Source) -> None:
        """Say it if the value of an attribute is probably not what was wanted."""
        if value is not None and type(value).__name__ != "method":
            return  # by far the most common, and needs no look
        from tcalc.lang.faults.remarks import remark

        found = remark(node, value, self._globals, source)
        if found is not None:
            self.notice(found)

    # Names of the language --------------------------------------------------------------------

    def _resolve(self, unit: Unit) -> None:
        """Make ready the language's names that `unit` mentions; load the core only if need be."""
        if not unit.globals:
            return
        from tcalc.lang import builtins

        if not self._builtins:
            self._open()
        self._load_data(unit.globals)
        self._builtins.update(unit.bulk)
        for name in unit.globals:
            if name not in self._builtins and name not in self._globals:
                if name in builtins.BUILTINS:
                    self._builtins[name] = builtins.BUILTINS[name]
                elif name in offers.BUILTINS:
                    self._builtins[name] = offers.load(offers.BUILTINS[name])
                elif name not in unit.late:
                    self._resolve_bare(name)
        self.set_up_core()

    def _open(self) -> None:
        """Give the session what compiled code calls; a program without names needs none of it."""
        from tcalc.lang import runtime

        self._builtins.update(runtime.FUNCTIONS)
        self._builtins["argv"] = self._argv
        self.call(runtime.enter, self)

    def _resolve_bare(self, name: str) -> None:
        from tcalc.lang import namespaces

        try:
            value = namespaces.bare(name)
        except KeyError:
            return  # an error when it is read, if nothing binds it before
        self._builtins[name] = value

    def known_names(self) -> set[str]:
        """Every name that a program could use now."""
        from tcalc.lang import builtins, namespaces

        language = {*builtins.BUILTINS, *offers.BUILTINS, *namespaces.bare_names()}
        return language.union(self.names(), self._data)


def _print(text: str) -> None:
    sys.stdout.write(text)


def _run(code: CodeType, names: dict[str, Any]) -> Any:
    return eval(code, names)


def _prepare_core(seed: int | None, dtype: str | None, remarked: Listener) -> None:
    """The session's settings for a core that has just been loaded; runs in its context."""
    import numpy as np

    from tcalc.core import remarks
    from tcalc.core.tensor import set_printer

    remarks.listen(remarked)
    np.seterr(all="ignore")
    set_printer(offers.tensor_text)
    random: Any = sys.modules.get("tcalc.core.random")
    if random is not None:
        random.forget()  # what the host draws from is not the session's
    if dtype is not None:
        from tcalc.core import dtypes

        dtypes.set_default_float(dtypes.named(dtype))
    if seed is not None:
        from tcalc.core import random

        random.manual_seed(seed)


def _adopted(value: Any) -> Any:
    """`value` as the language has it: NumPy's arrays become tensors."""
    if "numpy" in sys.modules:
        import numpy as np

        if isinstance(value, np.ndarray):
            from tcalc.core import dtypes
            from tcalc.core.tensor import Tensor

            dtypes.of(value)
            return Tensor(value)
        if isinstance(value, np.generic):
            return value.item()
    return value
