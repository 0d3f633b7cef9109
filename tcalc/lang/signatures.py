"""How functions are called: the signature of one that is no op, read from its code."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARIADIC, MAPPING = 0x04, 0x08  # flags of a code object


def code_of(function: Any) -> Any:
    """The code of a function, or of what makes a type's values; None if it has none of Python's."""
    return getattr(_maker(function), "__code__", None)


def _maker(function: Any) -> Any:
    return vars(function).get("__init__") if isinstance(function, type) else function


def signature_of(function: Any) -> str:
    """A function as it is defined, `f(x, lr=0.1, *rest)`; empty if that is not known."""
    from tcalc.lang.builtins import BUILTINS, DOCS

    name = getattr(function, "__name__", "")
    if name in BUILTINS and BUILTINS[name] is function:
        return DOCS[name].partition("): ")[0] + ")"
    function = getattr(function, "__wrapped__", function)
    code = code_of(function)
    inside = _written(function) if code is None else ", ".join(_parameters(function, code))
    if inside is None or inside == "*args, **kwargs":
        return ""
    return f"{name.replace('<lambda>', 'lambda')}({inside})"


def _written(function: Any) -> str | None:
    """The parameters of a function that is not Python's own code, as its module writes them."""
    text: str = getattr(function, "__text_signature__", None) or ""
    names = [name.strip() for name in text.strip("()").split(",")]
    shown = [name for name in names if name not in ("$module", "$self", "/")]
    return ", ".join(shown) if text else None


def _parameters(function: Any, code: Any) -> list[str]:
    from tcalc.lang.runtime import representation

    made = _maker(function)
    names, n, k = code.co_varnames, code.co_argcount, code.co_kwonlyargcount
    last = made.__defaults__ or ()
    defaults = dict(zip(names[n - len(last) : n], last, strict=True)) | (made.__kwdefaults__ or {})

    def written(name: str) -> str:
        return f"{name}={representation(defaults[name])}" if name in defaults else name

    texts = [written(name) for name in names[:n] if name != "self"]
    if code.co_flags & VARIADIC:
        texts.append(f"*{names[n + k]}")
    elif k:
        texts.append("*")
    texts += [written(name) for name in names[n : n + k]]
    if code.co_flags & MAPPING:
        texts.append(f"**{names[n + k + bool(code.co_flags & VARIADIC)]}")
    return texts
