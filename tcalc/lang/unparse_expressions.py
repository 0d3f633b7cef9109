"""Expressions as text again, with brackets where the precedence needs them.

To add a form: a function for its class, and its line in `EXPRESSIONS`.
"""

from __future__ import annotations

from tcalc.lang import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Text = tuple[str, int]  # an expression, and how tightly it binds

# What binds less than its place asks for gets brackets. What is LOOSE stands without them only
# where `value`, `exprs` and `element` let it.
LOOSE, PIPE, CONDITIONAL, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM = range(12)
PRODUCT, FACTOR, POWER, PRIMARY, ATOM = range(12, 17)
BINARY = {
    "or": OR, "and": AND, "|": BIT_OR, "^": BIT_XOR, "&": BIT_AND, "<<": SHIFT, ">>": SHIFT,
    "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT, "@": PRODUCT,
}  # fmt: skip
BRACKETS = {"list": "[]", "set": "{}", "dict": "{}", "generator": "()"}
DECIMAL_BITS = 10_000  # integers up to here are written in decimal, which takes Python long
INFINITY = "1e999"


# Places, and what may stand there without brackets ------------------------------------------------


def expr(node: syntax.Expr, place: int = PIPE) -> str:
    """Where something is asked for that binds at least as tightly as `place`."""
    text, binds = EXPRESSIONS[type(node)](node)
    return text if binds >= place else f"({text})"


def value(node: syntax.Expr) -> str:
    """On the right of `=`, or a statement by itself."""
    return _yield(node)[0] if isinstance(node, syntax.Yield) else exprs(node)


def exprs(node: syntax.Expr) -> str:
    """Where a tuple needs no brackets."""
    if isinstance(node, syntax.Tuple) and node.items:
        return _row(map(_item, node.items))
    return _item(node)


def _item(node: syntax.Expr) -> str:
    """One of the items of such a tuple."""
    return f"*{expr(node.value, BIT_OR)}" if isinstance(node, syntax.Starred) else expr(node)


def element(node: syntax.Expr) -> str:
    """Inside of brackets and in conditions, where a value may be named."""
    return _walrus(node)[0] if isinstance(node, syntax.Walrus) else _item(node)


def _closed(node: syntax.Expr, place: int = PIPE) -> str:
    """Where a pipe or a colon follows, which a lambda would take, or seem to take, for its own."""
    return expr(node, ATOM if _is_open(node) else place)


def _row(items: Iterable[str]) -> str:
    first, *rest = items
    return ", ".join((first, *rest)) if rest else f"{first},"


def _is_open(node: syntax.Expr | None) -> bool:
    """Whether a lambda at its end would take in what follows."""
    if isinstance(node, syntax.Tuple):
        return any(map(_is_open, node.items))
    if isinstance(node, syntax.Conditional):
        return _is_open(node.orelse)
    if isinstance(node, syntax.Pipe):
        return _is_open(node.target)
    if isinstance(node, syntax.Yield):
        return _is_open(node.value)
    return isinstance(node, syntax.Lambda)


# Literals and displays ----------------------------------------------------------------------------


def _constant(node: syntax.Constant) -> Text:
    value: object = node.value
    if value is ...:
        return "...", ATOM
    if isinstance(value, int) and value.bit_length() > DECIMAL_BITS:
        return hex(value), ATOM
    text = repr(value)
    return text if isinstance(value, str) else text.replace("inf", INFINITY), ATOM


def _bulk(node: syntax.Bulk) -> Text:
    return repr(node.value).replace("inf", INFINITY), ATOM


def _fstring(node: syntax.FString) -> Text:
    quote = '"' if "'" in _pieces(node, "") else "'"
    return f"f{quote}{_pieces(node, quote)}{quote}", ATOM


def _pieces(node: syntax.FString, quote: str, *, in_spec: bool = False) -> str:
    """What stands between the quotes; for quote "" what of it cannot be escaped."""
    braces = {"{": "\\x7b", "}": "\\x7d"} if in_spec else {"{": "{{", "}": "}}"}
    text = ""
    for part in node.parts:
        if isinstance(part, syntax.Field):
            text += _field(part, quote)
        elif quote:
            value = str(part.value).replace("\\", "\\\\").replace(quote, f"\\{quote}")
            text += "".join(
                braces.get(char, char) if char.isprintable() else repr(char)[1:-1] for char in value
            )
    return text


def _field(node: syntax.Field, quote: str) -> str:
    text = value(node.value)
    if _is_open(node.value):
        text = f"({text})"  # the lambda's colon would begin the format spec
    text = f" {text}" if text.startswith("{") else text
    text += f"!{node.conversion}" if node.conversion else ""
    text += f":{_pieces(node.spec, quote, in_spec=True)}" if node.spec else ""
    return f"{{{text}}}"


def _name(node: syntax.Name) -> Text:
    return node.id, ATOM


def _tuple(node: syntax.Tuple) -> Text:
    return f"({_row(map(element, node.items))})" if node.items else "()", ATOM


def _list(node: syntax.List) -> Text:
    return f"[{', '.join(map(element, node.items))}]", ATOM


def _set(node: syntax.Set) -> Text:
    return f"{{{', '.join(map(element, node.items))}}}", ATOM


def _dict(node: syntax.Dict) -> Text:
    entries = [
        f"**{expr(value, BIT_OR)}" if key is None else f"{_closed(key)}: {expr(value)}"
        for key, value in zip(node.keys, node.values, strict=True)
    ]
    return f"{{{', '.join(entries)}}}", ATOM


def _comprehension(node: syntax.Comprehension) -> Text:
    brackets = BRACKETS[node.kind]
    return f"{brackets[0]}{_clauses(node)}{brackets[1]}", ATOM


