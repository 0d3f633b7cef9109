"""What may have been meant where an operation failed: candidates for `repair.py` to try.

Each kind is a generator that gives the edits it can think of, whether they work or not. Those here
are about the shapes of operands, those in `rewrites.py` about the rest of the source. To add a
kind: its generator, and its place in `KINDS` of `repair.py`.
"""

from __future__ import annotations

from tcalc.core import dtypes
from tcalc.core.op import Op
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor
from tcalc.lang import syntax
from tcalc.lang.faults.failure import Edit, Failure, attempt, called, extended

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tcalc.lang.faults.failure import Candidate

MATRIX = PAIR = 2
# Products of operands of certain ranks.
RANKS = {"dot": [1, 1], "vdot": [1, 1], "mv": [2, 1], "mm": [2, 2], "bmm": [3, 3]}
# Ops besides products and elementwise ones whose operands may lack a dimension.
NEED_RANK = frozenset(("cat", "conv1d", "conv2d", "conv3d", "expand", "gather", "stack"))


def kept(failure: Failure) -> Iterator[Candidate]:
    """`keepdim=True` in the reduction that an operand is made by, or in all that are around."""
    edits = [
        extended(failure, call, "keepdim", True)
        for operand, _ in failure.editable
        for call in _reductions(failure, operand)
    ]
    yield from ((edit,) for edit in edits)
    whole = failure.outermost()
    everywhere = [extended(failure, call, "keepdim", True) for call in _reductions(failure, whole)]
    if edits and len(everywhere) > 1:
        yield tuple(everywhere)


