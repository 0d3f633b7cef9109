"""A failed operation as the repairs see it: its operands with their ghosts, and edits of them."""

from __future__ import annotations

from tcalc.core import dtypes
from tcalc.core.families import elementwise
from tcalc.core.op import InPlace, Op
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor
from tcalc.lang import syntax
from tcalc.lang.faults.frame import MISSING, Place, source_of
from tcalc.lang.faults.trial import Trial
from tcalc.lang.rehearsal.stand_ins import StandIns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from tcalc.errors import TcalcError

    Candidate = tuple["Edit", ...]

CASTS = {
    "float32": "float", "float64": "double", "float16": "half", "int64": "long", "int32": "int",
    "int16": "short", "int8": "char", "uint8": "byte", "bool": "bool",
}  # fmt: skip


PRODUCTS = frozenset(("bilinear", "linear", "tensordot"))  # made of products
BROADCASTING = frozenset(("addcdiv", "addcmul", "where"))  # made of elementwise ops


class Edit:
    """What to type in the place of `node`, and how to work out what it then gives."""

    __slots__ = ("make", "node", "text")

    def __init__(self, node: syntax.Node, text: str, make: Callable[[], Any]) -> None:
        """`make` raises where the new text would fail."""
        self.node = node
        self.text = text
        self.make = make


class Failure:
    """A failed operation, and its operands that are tensors, each with its ghost.

    `function` is the op that the source calls by name, None for an operator, and `op` the one of
    either; `tensors` are all operands in source order, `editable` those that nothing is written to.
    """

    def __init__(
        self,
        place: Place,
        fault: TcalcError,
        operands: Mapping[str, syntax.Node],
        stand_ins: StandIns,
    ) -> None:
        """Find out what the operands are: from the op that failed, else from their source."""
        self.place = place
        self.fault = fault
        self.node = place.node
        self.operands = operands
        self.known: dict[int, Any] = {}
        self.stand_ins = stand_ins
        self.trial = Trial(place, stand_ins, self.known)
        self.function, self.writes = self._function()
        self.op: Any = self.function if isinstance(self.function, Op) else fault.op
        if fault.op is not None and (self.function is None or self.function is fault.op):
            for name, node in operands.items():
                value = fault.operands.get(name, MISSING)
                if isinstance(value, Tensor) and self._may_be_tensor(node):
                    self.known.setdefault(id(node), stand_ins.of(value))
        nodes = list(_operand_nodes(self.node))
        self.tensors = list(self._tensors(nodes))
        written = self.writes and self.tensors and self.tensors[0][0] is nodes[0]
        self.editable = self.tensors[1:] if written else self.tensors

    def _function(self) -> tuple[Any, bool]:
        """The op that the source calls, and whether the operation writes to its first operand."""
        if isinstance(self.node, syntax.Call | syntax.Pipe):
            op = called(self._attempted(syntax.parts(self.node)[0]))
            return (op.op, True) if isinstance(op, InPlace) else (op, False)
        return None, isinstance(self.node, syntax.AugAssign)

    def _may_be_tensor(self, node: syntax.Node) -> bool:
        """Whether a node's own value is a tensor; the op may have made one of a list."""
        if isinstance(node, syntax.List | syntax.Tuple | syntax.Bulk | syntax.Comprehension):
            return False
        value = self.place.value(node)
        if value is MISSING:
            value = self._attempted(node)
        return value is MISSING or isinstance(value, Tensor)

    def _tensors(self, nodes: Iterable[syntax.Node]) -> Iterator[tuple[syntax.Node, Tensor]]:
        for node in nodes:
            value = self._attempted(node)
            if isinstance(value, Tensor):
                self.known[id(node)] = value
                yield node, value

    def _attempted(self, node: syntax.Node) -> Any:
        return attempt(lambda: self.trial.expr(node))

    def text(self, node: syntax.Node, *, atom: bool = False) -> str:
        """The source of `node`, in parentheses if an `atom` is asked for and it is none."""
        text, is_atom = source_of(self.place, node)
        return text if is_atom or not atom else f"({text})"

    @property
    def is_composite(self) -> bool:
        """Whether the op that failed is one that the called op is made of."""
        return isinstance(self.function, Op) and self.fault.op not in (
            self.function,
            *self.function.overloads,
        )

    @property
    def is_elementwise(self) -> bool:
        """Whether the operation broadcasts its operands and pairs their elements."""
        return self.op is not None and self.op.family is elementwise

    @property
    def broadcasts(self) -> bool:
        """Whether the result has the shape that the operands broadcast to."""
        return self.is_elementwise or getattr(self.op, "name", "") in BROADCASTING

    @property
    def multiplies(self) -> bool:
        """Whether the operation is a product, for which operands may have to be transposed."""
        return self.op is not None and (
            self.op.family.name == "linear algebra" or self.op.name in PRODUCTS
        )

    def outermost(self) -> syntax.Node:
        """The largest expression that the operation is in."""
        parents, node = self.place.parents(), self.node
        while isinstance(parents.get(id(node)), syntax.Expr):
            node = parents[id(node)]
        return node

    def unedited(self, node: syntax.Node, x: Tensor) -> Edit:
        """An operand as it is, to be put into another place."""
        return Edit(node, self.text(node, atom=True), lambda: x)

    def constant(self, node: syntax.Node, value: int) -> Edit:
        """The edit of an argument to a plain number."""
        return Edit(node, str(value), lambda: value)

    def cast(self, node: syntax.Node, x: Tensor, dtype: dtypes.DType) -> Edit:
        """The edit of an operand to itself in another dtype."""
        call = f"{CASTS[dtype.name]}()" if dtype.name in CASTS else f"to({dtype.name})"
        return self.method(node, x, call, "to", dtype)

    def method(self, node: syntax.Node, x: Tensor, call: str, name: str, *args: Any) -> Edit:
        """The edit of an operand to `operand.call`, which is what the op `name` does."""
        text = f"{self.text(node, atom=True)}.{call}"
        if call == "T" and isinstance(node, syntax.Attribute) and node.name == "T":
            text = self.text(node.value, atom=True)
        return Edit(node, text, lambda: REGISTRY[name](x, *args))


