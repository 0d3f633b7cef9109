"""Help on everything that has a name, read from the registries.

`page(topic)` finds what is documented under a name; `Page.text` lays it out for a terminal. An op
or a builtin that is registered is documented; there is nothing to add here.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from tcalc.core.registry import REGISTRY, complete
from tcalc.errors import NameFault, closest
from tcalc.lang import offers
from tcalc.lang.builtins import DOCS
from tcalc.theme import paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.core.op import Op

PROMPT, MORE = ">>> ", "... "


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of one name: how to write it, what it does, what else it is called."""

    title: str
    forms: tuple[str, ...]
    body: str
    also: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence."""
        return self.body.split("\n\n")[0].split("\n")[0]

    def text(self, width: int = 80, color: bool = False) -> str:
        """The page as lines of at most `width` columns, as far as its examples allow."""
        paints = paint if color else _plain
        lines = [paints("title", form) for form in self.forms]
        lines.append("")
        code = False
        for line in _filled(self.body, width - 2):
            code = line.startswith(PROMPT) or (code and line.startswith(MORE))
            lines.append("  " + (_input(line) if code and color else line))
        if self.also:
            lines += ["", *(paints("quiet", line) for line in self.also)]
        return "\n".join(line.rstrip() for line in lines)


def page(topic: str) -> Page:
    """The page of an op, by any of its names, or of a builtin. Raises NameFault for others."""
    _load()
    op = REGISTRY.get(topic) or _by_path().get(topic) or REGISTRY.get(topic.rpartition(".")[2])
    if op is not None:
        return op_page(op)
    doc = DOCS.get(topic) or _offered(topic)
    if doc:
        form, _, body = doc.partition(": ")
        return Page(topic, (form,), body)
    near = closest(topic, topics())
    raise NameFault(
        f"nothing is called {topic!r}", helps=[f"did you mean {' or '.join(near)}?"] if near else ()
    )


def _offered(topic: str) -> str:
    """The help of a function that an upper room offers, its form first; "" for another name."""
    if topic not in offers.BUILTINS:
        return ""
    function = offers.load(offers.BUILTINS[topic])
    doc = inspect.cleandoc(function.__doc__)
    if doc.startswith(f"{topic}("):
        return doc
    signature = inspect.signature(function)
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    return f"{topic}{signature.replace(parameters=bare, return_annotation=signature.empty)}: {doc}"


def topics() -> list[str]:
    """Every name that has a page, sorted."""
    _load()
    ops = (name for name in REGISTRY if not name.startswith("_"))  # those are the library's own
    return sorted({*ops, *_by_path(), *DOCS, *offers.BUILTINS})


def op_page(op: Op) -> Page:
    """The page of an op."""
    forms = [str(signature) for signature in op.signatures]
    if op.is_attribute:
        forms = [f"x.{op.name}"]
    elif op.is_method:
        forms += [_method_form(form) for form in forms]
    names = [name for name in (*op.aliases, *op.paths) if name != op.name]
    also = []
    if names:
        also.append("also called " + ", ".join(names))
    if op.in_place:
        also.append(f"in place: x.{op.name}_(...)")
    return Page(op.name, tuple(forms), textwrap.dedent("    " + op.doc), tuple(also))


def _method_form(form: str) -> str:
    """`sum(x, dim=None)` as a method: `x.sum(dim=None)`."""
    name, _, arguments = form.partition("(")
    first, _, rest = arguments.removesuffix(")").partition(", ")
    return f"{first}.{name}({rest})"


def _load() -> None:
    import tcalc.ops  # noqa: F401 -- fills the registry

    complete()


def _by_path() -> dict[str, Op]:
    return {path: op for op in REGISTRY.values() for path in op.paths}


def _filled(body: str, width: int) -> Iterator[str]:
    """Paragraphs filled to `width`; examples and indented lines as they stand."""
    for number, block in enumerate(body.split("\n\n")):
        if number:
            yield ""
        lines = block.split("\n")
        if any(line.startswith((PROMPT, " ")) for line in lines):
            yield from lines
        else:
            yield from textwrap.wrap(" ".join(lines), width)


def _input(line: str) -> str:
    """A line of an example: its prompt, and its tokens in their colours."""
    return paint("quiet", line[: len(PROMPT)]) + highlighted(line[len(PROMPT) :])


def highlighted(code: str) -> str:
    """A piece of a program, its tokens in their colours."""
    from tcalc.lang.parser import tokens

    pieces, done = [], 0
    for kind, start, end in tokens(code):
        pieces += [code[done:start], paint(kind, code[start:end])]
        done = end
    return "".join([*pieces, code[done:]])


def _plain(style: str, text: str) -> str:
    return text
