"""Training one network: a network, a recipe, data and a seed in; a run record out. Prints and writes nothing."""

from collections.abc import Callable, Iterable

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.data.sources import Dataset
from mnist.errors import TrainingError
from mnist.nets.module import build
from mnist.nets.net import Net
from mnist.runs.recipe import Recipe
from mnist.training.checkpoint import Checkpoint, pack, unpack
from mnist.training.device import isolated
from mnist.training.loop import Progress, split, train_epochs
from mnist.training.recording import TrainedRun, finish_record, start_record
from mnist.training.state import State


class Single:
    """One network as the training loop sees it."""

    def __init__(self, state: State) -> None:
        self.state = state

    def outputs(self, inputs: Tensor) -> Tensor:
        """(n, classes) logits."""
        logits: Tensor = self.state.model(inputs)
        return logits

    def losses(self, logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        """(1,): the mean cross-entropy."""
        return F.cross_entropy(logits, labels, label_smoothing=smoothing).unsqueeze(0)

    def weights(self) -> Iterable[dict[str, Tensor]]:
        """Parameters and buffers, averaged where the recipe says so."""
        return [{name: tensor.contiguous() for name, tensor in self.state.evaluated.state_dict().items()}]

    def members(self) -> Iterable[nn.Module]:
        """The network itself."""
        return [self.state.evaluated]

    def packed(self) -> bytes:
        """The whole state."""
        return pack(self.state.dump())


def train(
    net: Net,
    recipe: Recipe,
    data: Dataset,
    *,
    seed: int,
    device: str = "cpu",
    threads: int = 1,
    progress: Progress,
    keep: Callable[[Checkpoint], None] = lambda _: None,
    resumed: Checkpoint | None = None,
) -> TrainedRun:
    """Train by stochastic gradient descent and test after each epoch.

    `keep` gets a checkpoint after each epoch; `resumed` is one to go on from, of the same net, recipe, data and seed.
    A KeyboardInterrupt ends the run with the epochs finished so far; before the first one it passes through.
    Same arguments, same machine: same metrics (but for seconds) and weights, bit for bit, resumed or not.
    TrainingError where the loss is not finite or the data too few.
    """
    begun = start_record(net, recipe, data, seed, device, threads, resumed)
    data = split(data, recipe)
    finished = resumed
    with isolated(seed, device, threads):
        state = State(build(net).to(device), recipe, [seed])
        if resumed is not None:
            try:
                state.load(unpack(resumed.state, device))
            except (RuntimeError, LookupError, ValueError) as error:
                raise TrainingError(f"the checkpoint does not fit the network {net.name} as it is now") from error
        try:
            for (finished,) in train_epochs(Single(state), [begun], recipe, data, device, progress):
                keep(finished)
                progress.epoch(finished.run.epochs[-1])
        except KeyboardInterrupt:
            if finished is None:
                raise
    assert finished is not None  # a recipe has at least one epoch
    return finish_record(net, finished, data)
