"""Commands that carry programs between the session and files: save, load, edit, export."""

from __future__ import annotations

import os
from pathlib import Path

from tcalc import limits
from tcalc.errors import ArgumentFault, NameFault, RuntimeFault
from tcalc.files import replace
from tcalc.repl.command import MARK, Context, command

FOR = "--for"


@command(
    "save", "FILE [--for NAME]", "write what ran without an error; or what NAME depends on", "file"
)
def _save(context: Context, argument: str) -> None:
    """The file is a program, which `:load FILE` and `tcalc FILE` run:
    `:save work.tc`, or `:save model.tc --for w` for what w needs.
    """
    path, wanted, name = argument.partition(FOR)
    path, name = path.strip(), name.strip()
    if not path or (wanted and not name):
        raise ArgumentFault(f"{MARK}save needs FILE, and {FOR} needs NAME")
    if name and name not in context.session:
        raise NameFault(f"name '{name}' is not defined")
    context.session.call(limits.check_files, f"{MARK}save")
    programs = context.programs
    if name:
        from tcalc.repl.slicing import slice_for

        programs = slice_for(name, programs)
    text = "".join(f"{program}\n" for program in programs)
    try:
        replace.write(str(Path(path).expanduser()), lambda file: file.write(text.encode()))
    except OSError as error:
        raise RuntimeFault(f"cannot write {path}: {error.strerror}") from None
    count, what = len(programs), "statement" if name else "program"
    context.say(f"{count} {what}{'s' if count != 1 else ''} in {path}")


@command("load", "FILE", "run the program in FILE", "file")
def _load(context: Context, path: str) -> None:
    """Its names are then the session's; a pasted session in a file is run as well:
    `:load work.tc`.
    """
    context.session.call(limits.check_files, f"{MARK}load")
    from tcalc.repl.slicing import without_prompts

    text = without_prompts(read(path))
    context.remember(text)
    if context.run(text, path):
        context.keep(text)


def read(path: str) -> str:
    """The text of a program's file. Raises RuntimeFault."""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        raise RuntimeFault(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RuntimeFault(f"{path} is not UTF-8 text") from None


@command(
    "edit", "[NAME|N]", "the last program, the one that made NAME, or number N, in $EDITOR", "name"
)
def _edit(context: Context, which: str) -> None:
    """What the editor gives back stands on the prompt, to be run or changed; `:history` has the
    numbers. The editor is $VISUAL, $EDITOR, or vi.
    `:edit f` opens what defined f, `:edit 3` the third program.
    """
    context.session.call(limits.check_files, f"{MARK}edit")
    context.next_text = edited(_chosen(context, which))


def _chosen(context: Context, which: str) -> str:
    programs = context.programs
    if which.isdecimal():
        if not 0 < int(which) <= len(programs):
            raise ArgumentFault(f"there are {len(programs)} programs; see {MARK}history")
        return programs[int(which) - 1]
    if not which:
        return programs[-1] if programs else ""
    from tcalc.repl.slicing import maker

    made = maker(which, programs)
    if made is not None:
        return made[1]
    raise NameFault(f"no program of this session binds '{which}'")


def edited(text: str) -> str:
    """`text` as the user's editor gives it back. Raises RuntimeFault if there is no editor."""
    import shlex
    import subprocess
    from tempfile import TemporaryDirectory

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "input.tc"
        path.write_text(text + "\n" if text else "", encoding="utf-8")
        try:
            status = subprocess.run([*shlex.split(command), str(path)], check=False).returncode
        except (OSError, ValueError) as error:
            raise RuntimeFault(
                f"cannot start the editor {command}: {error}", helps=["EDITOR=nano names another"]
            ) from None
        if status:
            raise RuntimeFault(f"the editor {command} failed with status {status}")
        return path.read_text(encoding="utf-8").rstrip("\n")


@command("export", "FILE", "draw all that the screen shows as FILE.svg or FILE.html", "file")
def _export(context: Context, path: str) -> None:
    """Inputs in their colours, results, what was printed, remarks and errors. A light theme gives a
    light picture: `:export work.svg`.
    """
    context.session.call(limits.check_files, f"{MARK}export")
    from tcalc.render.drawing import check_files, write
    from tcalc.repl.export import SUFFIXES, drawing

    check_files(path, SUFFIXES)
    entries = [entry for entry in context.screen.entries if entry.shown or entry.text]
    entries.pop()  # this command
    text = drawing(entries, Path(path).suffix.lower(), context.screen.output().page.width)
    write(str(Path(path).expanduser()), text.encode())
    context.say(f"{len(entries)} inputs in {path}")
