"""Imports go downward only, without cycles, and a start loads no more than it needs."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tcalc"

# From the lowest room to the highest; a module may import from its own layer and those before it.
LAYERS = (
    ("errors", "theme"),
    ("excerpt", "layout", "diagnostic", "diagnostic_json"),
    ("interrupts", "limits"),
    ("core",),
    ("ops",),
    ("files",),
    ("lang",),
    ("render",),
    ("reference",),
    ("options", "output", "config", "process", "datafile", "bindings", "pieces", "records"),
    ("help", "completions", "manual"),
    ("repl",),
    ("cli",),
    ("__main__",),
)
# Rooms inside of the language, loaded when they are needed; a later one may use an earlier.
SIDE_ROOMS = ("mistakes", "rehearsal", "faults")
LEVELS = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
# The package itself offers what the language has, and loads it when it is asked for.
PUBLIC = "__init__"
LIBRARIES = {"numpy", "scipy", "ml_dtypes", "lark", "rich", "prompt_toolkit", "platformdirs"} | {
    "PIL", "matplotlib", "uniplot"
}  # fmt: skip
# Modules of Python's own that would make a start noticeably slower.
SLOW = {"argparse", "ast", "asyncio", "collections", "contextlib", "dataclasses", "enum"} | {
    "functools", "inspect", "json", "pathlib", "re", "tomllib", "types", "typing"
}  # fmt: skip


class Import(NamedTuple):
    """One import: who imports whom, and whether it happens when the importer is loaded."""

    importer: str
    imported: str
    lazy: bool


def modules() -> dict[str, Path]:
    """Every module's path by its name below `tcalc.`; a package goes by its folder's name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if path.name == "__init__.py":
            parts = parts[:-1]
        found[".".join(parts) or PUBLIC] = path
    return found


MODULES = modules()


def imports_of(module: str) -> Iterator[Import]:
    """The imports of tcalc's modules in `module`, those for type checkers apart."""
    yield from _imports(ast.parse(MODULES[module].read_text(encoding="utf-8")), module, False)


def _imports(node: ast.AST, module: str, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            names = [alias.name for alias in child.names]
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{module}: imports are absolute"
            names = [f"{child.module}.{alias.name}" for alias in child.names]
        else:
            names = []
        for name in names:
            if name.partition(".")[0] == "tcalc":
                yield Import(module, _module(name), lazy)
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(child, module, lazy or inside)


def _module(name: str) -> str:
    """The module that an imported name is, or is in."""
    inner = name.removeprefix("tcalc").removeprefix(".")
    if inner in MODULES:
        return inner
    return inner.rpartition(".")[0] or PUBLIC


IMPORTS = [each for module in MODULES for each in imports_of(module)]


def level(module: str) -> int:
    return LEVELS[module.partition(".")[0]]


def test_every_module_has_a_layer() -> None:
    rooms = {module.partition(".")[0] for module in MODULES} - {PUBLIC}
    assert rooms == set(LEVELS)


def test_imports_go_downward_only_even_inside_functions() -> None:
    upward = [
        each
        for each in IMPORTS
        if PUBLIC not in each[:2] and level(each.imported) > level(each.importer)
    ]
    assert upward == []


def side_room(module: str) -> str:
    """The room inside of the language that holds `module`, "" for all others."""
    parts = module.split(".")
    return parts[1] if parts[0] == "lang" and len(parts) > 1 and parts[1] in SIDE_ROOMS else ""


def test_the_language_loads_its_side_rooms_only_when_they_are_needed() -> None:
    early = [
        each
        for each in IMPORTS
        if each.importer.startswith("lang") and side_room(each.imported) and not each.lazy
    ]
    assert [each for each in early if not side_room(each.importer)] == []


def test_the_side_rooms_of_the_language_stand_in_order() -> None:
    within = [each for each in IMPORTS if side_room(each.importer) and side_room(each.imported)]
    order = SIDE_ROOMS.index
    upward = [
        each for each in within if order(side_room(each.imported)) > order(side_room(each.importer))
    ]
    assert upward == []


def test_a_program_that_runs_well_loads_no_side_room() -> None:
    program = "x = arange(6.0).reshape(2, 3)\nfor row in x: print(f'{row.sum():.2f}')\nx"
    rooms = tuple(f"tcalc.lang.{room}" for room in SIDE_ROOMS)
    assert [module for module in loaded("-e", program) if module.startswith(rooms)] == []


def test_the_package_imports_nothing_when_it_is_loaded() -> None:
    assert [each for each in IMPORTS if each.importer == PUBLIC and not each.lazy] == []


def test_modules_that_load_each_other_form_no_cycle() -> None:
    below: dict[str, set[str]] = {module: set() for module in MODULES}
    for importer, imported, lazy in IMPORTS:
        # A package loads its own modules last, so that they can register with it.
        if not lazy and not f"{imported}.".startswith(f"{importer}."):
            below[importer].add(imported)
    assert [module for module in MODULES if module in reachable(below, below[module])] == []


def reachable(below: dict[str, set[str]], starts: Iterable[str]) -> set[str]:
    """All that is loaded when `starts` are."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += below[module]
    return seen


def loaded(*words: str, stdin: str = "") -> set[str]:
    """The modules that a run of the command has loaded by its end."""
    code = (
        "import sys; from tcalc import cli; status = cli.main(sys.argv[1:]);"
        "sys.stderr.write('\\n'.join(sys.modules)); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, "--no-config", *words],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        check=True,
    )
    return set(done.stderr.splitlines())


SCALARS = ["1+1", "def f(x):\n    return x ** 2\nprint(f(3), 'a')", "x = [1, 2]; x"]


@pytest.mark.parametrize("program", SCALARS)
def test_a_scalar_program_loads_next_to_nothing(program: str) -> None:
    assert loaded("-e", program) & (LIBRARIES | SLOW) == set()


def test_a_tensor_program_loads_of_the_libraries_numpy_alone() -> None:
    program = "x = arange(12.0, requires_grad=True).reshape(3, 4)\nx.sum().backward()\nx\n"
    unwanted = LIBRARIES | {"argparse", "asyncio", "dataclasses"}
    assert loaded(stdin=program) & unwanted == {"numpy"}
