"""The signature of the call that the cursor is in, the parameter being typed marked in it.

A pure function of the text, the cursor and the names in scope; nothing is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tcalc.core.op import InPlace, Op
from tcalc.core.params import MISSING
from tcalc.core.registry import REGISTRY
from tcalc.lang.builtins import DOCS
from tcalc.repl.candidates import Scope
from tcalc.repl.complete import Call, call_at
from tcalc.repl.scope import KINDS

if TYPE_CHECKING:
    from types import CodeType

    from tcalc.core.params import Param
    from tcalc.core.signature import Signature
    from tcalc.repl.incremental import Tokens

QUIET, CURRENT = "class:quiet", "class:title"
Fragments = list[tuple[str, str]]


def signature(text: str, cursor: int, scope: Scope, tokens: Tokens) -> Fragments:
    """The line to show while the call is typed, [] outside of calls and for unknown functions."""
    before = text[:cursor]
    call = call_at(before, tokens(before))
    if call is None:
        return []
    function, is_method = _function(call.path, scope)
    if isinstance(function, Op | InPlace):
        return _of_op(function, call, is_method)
    code = getattr(function, "__code__", None)
    if code is not None and not code.co_filename.startswith("<tcalc "):
        code = None  # a function of the language's own, which is described in words
    if code is not None:
        return _of_function(call.path[-1], function, code, call)
    described, colon, _ = DOCS.get(call.path[-1], "").partition(": ")
    return [(QUIET, described)] if colon and len(call.path) == 1 else []


def _function(path: list[str], scope: Scope) -> tuple[Any, bool]:
    """What is called, and whether that is a method of a tensor; None if it is not known."""
    value = scope.value(path[0])
    if len(path) == 1:
        hidden = getattr(value, "__code__", None) is not None and path[0] not in DOCS
        return (value if hidden or path[0] not in REGISTRY else REGISTRY[path[0]]), False
    for at, name in enumerate(path[1:], 1):
        found = scope.member(value, name)
        if found is None:
            op = REGISTRY.get(path[-1].rstrip("_")) or REGISTRY.get(path[-1])
            last = at == len(path) - 1
            return (op if last and name in scope.tensor_members() else None), True
        value = found
    return value, False


def _of_op(op: Any, call: Call, is_method: bool) -> Fragments:
    forms = getattr(op, "signatures", (op.signature,))
    given = max(call.positional, len([a for a in call.arguments if a and a[1:2] != ["="]]))
    form = next(
        (form for form in forms if form.takes(given + is_method, dict.fromkeys(call.given))),
        forms[0],
    )
    current = _current(form, call, is_method)
    pieces: Fragments = [(QUIET, f"{call.path[-1]}(")]
    shown = list(enumerate(form.params))[int(is_method) :]
    starred = False
    for i, param in shown:
        if i != shown[0][0]:
            pieces.append((QUIET, ", "))
        if param.keyword_only and not param.mapping and not starred:
            pieces.append((QUIET, "*, "))
        starred |= param.keyword_only or param.variadic
        pieces.append((CURRENT if i == current else QUIET, _parameter(param)))
    return [*pieces, (QUIET, ")")]


def _current(form: Signature, call: Call, is_method: bool) -> int | None:
    """The index of the parameter whose argument is being typed, None if there is none."""
    words = call.arguments[-1]
    if words[1:2] == ["="]:
        return form.by_keyword.get(words[0])
    at = call.positional + is_method
    if form.variadic is not None and at >= form.variadic:
        return form.variadic
    return at if at < form.positional else None


def _parameter(param: Param) -> str:
    """`dim: axis = None`."""
    kind = KINDS.get(param.kind, param.kind.lower())
    star = "**" if param.mapping else "*" if param.variadic else ""
    text = f"{star}{param.name}: {kind}"
    if star or param.default is MISSING:
        return text
    return f"{text} = {param.default!r}"


def _of_function(name: str, function: Any, code: CodeType, call: Call) -> Fragments:
    """A function of the user's: its parameters and defaults."""
    plain, keyword = code.co_argcount, code.co_kwonlyargcount
    names = list(code.co_varnames)
    given = function.__defaults__ or ()
    defaults = dict(zip(names[plain - len(given) : plain], given, strict=True))
    defaults |= function.__kwdefaults__ or {}
    shown = names[:plain]
    at = plain + keyword
    if code.co_flags & 0x04:
        shown.append("*" + names[at])
        at += 1
    elif keyword:
        shown.append("*")
    shown += names[plain : plain + keyword]
    if code.co_flags & 0x08:
        shown.append("**" + names[at])
    words = call.arguments[-1]
    current = words[0] if words[1:2] == ["="] else next(iter(shown[call.positional :]), "")
    pieces: Fragments = [(QUIET, f"{name}(")]
    for i, each in enumerate(shown):
        text = f"{each} = {_short(defaults[each])}" if each in defaults else each
        pieces += [(QUIET, ", ")] if i else []
        pieces.append((CURRENT if each == current else QUIET, text))
    return [*pieces, (QUIET, ")")]


def _short(value: object) -> str:
    """A default where its text is short: a plain number or text, not a tensor."""
    plain = isinstance(value, int | float | str | bool | None)
    return repr(value) if plain and len(repr(value)) < len("a rather long default") else "…"
