"""Random numbers: the sequences that PyTorch's CPU generator gives for the same seed.

The engine is MT19937 with the legacy seeding; what matters is how many of its 32-bit outputs each
draw consumes, for later draws go on from there. To add a distribution: a method that takes its bits
from `_bits32` or `_bits64` in PyTorch's order, all at once.
"""

from __future__ import annotations

import math
from contextvars import ContextVar
from os import urandom
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core import modes
from tcalc.core.device import CPU, Device, is_cpu
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault

if TYPE_CHECKING:
    Shape = tuple[int, ...]

_BLOCK = 16  # from this size on normals are made in blocks
_WIDE_RANGE = 1 << 28  # from this range on an integer takes two outputs
_SEEDS = 1 << 64
_LARGE_RATE = 10  # from this mean on Poisson counts are made by rejection
_FIRST_SEED = 67280421310721
_LONG = 8  # bytes of the dtypes whose whole numbers take two outputs
_WORDS = 624  # of the engine's state
_STATE = _WORDS * 4 + 24  # bytes: the words, the position in them, the seed, a spare normal
_HALF = 2  # bytes of the floats that are drawn as singles
# Bits of each float dtype's whole numbers.
MANTISSA = {"float16": 11, "bfloat16": 8, "float32": 24, "float64": 53}


