"""Record what PyTorch gives for every case of every op, and for the expressions of the language.

Run it after adding ops, cases or expressions, with an interpreter that has torch and numpy:

    PYTHONPATH=. python tests/oracle/record.py

It writes recorded_ops.json.gz and recorded_expressions.json beside itself. Cases that PyTorch
refuses are left out. The last digits depend on the machine, on how its libraries share out sums:
what is recorded stays as it is where the new numbers differ by no more than the tests allow.
"""

from __future__ import annotations

import ast
import builtins
import gzip
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE.parent / "ops")]

from expressions import read  # noqa: E402 -- found beside the tests
from samples import Case, all_cases, cotangent, mapped  # noqa: E402

DTYPES = ("float64", "float32", "complex128", "int64", "bool", "edges")
SPELT_DTYPES = ("float32",)
DIGITS = 9
RTOL = {"float32": 2e-5, "complex64": 2e-5}  # of other dtypes 1e-6, as in tests/ops/test_values.py
# Whose results say nothing where infinities and nan are among the numbers.
FINITE = {"linear algebra", "Fourier transform"}
UNSTABLE = {"normal", "empty", "empty_like", "data_ptr", "bernoulli", "multinomial"}
UNSTABLE |= {"linalg_svd", "svd", "linalg_eigh", "linalg_eig"}  # vectors may be turned around


def functions_of(case: Case) -> Iterator[Any]:
    """PyTorch's functions and method of the op's name."""
    op = case.op
    if op.is_attribute:
        yield lambda x: getattr(x, op.name)
        return
    bare = (f"torch.{op.name}",) if op.bare else ()
    for path in (*bare, *op.paths, f"torch.Tensor.{op.name}"):
        found: Any = torch
        for part in path.split(".")[1:]:
            found = getattr(found, part, None)
        if callable(found):
            yield found


def leaves_in(value: Any) -> list[Any]:
    """The tensors in `value` at any depth."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in leaves_in(item)]
    return leaves_in(list(value.values())) if isinstance(value, dict) else []


def plain(value: Any) -> Any:
    """A result as JSON can hold it: a tensor as its dtype, shape and numbers."""
    if isinstance(value, torch.Tensor):
        array = value.detach().resolve_conj().resolve_neg().clone().contiguous().numpy()
        numbers = array.ravel()
        if numbers.dtype.kind == "c":
            numbers = numbers.view(numbers.real.dtype)
        if numbers.dtype.kind == "f":
            listed = [float(f"{number:.{DIGITS}g}") for number in numbers.tolist()]
        else:
            listed = numbers.tolist()
        return {"dtype": array.dtype.name, "shape": list(array.shape), "values": listed}
    if isinstance(value, np.ndarray):
        return plain(torch.from_numpy(value))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bool | int | float | str | type(None)):
        return value
    return str(value)


def arguments(case: Case, dtype: str) -> tuple[list[Any], dict[str, Any]]:
    """The case's arguments for PyTorch."""
    args, kwargs = mapped(case.arguments(dtype), torch.from_numpy)
    return [getattr(torch, a) if a in SPELT_DTYPES else a for a in args], kwargs


def recorded(function: Any, case: Case, dtype: str) -> dict[str, Any]:
    """The result, and the gradients of all arguments that can have one."""
    args, kwargs = arguments(case, dtype)
    entry = {"result": plain(function(*args, **kwargs))}
    args, kwargs = arguments(case, dtype)
    leaves = [x for x in leaves_in([args, kwargs]) if x.is_floating_point() or x.is_complex()]
    if not leaves or dtype[0] not in "fce":
        return entry
    for x in leaves:
        x.requires_grad_()
    outs = [o for o in enumerate(leaves_in(function(*args, **kwargs))) if o[1].requires_grad]
    weights = [
        torch.from_numpy(
            cotangent(case, i, tuple(out.shape), out.detach().resolve_conj().numpy().dtype)
        )
        for i, out in outs
    ]
    try:
        if outs:
            slopes = torch.autograd.grad([o for _, o in outs], leaves, weights, allow_unused=True)
            entry["gradients"] = plain(slopes)
    except RuntimeError as refusal:
        assert "is not implemented" in str(refusal), refusal
    return entry


def first_accepted(case: Case, dtype: str) -> dict[str, Any]:
    """What the first of PyTorch's forms that takes the arguments gives."""
    refusal: Exception = LookupError(f"PyTorch has no {case.op.name}")
    for function in functions_of(case):
        try:
            return recorded(function, case, dtype)
        except Exception as failure:
            refusal = failure
    raise refusal


def agree(new: Any, old: Any) -> bool:
    """Whether two results are the same but for the rounding of their numbers."""
    if isinstance(new, dict) and isinstance(old, dict) and new.keys() == old.keys():
        if "dtype" not in new:
            return all(agree(new[key], old[key]) for key in new)
        if (new["dtype"], new["shape"]) != (old["dtype"], old["shape"]):
            return False
        rtol = RTOL.get(new["dtype"], 1e-6)
        return np.allclose(new["values"], old["values"], rtol, rtol / 10, equal_nan=True)
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return all(map(agree, new, old))
    return bool(new == old)


def record_ops() -> None:
    """Write recorded_ops.json.gz."""
    path = HERE / "recorded_ops.json.gz"
    before = json.loads(gzip.decompress(path.read_bytes())) if path.exists() else {}
    record: dict[str, Any] = {}
    for case in all_cases():
        if case.op.name.startswith("_") or case.op.name in UNSTABLE:
            continue
        for dtype in DTYPES if "A(" in case.text else DTYPES[:1]:
            if dtype == "edges" and case.form.family.name in FINITE:
                continue
            key = f"{case.id} {dtype}"
            try:
                found = first_accepted(case, dtype)
                record[key] = before[key] if agree(found, before.get(key)) else found
            except Exception as refusal:  # whatever it is, there is nothing to compare with
                if dtype == "float64":
                    print(f"{case.id}: {str(refusal).splitlines()[0]}")
    text = json.dumps(record, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def outcome(program: str) -> dict[str, str]:
    """What the last statement gives: its repr, or the first line of the error."""
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    names = {name: value for name, value in vars(torch).items() if not hasattr(builtins, name)}
    names |= {"torch": torch, "F": torch.nn.functional, "inf": float("inf"), "nan": float("nan")}
    tree = ast.parse(program)
    if not isinstance(tree.body[-1], ast.Expr):
        tree.body += ast.parse("None").body
    value = ast.Expression(tree.body.pop().value)
    try:
        exec(compile(tree, "<program>", "exec"), names)
        return {"repr": repr(eval(compile(value, "<program>", "eval"), names))}
    except Exception as failure:
        return {"error": (str(failure).strip().splitlines() or [""])[0]}


def record_expressions() -> None:
    """Write recorded_expressions.json."""
    record = {program: outcome(program) for program in read()}
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (HERE / "recorded_expressions.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    record_ops()
    record_expressions()