def _reductions(failure: Failure, node: syntax.Node) -> Iterator[syntax.Call]:
    """The calls in an expression that could keep a dimension."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        waiting += node.children()
        if isinstance(node, syntax.Call) and _reduces(failure, node):
            yield node


def _reduces(failure: Failure, call: syntax.Call) -> bool:
    """Whether `call` names a dimension that its op would keep if it were asked to."""
    names = {keyword.name for keyword in call.keywords}
    if None in names or names & {"keepdim", "keepdims"}:
        return False
    function = attempt(lambda: failure.trial.expr(call.func))
    op = called(function)
    given = len(call.args) + (op is not function)
    return (
        isinstance(op, Op)
        and any("keepdim" in signature.by_keyword for signature in op.signatures)
        and (given > 1 or not names.isdisjoint(("dim", "axis")))
    )


def multiplied(failure: Failure) -> Iterator[Candidate]:
    """`x @ y`, which takes operands of any rank, where a product for certain ranks failed."""
    wanted = RANKS.get(getattr(failure.function, "name", ""))
    if wanted in (None, [x.ndim for _, x in failure.tensors]) or len(failure.tensors) != PAIR:
        return
    sides = _alike(failure)
    yield (_product(failure, sides),)
    for i in (1, 0):
        text, x = sides[i]
        if x.ndim == MATRIX:
            turned = (f"{text}.T", REGISTRY["T"](x))
            yield (_product(failure, [turned if j == i else sides[j] for j in (0, 1)]),)
    (left, x), (right, y) = sides
    if x.ndim > 1 and x.shape == y.shape:
        products = REGISTRY["mul"](x, y)
        text = f"({left} * {right}).sum()"
        yield (Edit(failure.node, text, lambda: REGISTRY["sum"](products)),)


def _alike(failure: Failure) -> list[tuple[str, Tensor]]:
    """The source and ghost of each operand, in the one dtype that they promote to."""
    wide = dtypes.result_type(*(x.array for _, x in failure.tensors))
    edits = [
        failure.unedited(node, x) if x.dtype is wide else failure.cast(node, x, wide)
        for node, x in failure.tensors
    ]
    return [(edit.text, edit.make()) for edit in edits]


def _product(failure: Failure, sides: list[tuple[str, Tensor]]) -> Edit:
    (left, x), (right, y) = sides
    return Edit(failure.node, f"{left} @ {right}", lambda: REGISTRY["matmul"](x, y))


def transposed(failure: Failure) -> Iterator[Candidate]:
    """A transpose; not to add a vector to a matrix, where another dimension is meant."""
    ranks = {x.ndim for _, x in failure.tensors}
    if failure.multiplies or (failure.is_elementwise and len(ranks) == 1):
        for node, x in reversed(failure.editable):
            if x.ndim >= MATRIX and len(failure.tensors) > 1:
                name = "T" if x.ndim == MATRIX else "mT"
                yield (failure.method(node, x, name, name),)


def swapped(failure: Failure) -> Iterator[Candidate]:
    """The two operands exchanged, where their order matters."""
    by_name = () if failure.op is None else failure.op.signature.by_keyword
    ordered = failure.multiplies or not {"target", "sorted_sequence"}.isdisjoint(by_name)
    if len(failure.editable) == PAIR and ordered:
        (a, x), (b, y) = failure.editable
        one, other = failure.unedited(a, x), failure.unedited(b, y)
        yield (Edit(a, other.text, other.make), Edit(b, one.text, one.make))


def squeezed(failure: Failure) -> Iterator[Candidate]:
    """An operand without a dimension of size 1."""
    for node, x in reversed(failure.editable):
        for dim, n in enumerate(x.shape):
            if n == 1 and len(failure.tensors) > 1:
                yield (failure.method(node, x, f"squeeze({dim})", "squeeze", dim),)


def unsqueezed(failure: Failure) -> Iterator[Candidate]:
    """An operand with one more dimension."""
    name = getattr(failure.op, "name", "")
    # Neither einsum, which names every dimension, nor what takes one matrix apart.
    products = failure.multiplies and name != "einsum" and len(failure.tensors) > 1
    if failure.broadcasts or products or name in NEED_RANK:
        for node, x in reversed(failure.editable):
            for dim in (*range(1, x.ndim + 1), 0):
                yield (failure.method(node, x, f"unsqueeze({dim})", "unsqueeze", dim),)


def flattened(failure: Failure) -> Iterator[Candidate]:
    """An operand of a product with its last dimensions made one, as images become rows."""
    if failure.multiplies:
        for node, x in failure.editable:
            for dim in range(1, x.ndim - 1):
                yield (failure.method(node, x, f"flatten({dim})", "flatten", dim),)


def reshaped(failure: Failure) -> Iterator[Candidate]:
    """One operand in the shape of another that has as many elements, and another rank."""
    for node, x in reversed(failure.editable):
        for other, y in failure.tensors:
            if y.ndim == x.ndim or y.shape.numel() != x.shape.numel():
                continue
            sizes = ", ".join(map(str, y.shape))
            shape = f"{other.id}.shape" if isinstance(other, syntax.Name) else sizes
            call = "flatten()" if y.ndim == 1 else f"reshape({shape})"
            yield (failure.method(node, x, call, "reshape", *y.shape),)


def widened(failure: Failure) -> Iterator[Candidate]:
    """An operand as a float, or in another operand's dtype, which loses nothing."""
    for node, x, dtype in _casts(failure):
        if dtypes.promote(x.dtype, dtype) is dtype:
            yield (failure.cast(node, x, dtype),)


def narrowed(failure: Failure) -> Iterator[Candidate]:
    """An operand in a dtype that holds less: an index or a class as an integer."""
    for node, x, dtype in _casts(failure):
        if dtypes.promote(x.dtype, dtype) is not dtype and not x.dtype.is_complex:
            yield (failure.cast(node, x, dtype),)


def _casts(failure: Failure) -> Iterator[tuple[syntax.Node, Tensor, dtypes.DType]]:
    """Each operand with the dtypes that others have, then with the usual ones."""
    usual = [dtypes.default_float(), dtypes.int64, dtypes.bool_]
    for node, x in failure.editable:
        others = [y.dtype for _, y in failure.tensors]
        for dtype in dict.fromkeys(others + usual):
            if dtype is not x.dtype:
                yield node, x, dtype
