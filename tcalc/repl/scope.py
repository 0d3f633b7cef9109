"""The names of a session, as completion sees them. Nothing here runs code of the user's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import ATTRIBUTES, Tensor, describe
from tcalc.lang import namespaces
from tcalc.lang.attributes import names_of, type_name
from tcalc.lang.builtins import BUILTINS, DOCS
from tcalc.lang.lexer import TABLES

if TYPE_CHECKING:
    from tcalc.lang.session import Session


class SessionScope:
    """Completion's view of `session`."""

    def __init__(self, session: Session) -> None:
        """Look things up in `session` when asked."""
        self._session = session

    def names(self) -> dict[str, str]:
        """Every name in scope and its kind: the session's own hide the language's."""
        words = {word: "keyword" for word in TABLES.WORDS if word.isidentifier()}
        language = {
            name: "function" if name in REGISTRY or name in BUILTINS else "name"
            for name in (*BUILTINS, *namespaces.bare_names())
        }
        return words | language | dict.fromkeys(self._own(), "name")

    def _own(self) -> list[str]:
        """Names that have a value already: data that waits to be read is left in peace."""
        return self._session.names()

    def value(self, name: str) -> object:
        """The session's value, or what the language means by the name; None for neither."""
        if name in self._own():
            return self._session[name]
        if name in BUILTINS:
            return BUILTINS[name]
        try:
            return namespaces.bare(name)
        except KeyError:
            return None

    def members(self, value: object) -> Iterable[str]:
        """What `dir` would show."""
        return names_of(value) if value is not None else ()

    def member(self, value: Any, name: str) -> object:
        """A member of a module; None for anything else, whose attributes may compute."""
        if type_name(value) == "module" and name in set(value.member_names()):
            return value.member(name)
        return None

    def tensor_members(self) -> Iterable[str]:
        """The attributes of a tensor."""
        return ATTRIBUTES

    def parameters(self, path: list[str]) -> Iterator[tuple[str, str]]:
        """Keywords that the function at the dotted `path` takes, each with its parameter's kind."""
        receiver = self.value(path[0]) if len(path) > 1 else None
        is_method = len(path) > 1 and type_name(receiver) != "module"
        own = path[0] in self._own() and not is_method
        op = None if own else REGISTRY.get(path[-1])
        if op is not None:
            yield from _keywords(op.signatures, skip=int(is_method))
        elif not is_method:
            code = getattr(self.value(path[-1]), "__code__", None)
            if code is not None:
                count = code.co_argcount + code.co_kwonlyargcount
                yield from ((name, "") for name in code.co_varnames[:count])

    def note(self, name: str) -> str:
        """A tensor's shape, a function's first sentence."""
        if name in self._own():
            value = self._session[name]
            return describe(value) if isinstance(value, Tensor) else type_name(value)
        if name in REGISTRY:
            return REGISTRY[name].doc.split("\n")[0]
        return DOCS.get(name, "").partition(": ")[2]


def _keywords(signatures: Iterable[Any], skip: int) -> Iterator[tuple[str, str]]:
    """The parameters of all forms, each once; a method's receiver is left out."""
    seen = set()
    for signature in signatures:
        for param in signature.params[skip:]:
            if param.name not in seen and not param.variadic:
                seen.add(param.name)
                yield param.name, param.kind
