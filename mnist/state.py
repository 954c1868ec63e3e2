"""All that changes while training, and how it is kept and brought back bit for bit."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from mnist.runs import Recipe


class State:
    """All that changes while training: model, optimiser, averaged weights, random numbers."""

    def __init__(self, model: nn.Module, recipe: Recipe, seed: int) -> None:
        self.model = model
        if recipe.channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimiser = torch.optim.SGD(
            self.model.parameters(),
            lr=recipe.learning_rate,
            momentum=recipe.momentum,
            nesterov=recipe.nesterov,
            weight_decay=recipe.weight_decay,
        )
        average = _exponential(recipe.ema)
        self.average = AveragedModel(self.model, multi_avg_fn=average, use_buffers=True) if recipe.ema else None
        self.random = torch.Generator().manual_seed(seed)  # order and augmentation; dropout draws from torch's own

    @property
    def evaluated(self) -> nn.Module:
        """The model whose weights are the run's."""
        return self.model if self.average is None else self.average.module

    def dump(self) -> dict[str, object]:
        """For `pack`."""
        devices = {parameter.device for parameter in self.model.parameters() if parameter.is_cuda}
        return {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": None if self.average is None else self.average.state_dict(),
            "random": self.random.get_state(),
            "torch": torch.get_rng_state(),
            "cuda": [torch.cuda.get_rng_state(device) for device in devices],
        }

    def load(self, dumped: dict[str, Any]) -> None:
        """Go back to what was dumped."""
        self.model.load_state_dict(dumped["model"])
        self.optimiser.load_state_dict(dumped["optimiser"])
        if self.average is not None:
            self.average.load_state_dict(dumped["average"])
        self.random.set_state(dumped["random"].cpu())
        torch.set_rng_state(dumped["torch"].cpu())
        for cuda in dumped["cuda"]:
            torch.cuda.set_rng_state(cuda.cpu(), next(self.model.parameters()).device)


def _exponential(decay: float) -> Callable[[Sequence[Tensor], Sequence[Tensor], Tensor | int], None]:
    """average += (1 - d) · (weights - average) for each floating tensor; others, which count, are copied.

    d = min(decay, (1 + n) / (10 + n)) after n steps, so that the first weights are soon forgotten.
    """

    @torch.no_grad()
    def update(averages: Sequence[Tensor], weights: Sequence[Tensor], steps: Tensor | int) -> None:
        share = 1 - min(decay, (1 + int(steps)) / (10 + int(steps)))
        for average, weight in zip(averages, weights, strict=True):
            if average.is_floating_point():
                average.lerp_(weight, share)
            else:
                average.copy_(weight)

    return update
