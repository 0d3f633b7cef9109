"""Values of the wrong type: what Python's TypeErrors mean, by the form of syntax that failed.

Each case labels the operands with what they are and says how to write what was probably meant.
Calls are in `miscalls.py`, operators in `misoperators.py`. To teach another form: a function that
is given Python's message and the place, and its line in `CASES`.
"""

from __future__ import annotations

from tcalc.errors import RuntimeFault, TcalcError
from tcalc.lang import syntax
from tcalc.lang.attributes import type_name
from tcalc.lang.faults.frame import MISSING, Place, escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SHORT = 30  # characters of a value that a label shows
MOST_BITS = 256  # of an integer whose text is made
SCALARS = (bool, int, float, complex, str, type(None))


def mistyped(text: str, place: Place | None) -> TcalcError:
    """The fault for Python's TypeError with this message."""
    if place is None:
        return RuntimeFault(text)
    if isinstance(place.node, syntax.Call | syntax.Pipe):
        from tcalc.lang.faults.miscalls import miscalled

        return miscalled(text, place)
    if isinstance(place.node, syntax.Binary | syntax.Compare | syntax.AugAssign):
        from tcalc.lang.faults.misoperators import misoperated

        return misoperated(text, place)
    case = CASES.get(type(place.node), _other)
    return case(text, place)


def shown(value: object) -> str:
    """What a label says of a value: `str 'a'`, `list of 3`, `None`, a tensor's dtype and shape."""
    from tcalc.lang.runtime import is_array

    if value is MISSING:
        return ""
    if is_array(value):
        from tcalc.core.tensor import describe

        return describe(value)
    name = type_name(value)
    text = repr(value) if is_short(value) else ""
    if value is None or (text and name.startswith("torch.")):
        return text
    if text and len(text) <= SHORT:
        return f"{name} {text}"
    if isinstance(value, list | tuple | dict | set) and type(value).__module__ == "builtins":
        return f"{name} of {len(value)}"
    return name


def is_short(value: object) -> bool:
    """Whether the text of a value can be made without going deep into it."""
    if isinstance(value, list | tuple):
        return len(value) <= SHORT and all(isinstance(x, SCALARS) and is_short(x) for x in value)
    if isinstance(value, str):
        return len(value) <= SHORT
    if isinstance(value, int):
        return value.bit_length() <= MOST_BITS
    return isinstance(value, SCALARS) or type_name(value) == "torch.dtype"


def why_none(place: Place, node: syntax.Node) -> list[str]:
    """Notes on how a value came to be None."""
    if isinstance(node, syntax.Attribute) and node.name == "grad":
        from tcalc.lang.faults.differentiation import why_no_gradient

        return why_no_gradient(place, node)
    if isinstance(node, syntax.Attribute) and node.name == "grad_fn":
        return [f"no op made {escaped(place, node.value)}, which therefore has no grad_fn"]
    if isinstance(node, syntax.Call):
        return [f"{escaped(place, node)} gave None, as a function without `return` does"]
    if isinstance(node, syntax.Name):
        given = "functions without `return` give, and those that change an argument in place"
        return [f"{node.id} is None: that is what {given}"]
    return []


def is_number(value: object) -> bool:
    """Whether a value is a plain number."""
    return isinstance(value, int | float | complex)


# Brackets, loops and blocks -------------------------------------------------------------------


def _unary(text: str, place: Place) -> TcalcError:
    node: Any = place.node
    value = place.value(node.operand)
    return RuntimeFault(text, blame={"x": shown(value)}, notes=none_notes(place, node.operand))


def none_notes(place: Place, node: syntax.Node) -> list[str]:
    """`why_none`, if the value is None."""
    return why_none(place, node) if place.value(node) is None else []


