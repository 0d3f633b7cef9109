"""From an exception to a diagnostic: the place, the guilty operands, the calls that led there.

A frame of compiled code names its unit by its file name and a syntax node by its line number. The
innermost such frame is the place. To say a Python exception better: its case in `faults.py`.
"""

from __future__ import annotations

from tcalc.diagnostic import Diagnostic, Label, Span
from tcalc.errors import TcalcError
from tcalc.lang import syntax
from tcalc.lang.operands import MISSING, Place, operands_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from tcalc.core.origin import Origin
    from tcalc.lang.compile import Unit

# A recursion that ran away is shown by its first and last calls.
MOST_CALLS = 6
MOST_BITS = 256  # of an integer that a label shows


def explain(
    error: Exception,
    units: Mapping[str, Unit],
    statement: Span,
    known_names: Callable[[], Iterable[str]],
) -> TcalcError:
    """`error` as a TcalcError with its diagnostic; `statement` is where it ran."""
    from tcalc.lang.faults import translate

    places = _places(error.__traceback__, units)
    place = places[-1] if places else None
    fault = translate(error, place, known_names)
    if fault.diagnostic is None:
        fault.diagnostic = _diagnostic(fault, places, statement, _elsewhere(fault, units))
    if fault is not error:
        fault.__cause__ = error
    return fault.with_traceback(None)


def outside(fault: TcalcError) -> Diagnostic:
    """The diagnostic of a failure that no statement stands for; it may point into data."""
    return Diagnostic(
        fault.headline,
        span=fault.labels[0].span if fault.labels else None,
        labels=fault.labels,
        notes=[fill(note, {}) for note in fault.notes],
        helps=[fill(text, {}) for text in fault.helps],
    )


def _places(traceback: TracebackType | None, units: Mapping[str, Unit]) -> list[Place]:
    """The frames of compiled code, outermost first."""
    places = []
    while traceback is not None:
        frame = traceback.tb_frame
        unit = units.get(frame.f_code.co_filename)
        if unit is not None and traceback.tb_lineno:
            places.append(Place(frame, unit, traceback.tb_lineno))
        traceback = traceback.tb_next
    return places


def _elsewhere(fault: TcalcError, units: Mapping[str, Unit]) -> list[Label]:
    """A label at each other place that matters, as far as it is in a text of the session."""
    labels = []
    for origin, text in fault.places:
        span = span_of(origin, units)
        if span is not None:
            labels.append(Label(span, text))
    return labels


def span_of(origin: Origin | None, units: Mapping[str, Unit]) -> Span | None:
    """Where an origin stands, None if it is in no text of the session."""
    unit = units.get(origin[0].co_filename) if origin is not None else None
    if origin is None or unit is None:
        return None
    from tcalc.core.origin import line_of

    line = line_of(origin)
    return unit.span(line) if line else None


def _diagnostic(
    fault: TcalcError, places: list[Place], statement: Span, elsewhere: list[Label]
) -> Diagnostic:
    if not places:
        return Diagnostic(
            fault.headline,
            span=statement,
            labels=[Label(statement), *elsewhere, *fault.labels],
            notes=[fill(note, {}) for note in fault.notes],
            helps=[fill(text, {}) for text in fault.helps],
        )
    place = places[-1]
    span = place.span(place.node)
    operands = operands_of(place, fault)
    labels = _labels(fault, place, operands) or [Label(span)]
    texts = {name: _source(place, node) for name, node in operands.items()}
    return Diagnostic(
        fault.headline,
        span=span,
        labels=[*labels, *elsewhere, *fault.labels],
        notes=[fill(note, texts) for note in fault.notes],
        helps=[fill(text, texts) for text in fault.helps],
        calls=_calls(places),
    )


def _calls(places: list[Place]) -> list[tuple[str, Span]]:
    """The calls between the statement and the place, outermost first; a comprehension is none."""
    calls = []
    for caller, callee in zip(places, places[1:], strict=False):  # noqa: RUF007 -- start-up
        name = callee.frame.f_code.co_name
        if name == "<lambda>" or not name.startswith("<"):
            calls.append((name.strip("<>"), caller.span(caller.node)))
    if len(calls) > MOST_CALLS:
        calls = calls[: MOST_CALLS // 2] + calls[-MOST_CALLS // 2 :]
    return calls


# Texts ----------------------------------------------------------------------------------------


def _labels(
    fault: TcalcError,
    place: Place,
    operands: Mapping[str, syntax.Node],
) -> list[Label]:
    """One label under each guilty operand."""
    from tcalc.lang.runtime import is_array

    labels: dict[tuple[int, int], Label] = {}
    for name, text in fault.blame.items():
        node = operands.get(name)
        if node is None:
            continue
        value = place.value(node)
        if value is MISSING and is_array(fault.operands.get(name)):
            value = fault.operands[name]
        shown = text or _described(node, value)
        if shown and isinstance(node, syntax.Name):
            shown = f"{node.id}: {shown}"
        labels.setdefault((node.start, node.end), Label(place.span(node), shown))
    return list(labels.values())


def _described(node: syntax.Node, value: object) -> str:
    """The usual text of a label: a tensor's dtype and shape, a plain value's type or text."""
    from tcalc.lang.attributes import type_name
    from tcalc.lang.runtime import is_array

    if value is MISSING or isinstance(node, syntax.Constant):
        return ""
    if is_array(value):
        from tcalc.core.tensor import describe

        return describe(value)
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return type_name(value)
    if isinstance(value, bool | int | float | complex | str):
        text = repr(value)
        return text if len(text) <= 30 else type_name(value)  # noqa: PLR2004
    if isinstance(value, list | tuple | dict | set) and type(value).__module__ == "builtins":
        return f"{type_name(value)} of {len(value)}"
    return type_name(value)


def _source(place: Place, node: syntax.Node) -> tuple[str, bool]:
    """The text of `node`, and whether it can stand before a dot as it is."""
    text = place.span(node).text
    atoms = (syntax.Name, syntax.Call, syntax.Attribute, syntax.Subscript, syntax.List)
    return text, isinstance(node, atoms) or _in_parentheses(text)


def _in_parentheses(text: str) -> bool:
    """Whether one pair of parentheses is around all of `text`."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if not depth:
            return at == len(text) - 1 and text.startswith("(")
    return False


def fill(template: str, texts: Mapping[str, tuple[str, bool]]) -> str:
    """`template` with `{name}` replaced by the argument's text; `{{` and `}}` are braces.

    A text that is no atom gets parentheses where a dot or bracket follows. An argument that is not
    known keeps its parameter's name.
    """
    out: list[str] = []
    at = 0
    while at < len(template):
        char = template[at]
        if char in "{}" and template[at : at + 2] == char * 2:
            out.append(char)
            at += 2
        elif char == "{" and "}" in template[at:]:
            end = template.index("}", at)
            name = template[at + 1 : end]
            text, atom = texts.get(name, (name, True))
            follows = template[end + 1 : end + 2]
            out.append(text if atom or follows not in (".", "[") else f"({text})")
            at = end + 1
        else:
            out.append(char)
            at += 1
    return "".join(out)
