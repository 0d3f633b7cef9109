"""The command's options: one table that parsing, the config file and `help` all read.

To add an option: a line in `OPTIONS` and a field in `Settings`; what it does is `cli`'s business.
Nothing is imported that a start would not import anyway: argparse alone costs as much as Python.
"""

from __future__ import annotations

import sys

from tcalc.errors import TcalcError, closest
from tcalc.render.formats import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable, Sequence


class UsageError(TcalcError):
    """A command line or a config file that makes no sense."""

    HELP = "tcalc --help lists the options"


class Settings:
    """What the command line and the config file ask for; the class holds the defaults."""

    eval: list[str] = []  # noqa: RUF012 -- never changed in place
    each: int | None = None
    end: int | None = None
    null = False
    interactive = False
    data: list[tuple[str, str]] = []  # noqa: RUF012
    output = "auto"
    keep_going = False
    precision: int | None = None
    linewidth: int | None = None
    threshold: int | None = None
    edgeitems: int | None = None
    sci: bool | None = None
    seed: int | None = None
    dtype: str | None = None
    max_memory: int | None = None
    timeout: float | None = None
    sandbox = False
    color = "auto"
    errors = "text"
    config: str | None = None
    no_config = False
    verbose = False
    quiet = False
    key_mode = "emacs"
    theme = "auto"
    preview = True
    number_results = False
    print_config = False
    version = False
    help = False
    files: list[tuple[str, str]] = []  # noqa: RUF012
    file: str | None = None
    arguments: list[str] = []  # noqa: RUF012

    @property
    def reads_program(self) -> bool:
        """Whether standard input is the program, so that it cannot be data."""
        if self.files and self.file is None:
            return False
        return not self.eval and self.file in (None, "-")


class Option:
    """One option: its spellings, its place in the help, and how its value is read.

    `read` turns the value's text into the value, raising ValueError with what was expected; None
    means a switch. `many` collects the values in a list; `no` adds the spelling that means False;
    `mark` remembers how many pieces of code stood before the switch; `fixed` keeps the option out
    of the config file.
    """

    __slots__ = ("fixed", "group", "help", "many", "mark", "metavar", "name", "no", "read", "short")

    def __init__(  # noqa: PLR0913, PLR0917 -- a table's line
        self,
        short: str,
        name: str,
        metavar: str,
        group: str,
        help: str,
        read: Callable[[str], object] | None = None,
        *,
        many: bool = False,
        no: bool = False,
        mark: bool = False,
        fixed: bool = False,
    ) -> None:
        """Describe one option; `short` may be empty."""
        self.short = short
        self.name = name
        self.metavar = metavar
        self.group = group
        self.help = help
        self.read = read
        self.many = many
        self.no = no
        self.mark = mark
        self.fixed = fixed

    @property
    def key(self) -> str:
        """The field of `Settings`."""
        return self.name.replace("-", "_")


class Choice:
    """Reads one of a few words."""

    __slots__ = ("words",)

    def __init__(self, *words: str) -> None:
        """Accept these words alone."""
        self.words = words

    def __call__(self, text: str) -> str:
        """The word itself. Raises ValueError."""
        if text not in self.words:
            raise ValueError("one of " + ", ".join(self.words))
        return text


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("a whole number")
    return int(text)


def _count_or_inf(text: str) -> int:
    if text == "inf":
        return sys.maxsize
    if not text.isdecimal():
        raise ValueError("a whole number or inf")
    return int(text)


def _seed(text: str) -> int:
    if not text.removeprefix("-").isdecimal() or not -(1 << 63) <= int(text) < 1 << 64:
        raise ValueError("a whole number of up to 64 bits")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ValueError("a number of seconds above 0")
    return seconds


def _size(text: str) -> int:
    """Bytes: `512M`, `1.5G`, `2GiB`, or a plain number."""
    number = text.upper().removesuffix("B").removesuffix("I")
    power = "KMGT".find(number[-1:]) + 1 if number else 0
    try:
        size = float(number[:-1] if power else number) * 1024**power
    except ValueError:
        size = 0.0
    if not 1 <= size < float("inf"):
        raise ValueError("a size such as 512M or 2G")
    return int(size)


def _binding(text: str) -> tuple[str, str]:
    name, equals, place = text.partition("=")
    if not (equals and place and name.isidentifier()):
        raise ValueError("NAME=PATH or NAME=FORMAT:PATH")
    from keyword import iskeyword

    if iskeyword(name) or "__" in name:
        raise ValueError("a NAME that programs can use")
    return name, place


RUNNING, DATA, PRINTING, NUMBERS, LIMITS, SESSION, OTHER = (
    "Running", "Data and results", "Printing", "Numbers", "Limits", "The REPL", "Other",
)  # fmt: skip

