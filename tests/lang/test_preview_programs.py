"""Previews of lines spoiled at random: nothing happens, and what is said is what running gives."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_preview import NASTY, SETUP, state

from tcalc.core.registry import REGISTRY
from tcalc.diagnostic import Source
from tcalc.errors import IndexFault, LimitError, RuntimeFault, ShapeError
from tcalc.lang import namespaces, syntax
from tcalc.lang.parser import parse
from tcalc.lang.rehearsal.preview import HINT, VALUE, described, preview
from tcalc.lang.session import Session
from tcalc.limits import Limits

PATIENT = 600.0  # seconds
NAMES = """
h = arange(5000.)
few = arange(5000) % 7
i = tensor([2, 0, 1])
b = tensor([True, False, True])
z = tensor([1 + 2j, 3.])
e = zeros(0, 3)
m = arange(4.).reshape(2, 2) + eye(2)
W = ones(100, 100, requires_grad=True)
U = W * 2
"""
LINES = """
x[b]|x[i]|x[1:, ::2]|big[few]|h[h > 3]|x + h[:4].double()|z * x[0, :2]|f(big)|g(x[None])
[a.sum() for a in x]|{k: v for k, v in table.items()}|(U * 2).sum(0)|U.add_(1)|x.reshape(-1, n)
h.view(50, -1)|a = x * 2\na.add_(1)\na|a, c = x.shape|len(x) + n|x.max(0).values|h.topk(n)
n if x.sum() > 3 else x|f'{x.shape} {n}'|x.T[0] += 1\nx|x[0] = zeros(4)\nx|big.split(300)|h.chunk(7)
h.unfold(0, 5, 20)|few.unique()|h.repeat_interleave(few)|F.one_hot(few)|einsum('ij,kj->ik', x, y)
conv1d(h[None, None], ones(1, 1, 3), stride=5)|stack([x, x]).std(1)|list(zip(x, y))|sorted(items[1])
for r in x:\n    n += r.sum()\nn|def k(a):\n    return a @ a.T\n\nk(big)|sum(i for i in range(n))
""".strip().replace("\n", "|").replace("\\n", "\n").split("|")  # fmt: skip
WORD = re.compile(r"[A-Za-z_]\w*|\d+\.?\d*|\*\*|//|[-+*/@%&|<>]")


def words(text):
    return text.split()


OPERATORS = words("+ - * / // % ** @ & | ^ << >> < == >=")
NUMBERS = words("0 1 2 3 7 -1 16 17 18 100 0.5 -2 1000 10**9 10**5")
VARIABLES = words("x y w v u big n items h few i b z e m U table")
ENDS = words(".T .sum() [0] [1:] .reshape(-1) .shape .mean(0) .long() .double() .unsqueeze(0) ()")
OPS = sorted(name for name in namespaces.ops() if not name.startswith("_"))


def examples():
    """The examples in the docstrings of ops, and lines about the session's names."""
    docs = [op.forward.__doc__ or "" for op in {id(op): op for op in REGISTRY.values()}.values()]
    lines = [line.strip() for doc in docs for line in doc.splitlines()]
    return [*(line[4:] for line in lines if line.startswith(">>> ")), *LINES, *NASTY]


@st.composite
def spoiled(draw, lines=examples()):  # noqa: B008 -- once
    """An example with a few words exchanged, or something behind it."""
    text = draw(st.sampled_from(lines))
    for _ in range(draw(st.integers(0, 3))):
        places = list(WORD.finditer(text))
        place = draw(st.sampled_from(places)) if places else None
        end = draw(st.sampled_from([*ENDS, " @ x", " + big", "." + draw(st.sampled_from(OPS))]))
        if place is None or draw(st.integers(0, 3)) == 0:
            text += end
            continue
        word = place[0]
        kind = OPERATORS if not word[0].isalnum() else NUMBERS if word[0].isdigit() else VARIABLES
        kind = OPS if kind is VARIABLES and draw(st.booleans()) else kind
        text = text[: place.start()] + draw(st.sampled_from(kind)) + text[place.end() :]
    return text


def session():
    new = Session(seed=0, write=lambda text: None, limits=Limits(memory=1 << 28))
    new.eval(SETUP.replace("100000", "1000") + NAMES)
    new.random.seed(5)
    return new


WATCHED = session()
BEFORE = state(WATCHED)


@settings(max_examples=400)
@given(spoiled())
def test_a_preview_has_no_effect_and_says_what_running_gives(text):
    found = preview(text, WATCHED, PATIENT)
    assert state(WATCHED) == BEFORE
    if found.kind == HINT:
        with pytest.raises((ShapeError, LimitError)) as caught:
            session().eval(text)
        fault = caught.value
        assert isinstance(fault, LimitError) or found.text.startswith(fault.headline)
    elif found.kind == VALUE:
        try:
            assert found.text in run(text)
        except LimitError:
            pass  # it is too large to be run
        except (IndexFault, RuntimeFault):
            assert "[" in found.text  # it is a matter of values, of which nothing was said


def run(text):
    """What a preview may say of `text`, found by running it: its value, or the shape alone."""
    after = session()
    last = parse(Source(text)).body[-1]
    if isinstance(last, syntax.Assign):
        value = after.eval(text[: last.start] + text[last.value.start : last.value.end])
    else:
        value = after.eval(text)
    if isinstance(last, syntax.AugAssign):
        value = after[last.target.id]
    return after.call(described, value, True), after.call(described, value, False)