class Generator:
    """A stream of random numbers; each method draws an array from it."""

    def __init__(self, seed: int = _FIRST_SEED) -> None:
        """Start at `seed`; without one, where PyTorch's own `Generator()` starts."""
        self.manual_seed(seed)

    def manual_seed(self, seed: int) -> Generator:
        """Start again at `seed`, which may be negative. Raises ArgumentFault beyond 64 bits."""
        if modes.watchers and modes.watching():
            return modes.step(Generator.manual_seed, self, seed, effect=True)  # type: ignore[no-any-return]
        from numpy.random import MT19937

        try:
            seed = int(seed)
        except (TypeError, ValueError):
            raise ArgumentFault(
                f"manual_seed expected a long, but got {type(seed).__name__}", blame={"seed": ""}
            ) from None
        if not -(_SEEDS >> 1) <= seed < _SEEDS:
            raise ArgumentFault(
                "Overflow when unpacking long long", notes=[f"a seed has 64 bits; {seed} has more"]
            )
        self._initial = seed % _SEEDS
        self._engine = MT19937(0)
        self._engine._legacy_seeding(self._initial % (1 << 32))
        self._spare: float | None = None
        return self

    def seed(self) -> int:
        """Start again at a seed from the operating system, and give it."""
        if modes.watchers and modes.watching():
            return modes.step(Generator.seed, self, effect=True)  # type: ignore[no-any-return]
        return self.manual_seed(int.from_bytes(urandom(8), "little")).initial_seed()

    def initial_seed(self) -> int:
        """The seed that the stream started at."""
        return self._initial

    def get_state(self) -> Tensor:
        """Where the stream is, as bytes that `set_state` takes."""
        if modes.watchers and modes.watching():
            return modes.step(Generator.get_state, self, effect=True)  # type: ignore[no-any-return]
        state = self._engine.state["state"]
        spare = math.nan if self._spare is None else self._spare
        words = np.array([state["pos"], self._initial], np.uint64)
        raw = state["key"].tobytes() + words.tobytes() + np.float64(spare).tobytes()
        return Tensor(np.frombuffer(raw, np.uint8).copy())

    def set_state(self, new_state: Tensor) -> None:
        """Go to where `get_state` was called. Raises ArgumentFault for any other bytes."""
        if modes.watchers and modes.watching():
            modes.step(Generator.set_state, self, new_state, effect=True)
            return
        raw = np.asarray(new_state)
        if raw.dtype != np.uint8 or raw.shape != (_STATE,):
            raise ArgumentFault("RNG state is wrong size", blame={"new_state": ""})
        raw = raw.copy()
        position, initial = map(int, raw[-24:-8].view(np.uint64))
        if position > _WORDS:  # which NumPy takes as it is, to read on in whatever lies behind
            raise ArgumentFault("Invalid mt19937 state", blame={"new_state": ""})
        self._initial = initial
        spare = float(raw[-8:].view(np.float64)[0])
        self._spare = None if math.isnan(spare) else spare
        inner: Any = {"key": raw[:-24].view(np.uint32), "pos": position}
        self._engine.state = {"bit_generator": "MT19937", "state": inner}

    @property
    def device(self) -> Device:
        """Always the CPU."""
        return CPU

    def __repr__(self) -> str:
        """The type's name, and where the stream started."""
        return f"<torch.Generator seeded with {self._initial}>"

    # Bits -------------------------------------------------------------------------------------

    def _bits32(self, count: int) -> Array:
        """The next `count` outputs of the engine, as uint64."""
        if modes.watchers:
            modes.drew()
        return np.asarray(self._engine.random_raw(count))

    def _bits64(self, count: int) -> Array:
        """The next `count` pairs of outputs, the first one in the high half."""
        pairs = self._bits32(2 * count)
        return (pairs[0::2] << np.uint64(32)) | pairs[1::2]

    def _doubles(self, count: int) -> Array:
        """Doubles in [0, 1) with 53 random bits."""
        return (self._bits64(count) & np.uint64((1 << 53) - 1)) * 2.0**-53

    def _singles(self, count: int) -> Array:
        """Single floats in [0, 1) with 24 random bits."""
        bits = self._bits32(count).astype(np.uint32) & np.uint32((1 << 24) - 1)
        return bits.astype(np.float32) * np.float32(2.0**-24)

    # Distributions ----------------------------------------------------------------------------

    def uniform(
        self, shape: Shape, dtype: np.dtype[np.generic], low: float = 0.0, high: float = 1.0
    ) -> Array:
        """Floats in [low, high); complex ones have both parts there."""
        real = _real(dtype)
        count = _count(shape, dtype)
        values = self._doubles(count) if real == np.float64 else self._singles(count)
        if (low, high) != (0.0, 1.0):
            # Singles are widened, for PyTorch multiplies and adds with one rounding.
            values = (values * np.float64(high - low) + low).astype(values.dtype)
        values = values.astype(real, copy=False)
        values[values == high] = low  # only rounding reaches the end of the range
        return values.view(dtype).reshape(shape)

    def normal(
        self, shape: Shape, dtype: np.dtype[np.generic], mean: float = 0.0, std: float = 1.0
    ) -> Array:
        """Normally distributed floats; of complex ones the parts together have variance std**2."""
        real = _real(dtype)
        count = _count(shape, dtype)
        if dtype.kind == "c":
            std *= math.sqrt(0.5)
        if count < _BLOCK:
            values = np.array([self._one_normal() * std + mean for _ in range(count)], dtype=real)
        else:
            values = self._many_normals(count, real)
            values = (values * values.dtype.type(std) + values.dtype.type(mean)).astype(real)
        return values.view(dtype).reshape(shape)

    def _one_normal(self) -> float:
        """One standard normal by Box and Muller's method, which makes a spare one too."""
        if self._spare is not None:
            value, self._spare = self._spare, None
            return value
        first, second = self._doubles(2).tolist()
        radius = math.sqrt(-2.0 * math.log1p(-second))
        self._spare = radius * math.sin(2.0 * math.pi * first)
        return radius * math.cos(2.0 * math.pi * first)

    def _many_normals(self, count: int, dtype: np.dtype[np.generic]) -> Array:
        """Standard normals in blocks of 16; a rest has the last 16 values drawn anew."""
        draw = self._doubles if dtype == np.float64 else self._singles
        whole = count - count % _BLOCK
        if dtype.itemsize == _HALF:  # which draws nothing for the rest before it is drawn anew
            values = np.concatenate([draw(whole), np.empty(count - whole, np.float32)])
        else:
            values = draw(count)
        values[:whole] = _box_muller(values[:whole])
        if whole < count:
            values[-_BLOCK:] = _box_muller(draw(_BLOCK))
        return values

    def integers(self, low: int, high: int, shape: Shape) -> Array:
        """int64 in [low, high)."""
        size = high - low
        if size <= 0:
            raise ArgumentFault(
                f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
            )
        count = math.prod(shape)
        bits = self._bits64(count) if size >= _WIDE_RANGE else self._bits32(count)
        # Unsigned sums wrap, and so meet the right int64 wherever `low` is.
        values = bits % np.uint64(size) + np.uint64(low % _SEEDS)
        return values.view(np.int64).reshape(shape)

    def whole(self, shape: Shape, dtype: np.dtype[np.generic]) -> Array:
        """Whole numbers from 0 to the greatest up to which `dtype` has all of them."""
        count = math.prod(shape)
        bits = self._bits64(count) if dtype.itemsize == _LONG else self._bits32(count)
        if dtype.name in MANTISSA:
            size = (1 << MANTISSA[dtype.name]) + 1
        elif dtype.kind == "b":
            size = 2
        else:
            size = 1 << (8 * dtype.itemsize - (dtype.kind == "i"))
        return (bits % np.uint64(size)).astype(dtype).reshape(shape)

    def permutation(self, n: int) -> Array:
        """The numbers below `n` in random order, int64."""
        order = np.arange(n)
        left = np.arange(n, 1, -1, dtype=np.uint64)
        swaps = self._bits32(left.size) % left
        items = order.data  # faster than the array, and than a list that leaves the cache
        for i, offset in enumerate(swaps.tolist()):
            j = i + offset
            items[i], items[j] = items[j], items[i]
        return order

    def bernoulli(self, p: Array) -> Array:
        """For each probability whether it came true; in PyTorch a double `p` takes more bits."""
        draw = self._doubles if p.itemsize == _LONG else self._singles
        came: Array = draw(p.size).reshape(p.shape) < p
        return came

    def exponential(self, shape: Shape, dtype: np.dtype[np.generic], rate: float = 1.0) -> Array:
        """Exponentially distributed floats with mean 1 / rate."""
        values = -1.0 / rate * np.log1p(-self._doubles(math.prod(shape)))
        return values.astype(dtype).reshape(shape)

    def geometric(self, shape: Shape, p: float) -> Array:
        """The number of trials up to the first success, of probability p; doubles."""
        values = np.log(self._doubles(math.prod(shape))) / math.log1p(-p)
        return np.ceil(values).reshape(shape)

    def cauchy(self, shape: Shape, median: float, sigma: float) -> Array:
        """Cauchy distributed doubles."""
        values = median + sigma * np.tan(math.pi * (self._doubles(math.prod(shape)) - 0.5))
        return np.asarray(values).reshape(shape)

    def log_normal(self, shape: Shape, mean: float, std: float) -> Array:
        """Doubles whose logarithms are normally distributed, made one by one."""
        values = [self._one_normal() * std + mean for _ in range(math.prod(shape))]
        return np.exp(np.array(values, np.float64)).reshape(shape)

    def poisson(self, rates: Array) -> Array:
        """Poisson distributed counts with the given means, in their dtype."""
        counts = [self._one_poisson(rate) for rate in rates.reshape(-1).tolist()]
        return np.array(counts, dtype=rates.dtype).reshape(rates.shape)

    def _one_poisson(self, rate: float) -> int:
        """One count; how many bits it takes depends on them, so counts come one by one."""
        if rate >= _LARGE_RATE:
            return self._one_large_poisson(rate)
        if rate == 0:
            return 0
        count, product, end = -1, 1.0, math.exp(-rate)
        while product > end:
            product *= float(self._doubles(1)[0])
            count += 1
        return count

    def _one_large_poisson(self, rate: float) -> int:
        """Transformed rejection with squeeze.

        Source: W. Hörmann, "The transformed rejection method for generating Poisson random
        variables", 1993, algorithm PTRS.
        """
        b = 0.931 + 2.53 * math.sqrt(rate)
        a = -0.059 + 0.02483 * b
        inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
        squeeze = 0.9277 - 3.6224 / (b - 2)
        while True:
            u, v = (float(uniform) for uniform in self._doubles(2))
            u -= 0.5
            us = 0.5 - abs(u)
            k = math.floor((2 * a / us + b) * u + rate + 0.43)
            if us >= 0.07 and v <= squeeze:
                return k
            if k < 0 or (us < 0.013 and v > us):
                continue
            height = math.log(v) + math.log(inverse_alpha) - math.log(a / (us * us) + b)
            if height <= k * math.log(rate) - rate - math.lgamma(k + 1):
                return k

    def multinomial(self, weights: Array, count: int, replacement: bool = False) -> Array:
        """int64 indices (..., count) drawn in proportion to `weights` (..., n).

        Without `replacement` each index comes at most once.
        """
        if count == 1 or not replacement:
            # The index of the least of exponential variables with the weights as rates.
            with np.errstate(divide="ignore"):
                keys = weights / self.exponential(weights.shape, weights.dtype)
            return np.argsort(-keys, axis=-1, kind="stable")[..., :count]
        reach = np.cumsum(weights, axis=-1, dtype=weights.dtype)
        reach /= reach[..., -1:].copy()
        reach[..., -1] = 1
        draws = self._doubles(math.prod(weights.shape[:-1]) * count).reshape(-1, count)
        rows = [
            np.searchsorted(row.astype(np.float64), draw)
            for row, draw in zip(reach.reshape(-1, reach.shape[-1]), draws, strict=True)
        ]
        return np.array(rows, dtype=np.int64).reshape(*weights.shape[:-1], count)


