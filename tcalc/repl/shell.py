"""What becomes of one input, whoever read it: a program, a command, or a call for help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tcalc.diagnostic import Diagnostic
from tcalc.errors import NameFault, TcalcError
from tcalc.options import Settings
from tcalc.output import Output
from tcalc.repl import commands, habits
from tcalc.repl.configure import preamble
from tcalc.repl.results import Results
from tcalc.repl.screen import Screen
from tcalc.repl.shortened import shortened
from tcalc.theme import paint

if TYPE_CHECKING:
    from tcalc.lang.session import Result, Session
    from tcalc.repl.undo import Step, Undo

HELP_MARK = "?"
BACKWARD = "backward"  # in an input after which a graph may be looked at


def help_topic(line: str) -> str | None:
    """What `?name` or `name?` asks about, None for an input that asks for no help.

    Two marks, `name??`, ask for all that there is; the topic then ends in one.
    """
    if line.startswith(HELP_MARK):
        return line[1:].strip(f" {HELP_MARK}" if not line.strip(HELP_MARK) else " ")
    name = line.removesuffix(HELP_MARK).removesuffix(HELP_MARK).strip()
    if name == line or not name.replace(".", "").isidentifier():
        return None
    return name + HELP_MARK * line.endswith(2 * HELP_MARK)


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
        screen: Screen | None = None,
    ) -> None:
        """Write on `screen` as `settings` say, which are looked at before each result."""
        self.session = session
        self.settings = settings
        self.screen = screen or Screen(settings)
        self.preamble = preamble(settings)
        self.programs: list[str] = []
        self.shown: list[dict[int, str]] = []  # by program: types of results, by their places
        self._latest: dict[int, str] = {}
        self.next_text = ""  # what stands in the editor when it opens next
        self._undo: Undo | None = None
        self._results = Results(session)
        self._autosave = autosave
        self._keep = keep
        self._at_margin = True  # whether the program has ended the last line that it printed
        self._write = session.write
        session.write = self._watch
        session.notice = self.screen.notice

    def handle(self, text: str) -> None:
        """Do what the input asks. Raises EOFError when it asks to leave."""
        if text.strip():
            self.screen.begin(text)
        try:
            self._carry_out(text)
        except TcalcError as error:
            self.report(error)
        except KeyboardInterrupt:
            self.say("\ninterrupted")  # the terminal has just echoed ^C
        except EOFError:
            raise
        except Exception as error:  # a mistake of ours must not cost the user the session
            self.report(internal_error(error))

    def _carry_out(self, text: str) -> None:
        line = text.strip()
        if self._is_habit(line):
            return
        if line.startswith(commands.MARK):
            commands.execute(line, self)
        elif (topic := help_topic(line)) is not None:
            self.help(topic)
        elif HELP_MARK in line and (place := hole(text)) is not None:
            self.fill(text, place)
        elif line:
            program = self._program(text)
            self.remember(program)
            if self.run(program):
                self.keep(program)

    def _program(self, text: str) -> str:
        """The program in `text`, which may be a session pasted with its prompts and results."""
        if ">>>" not in text and "In [" not in text:
            return text
        from tcalc.repl.slicing import without_prompts

        return without_prompts(text)

    def _is_habit(self, line: str) -> bool:
        """Do what a word from another program's prompt asks for; whether it is one.

        Raises EOFError for those that leave, NameFault for those that have other names here.
        """
        fault = None if "Out" in self.session else habits.stranger(line)
        name = habits.word(line)
        if name and name not in self.session:
            if name in habits.LEAVE:
                raise EOFError
            if name == habits.HELP:
                self.help("")
                return True
            fault = NameFault(f"name '{name}' is not defined", helps=[habits.WORDS[name]])
        if fault is not None:
            raise fault
        return False

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
            del self.programs[step.programs :], self.shown[step.programs :]
            self._autosave(self.programs)
        return step

    def keep(self, text: str) -> None:
        """Count `text` among the programs that have run without an error."""
        self.programs.append(text.rstrip())
        self.shown.append(self._latest)
        self._latest = {}
        self._keep(text.rstrip())
        self._autosave(self.programs)

    def run(self, text: str, name: str = "<input>") -> bool:
        """Run a program and show its results as they come; whether it went well."""
        output = self.screen.output()
        self._at_margin = True
        self._latest = {}
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
        self._latest[result.span.start] = type(result.value).__name__
        page = output.page.headed(result.name)
        rendered = result.render(output.render, page)
        if isinstance(rendered, str) and rendered:
            rendered = shortened(rendered, page, f"{commands.MARK}show {number}")
            if self.settings.number_results:
                between = "\n" if "\n" in rendered else " "
                head = paint("quiet", f"{number} =") if page.color else f"{number} ="
                rendered = head + between + rendered
        self.screen.show(rendered, output)
        self._at_margin = True

    def _watch(self, text: str) -> None:
        """Pass on what the program prints."""
        self._write(text)
        self.screen.note(text)
        if text:
            self._at_margin = text.endswith("\n")

    def _end_line(self) -> None:
        """Keep the next prompt from standing on, and hiding, what was printed last."""
        if not self._at_margin:
            self._watch("\n")

    def report(self, error: TcalcError) -> None:
        """Write what went wrong, and keep its text as `_error`."""
        self.screen.report(error)
        found = error.diagnostic or Diagnostic(error.headline, notes=error.notes, helps=error.helps)
        self._results.failed(found.render(80, False))

    def say(self, text: str) -> None:
        """Write a remark."""
        self.screen.say(text)

    def browse(self, text: str) -> None:
        """Write a text to be read, page by page if it is long."""
        self.screen.browse(text)

    def fill(self, text: str, place: int) -> None:
        """Say what would fit in the hole at `place` of the text."""
        from tcalc.repl.holes import answer

        self.say(answer(text, place, self.session).text)

    def help(self, topic: str) -> None:
        """Show what there is on `topic`, or the overview for an empty one."""
        from tcalc.repl.about import about  # reads the registries, and thus NumPy
        from tcalc.repl.overview import overview

        page = self.screen.output().page
        self.browse(about(topic, self, page) if topic else overview(page.width, page.color))


def internal_error(error: Exception) -> TcalcError:
    """What to say of an exception that should not have come this far."""
    return TcalcError(
        f"internal error: {type(error).__name__}: {error}",
        notes=["this is a mistake in tcalc, not in your program: please report it"],
    )
