"""What becomes of one input, whoever read it: a program, a command, or a call for help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tcalc.errors import ArgumentFault, TcalcError, closest
from tcalc.output import Complaints, Output
from tcalc.render.formats import FORMATS
from tcalc.repl import commands
from tcalc.theme import paint

if TYPE_CHECKING:
    from tcalc.lang.session import Session

AUTO = "auto"


HELP_MARK = "?"


def help_topic(line: str) -> str | None:
    """What `?name` or `name?` asks about, None for an input that asks for no help."""
    if line.startswith(HELP_MARK):
        return line[1:].strip()
    name = line.removesuffix(HELP_MARK).strip()
    return name if name != line and name.replace(".", "").isidentifier() else None


class Shell:
    """Runs inputs in `session`; an error is reported and the session goes on.

    `keep` is called with every program that has run without an error.
    """

    def __init__(
        self,
        session: Session,
        *,
        format: str = AUTO,
        color: str = AUTO,
        keep: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Write results in `format`."""
        self.session = session
        self.programs: list[str] = []
        self._format = format
        self._color = color
        self._keep = keep
        self._at_margin = True  # whether the program has ended the last line that it printed
        self._write = session.write
        session.write = self._watch

    @property
    def format(self) -> str:
        """The output format in force."""
        return self._format

    @format.setter
    def format(self, name: str) -> None:
        if name not in (AUTO, *FORMATS):
            near = closest(name, FORMATS)
            raise ArgumentFault(
                f"no format is called {name!r}",
                notes=[f"there are {', '.join([AUTO, *FORMATS])}"],
                helps=[f"did you mean {near[0]}?"] if near else (),
            )
        self._format = name

    def handle(self, text: str) -> None:
        """Do what the input asks. Raises EOFError when it asks to leave."""
        line = text.strip()
        try:
            if line.startswith(commands.MARK):
                commands.execute(line, self)
            elif (topic := help_topic(line)) is not None:
                self.help(topic)
            elif line and self.run(text):
                self.programs.append(text.rstrip())
                self._keep(text.rstrip())
        except TcalcError as error:
            self.report(error)
        except KeyboardInterrupt:
            self.say("\ninterrupted")  # the terminal has just echoed ^C
        except EOFError:
            raise
        except Exception as error:  # a mistake of ours must not cost the user the session
            self.report(internal_error(error))

    def run(self, text: str, name: str = "<input>") -> bool:
        """Run a program and show its results as they come; whether it went well."""
        output = Output(self._format, self._color)
        self._at_margin = True
        try:
            for result in self.session.run(text, name=name):
                page = output.page.headed(result.name)
                output.show(self.session.call(output.render, result.value, page))
                self._at_margin = True
        except TcalcError as error:
            self._end_line()
            output.flush()
            self.report(error)
            return False
        self._end_line()
        output.flush()
        return True

    def _watch(self, text: str) -> None:
        """Pass on what the program prints."""
        self._write(text)
        if text:
            self._at_margin = text.endswith("\n")

    def _end_line(self) -> None:
        """Keep the next prompt from standing on, and hiding, what was printed last."""
        if not self._at_margin:
            self._write("\n")

    def report(self, error: TcalcError) -> None:
        """Write what went wrong."""
        Complaints(self._color).report(error)

    def say(self, text: str) -> None:
        """Write a remark."""
        Output(self._format, self._color).write(text + "\n")

    def help(self, topic: str) -> None:
        """Show the page on `topic`, or the overview for an empty one."""
        page = Output(self._format, self._color).page
        if not topic:
            self.say(overview(page.color))
            return
        name = topic.removeprefix(commands.MARK)
        if name in commands.COMMANDS and topic.startswith(commands.MARK):
            found = commands.COMMANDS[name]
            self.say(f"{found.usage}   {found.help}")
            return
        if topic in self.session.names():
            from tcalc.lang.descriptions import describe

            self.say(self.session.call(describe, self.session[topic]))
            return
        from tcalc import reference  # reads the registries, and thus NumPy

        self.say(reference.page(topic).text(page.width, page.color))


def internal_error(error: Exception) -> TcalcError:
    """What to say of an exception that should not have come this far."""
    return TcalcError(
        f"internal error: {type(error).__name__}: {error}",
        notes=["this is a mistake in tcalc, not in your program: please report it"],
    )


def overview(color: bool) -> str:
    """What can be typed, in a screenful."""
    title = (lambda text: paint("title", text)) if color else str
    width = max(len(command.usage) for command in commands.COMMANDS.values())
    lines = [
        title("Type an expression or a program in PyTorch's words"),
        "  arange(12).reshape(3, 4) @ ones(4)      x = randn(3, requires_grad=True)",
        "  Alt-Enter starts a new line, a blank line ends a block, a final ; hides the result,",
        "  _ is the last value, Tab completes, Ctrl-R searches what was typed before",
        title("Commands"),
        *(f"  {c.usage:{width}}  {c.help}" for c in commands.COMMANDS.values()),
        title("Help on a name"),
        "  softmax?",
    ]
    return "\n".join(lines)
