"""All that changes while training, and how it is kept and brought back bit for bit."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from mnist.runs.recipe import Recipe
from mnist.training.steps.optimisers import optimisers


class State:
    """All that changes while training: model, optimiser, averaged weights, random numbers."""

    def __init__(self, model: nn.Module, recipe: Recipe, seeds: Sequence[int]) -> None:
        """`seeds` has one for each of the networks that the model holds side by side."""
        self.model = model
        if recipe.channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._optimisers = optimisers(self.model, recipe, len(seeds))
        self._clip = recipe.clip_norm
        self._highest = [optimiser.param_groups[0]["lr"] for optimiser in self._optimisers]
        average = _exponential(recipe.ema)
        self.average = AveragedModel(self.model, multi_avg_fn=average, use_buffers=True) if recipe.ema else None
        # of order and augmentation; dropout draws from torch's own
        self.randoms = [torch.Generator().manual_seed(seed) for seed in seeds]

    @property
    def evaluated(self) -> nn.Module:
        """The model whose weights are the run's."""
        return self.model if self.average is None else self.average.module

    @property
    def learning_rate(self) -> float:
        """That of the last step: of Muon where it moves some parameters, else that of all."""
        rate: float = self._optimisers[0].param_groups[0]["lr"]
        return rate

    def step(self, loss: Tensor, share: float) -> None:
        """Move the parameters against the gradient of `loss`, at `share` of the highest learning rate, and average."""
        for optimiser, highest in zip(self._optimisers, self._highest, strict=True):
            optimiser.zero_grad()
            optimiser.param_groups[0]["lr"] = highest * share
        loss.backward()  # type: ignore[no-untyped-call]
        if self._clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), self._clip)
        for optimiser in self._optimisers:
            optimiser.step()
        if self.average is not None:
            self.average.update_parameters(self.model)

    def dump(self) -> dict[str, object]:
        """For `pack`, of a single network."""
        (random,) = self.randoms
        devices = {parameter.device for parameter in self.model.parameters() if parameter.is_cuda}
        return {
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self._optimisers],
            "average": None if self.average is None else self.average.state_dict(),
            "random": random.get_state(),
            "torch": torch.get_rng_state(),
            "cuda": [torch.cuda.get_rng_state(device) for device in devices],
        }

    def load(self, dumped: dict[str, Any]) -> None:
        """Go back to what was dumped."""
        self.model.load_state_dict(dumped["model"])
        for optimiser, state in zip(self._optimisers, dumped["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        if self.average is not None:
            self.average.load_state_dict(dumped["average"])
        self.randoms[0].set_state(dumped["random"].cpu())
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
