"""Runs the LALR tables: tokens in, what the builders make of them out.

Moves are looked up in the packed tables once and kept. A chain of rules that only hand their one
part on (`sum` to `product` to `factor` …) is walked once for each place it starts from; afterwards
it is a single step.
"""

from __future__ import annotations

from tcalc.lang import tables

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable
    from typing import Any

    from tcalc.lang.lexer import Tokens
    from tcalc.lang.tables import Tables

    Parts = list[Any]  # what the grammar puts there, which mypy cannot know
    Builder = Callable[[int, int, Parts], object]
    Picked = tuple[int, int, Any, Builder | None, bool]

MAX_DEPTH = 1000  # symbols that wait to be finished at one place; levels of the tree


class Stuck(Exception):
    """No rule allows the token number `index` here; `states` is the stack of states before it.

    `field` holds the tokens if they are those of a field in an f-string.
    """

    def __init__(self, index: int, states: list[int]) -> None:
        """Remember the place."""
        super().__init__(index)
        self.index = index
        self.states = states
        self.field: Tokens | None = None


class TooDeep(Stuck):
    """The token would nest the program deeper than MAX_DEPTH."""


class _Rows(dict[int, dict[int, int]]):
    """What is known so far, by state; most programs visit few."""

    def __missing__(self, state: int) -> dict[int, int]:
        row: dict[int, int] = {}
        self[state] = row
        return row


class Machine:
    """An LALR(1) parser for given tables, with builders by the name of the rule."""

    def __init__(self, content: Tables, builder: Callable[[str], Builder]) -> None:
        """`builder(name)` gives the function that builds the rule or alternative `name`."""
        self.tables = content
        self._builder = builder
        self._moves = _Rows()
        self._gotos = _Rows()
        self._rules: list[Picked | None] = [None] * len(content.RULES)

    def run(  # noqa: C901, PLR0912  (one hot loop, where a call would cost)
        self, tokens: Tokens, start: str, shift: int = 0
    ) -> Any:
        """What the rule `start` builds from `tokens`; `shift` is added to all offsets."""
        moves, gotos, rules = self._moves, self._gotos, self._rules
        state = self.tables.START_STATES[start]
        states, begins = [state], [0]
        values: list[Any] = [None]
        value: Any
        ended = shift
        for index, (kind, text, begin, end) in enumerate(tokens):
            while True:
                move = moves[state].get(kind)
                if move is None:
                    move = self._move(state, kind)
                    if move is None:
                        raise Stuck(index, states)
                if move >= 0:
                    break
                head, size, pick, build, alone = rules[~move] or self._rule(~move)
                if size:
                    first = begins[-size]
                    parts = values[-size:]
                    del values[-size:], begins[-size:], states[-size:]
                    if pick is not None:
                        parts = pick(parts)
                else:
                    first = begin + shift
                    parts = pick([]) if pick else []
                if build is None:
                    value = parts
                elif alone and len(parts) == 1:
                    value = parts[0]
                else:
                    value = build(first, ended, parts)
                base = states[-1]
                state = gotos[base].get(head << 8 | kind, -1)
                if state < 0:
                    state = self._goto(base, head, kind)
                states.append(state)
                values.append(value)
                begins.append(first)
            state = move
            states.append(move)
            values.append(text)
            begins.append(begin + shift)
            ended = end + shift
            if len(states) > MAX_DEPTH:
                raise TooDeep(index, states)
        return values[1]

    def accepts(self, states: list[int], kind: int) -> bool:
        """Whether a token of `kind` may follow, given the stack of states."""
        stack = list(states)
        while True:
            move = self._move(stack[-1], kind)
            if move is None or move >= 0:
                return move is not None
            head, size, *_ = self.tables.RULES[~move]
            del stack[len(stack) - size :]
            stack.append(self._target(stack[-1], head))

    def _move(self, state: int, kind: int) -> int | None:
        """Look an action up in the tables, and remember it."""
        move = tables.look_up(self.tables.ACTIONS, state, kind)
        if move is not None:
            self._moves[state][kind] = move
        return move

    def _goto(self, base: int, head: int, kind: int) -> int:
        """The state after `head` on top of `base`, past all rules that only hand it on."""
        state = self._target(base, head)
        while (move := self._move(state, kind)) is not None and move < 0:
            above, size, _, parts, alone = self.tables.RULES[~move]
            if not (alone and size == 1 and parts == (0,)):
                break
            state = self._target(base, above)
        self._gotos[base][head << 8 | kind] = state
        return state

    def _target(self, base: int, head: int) -> int:
        target = tables.look_up(self.tables.GOTOS, base, head)
        assert target is not None
        return target

    def _rule(self, number: int) -> Picked:
        """A rule with its builder, ready to be run."""
        head, size, name, parts, alone = self.tables.RULES[number]
        build = self._builder(name) if name else None
        pick = None if parts == tuple(range(size)) else _picker(parts)
        rule = self._rules[number] = (head, size, pick, build, alone)
        return rule


def _picker(parts: tuple[int | None, ...]) -> Callable[[list[Any]], list[Any]]:
    """What takes the numbered `parts` out of all parts of a rule, as `tablemaker` describes."""
    if all(part is not None and part >= 0 for part in parts):
        indices: tuple[Any, ...] = parts
        return lambda values: [values[index] for index in indices]

    def pick(values: list[Any]) -> list[Any]:
        picked: list[Any] = []
        for part in parts:
            if part is None:
                picked.append(None)
            elif part >= 0:
                picked.append(values[part])
            elif picked:
                picked += values[~part]
            else:
                picked = values[~part]  # nobody else has this list, and it may be long
        return picked

    return pick
