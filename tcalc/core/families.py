"""Families of ops: what all elementwise ops, all views, all reductions have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc import limits
from tcalc.core import dtypes, memory
from tcalc.core.dtypes import DType
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, ShapeError

if TYPE_CHECKING:
    from tcalc.core.op import Op

# An elementwise op's dtype rule, if not the promoted dtype of its operands: a float, a bool, the
# real dtype that belongs to a complex one, or the complex one that belongs to a real one.
FLOAT, BOOL, REAL, COMPLEX = "float", "bool", "real", "complex"

_EXACT = 2**15  # plain numbers below never overflow a float
WORTH_CHECKING = 1 << 20  # elements; smaller arrays are not held against the memory limit


class Family:
    """A family's ways; the flags say what `apply` does with its results.

    in_place: a form with a trailing underscore follows. views: a result may share memory with the
    first argument. may_return_argument: a result that is the argument stays the same tensor.
    keeps_numbers: plain numbers in, a plain number out. on_tensors: the function is made of other
    ops, and gets and gives tensors. computes: results are not just elements that were there, so
    that bfloat16 is widened for it. looks: nothing of the size of an operand is made.
    same_dtype: floats of different dtypes do not mix.
    """

    in_place = False
    views = False
    may_return_argument = False
    keeps_numbers = False
    on_tensors = False
    diagonal = False
    computes = True
    looks = False
    same_dtype = False

    def __init__(self, name: str) -> None:
        """`name` is what the reference calls the family."""
        self.name = name

    def prepare(self, op: Op, values: list[Any]) -> list[Any]:
        """Make operands ready; here only plain numbers become arrays."""
        for slot in op.array_slots:
            number = values[slot]
            if type(number) is np.ndarray:
                continue
            if isinstance(number, np.generic):  # what NumPy makes of 0-d arrays in a rule
                values[slot] = np.asarray(number)
            elif isinstance(number, dtypes.Number):
                values[slot] = as_dtype(number, dtypes.of_number(number))
        return values

    def finish(self, op: Op, out: Any, values: list[Any]) -> Any:
        """Results are arrays always, though NumPy's reductions give scalars."""
        if type(out) is np.ndarray:
            return out
        if isinstance(out, np.generic):
            return np.asarray(out)
        if isinstance(out, tuple | list):
            return type(out)(self.finish(op, part, values) for part in out)
        return np.asarray(out) if isinstance(out, np.ndarray) else out


class _Elementwise(Family):
    diagonal = True
    in_place = True
    keeps_numbers = True

    def prepare(self, op: Op, values: list[Any]) -> list[Any]:
        """Cast the operands to their promoted dtype, and see that they broadcast and fit."""
        if len(op.array_slots) == 1 and type(values[0]) is np.ndarray:
            if op.result == FLOAT and values[0].dtype.kind not in "fc":
                return [dtypes.cast(values[0], dtypes.default_float()), *values[1:]]
            return values
        if len(op.array_slots) == 2 and _alike(op, *values[:2]):
            return values
        values = values[:]
        if _join_numbers(op, values):
            return values
        slots = [slot for slot in op.array_slots if values[slot] is not None]
        for slot in slots:
            if isinstance(values[slot], np.generic):
                values[slot] = np.asarray(values[slot])
        operands = [values[slot] for slot in slots]
        if op.check is not None:
            op.check(*operands)
        dtype = operand_dtype(op, operands)
        for slot in slots:
            values[slot] = as_dtype(values[slot], dtype)
        if len({values[slot].shape for slot in slots}) > 1:
            shape = broadcast_shape([values[slot] for slot in slots], op, slots)
            check_size(count(shape), dtype.itemsize, f"the result of {op.name}")
        return values

    def finish(self, op: Op, out: Any, values: list[Any]) -> Any:
        """Keep the dtype that promotion chose: no op may silently widen it."""
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        if op.result in (BOOL, COMPLEX):
            return out
        wanted = values[op.array_slots[0]].dtype
        if op.result in (REAL, FLOAT) and wanted.kind == "c" and out.dtype.kind == "f":
            return out
        return out if out.dtype == wanted else out.astype(wanted)


class _Loss(_Elementwise):
    diagonal = False
    in_place = False


