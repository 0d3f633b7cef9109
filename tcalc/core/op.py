"""The op record: one declaration, from which every form of an op follows.

    @op(elementwise, kernel=np.exp, result=FLOAT)
    def exp(x: Array):
        \"""e to the power x, elementwise.

        >>> exp([0., 1.])
        tensor([1.0000, 2.7183])
        \"""
        return np.exp(x)

    exp.vjp(x=lambda g, out: g * out)

The function takes arrays and gives arrays. Its annotations name parameter kinds (`params.py`). A
rule's parameter names say what is saved for backward and nothing else is: `g` (the cotangent),
`out`, an argument's name, its `x_shape`, or, for an op with several outputs, an output's name and
its cotangent `g_name`. Rules are written in ops, so any order of derivative comes free.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MethodType
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core import apply, dtypes, modes, wider
from tcalc.core.families import BOOL
from tcalc.core.params import normalise_axes, normalise_axis
from tcalc.core.plan import Plan
from tcalc.core.registry import REGISTRY
from tcalc.core.signature import Signature
from tcalc.core.tensor import ATTRIBUTES, Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, LimitError, TcalcError

if TYPE_CHECKING:
    from tcalc.core.families import Family

Rule = Callable[..., Any]

# What Python and NumPy raise where they can do nothing with an argument.
_UNFIT = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_TENSOR = frozenset({Tensor})
_AXIS_KINDS = {"Axis": 0, "Axes": 0, "NewAxis": 1}


class _Derived:
    """What follows from an op's signature: most programs use few of the ops, and start sooner.

    All of it is worked out when something of it is first asked for, and found in the op from then
    on. (`__getattr__` would do as well, but make all attributes of an op slow to read.)
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, op: Any, owner: type) -> Any:
        op._derive()
        return op.__dict__[self._name]


