"""What an op records: which rules will run in backward, and what must be saved for them.

A plan is made once for each set of arguments that carry gradients and then reused, so recording
costs a few tuple look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tcalc.core.graph import Guard, Node, Pick, next_number
from tcalc.core.origin import here
from tcalc.core.tensor import Tensor

ARGUMENT, SHAPE, OUTPUT = range(3)


class Plan:
    """Rules to run and values to save when the arguments in the bit set `mask` carry gradients.

    `targets` are (slot, rule, picks): `picks` index the list of cotangents followed by the saved
    values, which is what the rule is called with. `needs` are (source, slot) of the saved values.
    `slots` are those of the targets, `differentiable` those of all rules.
    """

    __slots__ = (
        "cotangents", "differentiable", "direct", "label", "label_needs", "names", "needs",
        "slots", "targets",
    )  # fmt: skip

    def __init__(
        self,
        label: str | Callable[..., str],
        rules: Mapping[int, Callable[..., Any]],
        names: Sequence[str],
        mask: int,
        outputs: Sequence[str] = (),
    ) -> None:
        """`names` are the op's parameter names, `rules` its derivative rules by slot."""
        self.label = label
        slots = {name: i for i, name in enumerate(names)}
        wanted = {slot: rule for slot, rule in rules.items() if mask >> slot & 1}
        used = {name for rule in wanted.values() for name in _parameters(rule)}
        # An op with several results has either one cotangent, `g` of the first, or one each.
        each = [f"g_{name}" for name in outputs]
        self.cotangents = len(each) if used & set(each) else 0
        places = {name: i for i, name in enumerate(each)} if self.cotangents else {"g": 0}
        needs: list[tuple[int, int]] = []
        for rule in wanted.values():
            for name in _parameters(rule):
                if name not in places:
                    places[name] = max(self.cotangents, 1) + len(needs)
                    needs.append(_source(name, slots, outputs))
        self.needs = tuple(needs)
        self.names = tuple(places)[max(self.cotangents, 1) :]
        self.targets = tuple(
            (slot, rule, tuple(places[name] for name in _parameters(rule)))
            for slot, rule in wanted.items()
        )
        self.direct = self._only_rule(len(places))
        self.differentiable = tuple(rules)
        self.slots = tuple(slot for slot, _, _ in self.targets)
        self.label_needs = (
            () if isinstance(label, str) else tuple(slots[name] for name in _parameters(label))
        )

    def _only_rule(self, count: int) -> Callable[..., Any] | None:
        """The rule, if it is the only one and takes the cotangent and the saved values in order."""
        if len(self.targets) == 1 and not self.cotangents:
            _, rule, picks = self.targets[0]
            if picks == tuple(range(count)):
                return rule
        return None

    def spread(self, edges: Sequence[Any]) -> list[Any]:
        """`edges` among None for what could carry gradients, and does not."""
        known = dict(zip(self.slots, edges, strict=True))
        return [known.get(slot) for slot in self.differentiable]

    def saves_argument(self, slot: int) -> bool:
        """Whether backward needs the value of argument `slot`."""
        return (ARGUMENT, slot) in self.needs

    def record(
        self,
        values: Sequence[Any],
        arrays: Sequence[Any],
        results: Sequence[Tensor],
        edges: Sequence[Any] = (),
    ) -> None:
        """Make the node of `results`; `values` are the tensors, `arrays` what forward got.

        `edges` are those of the values in `slots`, if the caller has them already.
        """
        node = Node()
        node.sequence = next_number()
        node.plan = self
        node.edges = edges or self._edges(values)
        if self.needs:
            self._save(node, values, arrays, results)
        if self.label_needs:
            self._name(node, values)
        if self.cotangents:
            _divide(node, results)
            return
        result = results[0]
        out = result.array
        node.shape = out.shape
        node.dtype = out.dtype
        result._node = node

    def _edges(self, values: Sequence[Any]) -> list[Any]:
        return [_edge(values[slot]) for slot in self.slots]

    def _name(self, node: Node, values: Sequence[Any]) -> None:
        assert not isinstance(self.label, str)
        node._name = self.label(*[values[slot] for slot in self.label_needs])

    def _save(
        self, node: Node, values: Sequence[Any], arrays: Sequence[Any], results: Sequence[Tensor]
    ) -> None:
        """Snapshots of what the rules need, and what tells whether it was changed since."""
        saved: list[Any] = []
        guards: list[Guard] = []
        for source, slot in self.needs:
            if source == SHAPE:
                saved.append(shape_of(arrays[slot]))
                continue
            held = values[slot] if source == ARGUMENT else results[slot]
            if isinstance(held, Tensor):
                storage = held._storage or held.storage
                storage.saved = True
                guards.append((storage, storage.version, len(saved)))
                saved.append(held.array)
                continue
            if isinstance(held, list):
                for storage in [item.storage for item in held if isinstance(item, Tensor)]:
                    storage.saved = True
                    guards.append((storage, storage.version, len(saved)))
            elif slot in self.differentiable:  # a number in the place of a tensor
                node.saved_number = True
                node.origin = here(4)
            saved.append(arrays[slot])
        node.saved = saved
        if guards:
            node.guards = guards
            node.origin = here(4)

    def saved_as(self, node: Node, position: int) -> tuple[str, str]:
        """What a saved value is to the op, and which output of which node, in PyTorch's words."""
        source, slot = self.needs[position]
        if source == OUTPUT:
            return "its result", f", which is output {slot} of {node.label},"
        edges = zip(self.targets, node.edges, strict=True)
        edge = next((edge for (at, _, _), edge in edges if at == slot), None)
        if not isinstance(edge, Node | Pick):
            return "an operand", ""
        index = edge.index if isinstance(edge, Pick) else 0
        return "an operand", f", which is output {index} of {edge.label},"

    def lift(self, node: Node) -> list[Any]:
        """The saved values as tensors that know their place in the graph."""
        edges = {slot: edge for (slot, _, _), edge in zip(self.targets, node.edges, strict=True)}
        tangents = node.tangents or [None] * len(self.needs)
        lifted: list[Any] = []
        for (source, slot), value, t in zip(self.needs, node.saved, tangents, strict=True):
            if source == SHAPE:
                lifted.append(value)
            elif isinstance(value, list):
                known = edges.get(slot) or (None,) * len(value)
                each = t or [None] * len(value)
                lifted.append([_lift(*part) for part in zip(value, known, each, strict=True)])
            elif source == OUTPUT:
                lifted.append(_lift(value, Pick(node, slot) if self.cotangents else node, t))
            else:
                lifted.append(_lift(value, edges.get(slot), t))
        return lifted