class _View(Family):
    views = True
    looks = True
    computes = False


class _Conversion(Family):
    may_return_argument = True
    computes = False


class _Inquiry(Family):
    computes = False
    looks = True


class _LinearAlgebra(Family):
    same_dtype = True


class _Composite(Family):
    on_tensors = True

    def prepare(self, op: Op, values: list[Any]) -> list[Any]:
        """Make tensors of plain numbers, which take the dtype of a tensor beside them.

        The ops inside prepare their own operands.
        """
        numbers = [slot for slot in op.array_slots if isinstance(values[slot], dtypes.Number)]
        if not numbers:
            return values
        known = next((x.dtype for x in op.operands(values) if isinstance(x, Tensor)), None)
        for slot in numbers:
            own = dtypes.of_number(values[slot])
            dtype = known if known and known.category >= own.category else own
            values[slot] = Tensor(as_dtype(values[slot], dtype))
        return values


class _TensorsOnly(_Composite):
    def prepare(self, op: Op, values: list[Any]) -> list[Any]:
        """Refuse plain numbers where tensors are wanted, as PyTorch's layers and solvers do."""
        for slot in op.array_slots:
            if isinstance(values[slot], dtypes.Number):
                name = op.signature.params[slot].name
                label = describe(values[slot])
                raise ArgumentFault(
                    f"{op.name}(): argument '{name}' must be Tensor, not {label}",
                    blame={name: label},
                    helps=[f"tensor({{{name}}})"],
                )
        return values


class _Join(Family):
    def prepare(self, op: Op, values: list[Any]) -> list[Any]:
        """Cast the list of tensors to their promoted dtype."""
        values = values[:]
        slot = op.array_slots[0]
        arrays = values[slot]
        if len({array.dtype for array in arrays}) > 1:
            dtype = dtypes.result_type(*arrays)
            values[slot] = [dtypes.cast(array, dtype) for array in arrays]
        total = sum(array.size for array in arrays)
        check_size(total, arrays[0].itemsize if arrays else 1, f"the result of {op.name}")
        return values


elementwise = _Elementwise("elementwise")
loss = _Loss("loss")  # elementwise, and then perhaps one number for all elements
reduction = Family("reduction")
scan = Family("scan")
view = _View("view")
shape = Family("shape")
conversion = _Conversion("conversion")
join = _Join("join")
linear_algebra = _LinearAlgebra("linear algebra")
indexing = Family("indexing")
inquiry = _Inquiry("inquiry")
creation = _TensorsOnly("creation")
random = _TensorsOnly("random")
composite = _Composite("composite")
network = _TensorsOnly("neural network")
matrices = _TensorsOnly("linear algebra")
fourier = _TensorsOnly("Fourier transform")
autograd = _Composite("autograd")


def check_size(elements: int, itemsize: int, what: str) -> None:
    """Raise LimitError if `what`, of so many elements, would not fit in memory."""
    if elements > WORTH_CHECKING:
        limits.check_bytes(elements * itemsize, what)


def stretched(array: Any) -> bool:
    """Whether an array is large, and has elements more than once: a result may need more memory."""
    return bool(array.size > WORTH_CHECKING and array.nbytes > memory.owner(array).nbytes)


def check_stretched(array: Any, what: str) -> None:
    """Raise LimitError if an expanded array, which takes no memory itself, would not fit in it."""
    if stretched(array):
        limits.check_bytes(array.size * array.itemsize, what)


def _alike(op: Op, x: Any, y: Any) -> bool:
    """Whether two operands can be computed with as they are, without a check."""
    return (
        type(x) is type(y) is np.ndarray
        and x.dtype is y.dtype
        and x.shape == y.shape
        and (op.check is None or x.dtype.kind == "f")
        and (op.result != FLOAT or x.dtype.kind in "fc")
    )


def _join_numbers(op: Op, values: list[Any]) -> bool:
    """Give plain numbers the dtype of the one array, of floats, among them; whether that is all."""
    first = values[op.array_slots[0]]
    if type(first) is not np.ndarray or first.dtype.kind != "f" or op.check is not None:
        return False
    others = [slot for slot in op.array_slots[1:] if values[slot] is not None]
    for slot in others:
        number = values[slot]
        if type(number) not in (int, float) or not -_EXACT < number < _EXACT:
            return False
    for slot in others:
        values[slot] = np.array(values[slot], first.dtype)
    return True


