"""The names of a session, as completion sees them. Nothing here runs code of the user's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tcalc import reference
from tcalc.core import dtypes
from tcalc.core.params import MISSING
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import ATTRIBUTES, Tensor, describe
from tcalc.lang import namespaces, offers
from tcalc.lang.attributes import names_of, type_name
from tcalc.lang.builtins import BUILTINS, DOCS
from tcalc.lang.lexer import TABLES

if TYPE_CHECKING:
    from tcalc.core.op import Op
    from tcalc.core.params import Param
    from tcalc.core.signature import Signature
    from tcalc.lang.session import Session

# What a parameter takes, in the user's words, where the kind's own name is not one.
KINDS = {"Array": "tensor", "Arrays": "tensors", "DTypeLike": "dtype", "Flag": "bool"}


class SessionScope:
    """Completion's view of `session`."""

    def __init__(self, session: Session) -> None:
        """Look things up in `session` as it is now.

        Only names that have a value count: data that waits to be read is left in peace.
        """
        self._session = session
        self._own = frozenset(session.names())

    def names(self) -> dict[str, str]:
        """Every name in scope and its kind: the session's own hide the language's."""
        words = {word: "keyword" for word in TABLES.WORDS if word.isidentifier()}
        functions = {*REGISTRY, *BUILTINS, *offers.BUILTINS}
        language = {
            name: "function" if name in functions else "name"
            for name in (*BUILTINS, *offers.BUILTINS, *namespaces.bare_names())
        }
        return words | language | dict.fromkeys(self._own, "name")

    def value(self, name: str) -> object:
        """The session's value, or what the language means by the name; None for neither."""
        if name in self._own:
            return self._session[name]
        if name in BUILTINS:
            return BUILTINS[name]
        if name in offers.BUILTINS:
            return offers.load(offers.BUILTINS[name])
        try:
            return namespaces.bare(name)
        except KeyError:
            return None

    def members(self, value: object) -> Iterable[str]:
        """What `dir` would show."""
        return names_of(value) if value is not None else ()

    def member(self, value: Any, name: str) -> object:
        """A member of a module, or one of a namespace that is there; None for anything else.

        Other attributes may compute, or read a file.
        """
        if type_name(value) == "namespace":
            return value.present(name)
        if type_name(value) == "module" and name in set(value.member_names()):
            return value.member(name)
        return None

    def tensor_members(self) -> Iterable[str]:
        """The attributes of a tensor."""
        return ATTRIBUTES

    def parameters(self, path: list[str]) -> Iterator[tuple[str, str]]:
        """Keywords that the function at the dotted `path` takes, each with its parameter's kind and
        default.
        """
        is_method = self._is_method(path)
        op = self._op(path)
        if op is not None:
            for param in _params(op.signatures, skip=int(is_method)):
                kind = KINDS.get(param.kind, param.kind.lower())
                given = param.default is not MISSING
                yield param.name, f"{kind} = {param.default!r}" if given else kind
        elif not is_method:
            code = getattr(self.value(path[-1]), "__code__", None)
            if code is not None:
                count = code.co_argcount + code.co_kwonlyargcount
                yield from ((name, "") for name in code.co_varnames[:count])

    def choices(self, path: list[str], parameter: str, first: str) -> Iterator[str]:
        """Dtypes, True and False, or the axes that the tensor in question has."""
        op = self._op(path)
        for param in _params(op.signatures) if op else ():
            if parameter != param.name and parameter not in param.aliases:
                continue
            if param.kind == "DTypeLike":
                yield from (dtype.name for dtype in dtypes.ALL)
            elif param.kind in ("Flag", "bool"):
                yield from ("True", "False")
            elif param.kind in ("Axis", "Axes"):
                tensor = self.value(path[0] if self._is_method(path) else first)
                if isinstance(tensor, Tensor):
                    yield from map(str, range(-tensor.ndim, tensor.ndim))
            return

    def _is_method(self, path: list[str]) -> bool:
        return len(path) > 1 and type_name(self.value(path[0])) != "module"

    def _op(self, path: list[str]) -> Op | None:
        """The op at the dotted `path`, unless a function of the user's hides it."""
        hidden = len(path) == 1 and path[0] in self._own
        return None if hidden else REGISTRY.get(path[-1])

    def modules(self) -> Iterable[str]:
        """The full names of the language's modules."""
        return namespaces.paths()

    def module_members(self, path: str) -> Iterable[str]:
        """The names in a module, none of one that does not exist."""
        found = namespaces.find(path)
        return found.member_names() if found else ()

    def member_note(self, name: str) -> str:
        """The first sentence on the op of that name: most attributes are methods of tensors."""
        return REGISTRY[name].doc.split("\n")[0] if name in REGISTRY else ""

    def note(self, name: str) -> str:
        """A tensor's shape, a function's first sentence."""
        if name in self._own:
            value = self._session[name]
            return describe(value) if isinstance(value, Tensor) else type_name(value)
        if name in offers.BUILTINS and name not in REGISTRY:
            return reference.page(name).summary
        return self.member_note(name) or DOCS.get(name, "").partition(": ")[2]


def _params(signatures: Iterable[Signature], skip: int = 0) -> Iterator[Param]:
    """The parameters of all forms, each once; `skip` leaves a method's receiver out."""
    seen = set()
    for signature in signatures:
        for param in signature.params[skip:]:
            if param.name not in seen and not param.variadic:
                seen.add(param.name)
                yield param
