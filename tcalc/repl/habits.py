"""What people type out of habit from IPython, a shell or Python, and what does that here.

To add a habit: a line in `WORDS` (a word alone) or in `MAGICS` (what follows `%`).
"""

from __future__ import annotations

from tcalc.errors import NameFault

LEAVE = ("exit", "quit")
HELP = "help"
SHELL = "this session runs no other program; `:load FILE` and `load(path)` read files"

# By magic: what to type, `{}` being what followed it.
MAGICS = {
    "time": ":time {}",
    "timeit": "time_it(lambda: {})",
    "prun": ":time {}",
    "history": ":history {}",
    "hist": ":history {}",
    "recall": ":edit {}",
    "rep": ":edit {}",
    "rerun": ":edit {}",
    "edit": ":edit {}",
    "ed": ":edit {}",
    "run": ":load {}",
    "load": ":load {}",
    "save": ":save {}",
    "notebook": ":export {}",
    "logstart": ":save {}",
    "who": ":vars {}",
    "whos": ":vars {}",
    "who_ls": ":vars {}",
    "reset": ":clear",
    "reset_selective": ":clear {}",
    "xdel": ":clear {}",
    "del": ":clear {}",
    "precision": ":config precision {}",
    "colors": ":config theme {}",
    "config": ":config {}",
    "pinfo": "{}?",
    "pinfo2": "{}??",
    "pdoc": "{}?",
    "psource": "{}??",
    "magic": ":help",
    "lsmagic": ":help",
    "quickref": ":help",
    "page": ":show {}",
    "pprint": ":show {}",
    "seed": ":seed {}",
    "undo": ":undo",
    "exit": ":quit",
    "quit": ":quit",
    "clear": "Ctrl-L, which clears the screen",
    "cls": "Ctrl-L, which clears the screen",
    "paste": "the text itself: cells and sessions can be pasted as they stand",
    "cpaste": "the text itself: cells and sessions can be pasted as they stand",
    "debug": "why_nan(x) for NaNs, explain(f(x)) for shapes; an error tells the values",
    "pdb": "why_nan(x) for NaNs, explain(f(x)) for shapes; an error tells the values",
}
# Magics that set up a notebook, which is nothing to do here.
NEEDLESS = ("matplotlib", "autoreload", "load_ext", "reload_ext", "autosave", "pylab", "gui")
# By word, typed alone: what to type.
WORDS = {
    "clear": "Ctrl-L clears the screen, `:clear` forgets all names",
    "cls": "Ctrl-L clears the screen, `:clear` forgets all names",
    "who": "`:vars` lists the names",
    "whos": "`:vars` lists the names",
    "vars": "`:vars` lists the names",
    "locals": "`:vars` lists the names",
    "globals": "`:vars` lists the names",
    "history": "`:history` lists what has run",
    "undo": "`:undo` takes back the last input",
    "reset": "`:clear` forgets all names",
    "version": "`tcalc --version`",
    **dict.fromkeys(("ls", "ll", "pwd", "cd", "cat", "pip", "conda", "git", "python"), SHELL),
}


def stranger(line: str) -> NameFault | None:
    """What to say of one line that is a notebook's or a shell's command, None for another."""
    if line.startswith("!"):
        return NameFault("there are no shell commands here", helps=[SHELL])
    number = line.removeprefix("Out[").removesuffix("]")
    if line.startswith("Out[") and number.isdecimal():
        return NameFault("name 'Out' is not defined", helps=[f"_{number} is result {number}"])
    if not line.startswith("%") or "\n" in line:
        return None
    name, _, rest = line.lstrip("%").partition(" ")
    if name in NEEDLESS:
        return None
    if name not in MAGICS:
        return NameFault(f"there is no %{name} here", helps=[":help lists the commands"])
    instead = " ".join(MAGICS[name].format(rest.strip()).split())
    return NameFault(f"there is no %{name} here", helps=[f"type {instead}"])


def word(line: str) -> str:
    """The habitual word that a line is, a call's brackets apart; "" for any other line."""
    first, _, rest = line.partition(" ")
    if WORDS.get(first) == SHELL and _is_argument(rest):
        return first  # `ls -la`, `cd ..`: two words in a row are no program
    name = line.removesuffix("()").rstrip()
    return name if name in WORDS or name in (*LEAVE, HELP) else ""


def _is_argument(rest: str) -> bool:
    """Whether what follows a word would follow no name in a program: `-la`, `..`, `notes.txt`."""
    first, second = rest[:1], rest[1:2]
    return first.isalnum() or first in ("~", ".") or (first in ("-", "/") and second.isalpha())
