"""`python -m benchmarks [--only NAME ...] [--json]`: measure and show the table."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

from benchmarks.measure import BENCHMARKS, Benchmark, Measurement, PeerMissingError, measure

SUBJECTS = ("startup", "terminal", "loops", "parsing", "printing", "training", "arrays")
MICRO, MILLI = 1e-6, 1e-3


def main() -> None:
    """Measure what is asked for; each row is written as soon as it is known."""
    for subject in SUBJECTS:
        importlib.import_module(f"benchmarks.{subject}")
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="names, or beginnings of names: " + _known()
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    wanted = tuple(options.only or ("",))
    chosen = [each for name, each in BENCHMARKS.items() if name.startswith(wanted)]
    if not chosen:
        parser.error("the benchmarks are " + _known())
    if not options.json:
        _say(_row("benchmark", "what", "peer", "ours", "peer's", "ratio", "goal", ""))
    for each in chosen:
        try:
            measured = measure(each)
        except PeerMissingError as missing:
            if not options.json:
                cells = (each.name, each.what, each.peer, "", "", "", _ratio(each.goal))
                _say(_row(*cells, str(missing)))
            continue
        _say(_as_json(measured) if options.json else _as_row(each, measured))


def _known() -> str:
    return ", ".join(BENCHMARKS)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _as_row(chosen: Benchmark, measured: Measurement) -> str:
    return _row(
        chosen.name,
        chosen.what,
        chosen.peer,
        _time(measured.ours),
        _time(measured.peers),
        _ratio(measured.ratio),
        _ratio(chosen.goal),
        "holds" if measured.holds else "MISSED",
    )


def _as_json(measured: Measurement) -> str:
    chosen = measured.benchmark
    return json.dumps(
        {
            "name": chosen.name,
            "what": chosen.what,
            "peer": chosen.peer,
            "goal": round(chosen.goal, 4),
            "ratio": round(measured.ratio, 4),
            "holds": measured.holds,
            "seconds": measured.ours,
            "peer_seconds": measured.peers,
        }
    )


def _row(*cells: str) -> str:
    widths = (17, 51, 17, 8, 9, 9, 8, 0)
    text = "".join(f"{cell:<{width}}" for cell, width in zip(cells[:3], widths, strict=False))
    for cell, width in zip(cells[3:-1], widths[3:], strict=False):
        text += f"{cell:>{width}}"
    return f"{text}  {cells[-1]}".rstrip()


def _ratio(ratio: float) -> str:
    return f"{ratio:.3f}"


def _time(seconds: float) -> str:
    if seconds < MILLI:
        return f"{seconds / MICRO:.0f} us"
    return f"{seconds / MILLI:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


if __name__ == "__main__":
    main()
