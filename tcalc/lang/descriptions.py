"""What `help(x)` says: how to write x, and its docstring.

To describe another kind of value: a case in `describe`.
"""

from __future__ import annotations

from tcalc.lang import attributes, kinds, runtime
from tcalc.lang.attributes import is_module
from tcalc.lang.builtins import BUILTINS, DOCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WIDTH = 79
MOST_NAMES = 100  # of a module that are listed


def describe(x: Any) -> str:
    """The help text of a value; of a text, that of what is called so."""
    if x is None:
        return "help(x) describes x; dir() lists your names, dir(torch) the functions."
    if isinstance(x, str):
        return _named(x)
    if is_module(x):
        return _module(x)
    return _callable(x) or f"{runtime.representation(x)}: {attributes.type_name(x)}"


def _callable(x: Any) -> str:
    """The help of a function, op or type; empty for other values."""
    for name, value in BUILTINS.items():
        if value is x:
            return DOCS[name]
    op = getattr(x, "__func__", x)  # of a method
    if hasattr(op, "signatures") and hasattr(op, "doc"):
        return "\n".join([*map(str, op.signatures), "", op.doc])
    if isinstance(x, kinds.Kind):
        return _kind(x)
    return _function(x) or runtime.representation(x) if callable(x) else ""


def _named(name: str) -> str:
    """The help of a builtin or op by its name, the text itself if there is none."""
    from tcalc.lang.namespaces import ops

    if name in DOCS:
        return DOCS[name]
    op = ops().get(name.removeprefix("torch."))
    return f"{name!r}: str" if op is None else describe(op)


def _module(module: Any) -> str:
    """A module's name, and what is in it."""
    names = attributes.names_of(module)
    if len(names) > MOST_NAMES:
        return f"module {module.name}: dir({module.name}) lists its {len(names)} names."
    lines = [f"module {module.name}:", ""]
    line = ""
    for name in names:
        if line and len(line) + len(name) + 1 > WIDTH:
            lines.append(line)
            line = ""
        line += f" {name}" if line else f"    {name}"
    return "\n".join([*lines, line])


def _kind(kind: kinds.Kind) -> str:
    """A type, how to make its values, and what they are."""
    if kind.make is None or not kind.type.__module__.startswith("tcalc."):
        return repr(kind)
    return _function(kind.type if kind.make is kind.type else kind.make) or repr(kind)


def _function(function: Any) -> str:
    """A function's or type's signature and docstring."""
    from tcalc.lang.signatures import signature_of

    doc = (getattr(function, "__doc__", None) or "").strip()
    if "\n" in doc:
        from inspect import cleandoc

        doc = cleandoc(doc)
    signature = signature_of(function)
    if signature and doc.startswith(signature.partition("(")[0] + "("):
        signature = ""  # the docstring begins with one in words
    return "\n\n".join(part for part in (signature, doc) if part)
