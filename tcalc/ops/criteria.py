"""Losses as objects, as `torch.nn` has them: settings now, predictions and targets later.

To add one: its name and its op's in `LOSSES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tcalc.core.params import MISSING
from tcalc.core.registry import REGISTRY
from tcalc.errors import ArgumentFault, closest

LOSSES = {
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "CosineEmbeddingLoss": "cosine_embedding_loss",
    "CrossEntropyLoss": "cross_entropy",
    "HingeEmbeddingLoss": "hinge_embedding_loss",
    "HuberLoss": "huber_loss",
    "KLDivLoss": "kl_div",
    "L1Loss": "l1_loss",
    "MSELoss": "mse_loss",
    "MarginRankingLoss": "margin_ranking_loss",
    "NLLLoss": "nll_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "SoftMarginLoss": "soft_margin_loss",
    "TripletMarginLoss": "triplet_margin_loss",
}


class Module:
    """What `isinstance(x, nn.Module)` asks for."""

    readable = frozenset({"eval", "train"})

    def train(self, mode: bool = True) -> Module:
        """Nothing here behaves differently in training."""
        return self

    def eval(self) -> Module:
        """Nothing here behaves differently in evaluation."""
        return self


class Criterion(Module):
    """A loss with its settings: call it with predictions and targets.

    >>> loss = nn.CrossEntropyLoss(reduction="none")
    >>> loss(tensor([[2., 1.]]), tensor([0]))
    tensor([0.3133])
    """

    def __init__(self, name: str, **settings: Any) -> None:
        """Raise ArgumentFault for a setting that the loss does not have."""
        self.name = name
        self.op: Any = REGISTRY[LOSSES[name]]
        self.settings = settings
        known = [p.name for p in self.op.signature.params if p.default is not MISSING]
        for keyword in settings:
            if keyword not in known:
                near = closest(keyword, known)
                raise ArgumentFault(
                    f"{name}() got an unexpected keyword argument '{keyword}'",
                    blame={keyword: ""},
                    notes=[f"the settings are {', '.join(known)}"],
                    helps=[f"did you mean {near[0]}=?"] if near else (),
                )

    def __call__(self, *tensors: Any) -> Any:
        """The loss of predictions and targets."""
        return self.op(*tensors, **self.settings)

    def __repr__(self) -> str:
        """As PyTorch prints it."""
        return f"{self.name}()"


def criterion(name: str) -> Callable[..., Criterion]:
    """The function that makes losses of this name."""

    def make(**settings: Any) -> Criterion:
        return Criterion(name, **settings)

    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"{name}(**settings): the loss F.{LOSSES[name]} with these settings."
    return make
