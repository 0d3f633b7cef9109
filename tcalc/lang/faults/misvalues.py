"""Values of the right type that do not do: what Python's ValueErrors and failed asserts mean.

To teach another message: a function, and its words in `CASES`.
"""

from __future__ import annotations

from tcalc.errors import LimitError, RuntimeFault, TcalcError
from tcalc.lang import syntax
from tcalc.lang.faults.frame import MISSING, Place, escaped
from tcalc.lang.faults.mistypes import shown, unpacked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PAIR = 2
LARGEST = 1 << 20  # elements that are searched for a difference
DOMAINS = {
    "sqrt": "the square root of a negative number is not real",
    "log": "a logarithm takes a number above 0",
    "log2": "a logarithm takes a number above 0",
    "log10": "a logarithm takes a number above 0",
    "log1p": "log1p(x) takes a number above -1",
    "acos": "a cosine lies between -1 and 1",
    "asin": "a sine lies between -1 and 1",
    "atanh": "atanh(x) takes a number between -1 and 1",
    "acosh": "acosh(x) takes a number from 1 up",
}


def misvalued(text: str, place: Place | None) -> TcalcError:
    """The fault for Python's ValueError with this message."""
    if text.startswith("Exceeds the limit"):
        return LimitError("an integer this long cannot be turned into text, or back")
    if place is None:
        return RuntimeFault(text)
    for words, case in CASES:
        if words in text:
            return case(text, place)
    return RuntimeFault(text, blame=_arguments(place))


def _arguments(place: Place) -> dict[str, str]:
    """Labels under a call's arguments, or an operator's sides: what their values are."""
    node = place.node
    if isinstance(node, syntax.Call):
        return {f"args[{i}]": shown(place.value(arg)) for i, arg in enumerate(node.args)}
    return {"x": "", "value": "", "y": ""}


def _not_a_number(text: str, place: Place) -> TcalcError:
    """Text that int() or float() cannot read."""
    node = place.node
    helps: list[str] = []
    if isinstance(node, syntax.Call) and node.args:
        value = place.value(node.args[0])
        source = escaped(place, node.args[0])
        if isinstance(value, str) and text.startswith("invalid literal") and _is_float(value):
            helps = [f"int(float({source}))"]
        elif isinstance(value, str) and _is_float(value.replace(",", ".")):
            helps = [f"the decimal mark is a point: float({value.replace(',', '.')!r})"]
    return RuntimeFault(text, blame=_arguments(place), helps=helps)


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _outside(text: str, place: Place) -> TcalcError:
    """A function of `math` where it has no value."""
    name = _called(place)
    notes = [DOMAINS[name]] if name in DOMAINS else []
    node: Any = place.node
    helps = []
    if notes and len(node.args) == 1:
        helps = [f"torch.{name}(tensor({escaped(place, node.args[0])})) gives nan or inf instead"]
    return RuntimeFault(text, blame=_arguments(place), notes=notes, helps=helps)


def _called(place: Place) -> str:
    """The name of the function that is called."""
    node = place.node
    if not isinstance(node, syntax.Call):
        return ""
    func = node.func
    return func.name if isinstance(func, syntax.Attribute) else getattr(func, "id", "")


def misformatted(text: str, place: Place) -> TcalcError:
    """A value that the format of an f-string is not for."""
    node: Any = place.node
    value = place.value(node.value)
    source = escaped(place, node.value)
    spec = escaped(place, node.spec) if node.spec is not None else ""
    helps = []
    if "method" in text or "function" in text:
        text = f"a function cannot be formatted with '{spec}'"
        helps = [f"{source} is a function: {source}() is what it gives"]
    elif "unsupported format string" in text:
        kind = text.rpartition(" to ")[2].partition(".")[0]
        text = f"unsupported format string passed to {kind}.__format__"
    notes = [f"'{spec}' is a format for numbers"] if spec[-1:] in "bcdeEfFgGnoxX%" else []
    if isinstance(value, str) and _is_float(value):
        helps = [f"float({source})"]
    return RuntimeFault(text, blame={"x": shown(value)}, notes=notes, helps=helps)


def failed_assertion(message: str, place: Place | None) -> TcalcError:
    """An assert that did not hold, with the values of both sides of a comparison."""
    node = None if place is None else place.node
    test = node.test if isinstance(node, syntax.Assert) else node
    headline = f"assertion failed{message}"
    if place is None or not isinstance(test, syntax.Compare):
        always = "a tuple that is not empty is true: write `assert test, message` without ()"
        notes = [always] if isinstance(test, syntax.Tuple) else []
        if place is not None and isinstance(test, syntax.Call):
            notes = _difference(place, test)
        return RuntimeFault(headline, blame={"x": ""}, notes=notes)
    values = [place.value(side) for side in test.operands]
    blame = {f"side[{i}]": shown(value) for i, value in enumerate(values)}
    known = MISSING not in values and len(values) > 1
    types = {type(value) for value in values}
    notes = []
    if known and len(types) > 1 and test.ops == ["=="] and str in types:
        notes = ["text never equals a number"]
    return RuntimeFault(headline, blame=blame, notes=notes)


def _difference(place: Place, test: syntax.Call) -> list[str]:
    """Where two tensors differ most that `allclose`, `equal` or `(x == y).all()` compared."""
    func, nodes = test.func, list(test.args[:PAIR])
    if not isinstance(func, syntax.Attribute):
        return []
    if func.name == "all" and isinstance(func.value, syntax.Compare):
        nodes = func.value.operands
    elif func.name not in ("allclose", "equal"):
        return []
    elif len(nodes) == 1:
        nodes = [func.value, *nodes]
    values = [place.value(node) for node in nodes]
    if len(values) != PAIR or not all(hasattr(x, "array") and x.ndim for x in values):
        return []
    import numpy as np

    a, b = (x.array for x in values)
    if a.shape != b.shape or not a.size or a.size > LARGEST:
        return [f"their shapes are {list(a.shape)} and {list(b.shape)}"]
    gap = np.abs(np.subtract(a, b, dtype=np.result_type(a, b, np.float64)))
    at = np.unravel_index(np.argmax(np.nan_to_num(gap, nan=np.inf)), a.shape)
    where = ", ".join(map(str, at))
    return [f"they differ most at [{where}]: {a[at].item()} and {b[at].item()}"]


CASES: tuple[tuple[str, Callable[[str, Place], TcalcError]], ...] = (
    ("to unpack", unpacked),
    ("invalid literal for int", _not_a_number),
    ("could not convert string to float", _not_a_number),
    ("math domain error", _outside),
)
