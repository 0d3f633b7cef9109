"""What passes between programs and NumPy: numbers and arrays of numbers, and no more than fits.

NumPy takes any Python object into its arrays, and calls methods of theirs; here it gets none. To
guard a function that makes a lot out of a little: its line in `COUNTS`.
"""

from __future__ import annotations

from tcalc.errors import ArgumentFault, DTypeError
from tcalc.lang.attributes import type_name
from tcalc.limits import check_bytes, check_listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# How many elements the result of a function has that makes more of them than it is given.
COUNTS: dict[str, Callable[..., Any]] = {
    "arange": lambda start, stop=None, step=1, **_: (
        (start if stop is None else stop - start) / (step or 1)
    ),
    "bincount": lambda x, weights=None, minlength=0: max(_largest(x) + 1, minlength),
    "empty": lambda shape, *_, **__: _product(shape),
    "eye": lambda n, m=None, *_, **__: n * (n if m is None else m),
    "full": lambda shape, *_, **__: _product(shape),
    "identity": lambda n, *_, **__: n * n,
    "kron": lambda x, y: _size(x) * _size(y),
    "linspace": lambda start, stop, num=50, *_, **__: num,
    "logspace": lambda start, stop, num=50, *_, **__: num,
    "ones": lambda shape, *_, **__: _product(shape),
    "outer": lambda x, y, **_: _size(x) * _size(y),
    "repeat": lambda x, repeats, axis=None: _size(x) * repeats,
    "tile": lambda x, reps: _size(x) * _product(reps),
    "vander": lambda x, n=None, **_: _size(x) * (_size(x) if n is None else n),
    "zeros": lambda shape, *_, **__: _product(shape),
}
_BYTES = 8  # of an element
_TYPES = (bool, int, float, complex)
_PLAIN = frozenset((*_TYPES, str, type(None), type(...)))
NUMBERS = "biufc"  # the kinds of dtypes that arrays of the language may have


def method(array: Any, name: str) -> Callable[..., Any]:
    """Method `name` of a NumPy array or number; what it takes and gives is checked alike."""
    found = getattr(array, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        check_count(name, (array, *args), kwargs)
        return harmless(found(*map(plain, args), **{k: plain(v) for k, v in kwargs.items()}))

    call.__name__ = call.__qualname__ = name
    return call


def plain(value: Any) -> Any:
    """An argument for NumPy: our dtypes as its own, tensors as arrays.

    Raises ArgumentFault for what is neither a number nor made of numbers.
    """
    import numpy as np

    from tcalc.core.dtypes import DType
    from tcalc.core.tensor import Tensor, to_numpy

    if isinstance(value, list | tuple):
        return _items(value)
    if isinstance(value, DType):
        value = value.numpy
    elif isinstance(value, Tensor):
        value = to_numpy(value)
    elif isinstance(value, type) and value in _TYPES:
        value = np.dtype(value)
    if isinstance(value, np.dtype):
        _number_type(value)
    elif isinstance(value, range):
        check_listed(value)
    elif not (isinstance(value, np.ndarray | np.generic | slice) or type(value) in _PLAIN):
        raise ArgumentFault(
            f"NumPy's functions take numbers, lists of numbers and arrays, not {type_name(value)}"
        )
    return value


def _items(values: list[Any] | tuple[Any, ...]) -> Any:
    """A list or tuple of what is plain each; a long one of numbers is known at a glance."""
    if _PLAIN.issuperset(map(type, values)):
        return values
    made = map(plain, values)
    return list(made) if isinstance(values, list) else tuple(made)


def check_count(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise LimitError if NumPy's function would give more elements than one result may have."""
    count = COUNTS.get(name)
    if count is None:
        return
    try:
        nbytes = int(count(*args, **kwargs) * _BYTES)
    except (TypeError, ValueError, OverflowError):
        return  # NumPy itself says what is wrong
    check_bytes(nbytes, f"the result of np.{name}")


def _product(shape: Any) -> Any:
    total = 1
    for size in shape if isinstance(shape, list | tuple) else (shape,):
        total *= size
    return total


def _size(x: Any) -> int:
    import numpy as np

    return np.size(plain(x))


def _largest(x: Any) -> int:
    import numpy as np

    return int(np.max(plain(x), initial=0))


def checked(result: Any) -> Any:
    """`result` with plain numbers for scalars. Raises DTypeError for arrays of anything else."""
    import numpy as np

    if isinstance(result, tuple):
        return tuple(map(checked, result))
    if isinstance(result, np.generic):
        _number_type(result.dtype)
        return result.item()
    return harmless(result)


def harmless(result: Any) -> Any:
    """`result` itself. Raises DTypeError for arrays of anything but numbers."""
    import numpy as np

    if isinstance(result, np.ndarray | np.generic):
        _number_type(result.dtype)
    return result


def _number_type(dtype: Any) -> Any:
    """`dtype` itself. Raises DTypeError unless it is one of numbers."""
    if dtype.kind in NUMBERS:
        return dtype
    what = "Python objects" if dtype.hasobject else f"type {dtype}"
    raise DTypeError(f"an array of {what} is not in the language")
