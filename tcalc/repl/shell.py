"""What becomes of one input, whoever read it: a program, a command, or a call for help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tcalc.diagnostic import Diagnostic
from tcalc.errors import TcalcError
from tcalc.options import Settings
from tcalc.output import Complaints, Output
from tcalc.repl import commands
from tcalc.repl.results import Results
from tcalc.theme import paint

if TYPE_CHECKING:
    from tcalc.lang.session import Result, Session
    from tcalc.repl.undo import Step, Undo

MOST_SCREENS = 3  # that a text may fill before its middle is left out

HELP_MARK = "?"
BACKWARD = "backward"  # in an input after which a graph may be looked at


def help_topic(line: str) -> str | None:
    """What `?name` or `name?` asks about, None for an input that asks for no help."""
    if line.startswith(HELP_MARK):
        return line[1:].strip()
    name = line.removesuffix(HELP_MARK).strip()
    return name if name != line and name.replace(".", "").isidentifier() else None


def hole(text: str) -> int | None:
    """Where the text asks by a question mark what would fit, None for any other text."""
    from tcalc.repl.holes import place_of

    return place_of(text)


class Shell:
    """Runs inputs in `session`; an error is reported and the session goes on.

    `keep` is called with every program that has run without an error, `autosave` with all of them
    whenever they are others than before.
    """

    def __init__(
        self,
        session: Session,
        settings: Settings,
        *,
        keep: Callable[[str], None] = lambda text: None,
        autosave: Callable[[list[str]], None] = lambda programs: None,
    ) -> None:
        """Write as `settings` say, which are looked at before each result."""
        self.session = session
        self.settings = settings
        self.programs: list[str] = []
        self.next_text = ""  # what stands in the editor when it opens next
        self.transcript: list[tuple[str, list[str]]] = []
        self._undo: Undo | None = None
        self._results = Results(session)
        self._autosave = autosave
        self._keep = keep
        self._at_margin = True  # whether the program has ended the last line that it printed
        self._write = session.write
        session.write = self._watch

    def handle(self, text: str) -> None:
        """Do what the input asks. Raises EOFError when it asks to leave."""
        line = text.strip()
        try:
            if line.startswith(commands.MARK):
                commands.execute(line, self)
            elif (topic := help_topic(line)) is not None:
                self.help(topic)
            elif HELP_MARK in line and (place := hole(text)) is not None:
                self.fill(text, place)
            elif line:
                self.transcript.append((text.rstrip(), []))
                self.remember(text)
                if self.run(text):
                    self.keep(text)
        except TcalcError as error:
            self.report(error)
        except KeyboardInterrupt:
            self.say("\ninterrupted")  # the terminal has just echoed ^C
        except EOFError:
            raise
        except Exception as error:  # a mistake of ours must not cost the user the session
            self.report(internal_error(error))

    def remember(self, text: str) -> None:
        """Make the input `text`, which is about to be carried out, one that can be undone."""
        if self._undo is None:
            from tcalc.repl.undo import Undo  # it needs the core

            self._undo = Undo(self.session)
        self._undo.before(text, len(self.programs))

    def undo(self) -> Step | None:
        """Take back the last input; what was taken back, None if nothing is left."""
        step = self._undo.back() if self._undo is not None else None
        if step is not None:
            del self.programs[step.programs :]
            self._autosave(self.programs)
        return step

    def keep(self, text: str) -> None:
        """Count `text` among the programs that have run without an error."""
        self.programs.append(text.rstrip())
        self._keep(text.rstrip())
        self._autosave(self.programs)

    def run(self, text: str, name: str = "<input>") -> bool:
        """Run a program and show its results as they come; whether it went well."""
        output = self._output()
        self._at_margin = True
        if BACKWARD in text:
            self.session.keep_flows()
        try:
            for result in self.session.run(text, name=name):
                self._show(result, output)
        except TcalcError as error:
            self._end_line()
            output.flush()
            self.report(error)
            return False
        self._end_line()
        output.flush()
        return True

    def _show(self, result: Result, output: Output) -> None:
        number = self._results.add(result.value)
        page = output.page.headed(result.name)
        rendered = result.render(output.render, page)
        if isinstance(rendered, str) and rendered:
            rendered = shortened(rendered, page.height, number)
            if self.settings.number_results:
                between = "\n" if "\n" in rendered else " "
                head = paint("quiet", f"{number} =") if page.color else f"{number} ="
                rendered = head + between + rendered
            self._note(rendered)
        output.show(rendered)
        self._at_margin = True

    def _output(self) -> Output:
        return Output(self.settings.output, self.settings.color)

    def _note(self, text: str) -> None:
        """Remember what was shown, for the session's transcript."""
        if self.transcript:
            self.transcript[-1][1].append(text)

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
        """Write what went wrong, and keep its text as `_error`."""
        Complaints(self.settings.color).report(error)
        found = error.diagnostic or Diagnostic(error.headline, notes=error.notes, helps=error.helps)
        text = found.render(80, False)
        self._results.failed(text)
        self._note(text)

    def say(self, text: str) -> None:
        """Write a remark."""
        self._output().write(text + "\n")

    def fill(self, text: str, place: int) -> None:
        """Say what would fit in the hole at `place` of the text."""
        from tcalc.repl.holes import answer

        self.say(answer(text, place, self.session).text)

    def help(self, topic: str) -> None:
        """Show the page on `topic`, or the overview for an empty one."""
        page = self._output().page
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
        from tcalc.repl.guide import section

        known = topic in reference.topics() or "." in topic
        part = None if known else section(topic, page.color)
        self.say(part or reference.page(topic).text(page.width, page.color))


def shortened(text: str, height: int | None, name: str) -> str:
    """A text that fits a screen of `height` lines, with a hint how to see all of it.

    Pictures have seen to that themselves; what is longer has many lines by its nature.
    """
    if height is None or text.count("\n") < MOST_SCREENS * height:
        return text
    lines = text.split("\n")
    kept = max(height // 2 - 2, 3)
    left = len(lines) - 2 * kept
    hint = f"... {left} lines are left out; print({name}) writes all of them ..."
    return "\n".join([*lines[:kept], hint, *lines[-kept:]])


def internal_error(error: Exception) -> TcalcError:
    """What to say of an exception that should not have come this far."""
    return TcalcError(
        f"internal error: {type(error).__name__}: {error}",
        notes=["this is a mistake in tcalc, not in your program: please report it"],
    )


TOPICS = ("statements", "pipelines", "tensors")  # of the guide, as examples


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
        title("Help on a name, and the guide to the language"),
        "  softmax?      " + ", ".join(f":help {topic}" for topic in TOPICS),
    ]
    return "\n".join(lines)
