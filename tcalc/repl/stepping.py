"""The backward pass at a learner's pace: a step for every Enter, all of them without a terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, NameFault
from tcalc.output import Output, is_terminal

if TYPE_CHECKING:
    from tcalc.core.backward_steps import BackwardSteps
    from tcalc.lang.session import Session
    from tcalc.repl.command import Context

LAST = "_"  # the last result
PROMPT = "Enter: next step, q: leave "
LEAVE = "q"
_WIPE = "\x1b[A\x1b[2K"  # the line above


def walk(context: Context, name: str) -> None:
    """Show the steps of the tensor's backward pass. Raises AutogradError where it has none."""
    session = context.session
    steps = session.call(_steps, session, name or latest(session))
    page = Output("rich", context.settings.color).page
    asking = _at_terminal()
    for number in range(len(steps)):
        context.say(session.call(_drawn, steps, number, page))
        if asking and number + 1 < len(steps) and not _goes_on():
            return


def latest(session: Session) -> str:
    """The last result if it has a graph, else the name that was defined last of those that have.

    Raises NameFault where nothing has one.
    """
    values = session.values()
    for name in (LAST, *reversed(session.names())):
        value = values.get(name)
        if isinstance(value, Tensor) and value.grad_fn is not None:
            return name
    raise NameFault(
        "no name has a graph yet", helps=["compute with a tensor that requires grad, and name it"]
    )


def _steps(session: Any, name: str) -> BackwardSteps:
    from tcalc.core.listing import Graph
    from tcalc.lang import words

    if name not in session:
        raise NameFault(f"name '{name}' is not defined")
    y = session[name]
    if not isinstance(y, Tensor):
        raise ArgumentFault(f"'{name}' is no tensor", helps=[":step NAME, of a tensor's name"])
    return Graph(y, words.leaves(session)).backward_steps()


def _drawn(steps: BackwardSteps, number: int, page: Any) -> str:
    from tcalc.render.drawing import drawn
    from tcalc.render.step_view import StepView

    return drawn(StepView(steps, number), page)


def _at_terminal() -> bool:
    """Whether someone is there to press Enter."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def _goes_on() -> bool:
    """Whether the next step is asked for; the question is wiped away where a terminal can."""
    try:
        answer = input(PROMPT)
    except (EOFError, KeyboardInterrupt):
        print()
        return False
    if os.environ.get("TERM", "dumb") != "dumb":
        print(_WIPE, end="", flush=True)
    return not answer.strip().lower().startswith(LEAVE)