def _divide(node: Node, results: Sequence[Tensor]) -> None:
    """Let a Pick of the node stand for each of several results."""
    node.outputs = [(t.array.shape, t.array.dtype) for t in results]
    for i, result in enumerate(results):
        result._node = Pick(node, i)


def _edge(value: Any) -> Any:
    """The node of a tensor, those of a list of tensors."""
    if type(value) is Tensor:
        return value._node if value.chain is None else value.node
    return tuple(tensor.node for tensor in value) if isinstance(value, list) else value.node


def _lift(value: Any, edge: Any, tangents: Any) -> Any:
    """An array as a tensor with the node `edge` and tangents; anything else unchanged."""
    if not hasattr(value, "__array_interface__"):
        return value
    tensor = Tensor(value)
    if edge is not None:
        tensor._node = edge
    tensor.tangents = tangents
    return tensor


def _parameters(rule: Callable[..., Any]) -> tuple[str, ...]:
    code = rule.__code__
    return code.co_varnames[: code.co_argcount]


def shape_of(value: Any) -> Any:
    """The shape of an array, () of a number, a list of them for a list."""
    if isinstance(value, list):
        return [shape_of(item) for item in value]
    return getattr(value, "shape", ())


def _source(name: str, slots: Mapping[str, int], outputs: Sequence[str]) -> tuple[int, int]:
    """Where a rule's parameter comes from, by its name."""
    if name == "out":
        return OUTPUT, 0
    if name in outputs:
        return OUTPUT, outputs.index(name)
    if name in slots:
        return ARGUMENT, slots[name]
    stem = name.removesuffix("_shape")
    assert stem != name and stem in slots, f"a rule asks for {name!r}, which nothing provides"
    return SHAPE, slots[stem]