class Op:
    """One operation: callable as a function, and as a method or attribute of Tensor."""

    def __init__(
        self,
        forward: Callable[..., Any],
        family: Family,
        *,
        name: str = "",
        aliases: Sequence[str] = (),
        paths: Sequence[str] = (),
        kernel: Callable[..., Any] | None = None,
        check: Callable[..., None] | None = None,
        write: Callable[..., Any] | None = None,
        node: str | Callable[..., str] = "",
        outputs: Sequence[str] = (),
        result: Any = None,
        domain: tuple[float, float] = (-3.0, 3.0),
        cases: Sequence[str] = (),
        bare: bool = True,
        method: bool = True,
        attribute: bool = False,
        in_place: bool | None = None,
    ) -> None:
        """Read the signature off `forward`. The keywords, all optional:

        aliases: other bare names. paths: full PyTorch paths besides `torch.<name>`.
        kernel: a ufunc with the meaning of `forward` for operands of one dtype.
        check: sees an elementwise op's operands before they are cast, and raises an error if the
        op does not take them; two arrays of one float dtype any op takes.
        write: `write(target, *other arguments)`, the in-place form where it is not forward + copy.
        node: grad_fn's name, or a rule-like function of arguments that gives it.
        outputs: names of several results. result: the family's dtype rule.
        domain: the interval in which tests sample. cases: argument lists for tests.
        bare: whether the name is in scope without a path. method, attribute, in_place: which forms
        of it Tensor has; elementwise ops have an in-place form unless told otherwise.
        """
        self.name = self.__name__ = name or forward.__name__
        self.aliases = tuple(aliases)
        self.paths = tuple(paths)
        self.forward = forward
        self.family = family
        self.kernel = kernel
        self.check = check
        self.write = write
        self.outputs = tuple(outputs)
        self.result = result
        self.domain = domain
        self.cases = tuple(cases)
        self.bare = bare
        self.doc = (forward.__doc__ or "").strip()
        self.named_rules: dict[str, Rule] = {}
        self.plans: dict[int, Plan] = {}
        self.overloads: list[Op] = []
        self.node = node or _camel(self.name) + "Backward0"
        self.is_attribute = attribute
        self.is_method = method and not attribute and _takes_tensor(forward)
        self.in_place = self.is_method and (family.in_place if in_place is None else in_place)

    signature: Signature = _Derived()  # type: ignore[assignment]
    rules: dict[int, Rule] = _Derived()  # type: ignore[assignment]
    array_slots: tuple[int, ...] = _Derived()  # type: ignore[assignment]
    axis_slots: tuple[tuple[int, bool, int], ...] = _Derived()  # type: ignore[assignment]
    scalar_slots: tuple[int, ...] = _Derived()  # type: ignore[assignment]
    extras: tuple[tuple[int, Any], ...] = _Derived()  # type: ignore[assignment]
    keywords: tuple[tuple[int, str], ...] = _Derived()  # type: ignore[assignment]
    operands_only: int = _Derived()  # type: ignore[assignment]
    simple: bool = _Derived()  # type: ignore[assignment]

    def _derive(self) -> None:
        self.signature = Signature.of(self.name, self.forward)
        params = self.signature.params
        slots = {param.name: i for i, param in enumerate(params)}
        self.rules = {slots[name]: rule for name, rule in self.named_rules.items()}
        self.array_slots = tuple(i for i, p in enumerate(params) if p.kind in ("Array", "Arrays"))
        self.axis_slots = tuple(
            (i, p.kind == "Axes", _AXIS_KINDS[p.kind])
            for i, p in enumerate(params)
            if p.kind in _AXIS_KINDS
        )
        self.scalar_slots = tuple(i for i, p in enumerate(params) if p.kind == "Scalar")
        self.extras = tuple(
            (i, p.default) for i, p in enumerate(params) if i not in self.array_slots
        )
        self.keywords = tuple((i, p.name) for i, p in enumerate(params) if p.keyword_only)
        # How many tensors are a whole call, with nothing to convert; -1 if it takes more than that.
        wanted = [p.kind for p in params[: self.signature.required]]
        self.operands_only = len(wanted) if {*wanted} == {"Array"} else -1
        # Whether the kernel alone does for a tensor of floats.
        self.simple = self.kernel is not None and len(params) == 1 and self.result != BOOL

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The signature and those of the overloads."""
        return (self.signature, *(other.signature for other in self.overloads))

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Run the op. In backward's raw mode arguments are arrays, else they are checked."""
        if self.simple and len(args) == 1 and not kwargs and type(args[0]) is Tensor:
            result = apply.quick(self, args[0])
            if result is not None:
                return result
        chosen, values = self, list(args)
        try:
            if modes.current() == modes.RAW:
                chosen, values = self._choose_raw(args, kwargs)
                return chosen.evaluate(values)
            chosen, values = self.choose(args, kwargs)
            return apply.call(chosen, values)
        except TcalcError as failure:
            failure.came_from(chosen, values)
            raise
        except _UNFIT as failure:
            refusal = chosen.refusal(values, failure)
            if refusal is None:
                raise
            raise refusal from failure

    def refusal(self, values: list[Any], failure: Exception) -> TcalcError | None:
        """The error for arguments that came to nothing in a way that the op does not foresee.

        None where the failure may be that of a function of the program, or where the op is a part
        of another, which knows the arguments that were given.
        """
        if self.name.startswith("_") or any(map(callable, values)):
            return None
        words = str(failure)
        if "64" in words and ("dim" in words or "ndmax" in words):  # NumPy allows no more
            return LimitError("tensor has too many (>64) dims")
        given = [
            (param, value)
            for param, value in zip(self.signature.params, values, strict=False)
            if value is not param.default
        ]
        kinds = ", ".join(
            "Tensor" if isinstance(value, Tensor) else describe(value) for _, value in given
        )
        refusal = ArgumentFault(
            f"{self.name}() received an invalid combination of arguments - got ({kinds})",
            blame={param.name: describe(value) for param, value in given},
            notes=[f"the signature is {self.signature}"],
        )
        refusal.came_from(self, values)
        return refusal

    def choose(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Op, list[Any]]:
        """The overload that fits the arguments, and the arguments bound to it."""
        if not self.overloads:
            given = len(args)
            if given == self.operands_only and not kwargs and _TENSOR.issuperset(map(type, args)):
                return self, [*args, *self.signature.defaults[given:]]
            return self, self.signature.bind(args, kwargs)
        forms = (self, *self.overloads)
        failure: TcalcError | None = None
        for candidate in [f for f in forms if f.signature.takes(len(args), kwargs)] or forms:
            try:
                values = candidate.signature.bind(args, kwargs)
            except (ArgumentFault, IndexFault) as fault:
                failure = failure or fault
                continue
            failure = None  # it holds this frame, and thus the arguments
            return candidate, values
        assert failure is not None
        failure.notes = tuple(f"one form is {form}" for form in self.signatures)
        raise failure

    def _choose_raw(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Op, list[Any]]:
        if not self.overloads:
            star = self.signature.variadic
            if not kwargs and star is None:
                return self, [*args, *self.signature.defaults[len(args) :]]
            values = self.signature.place(args, kwargs)
            if star is not None:
                param = self.signature.params[star]
                values[star] = param.convert(values[star], param, self.name)
            return self, values
        chosen, values = self.choose(args, kwargs)
        return chosen, [v.array if isinstance(v, Tensor) else v for v in values]

    def apply(self, values: list[Any]) -> Any:
        """Run on bound values: tensors, or arrays in raw mode."""
        if modes.current() == modes.RAW:
            return self.evaluate(values)
        return apply.call(self, values)

    def in_kernel(self, values: list[Any]) -> bool:
        """Whether the kernel alone gives the result: no extra argument says otherwise."""
        return self.result != BOOL and all(values[i] == default for i, default in self.extras)

    def evaluate(self, values: list[Any]) -> Any:
        """Forward on arrays: axes counted from 0, operands prepared as the family does."""
        if self.axis_slots:
            self.count_axes(values)
        if dtypes.WIDER and self.family.computes:
            return wider.evaluate(self, values)
        return self.compute(values)

    def compute(self, values: list[Any]) -> Any:
        """Forward on arrays that the family makes ready."""
        values = self.family.prepare(self, values)
        return self.family.finish(self, self.run(values), values)

    def operands(self, values: list[Any]) -> list[Any]:
        """The arrays and numbers among bound values, those of a list one by one."""
        found: list[Any] = []
        for slot in self.array_slots:
            value = values[slot]
            if value is not None:
                found += value if isinstance(value, list) else [value]
        return found

    def count_axes(self, values: list[Any]) -> None:
        """Count axes from 0, in place; raise IndexFault where they are out of range."""
        first = values[0]
        if type(first) is list:
            first = next(iter(first), None)
        for slot, many, extra in self.axis_slots:
            axis = values[slot]
            if axis is not None or many:
                ndim = getattr(first, "ndim", 0) + extra
                try:
                    values[slot] = (normalise_axes if many else normalise_axis)(axis, ndim)
                except IndexFault as fault:
                    fault.blame = {self.signature.params[slot].name: ""}
                    raise

    def run(self, values: list[Any]) -> Any:
        """Call `forward` with values in parameter order.

        Raises DTypeError where a ufunc does not know the dtype, ArgumentFault for a plain number
        where only a tensor does.
        """
        for slot in self.scalar_slots:
            if type(values[slot]) is complex:
                self._check_complex(slot, values)
        try:
            return self._run(values)
        except AttributeError:
            for slot in self.array_slots:
                if self.family.on_tensors and isinstance(values[slot], dtypes.Number):
                    name, label = self.signature.params[slot].name, describe(values[slot])
                    raise ArgumentFault(
                        f"{self.name}(): argument '{name}' must be Tensor, not {label}",
                        blame={name: label},
                        helps=[f"tensor({{{name}}})"],
                    ) from None
            raise
        except TypeError as failure:
            if not str(failure).startswith("ufunc"):
                raise
            operand = self.operands(values)[0]
            label = dtypes.of(np.asarray(getattr(operand, "array", operand))).label
            raise DTypeError(
                f"\"{self.name}\" not implemented for '{label}'",
                blame={self.signature.params[self.array_slots[0]].name: describe(operand)},
            ) from None

    def _check_complex(self, slot: int, values: list[Any]) -> None:
        """Raise ArgumentFault for a complex number beside tensors that hold none."""
        dtype = dtypes.bool_
        for operand in self.operands(values):
            found = dtypes.of(np.asarray(getattr(operand, "array", operand)))
            dtype = max(dtype, found, key=lambda dtype: dtype.category)
        if self.array_slots and not dtype.is_complex:
            raise ArgumentFault(
                f"value cannot be converted to type {dtype.c_name} without overflow",
                blame={self.signature.params[slot].name: f"{values[slot]} is no {dtype.name}"},
            )

    def _run(self, values: list[Any]) -> Any:
        variadic = self.signature.variadic
        if variadic is None:
            defaults = self.signature.defaults
            for slot, _ in self.keywords:
                if values[slot] is not defaults[slot]:
                    break
            else:
                return self.forward(*values[: self.signature.positional])
        named = {name: values[slot] for slot, name in self.keywords}
        if self.signature.mapping is not None:
            named |= named.pop(self.signature.params[self.signature.mapping].name)
        positional = values[: self.signature.positional]
        star = () if variadic is None else values[variadic]
        return self.forward(*positional, *star, **named)

    # Declaration ------------------------------------------------------------------------------

    def vjp(self, **rules: Rule) -> None:
        """Set the derivative rule of each named argument: cotangent of out → cotangent of it."""
        self.named_rules |= rules
        self.__dict__.pop("rules", None)

    def overload(self, family: Family, **options: Any) -> Callable[[Callable[..., Any]], Op]:
        """Declare another form with other parameters, tried after those before it."""

        def declare(forward: Callable[..., Any]) -> Op:
            other = Op(forward, family, name=self.name, **options)
            self.overloads.append(other)
            return other

        return declare

    def plan(self, mask: int) -> Plan:
        """What to record when the arguments in the bit set `mask` carry gradients."""
        found = self.plans.get(mask)
        if found is None:
            names = [param.name for param in self.signature.params]
            found = Plan(self.node, self.rules, names, mask, self.outputs)
            self.plans[mask] = found
        return found

    # Method and attribute forms -----------------------------------------------------------------

    def __get__(self, tensor: Tensor | None, owner: type) -> Any:
        """Bind as a method, or, for an attribute such as `.T`, give its value."""
        if tensor is None:
            return self
        return self(tensor) if self.is_attribute else MethodType(self, tensor)

    def __set__(self, tensor: Tensor, value: Any) -> None:
        """Write through an attribute that is a view, such as `.real`."""
        if not (self.is_attribute and self.family.views):
            raise AttributeError(f"attribute '{self.name}' of 'Tensor' objects is not writable")
        self(tensor).copy_(value)

    def __repr__(self) -> str:
        """Name only: what a user sees who forgot the parentheses."""
        return f"<op {self.name}>"


