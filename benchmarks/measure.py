"""What a benchmark is, the table of all, and how one is measured."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

Work = Callable[[], object]


class PeerMissingError(Exception):
    """The program or library to compare with is not installed."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Two pieces of work, ours and the peer's, and the ratio of their times that we aim at.

    `prepare` makes the two; it raises PeerMissingError where there is nothing to compare with.
    Each is timed `rounds` times.
    """

    name: str
    what: str
    peer: str
    goal: float
    rounds: int
    prepare: Callable[[], tuple[Work, Work]]


@dataclass(frozen=True, slots=True)
class Measurement:
    """The medians of one benchmark's times, in seconds."""

    benchmark: Benchmark
    ours: float
    peers: float

    @property
    def ratio(self) -> float:
        """Our time as a multiple of the peer's."""
        return self.ours / self.peers

    @property
    def holds(self) -> bool:
        """Whether the goal is met."""
        return self.ratio <= self.benchmark.goal


BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(
    name: str, *, what: str, peer: str, goal: float, rounds: int = 15
) -> Callable[[Callable[[], tuple[Work, Work]]], Callable[[], tuple[Work, Work]]]:
    """Register the decorated function as the preparation of the benchmark `name`."""

    def register(prepare: Callable[[], tuple[Work, Work]]) -> Callable[[], tuple[Work, Work]]:
        assert name not in BENCHMARKS, f"two benchmarks are called {name}"
        BENCHMARKS[name] = Benchmark(name, what, peer, goal, rounds, prepare)
        return prepare

    return register


def measure(chosen: Benchmark) -> Measurement:
    """Run ours and the peer's in turn. Raises PeerMissingError."""
    ours, peers = chosen.prepare()
    ours(), peers()  # the first run writes byte code, loads tables and fills caches
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(chosen.rounds):
        for work, taken in zip((ours, peers), times, strict=True):
            taken.append(seconds(work))
    return Measurement(chosen, median(times[0]), median(times[1]))


def seconds(work: Work) -> float:
    """The time that one run of `work` takes; collecting garbage is not part of it."""
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        work()
        return perf_counter() - start
    finally:
        gc.enable()


def library(name: str) -> Any:
    """The module `name` of a peer, on one thread if it is torch. Raises PeerMissingError."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        raise PeerMissingError(f"{name} is not installed") from None
    if name == "torch":
        module.set_num_threads(1)
    return module