def _subscript(text: str, place: Place) -> TcalcError:
    node: Any = place.node
    if isinstance(node, syntax.Assign | syntax.AugAssign):
        node = node.targets[0] if isinstance(node, syntax.Assign) else node.target
        if not isinstance(node, syntax.Subscript):
            return _other(text, place)
    owner, index = place.value(node.value), place.value(node.index)
    name, inside = escaped(place, node.value), escaped(place, node.index)
    helps = []
    if ("not subscriptable" in text and callable(owner)) or "'function'" in text:
        call = f"{name}({inside})" if isinstance(node.index, syntax.Tuple | syntax.Constant) else ""
        helps = [f"{name} is a function: {call or f'{name}()[{inside}]'}"]
    elif "not tuple" in text and isinstance(node.index, syntax.Tuple):
        each = "".join(f"[{escaped(place, item)}]" for item in node.index.items)
        helps = [f"a list in a list takes one index after the other: {name}{each}"]
        helps.append(f"a tensor takes both at once: tensor({name})[{inside}]")
    elif "not float" in text:
        helps = [f"int({inside}) or // gives a whole number"]
    elif "item assignment" in text and type(owner).__name__ in ("tuple", "Size"):
        helps = [f"a tuple never changes; a list can: list({name})"]
    elif "item assignment" in text and isinstance(owner, str):
        helps = ["text never changes; replace() and + make new text"]
    blame = {"x": shown(owner)}
    if "indices must" in text:
        blame["index"] = shown(index)
    return RuntimeFault(text, blame=blame, notes=none_notes(place, node.value), helps=helps)


def _iterated(text: str, place: Place) -> TcalcError:
    node: Any = place.node
    iterable = node.iterable if isinstance(node, syntax.For) else node.clauses[0].iterable
    value = place.value(iterable)
    helps = []
    if "'int'" in text:
        helps = [f"to count: range({escaped(place, iterable)})"]
    return RuntimeFault(
        text, blame={"x": shown(value)}, notes=none_notes(place, iterable), helps=helps
    )


def unpacked(text: str, place: Place) -> TcalcError:
    """Names on the left of an assignment or in a loop, and another number of values for them."""
    target: Any = place.node
    source = place.unpacked(target)
    names = len(target.items)
    blame = {"target": f"{names} name{'s' * (names != 1)}"}
    if source is None:
        return RuntimeFault(text, blame=blame)
    count, helps = _count(place, source), []
    loop = not isinstance(place.parent(target), syntax.Assign)
    blame["x"] = shown(place.value(source)) if loop or not count else f"{count} values"
    if "too many" in text and not loop:
        kept = f"{escaped(place, target).rstrip(', ')}, *rest"
        helps = [f"`{kept} = ...` keeps the others in a list"]
    elif loop and "int object" in text:
        helps = [f"to number the items: enumerate({escaped(place, source)})"]
    return RuntimeFault(text, blame=blame, helps=helps)


def _count(place: Place, source: syntax.Node) -> int:
    """How many values an expression gives, 0 if that is not known."""
    if isinstance(source, syntax.Tuple | syntax.List):
        starred = any(isinstance(item, syntax.Starred) for item in source.items)
        return 0 if starred else len(source.items)
    value = place.value(source)
    return len(value) if value is not MISSING and hasattr(value, "__len__") else 0


def _with(text: str, place: Place) -> TcalcError:
    node: Any = place.node
    context = node.items[0].context
    helps = []
    if "'function'" in text or "'type'" in text:
        helps = [f"`with {escaped(place, context)}():` needs the parentheses"]
    return RuntimeFault(
        text,
        blame={"x": shown(place.value(context))},
        notes=["with takes a mode, such as no_grad()"],
        helps=helps,
    )


def _keyed(text: str, place: Place) -> TcalcError:
    """A list, a dict or a set in a place that needs a value which never changes."""
    node: Any = place.node
    items = [key for key in (node.keys if isinstance(node, syntax.Dict) else node.items) if key]
    guilty = next((i for i, item in enumerate(items) if _is_changeable(place, item)), None)
    helps = ["a tuple can be one: (1, 2)"] if "unhashable" in text else []
    blame = {} if guilty is None else {f"item[{guilty}]": ""}
    return RuntimeFault(
        text,
        blame=blame,
        notes=["keys of dicts and items of sets are values that never change"],
        helps=helps,
    )


def _is_changeable(place: Place, node: syntax.Node) -> bool:
    displays = syntax.List | syntax.Dict | syntax.Set
    return isinstance(node, displays) or isinstance(place.value(node), list | dict | set)


def _other(text: str, place: Place) -> TcalcError:
    return RuntimeFault(text, blame={"x": "", "y": "", "index": ""})


CASES: dict[type[syntax.Node], Callable[[str, Place], TcalcError]] = {
    syntax.Unary: _unary,
    syntax.Subscript: _subscript,
    syntax.Assign: _subscript,
    syntax.For: _iterated,
    syntax.Comprehension: _iterated,
    syntax.With: _with,
    syntax.Dict: _keyed,
    syntax.Set: _keyed,
    syntax.Tuple: unpacked,
    syntax.List: unpacked,
}
