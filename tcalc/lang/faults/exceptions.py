"""Python's own exceptions in the language's words.

Each case of `translate` says what happened without Python's internals and blames the operand. To
say another exception better: a function, and its line in `CASES`.
"""

from __future__ import annotations

from tcalc.errors import AutogradError, LimitError, NameFault, RuntimeFault, TcalcError
from tcalc.lang import runtime, syntax
from tcalc.lang.attributes import did_you_mean, public_types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from tcalc.lang.faults.frame import Place

    Names = Callable[[], Iterable[str]]

ELEMENTWISE = {"and": "&", "or": "|"}
LONGEST = 2000  # characters of a value that a message has in it
MOST_ITEMS = 500  # of one that is written
MOST_KEYS = 6  # of a dict that are listed


def translate(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    """`error` as a TcalcError; one that is one already stays itself."""
    if isinstance(error, TcalcError):
        return error if place is None else _taught(error, place)
    if _is_ours(error, place):
        return RuntimeFault(
            f"internal error: {type(error).__name__}: {error}",
            notes=["this is a mistake in tcalc, not in your program: please report it"],
        )
    for kind, case in CASES:
        if isinstance(error, kind):
            return case(error, place, known_names)
    return RuntimeFault(_message(error))


def plain(error: Exception) -> TcalcError:
    """`error` as a TcalcError, with nothing but what it says."""
    return RuntimeFault(error.headline if isinstance(error, TcalcError) else _message(error))


def _taught(error: TcalcError, place: Place) -> TcalcError:
    """The same error with a better help, where the source around it tells what was meant."""
    if isinstance(error, NameFault):
        from tcalc.lang.faults.unknown import unknown_attribute

        return unknown_attribute(error, place)
    if isinstance(error, AutogradError):
        from tcalc.lang.faults.differentiation import taught

        return taught(error, place)
    if "is ambiguous" in error.headline:
        error.helps = _combined(place) or error.helps
    if "cannot be converted to Scalar" in error.headline:
        error.helps = _elementwise(place) or error.helps
    return error


def _elementwise(place: Place) -> tuple[str, ...]:
    """The op for all elements, where a function of `math` was given a tensor."""
    node = place.node
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
        owner = place.value(node.func.value)
        if getattr(owner, "name", "") == "math":
            from tcalc.lang.namespaces import ops

            args = ", ".join(place.span(arg).text for arg in node.args)
            name = node.func.name
            return (f"of all elements: torch.{name}({args})",) if name in ops() else ()
    return ()


def _combined(place: Place) -> tuple[str, ...]:
    """How to write `and`, `or`, `not` and a chain of comparisons elementwise."""

    def text(node: syntax.Node) -> str:
        words = place.span(node).text
        return f"({words})" if isinstance(node, syntax.Binary | syntax.Compare) else words

    def inside(node: syntax.Node) -> str:
        from tcalc.lang.faults.frame import in_parentheses

        words = place.span(node).text
        return words[1:-1] if in_parentheses(words) else words

    node = place.node
    if isinstance(node, syntax.Binary) and node.op in ELEMENTWISE:
        return (f"elementwise: {text(node.left)} {ELEMENTWISE[node.op]} {text(node.right)}",)
    if isinstance(node, syntax.Unary) and node.op == "not":
        return (f"elementwise: logical_not({inside(node.operand)})",)
    if isinstance(node, syntax.Compare) and node.ops == ["in"]:
        x, y = node.operands
        return (f"elementwise: torch.isin({text(x)}, tensor({text(y)}))",)
    if isinstance(node, syntax.Compare) and len(node.ops) > 1:
        pairs = zip(node.operands, node.ops, node.operands[1:], strict=False)
        return ("elementwise: " + " & ".join(f"({text(x)} {op} {text(y)})" for x, op, y in pairs),)
    return ()


def _is_ours(error: Exception, place: Place | None) -> bool:
    """Whether tcalc's own code failed in a way that no program can bring about."""
    if isinstance(error, MemoryError | RecursionError):
        return False
    traceback, module = error.__traceback__, ""
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "")
        traceback = traceback.tb_next
    if isinstance(error, AttributeError | NameError | AssertionError | ImportError):
        return module.startswith("tcalc.") and module != "tcalc.lang.attributes"
    return place is None


def _message(error: BaseException) -> str:
    """Python's message without the paths of functions and inner names of types."""
    text = str(error) or type(error).__name__
    words = (word.rpartition("<locals>.")[2] for word in text.split())
    return public_types(" ".join(_without_module(word) for word in words))


def _without_module(word: str) -> str:
    word = word.replace(".__init__()", "()")
    return word.rpartition(".")[2] if word.startswith("tcalc.") and word.endswith("()") else word


def _name(error: Any, place: Place | None, known_names: Names) -> TcalcError:
    name = error.name or str(error).split("'")[1]  # the attribute is not set for a local name
    if isinstance(error, UnboundLocalError) or "free variable" in str(error):
        return NameFault(
            f"'{name}' is read before it has a value",
            notes=[f"the function assigns to {name}, so that {name} is a name of its own in there"],
            helps=[f"`global {name}` or `nonlocal {name}` uses the one outside"],
        )
    from tcalc.lang.faults.unknown import unknown_name

    return unknown_name(name, known_names)


