"""The command `tcalc`: chooses what to run and where results, errors and the exit status go.

Options are declared in `options`, streams live in `output`, data names in `bindings`. Everything a
plain `tcalc -e '1+1'` does not need is imported where it is used.
"""

from __future__ import annotations

import gc
import os
import sys
from _contextvars import copy_context

from tcalc.diagnostic import Diagnostic, Label
from tcalc.errors import ArgumentFault, LimitError, TcalcError
from tcalc.options import Settings, UsageError, assign, parse
from tcalc.output import Complaints, Output, OutputClosed

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Sequence
    from typing import NoReturn

    from tcalc.datafile import DataFile
    from tcalc.lang.session import Result, Session
    from tcalc.process import Deadline

OK, FAILED, USAGE, CRASHED, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 70, 130, 141
SANDBOX_MEMORY = 1 << 30
SANDBOX_SECONDS = 10.0


def entry() -> NoReturn:
    """Run the command as a whole process; taking Python down in good order would cost time."""
    gc.disable()  # what loads now stays for good; `Run` enables it before a program runs
    status = main()
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with the words `argv` (those of this process) and return its exit status."""
    words = sys.argv[1:] if argv is None else argv
    return copy_context().run(_guarded, words)


def _guarded(argv: Sequence[str]) -> int:  # noqa: PLR0911 -- a table of endings
    """Turn whatever ends a run early into a message and a status."""
    complaints = Complaints("auto")
    try:
        settings = _settings(argv, complaints)
        complaints = Complaints(settings.color)
        return _run(settings, complaints)
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
        return INTERRUPTED
    except Exception as error:
        _debug(error)
        complaints.write(
            Diagnostic(
                f"internal error: {type(error).__name__}: {error}",
                notes=["this is a mistake in tcalc, not in your program: please report it"],
                helps=["TCALC_DEBUG=1 in the environment shows where it happened"],
            )
        )
        return CRASHED


def _debug(error: BaseException | None) -> None:
    """Show where in tcalc `error` happened, if the environment asks for it."""
    if error is not None and os.environ.get("TCALC_DEBUG"):
        import traceback

        traceback.print_exception(error)


def _settings(argv: Sequence[str], complaints: Complaints) -> Settings:
    """The config file's settings, overridden by the command line's."""
    given, words = parse(argv)
    files: list[tuple[str, str]] = []
    if words:
        from tcalc import datafile

        given, words, files = datafile.split(given, words)
    settings = Settings()
    assign(settings, given)
    if not settings.no_config:
        from tcalc import config

        path = settings.config or config.default_path()
        if settings.config or os.access(path, os.R_OK):
            configured, warnings = config.read(path)
            settings = Settings()
            assign(settings, [*configured, *given])
            for warning in warnings:
                complaints.write(Diagnostic(warning, kind="warning"))
    if words and settings.eval:
        raise UsageError(
            f"code by -e and a script ({words[0]}) exclude each other",
            helps=["-d NAME=PATH binds a name to a file's data"],
        )
    if words:
        settings.file, *settings.arguments = words
    settings.files = files
    return settings


def _run(settings: Settings, complaints: Complaints) -> int:
    output = Output(settings.output, settings.color)
    if settings.help or settings.version:
        output.show(_about(settings))
        return OK
    run = Run(settings, output, complaints)
    from_terminal = sys.stdin is not None and sys.stdin.isatty()
    if settings.eval:
        run.code(settings.eval)
    elif settings.file not in (None, "-"):
        run.script(str(settings.file))
    elif run.files and settings.file is None:
        run.contents()
    elif settings.file == "-" or not from_terminal:
        run.standard_input()
    else:
        settings.interactive = True
    run.finish()
    if settings.interactive:
        from tcalc.repl import app

        return app.run(
            run.session, output=settings.output, color=settings.color, quiet=settings.quiet
        )
    return FAILED if run.failed else OK


def _about(settings: Settings) -> str:
    if settings.help:
        from tcalc import help

        return "\n".join(help.lines())
    from tcalc import __version__

    return f"tcalc {__version__}"


class Run:
    """One run of programs in one session, and whether anything in it failed."""

    def __init__(self, settings: Settings, output: Output, complaints: Complaints) -> None:
        """Make the session that `settings` describe; nothing runs yet."""
        self.settings = settings
        self.output = output
        self.complaints = complaints
        self.failed = False
        self.deadline: Deadline | None = None
        self.files: dict[str, DataFile] = {}
        self.session = self._session()
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def _session(self) -> Session:
        from tcalc.bindings import bindings
        from tcalc.lang.session import Session
        from tcalc.limits import Limits

        settings = self.settings
        if settings.files:
            from tcalc.datafile import DataFile

            self.files = {name: DataFile(place) for name, place in settings.files}
        _set_printing(settings)
        self._set_limits(settings)
        return Session(
            seed=settings.seed,
            dtype=settings.dtype,
            argv=settings.arguments,
            data=bindings(settings.data, self.files, program_on_stdin=_reads_program(settings)),
            limits=Limits(memory=settings.max_memory, strict=settings.sandbox),
            write=self.output.write,
            notice=self.complaints.write,
        )

    def _set_limits(self, settings: Settings) -> None:
        if settings.sandbox:
            settings.max_memory = settings.max_memory or SANDBOX_MEMORY
            settings.timeout = settings.timeout or SANDBOX_SECONDS
        if settings.max_memory:
            # When the memory is used up, nothing more can be loaded to say so.
            import tcalc.lang.blame
            import tcalc.layout  # noqa: F401
            from tcalc.process import limit_memory

            limit_memory(settings.max_memory)
        if settings.timeout:
            from tcalc.process import Deadline

            self.deadline = Deadline(settings.timeout)

    def finish(self) -> None:
        """The programs are done; what follows has all the time it wants."""
        self.output.flush()
        if self.deadline is not None:
            self.deadline.cancel()

    def _out_of_time(self) -> bool:
        return self.deadline is not None and self.deadline.passed

    def code(self, pieces: Sequence[str]) -> None:
        """Run the pieces of code given by -e, in order."""
        for index, text in enumerate(pieces):
            if not self._program(text, "-e" if index == 0 else f"-e ({index + 1})"):
                break

    def script(self, path: str) -> None:
        """Run the script at `path`."""
        try:
            with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123 -- start-up
                text = file.read()
        except OSError as error:
            raise UsageError(f"cannot read the script {path}: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise UsageError(
                f"the script {path} is not UTF-8 text (byte {error.start + 1})"
            ) from None
        self._program(text, path)

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
                self._out_of_memory()

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

    def _program(self, text: str, name: str, first_line: int = 1) -> bool:
        """Run one program text; tells whether the run goes on after it."""
        on_error = self._keep_going if self.settings.keep_going else None
        try:
            for result in self.session.run(
                text, name=name, first_line=first_line, on_error=on_error
            ):
                if not self._show(result):
                    break
        except TcalcError as error:
            self._fail(error)
        except MemoryError:
            self._out_of_memory()
            return False
        return not self.failed or (self.settings.keep_going and not self._out_of_time())

    def _out_of_memory(self) -> None:
        from tcalc.process import lift_memory_limit

        lift_memory_limit()
        self._fail(LimitError("the program needs more memory than it may have"))

    def _show(self, result: Result) -> bool:
        """Write one result; a value that the format cannot hold is the statement's failure."""
        try:
            text = self.session.call(self.output.render, result.value, self.output.page)
            self.output.show(text)
        except TcalcError as error:
            if error.diagnostic is None:
                from tcalc.lang.blame import fill

                error.diagnostic = Diagnostic(
                    error.headline,
                    span=result.span,
                    labels=[Label(result.span), *error.labels],
                    notes=[fill(note, {}) for note in error.notes],
                    helps=[fill(text, {}) for text in error.helps],
                )
            self._fail(error)
            return self.settings.keep_going
        return True

    def _keep_going(self, error: TcalcError) -> None:
        if self._out_of_time():
            raise error
        self._fail(error)

    def _fail(self, error: TcalcError) -> None:
        self.failed = True
        self.output.flush()
        _debug(error.__context__)
        self.complaints.report(error)


def _set_printing(settings: Settings) -> None:
    """Set the print options of this context, which the session's own starts from."""
    names = ("precision", "linewidth", "threshold", "edgeitems")
    given = {name: getattr(settings, name) for name in names}
    if settings.sci is not None or any(value is not None for value in given.values()):
        from tcalc.render.tensor_text import set_printoptions

        set_printoptions(sci_mode=settings.sci, **given)


def _reads_program(settings: Settings) -> bool:
    """Whether standard input is the program, so that it cannot be data."""
    if settings.files and settings.file is None:
        return False
    return not settings.eval and settings.file in (None, "-")
