"""Records what pictures look like at fixed widths: `python tests/render/record_pictures.py`.

A file for each program, a section for each page. Terminal codes stand between angle quotes, so that
the files can be read: `«31»-2.0000«0»` is red.
"""

from __future__ import annotations

import os
import re
from contextvars import copy_context
from pathlib import Path

from tcalc import Session, theme
from tcalc.render import view
from tcalc.render.formats import Page

CODE = re.compile("\x1b\\[([0-9;]*)m")
FOLDER = Path(__file__).with_name("pictures")
PROGRAMS = {
    "grid": "x = tensor([[1.5, -2.0, 0.0], [nan, inf, 12.25]]); x",
    "stack": "arange(24).reshape(2, 3, 4) - 5",
    "bools": "tensor([[True, False], [False, True]])",
    "large": "(arange(40000.) % 997 - 300).reshape(200, 200)",
    "stats": "stats(tensor([nan, 0., *[k * 0.5 - 3 for k in range(12)]]))",
    "heat": "heat(tensor([[-2., -1., 0., 1.], [2., nan, inf, 0.5]]))",
    "heat_positive": "heat(arange(8.).reshape(2, 4))",
    "heat_panels": "heat(arange(12.).reshape(3, 2, 2) - 6)",
    "graph": (
        "x = tensor([1., 2.], requires_grad=True)\n"
        "loss = (x.sin() * x).sum(); loss.backward()\n"
        "graph(loss)"
    ),
    "backward_steps": (
        "w = tensor([1., -2.], requires_grad=True)\n"
        "graph((w.relu() ** 2).mean() + w.sum()).backward_steps()"
    ),
    "explain_product": (
        "a, b = arange(6).reshape(2, 3), arange(12).reshape(3, 4)\nexplain((a @ b)[1, 2])"
    ),
    "explain_broadcast": "y, t = ones(3, 1), ones(3)\nexplain(y - t)",
    "explain_gradient": (
        "x = tensor([2., 3.], requires_grad=True); y = (x * x.sin() + x).sum()\n"
        "y.backward(retain_graph=True)\n"
        "explain(x.grad[0])"
    ),
    "why_nan": "x = tensor([1., 0., 2.])\nwhy_nan(log(x) * 0 + 1)",
    "plot": "x = arange(0., 3., 0.5)\nplot(x, [x ** 2, 2 * x - 1], 'x', legend=['f', 'tangent'])",
    "hist": "hist(arange(30.) ** 0.5, 6)",
}


class Look:
    """A page, and what the environment says of the terminal."""

    def __init__(
        self, name: str, width: int = 80, *, term: str = "", light: bool = False, **page: object
    ) -> None:
        """`term` is the kind of terminal, xterm or xterm-256color, say; "" for no colours."""
        self.name = name
        self.page = Page(width=width, color=bool(term), **page)
        self.term = term
        self.light = light


LOOKS = (
    Look("40 columns", 40),
    Look("80 columns", 80),
    Look("120 columns", 120),
    Look("ASCII", encoding="ascii"),
    Look("16 colours", term="xterm"),
    Look("256 colours", term="xterm-256color"),
    Look("true colour", term="xterm-direct"),
    Look("true colour on a light screen", term="xterm-direct", light=True),
)


def recorded(program: str) -> str:
    """The sections of a program's file."""
    sections = [f"# {line}\n" for line in program.split("\n")]
    known: dict[str, str] = {}
    for look in LOOKS:
        shown = drawn(program, look)
        if shown in known:
            sections.append(f"\n--- {look.name}: as with {known[shown]}\n")
            continue
        known[shown] = look.name
        sections.append(f"\n--- {look.name}\n{readable(shown)}\n")
    return "".join(sections)


def drawn(program: str, look: Look) -> str:
    """What a session shows of the last statement of `program`."""
    return copy_context().run(_drawn, program, look)


def _drawn(program: str, look: Look) -> str:
    kept = {name: os.environ.pop(name, None) for name in ("COLORTERM", "COLORFGBG", "TERM")}
    os.environ["TERM"] = look.term
    theme.use("light" if look.light else "dark")
    try:
        (*_, result) = Session(seed=0).run(program)
        return result.render(view.shown, look.page.headed(result.name))
    finally:
        del os.environ["TERM"]
        os.environ.update({name: value for name, value in kept.items() if value is not None})


def readable(text: str) -> str:
    """`text` with its terminal codes between angle quotes."""
    return CODE.sub(r"«\1»", text)


def main() -> None:
    """Write all files, and remove those without a program."""
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.txt"):
        if file.stem not in PROGRAMS:
            file.unlink()
    for name, program in PROGRAMS.items():
        (FOLDER / f"{name}.txt").write_text(recorded(program), encoding="utf-8")


if __name__ == "__main__":
    main()
