"""Completion of the command line in bash, zsh and fish, from the table of options.

The scripts are made when the package is built, and put where the shells look for them. Where they
do not look there, `python -m tcalc.completions SHELL` prints one. To add a shell: its line in
`SHELLS`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tcalc.options import OPTIONS, Choice, Option

DATA = "NAME=[FORMAT:]PATH"  # files complete after the last = or :
FILE = "FILE"


class Shell(NamedTuple):
    """A shell: how its script is made, and where it belongs below a prefix such as /usr/share."""

    script: Callable[[], Iterator[str]]
    path: str


def spellings(option: Option) -> list[str]:
    """The words for an option, the short one first."""
    short = [f"-{option.short}"] if option.short else []
    return [*short, f"--{option.name}"]


def words(option: Option) -> tuple[str, ...]:
    """The values of an option that can be listed."""
    return option.read.words if isinstance(option.read, Choice) else ()


# bash ---------------------------------------------------------------------------------------------

_BASH = """\
# Completion of tcalc for bash.
_tcalc() {
    # The word is taken from the line, for bash splits words at = and : as well.
    local line=${COMP_LINE:0:COMP_POINT} word option
    word=${line##*[[:space:]]}
    line=${line%"$word"}
    line=${line%"${line##*[![:space:]]}"}
    option=${line##*[[:space:]]}
    if [[ $word == --*=* ]]; then
        option=${word%%=*}
        word=${word#*=}
    fi
    case $option in
"""
_BASH_END = """\
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '{options}' -- "$word")
    else
        _tcalc_files "$word"
    fi
}

_tcalc_files() {
    compopt -o filenames 2> /dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

complete -F _tcalc tcalc"""


def bash() -> Iterator[str]:
    """The lines of the script for bash."""
    yield from _BASH.splitlines()
    cases: dict[str, list[str]] = {}
    for option in OPTIONS:
        if option.read is not None:
            cases.setdefault(_bash_value(option), []).extend(spellings(option))
    for value, names in cases.items():
        yield f"        {' | '.join(names)})"
        if value:
            yield f"            {value}"
        yield "            return"
        yield "            ;;"
    names = [word for option in OPTIONS for word in _all_spellings(option)]
    yield from _BASH_END.replace("{options}", " ".join(names)).splitlines()


def _bash_value(option: Option) -> str:
    """The command that completes the option's value."""
    if words(option):
        return f"""mapfile -t COMPREPLY < <(compgen -W '{" ".join(words(option))}' -- "$word")"""
    commands = {
        FILE: '_tcalc_files "$word"',
        DATA: '[[ $word != *=* ]] || _tcalc_files "${word##*[=:]}"',
    }
    return commands.get(option.metavar, "")


def _all_spellings(option: Option) -> list[str]:
    return [*spellings(option), *([f"--no-{option.name}"] if option.no else [])]


# zsh ----------------------------------------------------------------------------------------------

_ZSH = """\
#compdef tcalc
# Completion of tcalc for zsh.

_tcalc_data() {
    compset -P '*[=:]' && _files
}

_arguments -s -S -A '-*' \\"""


def zsh() -> Iterator[str]:
    """The lines of the script for zsh."""
    yield from _ZSH.splitlines()
    for option in OPTIONS:
        for spelled in _zsh_spellings(option):
            yield f"    {spelled} \\"
    yield "    '1:script:_files' \\"
    yield "    '*:argument:_files'"


def _zsh_spellings(option: Option) -> Iterator[str]:
    described = option.help
    for char in "\\[]:":
        described = described.replace(char, f"\\{char}")
    value = ""
    if option.read is not None:
        actions = {FILE: "_files", DATA: "_tcalc_data"}
        action = f"({' '.join(words(option))})" if words(option) else actions.get(option.metavar)
        value = f":{option.metavar.replace(':', chr(92) + ':')}:{action or ' '}"
    others = " ".join(_all_spellings(option))
    exclusion = "*" if option.many or option.mark else f"({others})"
    for spelling in _all_spellings(option):
        joined = "" if option.read is None else "=" if spelling.startswith("--") else "+"
        yield "'" + f"{exclusion}{spelling}{joined}[{described}]{value}".replace("'", r"'\''") + "'"


# fish ---------------------------------------------------------------------------------------------


def fish() -> Iterator[str]:
    """The lines of the script for fish."""
    yield "# Completion of tcalc for fish."
    for option in OPTIONS:
        short = f" -s {option.short}" if option.short else ""
        described = f"{_fish_value(option)} -d {_fish_text(option.help)}"
        yield f"complete -c tcalc{short} -l {option.name}{described}"
        if option.no:
            yield f"complete -c tcalc -l no-{option.name}{described}"


def _fish_value(option: Option) -> str:
    if option.read is None:
        return ""
    if words(option):
        return f" -x -a '{' '.join(words(option))}'"
    return " -r -F" if option.metavar in (FILE, DATA) else " -x"


def _fish_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS = {
    "bash": Shell(bash, "bash-completion/completions/tcalc"),
    "zsh": Shell(zsh, "zsh/site-functions/_tcalc"),
    "fish": Shell(fish, "fish/vendor_completions.d/tcalc.fish"),
}


def script(shell: str) -> str:
    """The script for a shell of `SHELLS`."""
    return "\n".join(SHELLS[shell].script()) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] not in ([shell] for shell in SHELLS):
        sys.exit(f"usage: python -m tcalc.completions {{{','.join(SHELLS)}}}")
    sys.stdout.write(script(sys.argv[1]))
