"""Many seeds of one network at once, as one grouped network: the same numbers to rounding, in fewer, larger steps.

For devices that one small network does not fill; a single core is filled. No checkpoint: an interruption ends them all.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import cast

import torch
from torch import Tensor, nn

from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.modules.fit import Fitted, fit
from mnist.nets.layers import (
    TYPES,
    AvgPool,
    BatchNorm,
    Conv,
    Dropout,
    Dropout2d,
    MaxPool,
    ReLU,
    SiLU,
)
from mnist.nets.net import Net, Network
from mnist.runs.recipe import Recipe
from mnist.training.device import isolated
from mnist.training.loop import Progress, split, train_epochs
from mnist.training.loss import cross_entropy
from mnist.training.recording import TrainedRun, finish_record, start_record
from mnist.training.state import State

CHANNEL_BY_CHANNEL = Conv | BatchNorm | ReLU | SiLU | MaxPool | AvgPool  # but for a convolution, which is grouped


def group(models: Sequence[nn.Sequential]) -> nn.Sequential:
    """One network that computes G of the same build side by side: (n, G, 28, 28) -> (n, G · 10).

    Convolutions become grouped ones, normalisations hold the channels of all, the rest works channel by channel anyway.
    """
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    for name, module in models[0].named_children():
        match module:
            case nn.Conv2d():
                modules[name] = nn.Conv2d(
                    module.in_channels * len(models),
                    module.out_channels * len(models),
                    module.kernel_size,  # type: ignore[arg-type]
                    module.stride,  # type: ignore[arg-type]
                    module.padding,  # type: ignore[arg-type]
                    module.dilation,  # type: ignore[arg-type]
                    groups=len(models),
                    bias=module.bias is not None,
                )
            case nn.BatchNorm2d():
                modules[name] = nn.BatchNorm2d(module.num_features * len(models), affine=module.affine)
            case _:
                modules[name] = module
    grouped = nn.Sequential(modules)
    states = [model.state_dict() for model in models]
    joined = {name: torch.cat([state[name] for state in states]) for name, first in states[0].items() if first.dim()}
    grouped.load_state_dict(states[0] | joined)  # what has no dimension counts steps, the same for all
    return grouped


def member(grouped: nn.Module, index: int, count: int) -> dict[str, Tensor]:
    """The state of one of the `count` networks in a grouped one."""
    return {
        name: tensor.chunk(count)[index].contiguous() if tensor.dim() else tensor
        for name, tensor in grouped.state_dict().items()
    }


class SideBySide:
    """Networks of the same build, one for each of the state's random numbers, as the training loop sees them.

    `single` is one such network by itself, to evaluate each with.
    """

    def __init__(self, state: State, single: nn.Module, fitted: Fitted) -> None:
        self.state = state
        self.fitted = fitted
        self._single = single
        self._count = len(state.randoms)

    def outputs(self, inputs: Tensor) -> Tensor:
        """(networks · n, classes) logits, those of the first network first."""
        size = len(inputs) // self._count
        side_by_side = inputs.view(self._count, size, *inputs.shape[1:]).transpose(0, 1).flatten(1, 2)
        logits: Tensor = self.state.model(side_by_side)
        return logits.view(size, self._count, -1).transpose(0, 1).flatten(0, 1)

    def losses(self, logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        """(networks,): the mean cross-entropy of each."""
        samples = cross_entropy(logits, labels, self.fitted.outputs, smoothing=smoothing, each=True)
        return samples.view(self._count, -1).mean(1)

    def weights(self) -> Iterable[dict[str, Tensor]]:
        """The share of each network."""
        return (member(self.state.evaluated, index, self._count) for index in range(self._count))

    def members(self) -> Iterable[nn.Module]:
        """The single network with the weights of each in turn."""
        for weights in self.weights():
            self._single.load_state_dict(weights)
            yield self._single

    def packed(self) -> bytes:
        """Nothing: a group is not gone on with."""
        return b""


def train_together(
    network: Network | Fitted,
    recipe: Recipe,
    data: Dataset,
    *,
    seeds: Sequence[int],
    device: str,
    threads: int,
    progress: Progress,
) -> list[TrainedRun]:
    """What `train` gives for each seed, to rounding; progress hears the first seed's figures.

    The seconds of an epoch are the group's, divided by the number of seeds. TrainingError on a network with dropout,
    whose random numbers would be others.
    """
    fitted = fit(network, data.source)
    net = fitted.network
    if not isinstance(net, Net):
        raise TrainingError(f"{net.name} is a module: its seeds cannot be trained together, only those of layers")
    if recipe.clip_norm or recipe.schedule == "plateau":
        what = "clip_norm" if recipe.clip_norm else "a plateau"
        raise TrainingError(f"{what} looks at each seed by itself: they cannot be trained together")
    for layer in net.layers:
        if isinstance(layer, Dropout | Dropout2d):
            raise TrainingError(f"{net.name} has dropout: its seeds cannot be trained together")
        grouped = isinstance(layer, Conv) and (layer.depthwise or layer.groups > 1)
        if grouped or layer.take or not isinstance(layer, CHANNEL_BY_CHANNEL):
            kind = TYPES[type(layer)]
            raise TrainingError(f"{net.name} is more than a sequence ({kind}): its seeds cannot be trained together")
    begun = [start_record(fitted, recipe, data, seed, device, threads, None) for seed in seeds]
    data = split(data, recipe)
    with isolated(seeds[0], device, threads):
        models = []
        for seed in seeds:
            torch.manual_seed(seed)
            models.append(cast("nn.Sequential", fitted.make()))
        state = State(group(models).to(device), recipe, seeds)
        single = models[0].to(device)
        for finished in train_epochs(SideBySide(state, single, fitted), begun, recipe, data, device, progress):
            progress.epoch(finished[0].run.epochs[-1])
    trained = [finish_record(checkpoint, data) for checkpoint in finished]
    return [replace(run, record=run.record.model_copy(update={"together": len(seeds)})) for run in trained]