def operand_dtype(op: Op, operands: list[Any]) -> DType:
    """The dtype that an elementwise op computes in; float64 for plain numbers alone."""
    if any(isinstance(operand, np.ndarray) for operand in operands):
        dtype = dtypes.result_type(*operands)
        return dtypes.to_float(dtype) if op.result == FLOAT else dtype
    category = max(dtypes.of_number(operand).category for operand in operands)
    if op.result == FLOAT:
        category = max(category, dtypes.FLOAT)
    return (dtypes.bool_, dtypes.int64, dtypes.float64, dtypes.complex128)[category]


_LEAST, _MOST = -(2**63), 2**64 - 1


def as_dtype(value: Any, dtype: DType) -> Any:
    """An array or plain number as an array of `dtype`; integers wrap around.

    Raises ArgumentFault for a plain integer that no dtype of integers holds.
    """
    if isinstance(value, np.ndarray):
        return value if value.dtype == dtype.numpy else dtypes.cast(value, dtype)
    if isinstance(value, int) and dtype.category == dtypes.INT:
        if not _LEAST <= value <= _MOST:
            raise ArgumentFault(
                "int too big to convert",
                notes=[f"whole numbers in tensors have 64 bits, this one has {value.bit_length()}"],
                helps=["a float, such as 1e30, holds about as much in fewer digits"],
            )
        bits = 8 * dtype.itemsize
        value &= (1 << bits) - 1
        return np.array(value, f"u{dtype.itemsize}").astype(dtype.numpy)
    return dtypes.cast(np.asarray(value), dtype)


def broadcast_shape(arrays: list[Any], op: Op, slots: Sequence[int]) -> tuple[int, ...]:
    """The shape that `arrays` broadcast to. Raises ShapeError that blames two operands."""
    result: tuple[int, ...] = arrays[0].shape
    for i, other in enumerate(arrays[1:], 1):
        if other.shape == result:
            continue
        joined = join_shapes(result, other.shape)
        if joined is None:
            names = [op.signature.params[slot].name for slot in slots]
            blame = {names[0]: describe(arrays[0]), names[i]: describe(other)}
            raise mismatch(result, other.shape, blame)
        result = joined
    return result


def join_shapes(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    """What two shapes broadcast to, None if they clash."""
    if len(a) < len(b):
        a, b = b, a
    joined = list(a)
    for i in range(-len(b), 0):
        if b[i] != a[i]:
            if b[i] != 1 and a[i] != 1:
                return None
            joined[i] = a[i] if b[i] == 1 else b[i]
    return tuple(joined)


def mismatch(a: tuple[int, ...], b: tuple[int, ...], blame: dict[str, str]) -> ShapeError:
    """The error for two shapes that do not broadcast, with a drawing of the clash.

    `blame` has the two operands' parameter names and labels.
    """
    ndim = max(len(a), len(b))
    pairs = list(zip(*((1,) * (ndim - len(s)) + s for s in (a, b)), strict=True))
    clash = max(i for i, (n, m) in enumerate(pairs) if n != m and 1 not in (n, m))
    ruler = _ruler(a, b, [max(len(str(n)), len(str(m))) for n, m in pairs], clash)
    return ShapeError(
        f"The size of tensor a ({pairs[clash][0]}) must match the size of tensor b "
        f"({pairs[clash][1]}) at non-singleton dimension {clash}",
        blame=blame,
        notes=["sizes pair up from the right; a pair must be equal or have a 1\n" + ruler],
    )


def _ruler(a: tuple[int, ...], b: tuple[int, ...], widths: list[int], clash: int) -> str:
    """Both shapes right-aligned under each other, and a mark under the pair that clashes."""
    lines = []
    for shape in (a, b):
        padded = ("",) * (len(widths) - len(shape)) + tuple(map(str, shape))
        cells = (text.rjust(width) for text, width in zip(padded, widths, strict=True))
        lines.append("  ".join(cells))
    before = sum(widths[:clash]) + 2 * clash
    return "\n".join([*lines, " " * before + "^" * widths[clash]])