OPTIONS = (
    Option("e", "eval", "CODE", RUNNING, "code to run; repeatable", str, many=True, fixed=True),
    Option("", "each", "", RUNNING, "run the CODE after it on each record of the input",
           mark=True, fixed=True),
    Option("", "end", "", RUNNING, "run the CODE after it once the records are done",
           mark=True, fixed=True),
    Option("i", "interactive", "", RUNNING, "stay in the REPL afterwards", fixed=True),
    Option("k", "keep-going", "", RUNNING, "after an error go on with the next statement"),
    Option("0", "null", "", RUNNING, "programs piped in, and their results, end with NUL",
           fixed=True),
    Option("d", "data", "NAME=[FORMAT:]PATH", DATA, "bind NAME to data (-: standard input)",
           _binding, many=True, fixed=True),
    Option("o", "output", "FORMAT", DATA, "how results are written",
           Choice("auto", *FORMATS)),
    Option("", "errors", "FORMAT", DATA, "how errors are written: text or json",
           Choice("text", "json")),
    Option("", "precision", "N", PRINTING, "digits after the point (4)", _count),
    Option("", "linewidth", "N", PRINTING, "columns of a line (80)", _count),
    Option("", "threshold", "N", PRINTING, "elements above which a tensor is summarised (1000)",
           _count_or_inf),
    Option("", "edgeitems", "N", PRINTING, "elements at each end of a summary (3)", _count),
    Option("", "sci", "", PRINTING, "always or never scientific notation", no=True),
    Option("v", "verbose", "", PRINTING, "tell what text output rounds or leaves out"),
    Option("", "seed", "N", NUMBERS, "seed of the random numbers", _seed),
    Option("", "dtype", "DTYPE", NUMBERS, "the default float dtype (float32)",
           Choice("float16", "float32", "float64")),
    Option("", "max-memory", "SIZE", LIMITS, "memory the program may take: 512M, 2G", _size),
    Option("", "timeout", "SECONDS", LIMITS, "time the program may take", _seconds),
    Option("", "sandbox", "", LIMITS, "no files, limits on: for expressions from strangers"),
    Option("", "key-mode", "MODE", SESSION, "keys of the line editor: emacs or vi",
           Choice("emacs", "vi")),
    Option("", "theme", "THEME", SESSION, "colours for a dark or light screen, or auto",
           Choice("auto", "dark", "light")),
    Option("", "preview", "", SESSION, "show under an input what it would give, or do not", no=True),
    Option("", "number-results", "", SESSION, "show the names of results: _1, _2, ...", no=True),
    Option("q", "quiet", "", SESSION, "no greeting"),
    Option("", "color", "WHEN", OTHER, "auto, always or never", Choice("auto", "always", "never")),
    Option("", "config", "FILE", OTHER, "read settings from FILE", str, fixed=True),
    Option("", "no-config", "", OTHER, "read no settings, run no init.tc", fixed=True),
    Option("", "print-config", "", OTHER, "print a config file with all settings", fixed=True),
    Option("", "version", "", OTHER, "print the version", fixed=True),
    Option("h", "help", "", OTHER, "print this help", fixed=True),
)  # fmt: skip


def parse(argv: Sequence[str]) -> tuple[list[tuple[Option, object]], list[str]]:
    """The options given, in order, and the words after them (a FILE and its ARGs).

    Options end at the first word that is none, so that a script's own arguments are left alone.
    """
    spelled = {f"-{option.short}": option for option in OPTIONS if option.short}
    spelled |= {f"--{option.name}": option for option in OPTIONS}
    refusing = {f"--no-{option.name}": option for option in OPTIONS if option.no}
    given: list[tuple[Option, object]] = []
    words = list(argv)
    while words and words[0] not in ("", "-") and words[0].startswith("-"):
        word = words.pop(0)
        if word == "--":
            break
        if not word.startswith("--") and len(word) > 2:  # noqa: PLR2004 -- -qi, -e1+1
            first = spelled.get(word[:2])
            words.insert(0, word[2:] if first and first.read else "-" + word[2:])
            word = word[:2]
        word, equals, value = word.partition("=")
        if word in refusing and not equals:
            given.append((refusing[word], False))
            continue
        option = spelled.get(word)
        if option is None:
            raise _unknown(word, [*spelled, *refusing])
        if option.read is None:
            if equals:
                raise UsageError(f"{word} takes no value")
            given.append((option, True))
            continue
        if not equals:
            if not words:
                raise UsageError(
                    f"{word} needs a value: {word} {option.metavar}", helps=[UsageError.HELP]
                )
            value = words.pop(0)
        given.append((option, value_of(option, value, word)))
    return given, words


def _unknown(word: str, known: Sequence[str]) -> UsageError:
    near = closest(word, known)[:1] if word.startswith("--") else ()
    helps = [f"did you mean {name}?" for name in near] or [UsageError.HELP]
    return UsageError(f"no option is called {word}", helps=helps)


def value_of(option: Option, text: str, where: str) -> object:
    """The value that `text` means. Raises UsageError naming `where` if it means none."""
    assert option.read is not None
    try:
        return option.read(text)
    except ValueError as error:
        raise UsageError(f"{where} takes {error}, not {text!r}") from None


def assign(settings: Settings, given: Sequence[tuple[Option, object]]) -> None:
    """Set the fields; later options win, repeatable ones add up."""
    for option, given_value in given:
        value = len(settings.eval) if option.mark else given_value
        before = getattr(settings, option.key)
        setattr(settings, option.key, [*before, value] if option.many else value)