def _real(dtype: np.dtype[np.generic]) -> np.dtype[np.generic]:
    """The dtype of a complex dtype's parts, any other dtype itself."""
    return np.zeros((), dtype).real.dtype


def _count(shape: Shape, dtype: np.dtype[np.generic]) -> int:
    """Real numbers in an array."""
    return math.prod(shape) * (2 if dtype.kind == "c" else 1)


def _box_muller(uniforms: Array) -> Array:
    """Standard normals from uniforms, in blocks of 16 where item j is paired with item j + 8."""
    pairs = uniforms.reshape(-1, 2, _BLOCK // 2)
    # Copies, for functions of strided arrays are several times slower.
    radius = np.sqrt(-2 * np.log(1 - pairs[:, 0].copy()))
    angle = uniforms.dtype.type(2 * math.pi) * pairs[:, 1].copy()
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)


_default: ContextVar[Generator | None] = ContextVar("default generator", default=None)


def default_generator() -> Generator:
    """The generator that ops draw from unless they are given another; each context has its own."""
    generator = _default.get()
    if generator is None:
        generator = Generator()
        generator.seed()
        _default.set(generator)
    return generator


def forget() -> None:
    """Let this context make a generator of its own when it first draws."""
    _default.set(None)


def manual_seed(seed: int) -> Generator:
    """Start this context's generator at `seed`, and give it."""
    if modes.watchers and modes.watching():
        return modes.step(manual_seed, seed, effect=True)  # type: ignore[no-any-return]
    return default_generator().manual_seed(seed)


def seed() -> int:
    """Start this context's generator at a fresh seed, and give that."""
    return default_generator().seed()


def initial_seed() -> int:
    """The seed that this context's generator started at."""
    return default_generator().initial_seed()


def get_rng_state() -> Tensor:
    """Where this context's generator is."""
    return default_generator().get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Let this context's generator go on from where it was."""
    default_generator().set_state(new_state)


def generator(device: object = "cpu") -> Generator:
    """A generator of its own; `device` can only be the CPU."""
    if not is_cpu(device):
        raise ArgumentFault(f"Expected a torch.device, but got {device!r}", blame={"device": ""})
    return Generator()
