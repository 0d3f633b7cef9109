"""A frame of compiled code: the syntax that it was at, and what can be looked at in it.

Looking never runs anything: a value that would have to be computed is MISSING.
"""

from __future__ import annotations

from tcalc.diagnostic import Span
from tcalc.lang import syntax
from tcalc.lang.attributes import is_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, TracebackType
    from typing import Any

    from tcalc.lang.compile import Unit

MISSING: Any = object()


class Place:
    """A frame of compiled code, and the syntax node that it was at."""

    __slots__ = ("below", "frame", "node", "unit")

    def __init__(
        self, frame: FrameType, unit: Unit, line: int, below: TracebackType | None = None
    ) -> None:
        """Look up what `line` stands for; of a part that is assigned to, the whole assignment.

        `below` are the frames that it called.
        """
        self.frame = frame
        self.below = below
        self.unit = unit
        self.node = unit.nodes[line - 1]
        if isinstance(self.node, syntax.Subscript | syntax.Attribute):
            parent = self.parent(self.node)
            if isinstance(parent, syntax.Assign) and parent.value is not self.node:
                self.node = parent

    def span(self, node: syntax.Node) -> Span:
        """Where `node` stands in this frame's source."""
        return Span(self.unit.source, node.start, node.end)

    def parent(self, node: syntax.Node) -> syntax.Node | None:
        """The node that `node` is directly below, None if that is not known."""
        return self.parents().get(id(node))

    def parents(self) -> dict[int, syntax.Node]:
        """The node above each node of the statement, by the lower one's id."""
        return {id(child): node for node in self.unit.nodes for child in node.children()}

    def unpacked(self, target: syntax.Node) -> syntax.Node | None:
        """What the names of `target` are unpacked from, or, in a loop, what its items are."""
        parent = self.parent(target)
        if isinstance(parent, syntax.Assign) and parent.value is not target:
            return parent.value
        if isinstance(parent, syntax.For) and parent.target is target:
            return parent.iterable
        nodes = (node for node in self.unit.nodes if isinstance(node, syntax.Comprehension))
        clauses = (clause for node in nodes for clause in node.clauses)
        return next((each.iterable for each in clauses if each.target is target), None)

    def called(self, name: str) -> CodeType | None:
        """The code of the function called `name` that was running when the failure came."""
        found, traceback = None, self.below
        while traceback is not None:
            code = traceback.tb_frame.f_code
            found = code if code.co_name == name else found
            traceback = traceback.tb_next
        return found

    def value(self, node: syntax.Node) -> Any:
        """The value of what can be looked at without running anything; MISSING for anything else.

        That is a name, a constant, a display of such, and a few attributes and items.
        """
        look = LOOKS.get(type(node))
        return MISSING if look is None else look(self, node)

    def _constant(self, node: syntax.Constant) -> Any:
        return node.value

    def _negative(self, node: syntax.Unary) -> Any:
        value = self.value(node.operand)
        plain = node.op == "-" and isinstance(value, int | float | complex)
        return -value if plain else MISSING

    def _display(self, node: syntax.List | syntax.Tuple) -> Any:
        items = [self.value(item) for item in node.items[:MOST_ITEMS]]
        if len(items) < len(node.items) or any(item is MISSING for item in items):
            return MISSING
        return items if isinstance(node, syntax.List) else tuple(items)

    def _attribute(self, node: syntax.Attribute) -> Any:
        owner, name = self.value(node.value), node.name
        if is_module(owner):
            return owner.member(name) if name in owner.member_names() else MISSING
        if hasattr(owner, "array") and name in READABLE:
            return getattr(owner, name)
        return MISSING

    def _item(self, node: syntax.Subscript) -> Any:
        owner, index = self.value(node.value), self.value(node.index)
        if type(owner).__name__ not in PLAIN or not isinstance(index, int | str):
            return MISSING
        try:
            return owner[index]
        except (LookupError, TypeError):
            return MISSING

    def _name(self, node: syntax.Name) -> Any:
        frame = self.frame
        for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
            if node.id in names:
                return names[node.id]
        return MISSING


# Attributes of a tensor that are there already, and containers whose items can be looked at.
READABLE = frozenset(("dtype", "grad", "is_leaf", "ndim", "requires_grad", "shape"))
PLAIN = frozenset(("list", "tuple", "dict", "Size"))
MOST_ITEMS = 64  # of a display whose value is looked at


LOOKS: dict[type[syntax.Node], Callable[[Place, Any], Any]] = {
    syntax.Attribute: Place._attribute,
    syntax.Constant: Place._constant,
    syntax.List: Place._display,
    syntax.Name: Place._name,
    syntax.Subscript: Place._item,
    syntax.Tuple: Place._display,
    syntax.Unary: Place._negative,
}


def source_of(place: Place, node: syntax.Node) -> tuple[str, bool]:
    """The text of `node`, and whether it can stand before a dot as it is."""
    text = place.span(node).text
    atoms = (syntax.Name, syntax.Call, syntax.Attribute, syntax.Subscript, syntax.List)
    return text, isinstance(node, atoms) or in_parentheses(text)


def escaped(place: Place, node: syntax.Node) -> str:
    """The text of `node`, for a note or help: its braces are no placeholders."""
    return place.span(node).text.replace("{", "{{").replace("}", "}}")


def in_parentheses(text: str) -> bool:
    """Whether one pair of parentheses is around all of `text`."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if not depth:
            return at == len(text) - 1 and text.startswith("(")
    return False
