"""Texts that change in places: a node's own text, with other texts for its children."""

from __future__ import annotations

from collections.abc import Mapping

from tcalc.lang import syntax


class Splicing:
    """The text of one statement; a subclass says by `code` what becomes of each node."""

    def __init__(self, text: str, start: int) -> None:
        """The statement `text` stands at `start`, which its nodes count from."""
        self._text = text
        self._start = start

    def code(self, node: syntax.Node) -> str:
        """The new text of a node."""
        raise NotImplementedError

    def _spliced(self, node: syntax.Node, replaced: Mapping[int, str]) -> str:
        """The node's text with its children translated, or `replaced` by their ids."""
        pieces, done = [], node.start
        for child in sorted(node.children(), key=lambda child: child.start):
            pieces += [self._between(done, child.start)]
            pieces += [replaced[id(child)] if id(child) in replaced else self.code(child)]
            done = child.end
        return "".join([*pieces, self._between(done, node.end)])

    def _between(self, start: int, end: int) -> str:
        return self._text[start - self._start : end - self._start]

    def _source(self, node: syntax.Node) -> str:
        return self._between(node.start, node.end)

    def _fstring(self, node: syntax.FString) -> str:
        """An f-string, its fields translated; `{x=}` shows the text that was written."""
        pieces, done = [], node.start
        for part in node.parts:
            if isinstance(part, syntax.Field):
                pieces += [self._between(done, part.start), self._field(part)]
                done = part.end
        return "".join([*pieces, self._between(done, node.end)])

    def _field(self, field: syntax.Field) -> str:
        code = self.code(field.value)
        spec = self._fstring(field.spec) if field.spec is not None else ""
        rest_end = field.spec.start if field.spec is not None else field.end - 1
        between = self._between(field.value.end, rest_end)
        if code == self._source(field.value):
            return "{" + self._between(field.start + 1, field.value.end) + between + spec + "}"
        if not between.lstrip().startswith("="):
            return "{" + code + between + spec + "}"
        echo, _, rest = between.partition("=")
        blanks = rest[: len(rest) - len(rest.lstrip())]
        written = self._between(field.start + 1, field.value.end) + echo + "=" + blanks
        conversion = rest.lstrip() or "!r"
        return written.replace("{", "{{").replace("}", "}}") + "{" + code + conversion + spec + "}"
