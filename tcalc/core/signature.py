"""An op's signature, which is that of its forward function in Python, and the binding of calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from tcalc.core.device import is_cpu
from tcalc.core.params import MISSING, Param
from tcalc.errors import ArgumentFault, closest

# Keywords of PyTorch that may stand at any op, as long as they ask for nothing.
_IGNORED = frozenset({"device", "layout", "out", "pin_memory"})


class Signature:
    """An op's parameters, and the binding of a call's arguments to them."""

    __slots__ = (
        "by_keyword", "defaults", "mapping", "name", "params", "positional", "required", "variadic",
    )  # fmt: skip

    def __init__(self, name: str, params: Sequence[Param]) -> None:
        """Index the parameters by position and by every keyword that names them."""
        self.name = name
        self.params = tuple(params)
        self.positional = sum(not p.keyword_only and not p.variadic for p in params)
        self.required = sum(p.default is MISSING and not p.variadic for p in params)
        self.variadic = next((i for i, p in enumerate(params) if p.variadic), None)
        self.mapping = next((i for i, p in enumerate(params) if p.mapping), None)
        self.defaults = [() if p.variadic else p.default for p in params]
        self.by_keyword: dict[str, int] = {}
        for i, param in enumerate(params):
            for alias in param.aliases:
                self.by_keyword.setdefault(alias, i)
        self.by_keyword |= {param.name: i for i, param in enumerate(params) if not param.mapping}

    @classmethod
    def of(cls, name: str, function: Callable[..., Any]) -> Signature:
        """Read the signature of `function` from its code, without importing inspect."""
        code = function.__code__
        kinds = {key: str(text).split(" | ")[0] for key, text in function.__annotations__.items()}
        n, k = code.co_argcount, code.co_kwonlyargcount
        names = code.co_varnames
        positional_defaults = function.__defaults__ or ()
        keyword_defaults = function.__kwdefaults__ or {}
        params = []
        for i, param in enumerate(names[:n]):
            at = i - (n - len(positional_defaults))
            default = positional_defaults[at] if at >= 0 else MISSING
            params.append(Param(param, kinds[param], default, keyword_only=False, variadic=False))
        if code.co_flags & 0x04:  # *args
            star = names[n + k]
            params.append(Param(star, kinds[star], (), keyword_only=False, variadic=True))
        for param in names[n : n + k]:
            default = keyword_defaults.get(param, MISSING)
            params.append(Param(param, kinds[param], default, keyword_only=True, variadic=False))
        if code.co_flags & 0x08:  # **kwargs
            rest = names[n + k + bool(code.co_flags & 0x04)]
            params.append(Param(rest, kinds[rest], {}, keyword_only=True, variadic=True))
        return cls(name, params)

    def __str__(self) -> str:
        """`sum(x, dim=None, keepdim=False, *, dtype=None)`."""
        parts: list[str] = []
        starred = False
        for param in self.params:
            starred |= param.variadic
            if param.keyword_only and not starred and not param.mapping:
                parts.append("*")
                starred = True
            parts.append(str(param))
        return f"{self.name}({', '.join(parts)})"

    def takes(self, given: int, kwargs: Mapping[str, Any]) -> bool:
        """Whether so many positional arguments and these keywords have a parameter each."""
        if given > self.positional and self.variadic is None:
            return False
        return self.mapping is not None or all(
            keyword in self.by_keyword or keyword in _IGNORED for keyword in kwargs
        )

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        """Arguments in parameter order, converted. Raises ArgumentFault if they do not fit."""
        given = len(args)
        values: list[Any]
        if self.variadic is None and not kwargs and self.required <= given <= self.positional:
            values = [
                value if value is param.default else param.convert(value, param, self.name)
                for value, param in zip(args, self.params, strict=False)
            ]
            values += self.defaults[given:]
            return values
        values = self.place(args, kwargs)
        for i, param in enumerate(self.params):
            value = values[i]
            if value is not param.default:
                convert = self._each if param.mapping else param.convert
                values[i] = convert(value, param, self.name)
            elif value is MISSING:
                self._fail(f'{self.name}() missing required argument: "{param.name}"')
        return values

    @staticmethod
    def _each(given: dict[str, Any], param: Param, name: str) -> dict[str, Any]:
        return {key: param.convert(value, param, name) for key, value in given.items()}

    def place(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        """Arguments in parameter order, not converted; MISSING where one was not given."""
        given = len(args)
        if given <= self.positional:
            values = [*args, *self.defaults[given:]]
        elif self.variadic is None:
            many = "s" if self.positional != 1 else ""
            raise ArgumentFault(
                f"{self.name}() takes {self.positional} positional argument{many} but {given} were "
                "given",
                blame={f"positional[{i}]": "" for i in range(self.positional, given)},
                notes=[f"the signature is {self}"],
                helps=self._gathered(args[self.positional - 1 :]),
            )
        else:
            rest = args[self.variadic :]
            values = [*args[: self.variadic], rest, *self.defaults[self.variadic + 1 :]]
        for keyword, value in kwargs.items():
            if keyword in _IGNORED and self._is_idle(keyword, value):
                continue
            slot = self.by_keyword.get(keyword)
            if self.mapping is not None and self._is_free(keyword, slot, given):
                values[self.mapping] = {**values[self.mapping], keyword: value}
                continue
            if slot is None:
                self._unknown(keyword)
            if slot < given and not self.params[slot].keyword_only:
                self._fail(f"{self.name}() got multiple values for argument '{keyword}'")
            values[slot] = value
        return values

    def _is_idle(self, keyword: str, value: Any) -> bool:
        """Whether a keyword of PyTorch's asks for nothing here: there is only the CPU."""
        return value is None or is_cpu(value) if keyword == "device" else not value

    def _gathered(self, rest: tuple[Any, ...]) -> list[str]:
        """How to write sizes that were given one by one where they belong together."""
        last = self.params[self.positional - 1]
        if last.kind != "Ints" or any(type(item) is not int for item in rest):
            return []
        return [f"{last.name}={rest} in one tuple"]

    def _is_free(self, keyword: str, slot: int | None, given: int) -> bool:
        """Whether a keyword is for the mapping: nobody's, or an alias of what is given already."""
        return slot is None or (slot < given and keyword != self.params[slot].name)

    def _unknown(self, keyword: str) -> NoReturn:
        near = closest(keyword, self.by_keyword)
        raise ArgumentFault(
            f"{self.name}() got an unexpected keyword argument '{keyword}'",
            blame={keyword: ""},
            notes=[f"the signature is {self}"],
            helps=[f"did you mean {near[0]}=?"] if near else (),
        )

    def _fail(self, headline: str) -> NoReturn:
        raise ArgumentFault(headline, notes=[f"the signature is {self}"])
