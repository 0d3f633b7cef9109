"""The command `tcalc`: chooses what to run and where results, errors and the exit status go.

Options are declared in `options`, streams live in `output`, data names in `bindings`. Everything a
plain `tcalc -e '1+1'` does not need is imported where it is used.
"""

from __future__ import annotations

import gc
import os
import sys
from _contextvars import copy_context

from tcalc import interrupts, theme
from tcalc.config import command_line
from tcalc.diagnostic import Diagnostic
from tcalc.errors import ArgumentFault, LimitError, TcalcError
from tcalc.options import UsageError
from tcalc.output import Complaints, Output, OutputClosed, is_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable, Iterator, Sequence
    from typing import NoReturn

    from tcalc.datafile import DataFile
    from tcalc.lang.session import Result, Session
    from tcalc.options import Settings
    from tcalc.process import Deadline, Supervised
    from tcalc.records import Records

OK, FAILED, USAGE, CRASHED, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 70, 130, 141
SANDBOX_MEMORY = 1 << 30
SANDBOX_SECONDS = 10.0
MOST_DIGITS = 100_000  # of an integer as text: a fraction of a second, which grows by the square


def entry() -> NoReturn:
    """Run the command as a whole process; taking Python down in good order would cost time."""
    gc.disable()  # what loads now stays for good; `Run` enables it before a program runs
    sys.set_int_max_str_digits(MOST_DIGITS)
    try:
        interrupts.listen()
        status = copy_context().run(_guarded, sys.argv[1:], own=True)
        if interrupts.waiting():
            status = INTERRUPTED
    except KeyboardInterrupt:  # a second one, while the first was being served
        status = INTERRUPTED
    except SystemExit as leaving:
        status = int(leaving.code or OK)
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with the words `argv` (those of this process) and return its exit status.

    The process stays the caller's: its memory is not limited, only what each single result takes.
    """
    words = sys.argv[1:] if argv is None else argv
    return copy_context().run(_guarded, words)


def _guarded(argv: Sequence[str], *, own: bool = False) -> int:  # noqa: PLR0911 -- a table of endings
    """Turn whatever ends a run early into a message and a status."""
    complaints = Complaints("auto")
    try:
        settings, warnings = command_line(argv)
        complaints = Complaints(settings.color, settings.errors)
        for warning in warnings:
            complaints.write(Diagnostic(warning, kind="warning"))
        return _run(settings, complaints, own=own)
    except UsageError as error:
        complaints.report(error)
        return USAGE
    except TcalcError as error:
        complaints.report(error)
        return FAILED
    except OutputClosed as closed:
        if closed.broken_pipe:
            return BROKEN_PIPE  # what a shell reports for any filter that dies of a closed pipe
        complaints.write(Diagnostic(f"cannot write to standard output: {closed.reason}"))
        return FAILED
    except KeyboardInterrupt:
        _flush()
        return INTERRUPTED
    except Exception as error:
        _flush()
        _debug(error)
        complaints.write(
            Diagnostic(
                f"internal error: {type(error).__name__}: {error}",
                notes=["this is a mistake in tcalc, not in your program: please report it"],
                helps=["TCALC_DEBUG=1 in the environment shows where it happened"],
            )
        )
        return CRASHED


def _flush() -> None:
    """Write what the program printed before it came to an unusual end."""
    from contextlib import suppress

    with suppress(OSError, AttributeError):
        sys.stdout.flush()


def _debug(error: BaseException | None) -> None:
    """Show where in tcalc `error` happened, if the environment asks for it."""
    if error is not None and os.environ.get("TCALC_DEBUG"):
        import traceback

        traceback.print_exception(error)


def _run(settings: Settings, complaints: Complaints, *, own: bool) -> int:
    output = Output(settings.output, settings.color, records=settings.each is not None)
    if settings.help or settings.version or settings.print_config:
        output.show(_about(settings))
        return OK
    run = Run(settings, output, complaints, own=own)
    try:
        _programs(run, settings)
    except KeyboardInterrupt:
        if not settings.interactive:
            raise
        complaints.write(Diagnostic("interrupted", kind="note"))
    run.finish()
    if settings.interactive and _keyboard():
        from tcalc.repl import app

        return app.run(run.session, settings)
    return FAILED if run.failed else OK


def _programs(run: Run, settings: Settings) -> None:
    """Run what the command line names; where that is nothing, the session is interactive."""
    if settings.each is not None:
        run.each()
    elif settings.eval:
        run.code()
    elif settings.file not in (None, "-"):
        run.script(str(settings.file))
    elif run.files and settings.file is None:
        run.contents()
    elif settings.null:
        run.conversation()
    elif settings.file == "-" or not (is_terminal(sys.stdin) or _is_conversation(settings)):
        run.standard_input()
    else:
        settings.interactive = True


def _is_conversation(settings: Settings) -> bool:
    """Whether -i makes of standard input what a user types: nobody has a terminal to type at."""
    return settings.interactive and not is_terminal(sys.stdout)


def _keyboard() -> bool:
    """Whether there is something for the REPL to read.

    Where standard input was data or the program, the user types at the terminal all the same.
    """
    if sys.stdout is None:
        raise OutputClosed
    if is_terminal(sys.stdout) and not is_terminal(sys.stdin):
        try:
            sys.stdin = open("/dev/tty", encoding="utf-8")  # noqa: PTH123, SIM115 -- for good
        except OSError:
            return sys.stdin is not None
    return sys.stdin is not None


def _about(settings: Settings) -> str:
    if settings.help:
        from tcalc import help

        return "\n".join(help.lines())
    if settings.print_config:
        from tcalc.config import template

        return template()
    from tcalc import __version__

    return f"tcalc {__version__}"


class Run:
    """One run of programs in one session, and whether anything in it failed."""

    def __init__(
        self, settings: Settings, output: Output, complaints: Complaints, *, own: bool
    ) -> None:
        """Make the session that `settings` describe, perhaps in a process of its `own`."""
        self.settings = settings
        self._own = own
        self.output = output
        self.complaints = complaints
        self.failed = False
        self._out_of_memory = False
        self.deadline: Deadline | None = None
        self.supervised: Supervised | None = None
        self.files: dict[str, DataFile] = {}
        self.records: Records | None = None
        self.session = self._session()
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def _session(self) -> Session:
        from tcalc.lang.session import Session
        from tcalc.limits import Limits

        settings = self.settings
        self._set_limits(settings)
        theme.use(settings.theme, os.environ.get("COLORFGBG", ""))
        if settings.files:
            from tcalc.datafile import DataFile

            self.files = {name: DataFile(place) for name, place in settings.files}
        _set_printing(settings)
        return Session(
            seed=settings.seed,
            dtype=settings.dtype,
            argv=settings.arguments,
            data=self._data(),
            limits=Limits(
                memory=settings.max_memory,
                strict=settings.sandbox,
                enforced=bool(settings.max_memory) and self._own,
            ),
            write=self.output.write,
            notice=self.complaints.write,
        )

    def _set_limits(self, settings: Settings) -> None:
        if settings.sandbox:
            settings.max_memory = settings.max_memory or SANDBOX_MEMORY
            settings.timeout = settings.timeout or SANDBOX_SECONDS
        if (settings.max_memory or settings.timeout) and self._own:
            from tcalc.process import supervise

            self.supervised = supervise(settings.timeout, self._tell)
        if settings.max_memory and self._own:
            # When the memory is used up, nothing more can be loaded to say so.
            import tcalc.lang.faults.blame
            import tcalc.layout  # noqa: F401
            from tcalc.process import limit_memory

            limit_memory(settings.max_memory)
        if settings.timeout:
            from tcalc.process import Deadline

            self.deadline = Deadline(settings.timeout)

    def _tell(self, headline: str) -> None:
        """Report what a supervisor sees, in a process that runs no program itself."""
        self.complaints.report(LimitError(headline))

    def finish(self) -> None:
        """The programs are done; what follows has all the time it wants."""
        self.output.flush()
        if self.deadline is not None:
            self.deadline.cancel()
        if self.supervised is not None:
            self.supervised.done()

    def _data(self) -> dict[str, Callable[[], object]]:
        from tcalc import bindings

        settings = self.settings
        if settings.reads_program:
            return bindings.bindings(settings.data, self.files, bindings.PROGRAM)
        if settings.each is None:
            return bindings.bindings(settings.data, self.files)
        self.record, others = bindings.record(settings.data)
        return bindings.bindings(others, self.files, bindings.RECORDS)

    def code(self, first: int = 0, last: int | None = None) -> bool:
        """Run the pieces of code given by -e, in order; tells whether the run goes on."""
        return all(self._program(text, name) for text, name in self._pieces(first, last))

    def _pieces(self, first: int = 0, last: int | None = None) -> list[tuple[str, str]]:
        """Pieces of code given by -e, each with its name."""
        names = ["-e", *(f"-e ({index})" for index in range(2, len(self.settings.eval) + 1))]
        return list(zip(self.settings.eval, names, strict=False))[first:last]

    def script(self, path: str) -> None:
        """Run the script at `path`."""
        self._program(_read(path), path)

    def contents(self) -> None:
        """Show what is in the data files."""
        for name, file in self.files.items():
            try:
                shown = self.session.call(file.contents, name)
                self.output.show(self.session.call(self.output.render, shown, self.output.page))
            except ArgumentFault:
                raise UsageError(
                    f"what is in a file cannot be written as {self.settings.output}",
                    helps=[f"-e {name} writes the data themselves"],
                ) from None
            except MemoryError:
                self._end_of_memory()

    def standard_input(self) -> None:
        """Run the program on standard input, each statement as soon as it is complete."""
        from tcalc.lang.chunks import chunks

        if sys.stdin is None:
            return
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        for text, line in chunks(sys.stdin):
            if not self._program(text, "<stdin>", line):
                break
            self.output.flush()

    def conversation(self) -> None:
        """Run the programs on standard input, each up to a NUL; a NUL ends what each one writes."""
        from tcalc.pieces import pieces

        for program in pieces(b"\0", self.output.flush):
            self._program(program.decode(errors="replace"), "<stdin>")
            self.output.write("\0")
            if self._spent():
                break

    def each(self) -> None:
        """Run code on each record of standard input, and the code before and after it."""
        from tcalc.pieces import pieces
        from tcalc.records import Records

        settings = self.settings
        if not self.code(0, settings.each):
            return
        codes = self._pieces(settings.each or 0, settings.end)
        if settings.file:
            codes = [(_read(settings.file), settings.file)]
        try:
            self.records = Records(self.session, self.record, codes)
        except TcalcError as error:
            self._fail(error)
            return
        for line in pieces(b"\n", self.output.flush):
            self._write(self.records.results(line), whole=True)
            if not self._goes_on():
                return
        self.records = None
        if settings.end is not None:
            self.code(settings.end)

    def _program(self, text: str, name: str, first_line: int = 1) -> bool:
        """Run one program text; tells whether the run goes on after it."""
        if "for" in text or "while" in text:  # what is to nest deeply is made in a loop
            from tcalc.process import deepen_stack

            deepen_stack()
        on_error = self._keep_going if self.settings.keep_going else None
        results = self.session.run(text, name, first_line, on_error)
        self._write(results, whole=not self.settings.keep_going)
        return self._goes_on()

    def _goes_on(self) -> bool:
        return not self._spent() and (self.settings.keep_going or not self.failed)

    def _spent(self) -> bool:
        """Whether the memory or the time that the run may take is used up."""
        return self._out_of_memory or self._out_of_time()

    def _out_of_time(self) -> bool:
        return self.deadline is not None and self.deadline.passed

    def _write(self, results: Iterator[Result], *, whole: bool) -> None:
        """Write results as they come; if they are only good as a `whole`, up to a failure."""
        try:
            for result in results:
                if not self._show(result) and whole:
                    return
        except TcalcError as error:
            self._fail(error)
        except MemoryError:
            self._end_of_memory()

    def _end_of_memory(self) -> None:
        from tcalc.process import NOT_ENOUGH, lift_memory_limit

        lift_memory_limit()
        self._out_of_memory = True
        self._fail(LimitError(NOT_ENOUGH))

    def _show(self, result: Result) -> bool:
        """Write one result; a value that the format cannot hold is the statement's failure."""
        try:
            page = self.output.page.headed(result.name)
            self.output.show(result.render(self.output.render, page))
            if self.settings.verbose:
                self._tell_what_is_lost(result)
        except TcalcError as error:
            self._fail(error)
            return False
        return True

    def _tell_what_is_lost(self, result: Result) -> None:
        if self.output.format == "text" and "numpy" in sys.modules:
            from tcalc.render.rounding import remark

            text = self.session.call(remark, result.value)
            if text:
                helps = ["-o jsonl and -o npy write every digit of every number"]
                self.complaints.write(Diagnostic(text, kind="note", helps=helps))

    def _keep_going(self, error: TcalcError) -> None:
        if self._out_of_time():
            raise error
        self._fail(error)

    def _fail(self, error: TcalcError) -> None:
        if interrupts.waiting():  # what went wrong since is of no interest
            raise KeyboardInterrupt
        if self.deadline is not None and self.deadline.passed:
            self.deadline.cancel()
        self.failed = True
        self.output.flush()
        _debug(error.__context__)
        if self.records is not None:
            self.records.blame(error)
        self.complaints.report(error)


def _read(path: str) -> str:
    """The text of the script at `path`. Raises UsageError if there is none."""
    try:
        with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123 -- start-up
            return file.read()
    except OSError as error:
        raise UsageError(f"cannot read the script {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"the script {path} is not UTF-8 text (byte {error.start + 1})") from None


def _set_printing(settings: Settings) -> None:
    """Set the print options of this context, which the session's own starts from."""
    names = ("precision", "linewidth", "threshold", "edgeitems")
    given = {name: getattr(settings, name) for name in names}
    if settings.sci is not None or any(value is not None for value in given.values()):
        from tcalc.render.tensor_text import set_printoptions

        set_printoptions(sci_mode=settings.sci, **given)
