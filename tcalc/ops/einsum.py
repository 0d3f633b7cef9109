"""Einstein's sums: any product of tensors, summed over the labels that the result lacks."""

from __future__ import annotations

import string

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import linear_algebra, matrices
from tcalc.core.op import op
from tcalc.core.params import Array, Arrays, Data, Text
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, ShapeError
from tcalc.ops import diagonals, layout, linalg, reduce

_LETTERS = string.ascii_uppercase + string.ascii_lowercase  # in the order of sublist numbers
_DTYPES = "expected scalar type {0.label} but found {1.label}"


@op(linear_algebra, name="_contract", bare=False, method=False, node="ViewBackward0")
def contract(tensors: Arrays, terms: Data, result: Text):
    """einsum whose terms have no repeated label, and no label that nothing else has."""
    operands = list(zip(tensors, terms, strict=True))
    for group in _path(tensors, terms, result):
        picked = [operands.pop(place) for place in sorted(group, reverse=True)][::-1]
        while len(picked) > 1:
            (x, a), (y, b), *rest = picked
            used = result + "".join(term for _, term in rest + operands)
            labels = "".join(label for label in dict.fromkeys(a + b) if label in used)
            picked[:2] = [(_product(x, a, y, b, labels), labels)]
        operands += picked
    x, labels = operands[0]
    return x.transpose([labels.index(label) for label in result])


def _path(tensors, terms, result):
    """Which operands to multiply, step by step, so that it costs little."""
    if len(tensors) == 2:
        return [(0, 1)]
    equation = ",".join(terms) + "->" + result
    return np.einsum_path(equation, *tensors, optimize="greedy")[0][1:]


def _product(x: Array, a: str, y: Array, b: str, labels: str) -> Array:
    """The product of two operands with the labels a and b, as one of batches of matrices."""
    batch = [label for label in a if label in b and label in labels]
    inner = [label for label in a if label in b and label not in labels]
    rows = [label for label in a if label not in b]
    columns = [label for label in b if label not in a]
    size = dict(zip(a + b, x.shape + y.shape, strict=True))
    sizes = [size[label] for label in batch]
    k, n, m = (count(tuple(size[label] for label in group)) for group in (inner, rows, columns))
    x = x.transpose([a.index(c) for c in batch + rows + inner]).reshape(*sizes, n, k)
    y = y.transpose([b.index(c) for c in batch + inner + columns]).reshape(*sizes, k, m)
    linalg._check_product(count(tuple(sizes)) * n, m, x.dtype)
    if inner:
        linalg._same_dtype(x, y, _DTYPES)
    product = np.matmul(x, y) if inner else x * y
    shaped = product.reshape([size[label] for label in batch + rows + columns])
    return shaped.transpose([(batch + rows + columns).index(label) for label in labels])


def _contract_rule(g, tensors, terms, result):
    """For each tensor the contraction of the cotangent with all the others."""
    grads = []
    for i, term in enumerate(terms):
        others = [tensors[j].conjugate() for j in range(len(tensors)) if j != i]
        labels = [terms[j] for j in range(len(terms)) if j != i]
        grads.append(contract([g, *others], [result, *labels], term))
    return grads


contract.vjp(tensors=_contract_rule)


@op(
    matrices,
    cases=(
        "'ij,jk->ik', A(2, 3), A(3, 4)", "'ij->ji', A(2, 3)", "'ii->i', A(3, 3)", "'ii', A(3, 3)",
        "'ij->', A(2, 3)", "'bij,bjk->bik', A(2, 3, 4), A(2, 4, 5)", "'i,j->ij', A(3), A(4)",
        "'...ij,...jk->...ik', A(2, 3, 4), A(4, 5)", "'ij,kj,lk', A(2, 3), A(4, 3), A(5, 4)",
        "'ij,ij->ij', A(3, 4), A(1, 4)",
    ),
)  # fmt: skip
def einsum(equation: Text, *tensors: Arrays):
    """Sums of products by Einstein's convention: labels that the result lacks are summed over.

    >>> einsum('ij,jk->ik', [[1, 2], [3, 4]], [[1, 0], [0, 1]])
    tensor([[1, 2],
            [3, 4]])
    """
    if not tensors:
        raise _fail(_NOTHING)
    terms, result = _parsed(equation, tensors)
    operands = [_without_repeats(x, term) for x, term in zip(tensors, terms, strict=True)]
    operands = _without_ones(operands, equation)
    kept = []
    for i, (x, term) in enumerate(operands):
        used = result + "".join(other for j, (_, other) in enumerate(operands) if j != i)
        kept.append(_without_sums(x, term, used))
    if len(kept) == 1:
        x, term = kept[0]
        return layout.permute(x, tuple(term.index(label) for label in result))
    if set("".join(term for _, term in kept)) == set(result):  # nothing but products
        dtype = dtypes.result_type(*[x.array for x, _ in kept])
        kept = [(x.to(dtype), term) for x, term in kept]
    return contract([x for x, _ in kept], [term for _, term in kept], result)


_NOTHING = (
    "must specify the equation string and at least one operand, or at least one operand and its "
    "subscripts list"
)


@einsum.overload(matrices, cases=("A(2, 3), [0, 1], A(3, 4), [1, 2], [0, 2]", "A(2, 3), [..., 1]"))
def einsum_of_lists(*operands: Data):
    """The labels as a list of numbers after each tensor, at the end those of the result."""
    tensors, lists = operands[0::2], operands[1::2]
    result = None
    if len(operands) % 2 and len(operands) > 1:
        tensors, result = tensors[:-1], tensors[-1]
    if not operands or not all(isinstance(labels, list | tuple) for labels in lists):
        raise _fail(_NOTHING)
    equation = ",".join(map(_spelled, lists))
    if result is not None:
        equation += "->" + _spelled(result)
    return einsum(equation, *[x if isinstance(x, Tensor) else Tensor(np.array(x)) for x in tensors])


