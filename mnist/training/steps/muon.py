"""Muon, an optimiser for convolutions whose scale a normalisation undoes."""

from collections.abc import Sequence
from itertools import dropwhile
from typing import cast

import torch
from torch import Tensor, nn

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # coefficients of the quintic, from Jordan's text
_ITERATIONS = 5
_SCALED_THROUGH = (nn.MaxPool2d, nn.ReLU, nn.Dropout)


class Muon(torch.optim.Optimizer):
    """Momentum, made orthogonal before each step (Keller Jordan and others 2024, kellerjordan.github.io/posts/muon).

    For a weight seen as a matrix W of out × (in · kernel²), with gradient G, momentum μ and learning rate η:
    B ← μ·B + G;  U = orthogonal(G + μ·B), the nearest matrix whose singular values are all about 1;
    W ← √out · W / ‖W‖ - η · √max(1, rows / columns) · U.
    The length of W is held because a normalisation follows, which undoes it; without, it would only slow learning down.
    `groups` counts the matrices that a weight holds one below the other.
    """

    def __init__(self, weights: Sequence[nn.Parameter], *, lr: float, momentum: float, groups: int = 1) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum, "groups": groups})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One update of every weight that has a gradient."""
        assert closure is None
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(weight)
                kept = state["momentum"]
                kept.mul_(group["momentum"]).add_(weight.grad)
                looked_ahead = weight.grad.add(kept, alpha=group["momentum"])
                matrices = weight.reshape(group["groups"], weight.shape[0] // group["groups"], -1)
                rows, columns = matrices.shape[1:]
                update = orthogonal(looked_ahead.reshape(matrices.shape))
                length = matrices.norm(dim=(1, 2), keepdim=True)
                moved = matrices * (rows**0.5 / length) - group["lr"] * max(1, rows / columns) ** 0.5 * update
                weight.copy_(moved.reshape(weight.shape))


def orthogonal(matrices: Tensor) -> Tensor:
    """U·Vᵀ of each matrix U·S·Vᵀ in (n, rows, columns), roughly: singular values above 0.01 of ‖·‖ end in 0.6 to 1.3.

    Five Newton-Schulz steps X ← a·X + (b·A + c·A²)·X with A = X·Xᵀ; only products, so it is fast everywhere.
    """
    a, b, c = NEWTON_SCHULZ
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(_ITERATIONS):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    result: Tensor = x.mT if tall else x
    return result


def normalised_weights(model: nn.Sequential) -> list[nn.Parameter]:
    """Weights of the convolutions of several input channels whose scale a batch normalisation undoes.

    Between the two may stand what a scale passes through: max pooling, ReLU, dropout.
    """
    modules = list(model)
    found: list[nn.Parameter] = []
    for index, module in enumerate(modules):
        if isinstance(module, nn.Conv2d) and module.in_channels > module.groups and module.bias is None:
            rest = dropwhile(lambda after: isinstance(after, _SCALED_THROUGH), modules[index + 1 :])
            if isinstance(next(rest, None), nn.BatchNorm2d):
                found.append(cast("nn.Parameter", module.weight))
    return found


def hidden_matrices(model: nn.Module) -> list[nn.Parameter]:
    """The weights of the linear layers but the last, which gives the outputs; for torch.optim.Muon."""
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    return [cast("nn.Parameter", module.weight) for module in linear[:-1]]
