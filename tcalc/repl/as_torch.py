"""Programs of the language as PyTorch has them: what they show they print, paths are written out.

What is changed is changed in the text itself, so that all else stays as it was written. What has no
equal in PyTorch becomes a comment, and so does what needs a name that only such a statement binds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tcalc.lang import syntax
from tcalc.repl.effects import effects
from tcalc.repl.slicing import statements
from tcalc.repl.torch_kinds import kind, of_value
from tcalc.repl.translation import IMPORTS, Translation

# What each statement of a program showed, by where it starts: a type's name.
Shown = Mapping[int, str]
_SILENT = frozenset(
    ("Generator", "Handle", "HookHandle")
)  # what manual_seed gives has another text there
_OF_REPR = frozenset(("str", "ndarray"))  # what print writes otherwise than a session shows it


def as_torch(
    programs: Sequence[str],
    shown: Sequence[Shown] = (),
    values: Mapping[str, Any] | None = None,
) -> str:
    """The text of the programs in PyTorch's words, with the imports that it needs.

    `shown` are the results of each program; without them nothing is printed. `values` are what the
    names stand for in the end.
    """
    results = shown or [{}] * len(programs)
    found = [
        (text, statement, each.get(statement.start))
        for program, each in zip(programs, results, strict=True)
        for text, statement in statements([program])
    ]
    times = Counter(name for _, statement, _ in found for name in effects(statement).binds)
    once = {name: of_value(value) for name, value in (values or {}).items() if times[name] == 1}
    writer = _Writer(once)
    for text, statement, kind_shown in found:
        writer.add(text, statement, kind_shown)
    return writer.text()


class _Writer:
    """Takes statements in order, and remembers what they bound."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._final = kinds  # of names that one statement alone binds
        self._kinds = dict(kinds)
        self._bound: set[str] = set()
        self._missing: set[str] = set()  # names that only statements without an equal have bound
        self._needed: set[str] = set()
        self._lines: list[str] = []
        self._last: tuple[int, str, str] | None = None  # the result before: line, code, type

    def add(self, text: str, statement: syntax.Stmt, shown: str | None) -> None:
        """Write one statement; `shown` is the type of what it showed, if it did."""
        found = effects(statement)
        if isinstance(statement, syntax.Import | syntax.ImportFrom):
            self._lines.append(text)
            self._bound |= found.binds
            return
        known = {name: each for name, each in self._kinds.items() if name in self._bound}
        last = {"_"} if "_" in found.reads and self._name_last() else set[str]()
        translation = Translation(text, statement.start, self._bound | last, known)
        code = translation.statement(statement)
        own, lacking = translation.own, found.reads & self._missing
        self._bound |= found.binds
        if shown is not None:
            self._bound.discard("_")  # which is this result now, whatever it was
        if own or lacking:
            words = ", ".join(sorted(own)) + ": tcalc's own" if own else ""
            words = words or f"for want of {', '.join(sorted(lacking))}"
            self._lines += [f"# {line}" for line in text.split("\n")]
            self._lines[-1] += f"  # {words}"
            self._missing |= found.binds
            self._last = None if shown is not None else self._last
            return
        self._missing -= found.binds
        self._needed |= {name for name in translation.needed if not self._imports(name)}
        self._learn(statement, known)
        if shown is None or shown in _SILENT:
            self._lines.append(code)
            return
        self._last = len(self._lines), code, shown
        self._lines.append(_printed(statement, code, shown))

    def _name_last(self) -> bool:
        """Let the result before be called `_`, as a session has it; whether that can be."""
        if self._last is not None:
            at, code, shown = self._last
            self._lines[at] = f"_ = {code}\nprint({'repr(_)' if shown in _OF_REPR else '_'})"
        return self._last is not None

    def _imports(self, name: str) -> bool:
        """Whether the program itself has imported a module by now."""
        return IMPORTS.get(name) in self._lines

    def _learn(self, statement: syntax.Stmt, known: Mapping[str, str]) -> None:
        """Note what kinds of values the names have from now on."""
        if isinstance(statement, syntax.Assign):
            for target in statement.targets:
                if isinstance(target, syntax.Name):
                    found = kind(statement.value, known)
                    self._kinds[target.id] = found or self._final.get(target.id, "")

    def text(self) -> str:
        """All lines, below the imports."""
        imports = [line for name, line in IMPORTS.items() if name in self._needed]
        return "\n".join([*imports, *([""] if imports and self._lines else []), *self._lines])


def _printed(statement: syntax.Stmt, code: str, shown: str) -> str:
    """An expression that showed something, as a call of print."""
    bare = isinstance(statement, syntax.Expression) and isinstance(statement.value, syntax.Tuple)
    if bare and not code.startswith("("):
        code = f"({code})"
    elif bare:
        code = f"({code})" if _is_open(code) else code
    return f"print(repr({code}))" if shown in _OF_REPR else f"print({code})"


def _is_open(code: str) -> bool:
    """Whether a tuple begins with a bracket that is not the one around all of it."""
    depth = 0
    for at, char in enumerate(code):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0:
            return at < len(code) - 1
    return False
