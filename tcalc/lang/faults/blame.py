"""From an exception to a diagnostic: the place, the guilty operands, the calls that led there.

A frame of compiled code names its unit by its file name and a syntax node by its line number. The
innermost such frame is the place. To say a Python exception better: its case in `exceptions.py`.
"""

from __future__ import annotations

from tcalc.diagnostic import Diagnostic, Label, Span
from tcalc.errors import TcalcError
from tcalc.lang import syntax
from tcalc.lang.faults.frame import Place, in_parentheses, source_of
from tcalc.lang.faults.labels import labels_of
from tcalc.lang.faults.operands import operands_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from tcalc.core.origin import Origin
    from tcalc.lang.compile import Unit
    from tcalc.lang.faults.failure import Failure
    from tcalc.lang.rehearsal.stand_ins import StandIns


def explain(
    error: Exception,
    units: Mapping[str, Unit],
    statement: Span,
    known_names: Callable[[], Iterable[str]],
) -> TcalcError:
    """`error` as a TcalcError with its diagnostic; `statement` is where it ran."""
    from tcalc.lang.faults.exceptions import plain, translate

    places = _places(error.__traceback__, units)
    if isinstance(error, RuntimeError) and isinstance(error.__cause__, StopIteration):
        error = error.__cause__  # it came out of a generator, where it is no end of a loop
        places += _places(error.__traceback__, units)
    place = places[-1] if places else None
    try:
        fault = translate(error, place, known_names)
        if fault.diagnostic is None:
            fault.diagnostic = _diagnostic(fault, places, statement, _elsewhere(fault, units))
    except Exception:  # a mistake of what explains a failure must not hide the failure itself
        fault = plain(error)
        fault.diagnostic = _diagnostic(fault, [], statement, [])
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
            places.append(Place(frame, unit, traceback.tb_lineno, traceback.tb_next))
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
    failure, repairs = _tried(place, fault, operands)
    labels = labels_of(fault, place, operands, failure) or [Label(span)]
    texts = {name: source_of(place, node) for name, node in operands.items()}
    return Diagnostic(
        fault.headline,
        span=span,
        labels=[*labels, *elsewhere, *fault.labels],
        notes=_filled(fault.notes, texts),
        helps=[*_filled(fault.helps, texts), *repairs],
        calls=_calls(places),
    )


def _filled(templates: Iterable[str], texts: Mapping[str, tuple[str, bool]]) -> list[str]:
    """The templates whose operands all have a place in the source, filled in."""
    return [fill(text, texts) for text in templates if placeholders(text) <= texts.keys()]


def _tried(
    place: Place, fault: TcalcError, operands: Mapping[str, syntax.Node]
) -> tuple[Failure | None, list[str]]:
    """What an op failed on, and the repairs that work; nothing if that itself goes wrong."""
    if fault.op is None:
        return None, []
    from tcalc.lang.faults.failure import Failure
    from tcalc.lang.faults.repair import repairs
    from tcalc.lang.faults.trial import on_ghosts

    def tried(stand_ins: StandIns) -> tuple[Failure, list[str]]:
        failure = Failure(place, fault, operands, stand_ins)
        return failure, repairs(failure)

    try:
        found: tuple[Failure, list[str]] = on_ghosts(tried)
        return found
    except Exception:  # the user's failure is the one to report
        return None, []


def _calls(places: list[Place]) -> list[tuple[str, Span]]:
    """The calls between the statement and the place, outermost first; a comprehension is none."""
    calls = []
    for caller, callee in zip(places, places[1:], strict=False):  # noqa: RUF007 -- start-up
        name = callee.frame.f_code.co_name
        if name == "<lambda>" or not name.startswith("<"):
            calls.append((name.strip("<>"), caller.span(caller.node)))
    return calls


# Texts ----------------------------------------------------------------------------------------


def placeholders(template: str) -> set[str]:
    """The names in braces in `template`."""
    plain = template.replace("{{", "").replace("}}", "")
    return {part.partition("}")[0] for part in plain.split("{")[1:] if "}" in part}


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
            if follows == ")" and template[at - 1 : at] == "(" and in_parentheses(text):
                text = text[1:-1]
            out.append(text if atom or follows not in (".", "[") else f"({text})")
            at = end + 1
        else:
            out.append(char)
            at += 1
    return "".join(out)