def _operand_nodes(node: syntax.Node) -> Iterator[syntax.Node]:
    """The expressions whose values an operation is about, those in a list or tuple one by one."""
    if isinstance(node, syntax.Call | syntax.Pipe):
        func, args, keywords = syntax.parts(node)
        nodes: list[syntax.Node] = [*args, *(keyword.value for keyword in keywords)]
        if isinstance(func, syntax.Attribute):
            nodes.insert(0, func.value)
    elif isinstance(node, syntax.Assign):
        value = node.value
        nodes = [value.left, value.right] if isinstance(value, syntax.Binary) else [value]
    elif isinstance(node, syntax.Compare) and len(node.ops) > 1:
        return  # which of the comparisons failed is not known
    else:
        nodes = list(node.children())
    for child in nodes:
        if isinstance(child, syntax.List | syntax.Tuple):
            yield from child.items
        else:
            yield child


def extended(
    failure: Failure, node: syntax.Call, name: str, value: Any, text: str | None = None
) -> Edit:
    """The edit of a call to the same with one more keyword argument; `text` spells its value."""
    constant = syntax.Constant(node.end, node.end, value)
    keyword = syntax.Keyword(node.end, node.end, name, constant)
    call = syntax.Call(node.start, node.end, node.func, node.args, [*node.keywords, keyword])
    opened = failure.text(node)[:-1].rstrip().removesuffix(",")
    comma = "" if opened.endswith("(") else ", "
    written = f"{opened}{comma}{name}={value if text is None else text})"
    return Edit(node, written, lambda: failure.trial.computed(call))


def called(function: Any) -> Any:
    """The op behind a method of a tensor; anything else as it is."""
    return getattr(function, "__func__", function)


def attempt(compute: Callable[[], Any]) -> Any:
    """What `compute` gives, MISSING where it fails: a trial's failure is never the user's."""
    try:
        return compute()
    except Exception:
        return MISSING
