"""Names, attributes and modules that do not exist: what was probably meant.

Spellings of other libraries come from `spellings.py`; after them the nearest name is offered.
"""

from __future__ import annotations

from tcalc.errors import NameFault
from tcalc.lang import syntax
from tcalc.lang.attributes import did_you_mean, is_module
from tcalc.lang.faults import spellings
from tcalc.lang.faults.frame import MISSING, Place, escaped
from tcalc.lang.faults.mistypes import why_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

# Python's names that are left out, and what to write instead.
ABSENT = {
    "eval": "", "exec": "", "compile": "", "globals": "", "locals": "", "vars": "", "object": "",
    "super": "", "getattr": "write the attribute: x.name", "setattr": "write x.name = value",
    "open": "load(path) reads data, save(x, path) writes it", "input": "stdin is the data piped in",
}  # fmt: skip


def unknown_name(name: str, known_names: Callable[[], Iterable[str]]) -> NameFault:
    """The fault for a name that has no value."""
    if name in ABSENT:
        return NameFault(
            f"'{name}' is not in the language", helps=[ABSENT[name]] if ABSENT[name] else []
        )
    headline, known = f"name '{name}' is not defined", ["True", "False", "None", *known_names()]
    meant = spellings.CONSTANTS.get(name)
    told = spellings.ALONE.get(name)
    if meant or told:
        return NameFault(headline, helps=[told or f"did you mean {meant}?"])
    below = _below_modules(name)
    same = [] if below else [other for other in known if other.lower() == name.lower()]
    if same:
        why = "capital and small letters make different names"
        return NameFault(headline, notes=[why], helps=[f"did you mean {same[0]}?"])
    if name in spellings.OF_MODULES:
        return NameFault(headline, helps=[spellings.OF_MODULES[name]])
    return NameFault(headline, helps=below or did_you_mean(name, known))


def _below_modules(name: str) -> list[str]:
    """Where a name stands that is in no scope by itself, such as a distribution's."""
    from tcalc.lang import torch_names

    paths = [path for path, members in torch_names.tree().items() if name in members]
    return [f"did you mean {min(paths, key=len)}.{name}?"] if paths else []


def unknown_attribute(fault: NameFault, place: Place) -> NameFault:
    """The same fault with a better help, where another library's spelling or None explains it."""
    node = place.node
    if isinstance(node, syntax.AugAssign):
        node = node.target
    elif isinstance(node, syntax.Assign):
        node = node.targets[0]
    if isinstance(node, syntax.Alias):
        from tcalc.lang.namespaces import find

        module = find(fault.headline.split("'")[1])
        meant = _other_spelling(module, node.name, fault) if module else ""
        fault.helps = (meant,) if meant else fault.helps
    if isinstance(node, syntax.Attribute):
        owner = place.value(node.value)
        called = isinstance(place.parent(node), syntax.Call)
        if fault.headline.startswith("'NoneType'"):
            fault.notes = (*fault.notes, *why_none(place, node.value))
        meant = _other_spelling(owner, node.name, fault)
        if (
            not meant
            and isinstance(node.value, syntax.Attribute)
            and "'function'" in fault.headline
        ):
            meant = f"{{x}} is a function: {{x}}().{node.name}{'()' * called}"
        if meant:
            fault.helps = (meant,)
        elif is_module(owner):
            why = spellings.INSIDE.get(owner.name.partition(".")[0])
            fault.notes += (why,) if why else ()
            written = escaped(place, node.value)
            fault.helps = tuple(
                text.replace(f"{owner.name}.", f"{written}.") for text in fault.helps
            )
    return fault


def _other_spelling(owner: Any, name: str, fault: NameFault) -> str:
    """What a spelling of another library means here, empty if it is none."""
    kind = fault.headline.split("'")[1]
    if kind == "Tensor":
        return spellings.OF_TENSORS.get(name, "")
    if kind in ("float", "int"):
        return spellings.OF_NUMBERS.get(name, "")
    if kind in ("list", "tuple"):
        return f"a tensor has it: tensor({{x}}).{name}" if _is_tensors(name) else ""
    if is_module(owner):
        first = owner.name.partition(".")[0]
        special = spellings.IN_MODULE.get(owner.name, {})
        usual = spellings.OF_MODULES if first in spellings.IN_MODULE else {}
        layer = _function_of(name) if owner.name == "torch.nn" else ""
        return special.get(name) or layer or usual.get(name, "")
    if kind != "function" or owner is MISSING:
        return ""
    return _member_of_namesake(getattr(owner, "name", ""), name)


def _function_of(layer: str) -> str:
    """The function that does what a layer of this name does, which has no object here."""
    from tcalc.lang.namespaces import module

    functional, wanted = module("torch.nn.functional"), layer.lower()
    without = wanted[:-2] if wanted.endswith(("1d", "2d", "3d")) else wanted
    for name in functional.member_names() if layer[0].isupper() else ():
        if name.replace("_", "") in (wanted, without):
            return f"the function of this layer: F.{functional.member(name).signature}"
    return ""


def _is_tensors(name: str) -> bool:
    """Whether a tensor has an attribute of this name."""
    from tcalc.lang.namespaces import ops

    op = ops().get(name)
    return op is not None and (op.is_method or op.is_attribute)


def _member_of_namesake(function: str, name: str) -> str:
    """`multinomial.Multinomial` where the function is meant to be the module of its name."""
    from tcalc.lang import torch_names

    path = next((path for path in torch_names.tree() if path.endswith(f".{function}")), "")
    if function and name in torch_names.tree().get(path, ()):
        owner = path.rpartition(".")[0]
        return f"`from {owner} import {function}` makes {function} the module"
    return ""