def _clauses(node: syntax.Comprehension) -> str:
    text = element(node.element)
    if node.value is not None:
        text = f"{_closed(node.element)}: {expr(node.value)}"
    for clause in node.clauses:
        text += f" for {exprs(clause.target)} in {expr(clause.iterable, OR)}"
        text += "".join(f" if {expr(test, OR)}" for test in clause.tests)
    return text


# Operators ----------------------------------------------------------------------------------------


def _unary(node: syntax.Unary) -> Text:
    if node.op == "not":
        return f"not {expr(node.operand, NOT)}", NOT
    return f"{node.op}{expr(node.operand, FACTOR)}", FACTOR


def _binary(node: syntax.Binary) -> Text:
    if node.op == "**":
        return f"{expr(node.left, PRIMARY)} ** {expr(node.right, FACTOR)}", POWER
    # `a + b + c + …` is deep on the left: walk down it without recursion.
    binds = BINARY[node.op]
    links: list[str] = []
    left: syntax.Expr = node
    while isinstance(left, syntax.Binary) and BINARY.get(left.op) == binds:
        links.append(f" {left.op} {expr(left.right, binds + 1)}")
        left = left.left
    return expr(left, binds) + "".join(reversed(links)), binds


def _compare(node: syntax.Compare) -> Text:
    operands = [expr(operand, BIT_OR) for operand in node.operands]
    rest = zip(node.ops, operands[1:], strict=True)
    return operands[0] + "".join(f" {op} {operand}" for op, operand in rest), COMPARE


def _conditional(node: syntax.Conditional) -> Text:
    body, test = expr(node.body, OR), expr(node.test, OR)
    return f"{body} if {test} else {expr(node.orelse, CONDITIONAL)}", CONDITIONAL


def _walrus(node: syntax.Walrus) -> Text:
    return f"{node.target.id} := {expr(node.value)}", LOOSE


def _pipe(node: syntax.Pipe) -> Text:
    steps = [expr(node.target, CONDITIONAL)]
    value = node.value
    while isinstance(value, syntax.Pipe):
        steps.append(_closed(value.target, CONDITIONAL))
        value = value.value
    return " |> ".join([_closed(value, CONDITIONAL), *reversed(steps)]), PIPE


def _lambda(node: syntax.Lambda) -> Text:
    head = f"lambda {params(node.params)}" if node.params else "lambda"
    return f"{head}: {expr(node.body)}", CONDITIONAL


def _yield(node: syntax.Yield) -> Text:
    if node.value is None:
        return "yield", LOOSE
    return (
        f"yield from {expr(node.value)}" if node.delegate else f"yield {exprs(node.value)}"
    ), LOOSE


# Access and calls ---------------------------------------------------------------------------------


def _attribute(node: syntax.Attribute) -> Text:
    owner = expr(node.value, PRIMARY)
    if owner.isdecimal():
        owner = f"({owner})"  # or the point would make it a float
    return f"{owner}.{node.name}", PRIMARY


def _subscript(node: syntax.Subscript) -> Text:
    index = node.index
    if isinstance(index, syntax.Tuple) and index.items:
        text = _row(map(_part, index.items))
    else:
        text = _part(index)
    return f"{expr(node.value, PRIMARY)}[{text}]", PRIMARY


def _part(node: syntax.Expr) -> str:
    return slice_(node) if isinstance(node, syntax.Slice) else element(node)


def slice_(node: syntax.Slice) -> str:
    """Between the brackets of a subscript."""
    parts = (node.lower, node.upper, node.step)
    lower, upper, step = ("" if part is None else _closed(part) for part in parts)
    return f"{lower}:{upper}:{step}" if step else f"{lower}:{upper}"


def _call(node: syntax.Call) -> Text:
    func = expr(node.func, PRIMARY)
    if len(node.args) == 1 and not node.keywords:
        [lone] = node.args
        if isinstance(lone, syntax.Comprehension) and lone.kind == "generator":
            return f"{func}({_clauses(lone)})", PRIMARY
    arguments = [
        f"*{expr(argument.value)}" if isinstance(argument, syntax.Starred) else element(argument)
        for argument in node.args
    ]
    for keyword in node.keywords:
        sign = "**" if keyword.name is None else f"{keyword.name}="
        arguments.append(f"{sign}{expr(keyword.value)}")
    return f"{func}({', '.join(arguments)})", PRIMARY


def params(params: list[syntax.Param]) -> str:
    """Parameters with the marks `/` and `*` between their kinds."""
    texts: list[str] = []
    marks = {"args": "*", "kwargs": "**"}
    before = ""
    for param in params:
        if before == "positional" != param.kind:
            texts.append("/")
        if param.kind == "keyword" and before not in {"keyword", "args"}:
            texts.append("*")
        default = "" if param.default is None else f"={_closed(param.default)}"
        texts.append(f"{marks.get(param.kind, '')}{param.name}{default}")
        before = param.kind
    return ", ".join([*texts, "/"] if before == "positional" else texts)


EXPRESSIONS: dict[type[syntax.Node], Callable[[Any], Text]] = {
    syntax.Constant: _constant,
    syntax.Bulk: _bulk,
    syntax.FString: _fstring,
    syntax.Name: _name,
    syntax.Tuple: _tuple,
    syntax.List: _list,
    syntax.Set: _set,
    syntax.Dict: _dict,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Compare: _compare,
    syntax.Conditional: _conditional,
    syntax.Walrus: _walrus,
    syntax.Pipe: _pipe,
    syntax.Attribute: _attribute,
    syntax.Subscript: _subscript,
    syntax.Call: _call,
    syntax.Comprehension: _comprehension,
    syntax.Lambda: _lambda,
    syntax.Yield: _yield,
}
