"""A program: what a function did with tensors, as a value that can be read and run.

A program is a static graph: steps one after the other, without control flow. Where the function
looked at values the program looks again, and refuses inputs for which the function might have gone
another way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tcalc.core import apply, modes, nested, notation, operators, outline, steps
from tcalc.core.families import BOOL
from tcalc.core.listing import Entry, Listing
from tcalc.core.steps import Closed, Step, Trace, Value
from tcalc.core.tensor import Size, Tensor, describe
from tcalc.errors import ArgumentFault, RuntimeFault, TcalcError

_AGAIN = "trace the function again, with inputs like these"
_LONGEST = 60  # characters of a plain value in a message


class Program(Listing):
    """The steps of a traced function; prints as a listing, and is called like the function."""

    def __init__(self, trace: Trace) -> None:
        """Keep what the result needs of the steps."""
        self.name = trace.name
        self.inputs = trace.inputs
        self.names = list(trace.inputs)[: trace.positional]
        self.result = trace.result
        self.place_of = trace.place_of
        arguments = steps.values_in(list(self.inputs.values()))
        results = steps.values_in(self.result)
        outside = {value.memory for value in (*arguments, *trace.captured)}
        self.steps, needed = _needed(trace.steps, results, outside)
        self.captured = [value for value in trace.captured if value in needed]
        self.tensors = [value.tensor for value in self.captured if value.tensor is not None]
        places = [*arguments, *self.captured]
        places += [value for step in self.steps for value in step.makes if value in needed]
        for place, value in enumerate(dict.fromkeys(places)):
            value.place = place
        self._size = len(places)
        self._plans = [_Plan(step) for step in self.steps]
        _free(self._plans, {value.place for value in results})

    def capturing(self, tensors: Sequence[Tensor]) -> Program:
        """The same program with other tensors in the place of those that it captured."""
        other: Program = object.__new__(Program)
        vars(other).update(vars(self))
        other.tensors = list(tensors)
        return other

    @property
    def entries(self) -> list[Entry]:  # type: ignore[override]
        """The lines of the listing."""
        return outline.entries(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the steps on other inputs.

        Raises ArgumentFault for inputs that are built otherwise, RuntimeFault where a plain value
        that the function saw has changed; the error of a step says which step it was.
        """
        places: list[Any] = [None] * self._size
        self._bind(places, args, kwargs)
        for value, tensor in zip(self.captured, self.tensors, strict=True):
            places[value.place or 0] = tensor
        for plan in self._plans:
            try:
                out = plan.run(places)
            except TcalcError as failure:
                self._explain(failure, plan.step, places)
                raise
            if not plan.put(out, places):
                raise self._otherwise(plan.step, out)
            for place in plan.dead:
                places[place] = None
        return nested.changed(self.result, lambda leaf: _opened(leaf, places))

    # Inputs -----------------------------------------------------------------------------------

    def _bind(self, places: list[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Put the tensors of the inputs where the steps look for them."""
        name = self.name
        given = dict(zip(self.names, args, strict=False))
        for key, arg in kwargs.items():
            if key in given:
                raise ArgumentFault(f"{name}() got multiple values for argument '{key}'")
            given[key] = arg
        if len(args) > len(self.names) or given.keys() != self.inputs.keys():
            called = _listed(given) if len(args) <= len(self.names) else _counted(len(args))
            raise ArgumentFault(
                f"{name}() was traced with {_listed(self.inputs)}, but is called with {called}",
                helps=[_AGAIN],
            )
        for key, template in self.inputs.items():
            self._take(places, template, given[key], key)

    def _take(self, places: list[Any], template: Any, arg: Any, name: str) -> None:
        if isinstance(template, Value):
            if not isinstance(arg, Tensor):
                number = isinstance(arg, bool | int | float | complex)
                helps = [f"tensor({arg!r})"] if number else []
                raise self._misfit(name, f"a tensor ({template.text})", _outcome(arg), helps)
            places[template.place or 0] = arg
            return
        items = nested.items_of(template)
        if items is None:
            plain = isinstance(arg, (*steps.PLAIN, Size))
            if template is not arg and not (plain and steps.same(template, arg)):
                raise self._misfit(name, _outcome(template), _outcome(arg))
            return
        if not nested.alike(template, arg):
            raise self._misfit(name, _built(template), _built(arg))
        for key, item in items:
            self._take(places, item, arg[key], f"{name}[{key!r}]")

    def _misfit(self, name: str, was: str, now: str, helps: Sequence[str] = ()) -> ArgumentFault:
        return ArgumentFault(
            f"input '{name}' of {self.name}() was {was} when it was traced, and is {now} now",
            notes=[] if helps else ["what is no tensor is a fixed part of a program"],
            helps=[*helps, _AGAIN],
        )

    # Failures ---------------------------------------------------------------------------------

    def _otherwise(self, step: Step, now: Any) -> RuntimeFault:
        """The error for a step that gives another plain value than it gave to the function."""
        name = self.name
        text, _ = outline.line_of(self, step)
        place = self._place(step)
        again = [each for each in self.steps if each.reads and self._place(each) == place]
        if place and len(again) > 1:
            place += f" (time {again.index(step) + 1} of {len(again)})"
        before, after = _outcome(step.results), _outcome(now)
        return RuntimeFault(
            f"these inputs lead {name}() another way than those that it was traced with",
            notes=[f"{text} was {before} and is {after} now", *([f"in {place}"] if place else [])],
            helps=["call the function itself, which knows all ways", _AGAIN],
            places=[(step.origin, f"{before} when it was traced, {after} now")],
        )

    def _place(self, step: Step) -> str:
        """Where a step stands in the source, if that is known."""
        return "" if step.origin is None else self.place_of(step.origin)

    def _explain(self, failure: TcalcError, step: Step, places: Sequence[Any]) -> None:
        """Say in an error which step failed, and on what."""
        text, needs = outline.line_of(self, step)
        params = getattr(getattr(step.target, "signature", None), "params", ())
        for param, arg in zip(params, step.args, strict=False):
            if isinstance(arg, Value):
                failure.notes = tuple(
                    note.replace(f"{{{param.name}}}", needs[arg]) for note in failure.notes
                )
        operands = [
            f"{name} is {describe(places[value.place or 0])}" for value, name in needs.items()
        ]
        failure.notes += (f"the step that failed is {text}", *operands)
        failure.helps = (_AGAIN,)
        failure.places += ((step.origin, "the step was recorded here"),)
        failure.blame = {}


class _Plan:
    """A step made ready to run: where its arguments come from, and where its results go.

    `dead` are the places at which nothing looks after it.
    """

    __slots__ = ("args", "dead", "direct", "nested", "place", "short", "step")

    def __init__(self, step: Step) -> None:
        self.step = step
        self.args = step.args
        self.direct = [
            (i, arg.place or 0) for i, arg in enumerate(step.args) if isinstance(arg, Value)
        ]
        self.nested = [
            i
            for i, arg in enumerate(step.args)
            if not isinstance(arg, Value)
            and any(isinstance(leaf, Value | Closed) for leaf in nested.leaves(arg))
        ]
        self.place = step.results.place if isinstance(step.results, Value) else None
        self.short = None if step.grad is not None else _short(step)
        if self.short is not None:
            self.args = step.args[: len(step.target.array_slots)]
        self.dead: list[int] = []

    def run(self, places: list[Any]) -> Any:
        """What the step gives now."""
        step = self.step
        args = self.args.copy()
        for i, place in self.direct:
            args[i] = places[place]
        for i in self.nested:
            args[i] = nested.changed(args[i], lambda leaf: _opened(leaf, places))
        if self.short is not None:
            return self.short(*args)
        if step.grad is None:
            return step.run(step.target, args)
        with modes.GradMode(step.grad, ""):
            return step.run(step.target, args)

    def put(self, out: Any, places: list[Any]) -> bool:
        """Put the results into their places; whether everything else is as it was."""
        if self.place is not None and isinstance(out, Tensor):
            places[self.place] = out
            return True
        return self._put(self.step.results, out, places)

    def _put(self, template: Any, out: Any, places: list[Any]) -> bool:
        if isinstance(template, Value):
            if template.place is not None:
                places[template.place] = out
            return isinstance(out, Tensor)
        items = nested.items_of(template)
        if items is None:
            return not self.step.reads or steps.same(template, out)
        return nested.alike(template, out) and all(
            [self._put(item, out[key], places) for key, item in items]
        )


def _short(step: Step) -> Callable[..., Any] | None:
    """The short way to a step: the operator that it is, or the op itself if it takes a tensor."""
    if step.run is not apply.call or not isinstance(step.args[0], Value):
        return None
    op = step.target
    if op.simple and op.operands_only == 1:
        found: Callable[..., Any] = op
        return found
    plain = op.array_slots == (0, 1) and op.in_kernel(step.args)
    return operators.METHODS.get(op.name) if plain or op.result == BOOL else None


def _needed(
    all_steps: Sequence[Step], results: Sequence[Value], outside: set[object]
) -> tuple[list[Step], set[Value]]:
    """The steps that count, and the values that they need.

    A step counts that makes a needed value, writes into needed memory or into memory from outside,
    looks at a value, or has any other effect.
    """
    needed = set(results)
    memories = {value.memory for value in results}
    kept: list[Step] = []
    for step in reversed(all_steps):
        written = {value.memory for value in step.writes}
        used = not needed.isdisjoint(step.makes) or not written.isdisjoint(memories | outside)
        if used or step.effect or step.reads:
            kept.append(step)
            needed.update(step.needs)
            memories.update(value.memory for value in step.needs)
    return kept[::-1], needed


def _free(plans: Sequence[_Plan], results: set[int | None]) -> None:
    """Let each plan know which places it is the last one to look at."""
    met: set[int | None] = set(results)
    for plan in reversed(plans):
        for value in (*plan.step.needs, *plan.step.makes):
            if value.place is not None and value.place not in met:
                met.add(value.place)
                plan.dead.append(value.place)


def _opened(leaf: Any, places: Sequence[Any]) -> Any:
    if isinstance(leaf, Value):
        return places[leaf.place or 0]
    return leaf.opened(places) if isinstance(leaf, Closed) else leaf


def _listed(inputs: Mapping[str, Any]) -> str:
    """`2 inputs (x, y)`."""
    return f"{_counted(len(inputs))} ({', '.join(inputs)})" if inputs else "no inputs"


def _counted(number: int) -> str:
    return f"{number} input{'' if number == 1 else 's'}"


def _built(tree: Any) -> str:
    """How a container is built, in words."""
    items = nested.items_of(tree)
    if items is None:
        return describe(tree)
    keys = f" with {', '.join(map(repr, tree))}" if isinstance(tree, dict) else f" of {len(items)}"
    return f"a {type(tree).__name__}{keys}"


def _outcome(value: Any) -> str:
    """A plain value, cut where it is long; what a tensor is like."""
    if isinstance(value, Value):
        return value.text
    if isinstance(value, Tensor):
        return describe(value)
    text = notation.plain(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