class InPlace:
    """The form with a trailing underscore: the op, written over its first argument."""

    def __init__(self, op: Op) -> None:
        """Write `op`."""
        self.op = op
        self.name = self.__name__ = op.name + "_"

    @property
    def signature(self) -> Signature:
        """The op's."""
        return self.op.signature

    def __call__(self, x: Tensor, /, *args: Any, **kwargs: Any) -> Tensor:
        """Run the op over x. Raises AutogradError, ShapeError or DTypeError where it may not."""
        op, values = self.op, [x, *args]
        try:
            op, values = self.op.choose((x, *args), kwargs)
            return apply.turn(op, values) if op.family.views else apply.write(op, values)
        except TcalcError as failure:
            failure.came_from(op, values)
            raise
        except _UNFIT as failure:
            refusal = op.refusal(values, failure)
            if refusal is None:
                raise
            raise refusal from failure

    def __get__(self, tensor: Tensor | None, owner: type) -> Any:
        """Bind as a method."""
        return self if tensor is None else MethodType(self, tensor)

    def __repr__(self) -> str:
        """Name only."""
        return f"<op {self.name}>"


def op(family: Family, **options: Any) -> Callable[[Callable[..., Any]], Op]:
    """Declare the decorated function an op of `family` and register all its forms."""

    def declare(forward: Callable[..., Any]) -> Op:
        made = Op(forward, family, **options)
        register(made)
        return made

    return declare


def register(made: Op) -> None:
    """Enter `made` under its names and attach its methods to Tensor."""
    for name in (made.name, *made.aliases):
        assert name not in REGISTRY, f"two ops are called {name}"
        REGISTRY[name] = made
        if made.is_method or made.is_attribute:
            setattr(Tensor, name, made)
            ATTRIBUTES.add(name)
        if made.in_place:
            setattr(Tensor, name + "_", InPlace(made))
            ATTRIBUTES.add(name + "_")


def _takes_tensor(forward: Callable[..., Any]) -> bool:
    """Whether the first parameter is a single tensor."""
    code = forward.__code__
    first = code.co_varnames[:1] if code.co_argcount else ()
    return any(str(forward.__annotations__[name]).split(" | ")[0] == "Array" for name in first)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
