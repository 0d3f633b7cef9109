"""What `?name` shows: all that is known of a name, with an example that runs at that moment.

`about` asks one finder after the other, each for a kind of topic. To add a kind: a finder in
`FINDERS`, and its topics in `topics`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase
from inspect import cleandoc
from typing import TYPE_CHECKING

from tcalc import reference
from tcalc.core.tensor import Tensor
from tcalc.errors import NameFault, SyntaxFault, closest
from tcalc.lang.attributes import is_module, type_name
from tcalc.lang.descriptions import describe
from tcalc.lang.lexer import TABLES
from tcalc.reference import Page as HelpPage
from tcalc.repl import guide
from tcalc.repl.command import COMMANDS, MARK, Command
from tcalc.repl.live import example, refreshed
from tcalc.repl.scope import SessionScope
from tcalc.repl.values import about_value
from tcalc.repl.words import ATTRIBUTES, EXAMPLES, WORDS

if TYPE_CHECKING:
    from tcalc.render.formats import Page
    from tcalc.repl.command import Context

PLAIN = (str, list, dict, tuple, set, int, float, complex, range)
ALL = "?"  # at the end of a topic: leave nothing out
Finder = Callable[[str, "Context", "Page"], "str | None"]


def about(topic: str, context: Context, page: Page) -> str:
    """The text on `topic`. Raises NameFault, with what is near, for what nothing is known of."""
    whole = topic.endswith(ALL) and len(topic) > 1
    name = " ".join(topic.removesuffix(ALL).split()) if whole else " ".join(topic.split())
    if whole:
        found = _value(name, context, page, whole=True)
        if found is not None:
            return found
    for find in FINDERS:
        found = find(name, context, page)
        if found is not None:
            command = COMMANDS.get(name) if find is not _bare_command else None
            return f"{found}\n\nalso a command: {command.usage}" if command else found
    near = closest(name, topics(context))
    raise NameFault(
        f"nothing is called {name!r}",
        helps=[f"did you mean {' or '.join(near)}?" if near else f"?*{name}* searches all names"],
    )


def topics(context: Context) -> list[str]:
    """Every topic."""
    named = [*context.session.names(), *reference.topics(), *WORDS, *COMMANDS]
    return [*named, *(f"{MARK}{name}" for name in COMMANDS), *guide.topics(), guide.CONTENTS]


def _command(topic: str, context: Context, page: Page) -> str | None:
    """A command: how it is typed, what it does."""
    found = COMMANDS.get(topic.removeprefix(MARK)) if topic.startswith(MARK) else None
    return _laid_out(_of_command(found), context, page) if found else None


def _bare_command(topic: str, context: Context, page: Page) -> str | None:
    return _command(MARK + topic, context, page)


def _of_command(command: Command) -> HelpPage:
    body = f"{command.help[:1].upper()}{command.help[1:]}".removesuffix(", ...") + "."
    return HelpPage(command.usage, (command.usage,), "\n\n".join([body, command.doc]).rstrip())


def _value(topic: str, context: Context, page: Page, *, whole: bool = False) -> str | None:
    """What a name of the session, or a path from one, stands for."""
    head, *members = topic.split(".")
    if head not in context.session:
        return None
    value = context.session[head]
    if not members:
        return about_value(topic, value, context, page, whole=whole)
    scope = SessionScope(context.session)
    for name in members:
        inner = scope.member(value, name)
        if inner is None:
            return _member(topic, value, name, context, page)
        value = inner
    return about_value(topic, value, context, page, whole=whole)


def _member(topic: str, value: object, name: str, context: Context, page: Page) -> str | None:
    """An attribute of a value, which is looked up and not read."""
    if name not in set(SessionScope(context.session).members(value)):
        return None
    if isinstance(value, Tensor):
        if name in ATTRIBUTES:
            text, program = ATTRIBUTES[name]
            written = HelpPage(name, (f"x.{name}",), f"{text}\n\n{example(program)}")
            return _laid_out(written, context, page)
        return _language(name, context, page)
    if isinstance(value, PLAIN):
        doc = cleandoc(getattr(type(value), name).__doc__ or "")
        return f"{type_name(value)}.{name}\n\n{doc}"
    return f"{topic}: an attribute; write {topic} to see it"


def _language(topic: str, context: Context, page: Page) -> str | None:
    """An op or a builtin by any of its names."""
    name = topic.rpartition(".")[2]
    for known in (topic, name, name.removesuffix("_")):
        try:
            found = reference.page(known)
        except NameFault:
            continue
        if "." in topic and known != topic and not _is_member(topic, context):
            return None
        if topic.partition(".")[0] in ("np", "numpy"):
            return None  # NumPy's own, with other defaults
        return _laid_out(_with_example(found), context, page)
    return None


def _is_member(topic: str, context: Context) -> bool:
    """Whether the last name of a path is one that what stands before it has."""
    scope = SessionScope(context.session)
    head, *members = topic.split(".")
    value = scope.value(head)
    for name in members[:-1]:
        value = scope.member(value, name)
    if value is None:
        return members[-1].removesuffix("_") in scope.tensor_members()
    return members[-1] in set(scope.members(value))


def _with_example(page: HelpPage) -> HelpPage:
    if reference.PROMPT in page.body or page.title not in EXAMPLES:
        return page
    return replace(page, body=f"{page.body}\n\n{example(EXAMPLES[page.title])}")


def _laid_out(page: HelpPage, context: Context, on: Page) -> str:
    body = refreshed(page.body, context, on)
    return replace(page, body=body).text(on.width, on.color)


def _word(topic: str, context: Context, page: Page) -> str | None:
    """A keyword or an operator."""
    if topic in WORDS:
        form, text, program = WORDS[topic]
        return _laid_out(HelpPage(topic, (form,), f"{text}\n\n{example(program)}"), context, page)
    if topic not in TABLES.WORDS or not topic.isalpha():
        return None
    from tcalc.diagnostic import Source
    from tcalc.lang.parser import parse

    try:
        parse(Source(topic))
    except SyntaxFault as fault:
        return "\n\n".join([fault.headline, *fault.helps])
    return None


def _named(topic: str, context: Context, page: Page) -> str | None:
    """A namespace, a number, a dtype: whatever else the language has under a name."""
    scope = SessionScope(context.session)
    head, *members = topic.split(".")
    value = scope.value(head)
    for name in members:
        value = scope.member(value, name)
    if value is None:
        return None
    text = refreshed(context.session.call(describe, value), context, page)
    if is_module(value):
        text += f"\n\nTab after {topic}. goes through them; ?{topic}.NAME is the help of one."
    return text


def _guide(topic: str, context: Context, page: Page) -> str | None:
    """A part of the guide, or its contents."""
    if topic.lower() == guide.CONTENTS:
        lines = [f"  {MARK}help {name}" for name in guide.topics()]
        return "\n".join(["The guide to the language", "", *lines])
    return guide.section(topic, page.color)


def _search(topic: str, context: Context, page: Page) -> str | None:
    """The names that fit a pattern such as `*norm*`, a line for each."""
    found = [name for name in topics(context) if fnmatchcase(name, topic)] if "*" in topic else []
    width = max(map(len, found), default=0)
    lines = (f"{name:{width}}  {_summary(name, context)}" for name in sorted({*found}))
    return "\n".join(line[: page.width].rstrip() for line in lines) or None


def _summary(name: str, context: Context) -> str:
    """A few words on a topic."""
    if name in context.session:
        return SessionScope(context.session).note(name)
    if name in WORDS:
        return WORDS[name][1]
    if name.removeprefix(MARK) in COMMANDS and name not in reference.topics():
        return COMMANDS[name.removeprefix(MARK)].help
    try:
        return reference.page(name).summary
    except NameFault:
        return "a part of the guide"


FINDERS: tuple[Finder, ...] = (
    _command, _value, _language, _word, _named, _guide, _bare_command, _search,
)  # fmt: skip