def _zero_division(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    return RuntimeFault(_message(error), blame={"y": ""})


def _index(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    notes: list[str] = []
    if place is not None and isinstance(place.node, syntax.Subscript):
        owner = place.value(place.node.value)
        n = len(owner) if isinstance(owner, list | tuple | str | range) else None
        if n is not None:
            ends = f"its indices run from 0 to {n - 1}, or from {-n} to -1"
            notes = [ends if n else "it is empty"]
    return RuntimeFault(_message(error), blame={"x": "", "index": ""}, notes=notes)


def _key(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    key = error.args[0] if error.args else ""
    if isinstance(key, str) and " " in key and not _is_item(place):
        return RuntimeFault(_message(RuntimeError(key)))
    helps: list[str] = []
    notes: list[str] = []
    owner: Any = None
    if place is not None and isinstance(place.node, syntax.Subscript):
        owner = place.value(place.node.value)
    if isinstance(owner, dict):
        if isinstance(key, str):
            names = [name for name in owner if isinstance(name, str)]
            helps = did_you_mean(key, names, "'{}'")
        shown = ", ".join(_written(name) for name in list(owner)[:MOST_KEYS])
        more = ", ..." if len(owner) > MOST_KEYS else ""
        notes = [f"the keys are {shown}{more}" if owner else "the dict is empty"]
        notes = [note.replace("{", "{{").replace("}", "}}") for note in notes]
    blame = {"index": "", "args[0]": ""}
    return RuntimeFault(
        f"key {_written(key)} is not in the dict", blame=blame, notes=notes, helps=helps
    )


def _is_item(place: Place | None) -> bool:
    return place is not None and isinstance(place.node, syntax.Subscript)


def _assertion(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    from tcalc.lang.faults.misvalues import failed_assertion

    said = error.args[0] if error.args else None
    message = "" if said is None else f": {_written(said, runtime.text)}"
    return failed_assertion(message, place)


def _written(value: object, write: Callable[[object], str] = runtime.representation) -> str:
    """`repr(value)`, or what else `write` makes of it; of what has no short text, its type."""
    brief = f"<{type(value).__name__}>"
    if isinstance(value, list | tuple | dict | set) and len(value) > MOST_ITEMS:
        return brief
    try:
        text = write(value)
    except (LimitError, ValueError, RecursionError):
        return brief
    return text if len(text) <= LONGEST else brief


def _recursion(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    import sys

    return LimitError(
        f"maximum recursion depth exceeded ({sys.getrecursionlimit()} calls)",
        helps=["a function that calls itself needs a case that ends it; a loop has no such limit"],
    )


def _memory(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    return LimitError("not enough memory for the result")


def _stop(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    return RuntimeFault(
        "the iterator has no more items", helps=["next(iterator, default) gives a default instead"]
    )


def _value(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    digits = too_many_digits(error)
    if digits:
        return LimitError(digits)
    from tcalc.lang.faults.misvalues import misformatted, misvalued

    if place is not None and isinstance(place.node, syntax.Field):
        return misformatted(_message(error), place)
    return misvalued(_message(error), place)


def too_many_digits(error: Exception) -> str:
    """What to say where an integer was too long for Python to write or read; else nothing."""
    if not str(error).startswith("Exceeds the limit"):
        return ""
    import sys

    most = sys.get_int_max_str_digits()
    return f"an integer of more than {most:,} digits cannot be turned into text, or back"


def _overflow(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    if len(error.args) == 1:
        return RuntimeFault(_message(error))
    return RuntimeFault(
        "the result is too large for a float", helps=["a tensor gives inf instead of failing"]
    )


def _attribute(error: Any, place: Place | None, known_names: Names) -> TcalcError:
    if str(error).startswith("__"):  # a Python protocol that one of our types does not have
        return RuntimeFault("this value does not support that", blame={"x": ""})
    fault = NameFault(_message(error), blame={"x": ""})
    if place is None:
        return fault
    from tcalc.lang.faults.unknown import unknown_attribute

    return unknown_attribute(fault, place)


def _type(error: Exception, place: Place | None, known_names: Names) -> TcalcError:
    if place is not None and isinstance(place.node, syntax.Field):
        return _value(error, place, known_names)
    from tcalc.lang.faults.mistypes import mistyped

    return mistyped(_message(error), place)


CASES: tuple[tuple[type[Exception], Callable[[Any, Any, Any], TcalcError]], ...] = (
    (NameError, _name),
    (ZeroDivisionError, _zero_division),
    (IndexError, _index),
    (KeyError, _key),
    (AssertionError, _assertion),
    (RecursionError, _recursion),
    (OverflowError, _overflow),
    (MemoryError, _memory),
    (StopIteration, _stop),
    (AttributeError, _attribute),
    (TypeError, _type),
    (ValueError, _value),
)
