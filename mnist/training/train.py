"""Training one network: a network, a recipe, data and a seed in; a run record out. Prints and writes nothing."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing

from torch import Tensor, nn

from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.modules.fit import Fitted, fit
from mnist.modules.weights import weights_of
from mnist.nets.net import Network
from mnist.runs.recipe import Recipe
from mnist.training.checkpoint import Checkpoint, pack, unpack
from mnist.training.device import isolated
from mnist.training.loop import Progress, split, train_epochs
from mnist.training.loss import cross_entropy
from mnist.training.recording import TrainedRun, finish_record, start_record
from mnist.training.state import State


class Single:
    """One network as the training loop sees it."""

    def __init__(self, state: State, fitted: Fitted) -> None:
        self.state = state
        self.fitted = fitted

    def outputs(self, inputs: Tensor) -> Tensor:
        """(n, classes) scores."""
        scores: Tensor = self.state.model(inputs)
        return scores

    def losses(self, logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        """(1,): the mean cross-entropy."""
        return cross_entropy(logits, labels, self.fitted.outputs, smoothing=smoothing).unsqueeze(0)

    def weights(self) -> Iterable[dict[str, Tensor]]:
        """Parameters and buffers, averaged where the recipe says so."""
        return [weights_of(self.state.evaluated)]

    def members(self) -> Iterable[nn.Module]:
        """The network itself."""
        return [self.state.evaluated]

    def packed(self) -> bytes:
        """The whole state."""
        return pack(self.state.dump())


def train(
    network: Network | Fitted,
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
    finished = resumed
    with closing(
        checkpoints(
            network, recipe, data, seed=seed, device=device, threads=threads, progress=progress, resumed=resumed
        )
    ) as epochs:
        try:
            for finished in epochs:
                keep(finished)
                progress.epoch(finished.run.epochs[-1])
        except KeyboardInterrupt:
            if finished is None:
                raise
    assert finished is not None  # a recipe has at least one epoch
    return finish_record(finished, split(data, recipe))


def checkpoints(
    network: Network | Fitted,
    recipe: Recipe,
    data: Dataset,
    *,
    seed: int,
    device: str,
    threads: int,
    progress: Progress,
    resumed: Checkpoint | None,
    handed_on: bool = False,
) -> Generator[Checkpoint, None, None]:
    """The run after each epoch, which is trained when it is asked for; what `train` says of the rest.

    While it is not closed, torch's random numbers and threads are the run's. `handed_on` as `start_record` takes it.
    """
    fitted = fit(network, data.source)
    begun = start_record(fitted, recipe, data, seed, device, threads, resumed, handed_on=handed_on)
    data = split(data, recipe)
    with isolated(seed, device, threads):
        state = State(fitted.make().to(device), recipe, [seed])
        if resumed is not None:
            try:
                state.load(unpack(resumed.state, device))
            except (RuntimeError, LookupError, ValueError) as error:
                raise TrainingError(f"the checkpoint does not fit the network {begun.net} as it is now") from error
        for (finished,) in train_epochs(Single(state, fitted), [begun], recipe, data, device, progress):
            yield finished
