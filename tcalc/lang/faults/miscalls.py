"""Calls that Python refuses: of what is no function, with too many or too few arguments.

To teach another message: a function, and its words in `CASES`.
"""

from __future__ import annotations

from tcalc.errors import RuntimeFault, TcalcError, closest
from tcalc.lang import syntax
from tcalc.lang.attributes import is_module
from tcalc.lang.faults.frame import MISSING, Place, escaped
from tcalc.lang.faults.mistypes import is_number, none_notes, shown
from tcalc.lang.faults.spellings import KEYWORDS
from tcalc.lang.signatures import code_of, signature_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

INDEXED = frozenset(("Size", "Tensor", "dict", "list", "ndarray", "str", "tuple"))


class Call:
    """A call: its source, and the value of its function where it is known."""

    __slots__ = ("args", "func", "function", "keywords", "place")

    def __init__(self, place: Place) -> None:
        """Look at the call or pipe that failed."""
        self.place = place
        self.func, self.args, self.keywords = syntax.parts(place.node)  # type: ignore[arg-type]
        self.function = place.value(self.func)

    def text(self, node: syntax.Node) -> str:
        """The source of a part."""
        return escaped(self.place, node)

    def inside(self) -> str:
        """The source of the positional arguments."""
        return ", ".join(self.text(arg) for arg in self.args)


def miscalled(text: str, place: Place) -> TcalcError:
    """The fault for Python's TypeError with this message, at a call."""
    call = Call(place)
    for words, case in CASES:
        if words in text:
            return case(text, call)
    return _other(text, call)


def _not_callable(text: str, call: Call) -> TcalcError:
    """A value in the place of a function."""
    func, function = call.func, call.function
    if function is not MISSING and callable(function):
        return _other(text, call)  # it is an argument that is no function
    called, notes, helps = call.text(func), none_notes(call.place, func), []
    if is_module(function):
        notes = [f"{called} is a module: what is in it stands behind a dot"]
        name = called.rpartition(".")[2].lower()
        same = [each for each in function.member_names() if each.lower() == name]
        helps = [f"did you mean {called}.{same[0]}({call.inside()})?"] if same else []
    elif isinstance(func, syntax.Name) and _hides(func.id):
        notes = [f"{func.id} was assigned in this program, which hides the function of that name"]
        helps = [f"`del {func.id}` brings the function back"]
    elif isinstance(func, syntax.Attribute) and not call.args:
        helps = [f"{called} is a value, not a function: write it without ()"]
    elif is_number(function) and call.args:
        helps = [f"a product needs its sign: {called} * ({call.inside()})"]
    elif call.args and (type(function).__name__ in INDEXED or "'Tensor'" in text):
        helps = [f"an index stands in square brackets: {called}[{call.inside()}]"]
    return RuntimeFault(text, blame={"func": shown(function)}, notes=notes, helps=helps)


def _hides(name: str) -> bool:
    """Whether a function of the language has this name."""
    from tcalc.lang.builtins import BUILTINS
    from tcalc.lang.namespaces import bare_names

    return name in BUILTINS or name in bare_names()


def _unexpected(text: str, call: Call) -> TcalcError:
    """A keyword that the function does not have."""
    keyword = text.split("'")[1]
    code = code_of(call.function)
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()
    other = KEYWORDS.get(keyword)
    near = [other] if other in known else closest(keyword, known)
    return RuntimeFault(
        text,
        blame={keyword: ""},
        notes=_signature_notes(call),
        helps=[f"did you mean {near[0]}=?"] if near else (),
    )


def _wrong_count(text: str, call: Call) -> TcalcError:
    """Too many arguments, or too few."""
    code = code_of(call.function)
    extra = {}
    if code is not None and text.endswith(("were given", "was given")):
        extra = {f"args[{i}]": "" for i in range(code.co_argcount, len(call.args))}
    return RuntimeFault(text, blame=extra, notes=_signature_notes(call))


def _signature_notes(call: Call) -> list[str]:
    signature = signature_of(call.function)
    return (
        [f"the signature is {signature}".replace("{", "{{").replace("}", "}}")] if signature else []
    )


def _not_iterable(text: str, call: Call) -> TcalcError:
    fault = _other(text, call)
    value = call.place.value(call.args[0]) if call.args else MISSING
    if isinstance(value, int):
        fault.helps = (f"range({call.text(call.args[0])}) counts from 0 to {value - 1}",)
    return fault


def _no_integer(text: str, call: Call) -> TcalcError:
    fault = _other(text, call)
    floats = [arg for arg in call.args if isinstance(call.place.value(arg), float)]
    fault.helps = tuple(f"int({call.text(arg)})" for arg in floats[:1])
    return fault


def _no_length(text: str, call: Call) -> TcalcError:
    kind = text.split("'")[1]
    notes = none_notes(call.place, call.args[0]) if call.args else []
    number = kind in ("int", "float", "complex", "bool")
    return RuntimeFault(
        text,
        blame={"args[0]": kind},
        notes=notes
        or (["a single number has no length, a list or a tensor has"] if number else []),
    )


def _other(text: str, call: Call) -> TcalcError:
    values = [call.place.value(arg) for arg in call.args]
    notes = [note for arg in call.args for note in none_notes(call.place, arg)]
    blame = {f"args[{i}]": shown(value) for i, value in enumerate(values)}
    return RuntimeFault(text, blame=blame, notes=notes)


CASES: tuple[tuple[str, Callable[[str, Call], TcalcError]], ...] = (
    ("object is not callable", _not_callable),
    ("unexpected keyword", _unexpected),
    ("invalid keyword", _unexpected),
    ("multiple values", _wrong_count),
    ("missing", _wrong_count),
    (" given", _wrong_count),
    ("expected at", _wrong_count),
    ("arguments, got", _wrong_count),
    ("argument, got", _wrong_count),
    ("object is not iterable", _not_iterable),
    ("interpreted as an integer", _no_integer),
    ("has no len()", _no_length),
)