def _spelled(labels) -> str:
    letters = []
    for label in labels:
        if label is not ... and not (isinstance(label, int) and 0 <= label < len(_LETTERS)):
            raise _fail("subscript in subscript list is not within the valid range [0, 52)")
        letters.append("..." if label is ... else _LETTERS[label])
    return "".join(letters)


def _fail(headline: str) -> ArgumentFault:
    return ArgumentFault(f"einsum(): {headline}", blame={"equation": ""})


def _parsed(equation: str, tensors) -> tuple[list[str], str]:
    """The labels of each operand and of the result, with letters for what `...` stands for."""
    left, arrow, right = equation.partition("->")
    for at, label in enumerate(equation):
        if label not in string.ascii_letters + " ,." and (at - len(left)) not in (0, 1):
            raise _fail(
                f"invalid subscript given at index {at} in the equation string, subscripts must "
                "be in [a-zA-Z]"
            )
    terms = left.replace(" ", "").split(",")
    if len(terms) != len(tensors):
        many = "fewer" if len(tensors) < len(terms) else "more"
        raise _fail(
            f"{many} operands were provided than specified in the equation",
        )
    ranks = [_rank(x, term, i) for i, (x, term) in enumerate(zip(tensors, terms, strict=True))]
    free = [letter for letter in string.ascii_letters[::-1] if letter not in equation]
    batch = "".join(free[: max(ranks)])
    terms = [
        term.replace("...", batch[len(batch) - rank :])
        for term, rank in zip(terms, ranks, strict=True)
    ]
    every = "".join(terms)
    if arrow:
        return terms, _result(right.replace(" ", ""), every, batch)
    once = sorted(label for label in set(every) - set(batch) if every.count(label) == 1)
    return terms, batch + "".join(once)


def _rank(x: Tensor, term: str, i: int) -> int:
    """How many dimensions the ellipsis of operand number i stands for."""
    _check_dots(term, f"operand {i}", "for which an ellipsis was already found", "")
    labels = len(term.replace("...", ""))
    if labels > x.ndim or (labels < x.ndim and "..." not in term):
        raise ShapeError(
            f"einsum(): the number of subscripts in the equation ({labels}) "
            + ("is more than" if "..." in term else "does not match")
            + f" the number of dimensions ({x.ndim}) for operand {i}"
            + ("" if "..." in term else " and no ellipsis was given"),
            blame={f"tensors[{i}]": describe(x), "equation": ""},
        )
    return x.ndim - labels


def _check_dots(term: str, owner: str, twice: str, dots: str) -> None:
    before, _, after = term.partition("...")
    if "..." in after:
        raise _fail(f"found '.' for {owner} {twice}")
    if "." in before + after:
        raise _fail(f"found '.' for {owner} that is not part of any ellipsis{dots}")


def _result(result: str, every: str, batch: str) -> str:
    _check_dots(result, "output", "but an ellipsis (...) was already found", " (...)")
    for label in result.replace("...", ""):
        if label not in every:
            raise _fail(
                f"output subscript {label} does not appear in the equation for any input operand"
            )
        if result.count(label) > 1:
            raise _fail(f"output subscript {label} appears more than once in the output")
    return result.replace("...", batch)


def _without_repeats(x, term: str):
    """Take diagonals until no label occurs twice."""
    for label in sorted(set(term)):
        while term.count(label) > 1:
            first = term.index(label)
            second = term.index(label, first + 1)
            if x.shape[first] != x.shape[second]:
                raise ShapeError(
                    f"einsum(): subscript {label} is repeated for operand 0 but the sizes don't "
                    f"match, {x.shape[second]} != {x.shape[first]}",
                    blame={"tensors": describe(x)},
                )
            x = diagonals.diagonal(x, 0, first, second)
            term = term[:first] + term[first + 1 : second] + term[second + 1 :] + label
    return x, term


def _without_ones(operands, equation: str):
    """Drop dimensions of size 1 that another operand has larger; raise if sizes clash."""
    sizes: dict[str, int] = {}
    seen: dict[str, int] = {}
    for i, (x, term) in enumerate(operands):
        for label, n in zip(term, x.shape, strict=True):
            known = sizes.setdefault(label, n)
            first = seen.setdefault(label, i)
            if n != known and 1 not in (n, known):
                raise ShapeError(
                    f"einsum(): subscript {label} has size {n} for operand {i} which does not "
                    f"broadcast with previously seen size {known}",
                    blame={f"tensors[{k}]": describe(operands[k][0]) for k in (first, i)},
                    notes=[_lengths(operands, equation)],
                )
            sizes[label] = n if known == 1 else known
    kept = []
    for x, term in operands:
        ones = tuple(i for i, label in enumerate(term) if x.shape[i] != sizes[label])
        rest = "".join(label for i, label in enumerate(term) if i not in ones)
        kept.append((layout.squeeze(x, ones) if ones else x, rest))
    return kept


def _lengths(operands, equation: str) -> str:
    """What each label of the equation stands for, operand by operand."""
    each = (
        f"operand {i} has "
        + ", ".join(f"{label} = {n}" for label, n in zip(term, x.shape, strict=True))
        for i, (x, term) in enumerate(operands)
    )
    return f"in '{equation}' {'; '.join(each)}"


def _without_sums(x, term: str, used: str):
    """Sum over the labels that nothing else uses."""
    lone = tuple(i for i, label in enumerate(term) if label not in used)
    if not lone:
        return x, term
    return reduce.sum(x, lone), "".join(label for label in term if label in used)
