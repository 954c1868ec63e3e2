"""Training: a network, a recipe, data and a seed in; a run record out. Prints and writes nothing."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it
from torch.optim.swa_utils import AveragedModel

from mnist.augment import DRAWS, augment
from mnist.checkpoint import Checkpoint, Progressed, pack, unpack
from mnist.data import Dataset
from mnist.environment import describe
from mnist.errors import TrainingError
from mnist.evaluate import BACKGROUND, evaluate, normalised
from mnist.model import build
from mnist.net import Net, choices
from mnist.runs import EpochMetrics, Evaluation, Recipe, Record, Resumption, WrongDigit
from mnist.schedule import learning_rate
from mnist.summary import summarise


def find_device(name: str) -> str:
    """The torch device for "cpu", "cuda", "cuda:N" or "auto", which prefers CUDA; TrainingError where there is none."""
    if name == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    if name == "cpu":
        return name
    kind, _, index = name.partition(":")
    if kind != "cuda" or not (index or "0").isdecimal():
        raise TrainingError(f"device {name!r} is unknown; one of: cpu, cuda, cuda:N, auto")
    count = torch.cuda.device_count()
    if int(index or 0) >= count:
        raise TrainingError(f"device {name!r}: this machine has {count} CUDA devices; cpu or auto always work")
    return f"cuda:{int(index or 0)}"


class Progress(Protocol):
    """Told how training goes. Its methods run inside the training loop and are part of the timed seconds."""

    def batch(self, epoch: int, done: int, batches: int, loss: float, /) -> None:
        """After each step."""

    def epoch(self, metrics: EpochMetrics, /) -> None:
        """After each epoch and its evaluation."""


@dataclass(frozen=True, slots=True)
class Trained:
    """All that a run folder holds; the parameters of save_run."""

    record: Record
    evaluation: Evaluation
    wrong_images: NDArray[np.uint8]
    weights: bytes


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
) -> Trained:
    """Train by stochastic gradient descent and test after each epoch.

    `keep` gets a checkpoint after each epoch; `resumed` is one to go on from, of the same net, recipe, data and seed.
    A KeyboardInterrupt ends the run with the epochs finished so far; before the first one it passes through.
    Same arguments, same machine: same metrics (but for seconds) and weights, bit for bit, resumed or not.
    TrainingError where the loss is not finite or the data too few.
    """
    begun = _progressed(net, recipe, data, seed, device, threads, resumed)
    data = split(data, recipe)
    finished = resumed
    with _isolated(seed, device, threads):
        state = _State(net, recipe, seed, device)
        if resumed is not None:
            try:
                state.load(unpack(resumed.state, device))
            except (RuntimeError, LookupError, ValueError) as error:
                raise TrainingError(f"the checkpoint does not fit the network {net.name} as it is now") from error
        images, labels = normalised(data.train_images, device), _labels(data.train_labels, device)
        test_images, test_labels = normalised(data.test_images, device), _labels(data.test_labels, device)
        try:
            for epoch in range(len(begun.epochs) + 1, recipe.epochs + 1):
                start = time.perf_counter()
                loss, correct = _train_epoch(state, images, labels, recipe=recipe, epoch=epoch, progress=progress)
                test_loss, predicted = evaluate(state.evaluated, test_images, test_labels)
                if not math.isfinite(test_loss):
                    raise TrainingError(_diverged("test loss", test_loss, f"after epoch {epoch}", recipe))
                metrics = EpochMetrics(
                    epoch=epoch,
                    train_loss=loss,
                    train_correct=correct,
                    train_total=len(labels),
                    test_loss=test_loss,
                    test_correct=int((predicted == test_labels).sum()),
                    test_total=len(test_labels),
                    learning_rate=state.optimiser.param_groups[0]["lr"],
                    seconds=time.perf_counter() - start,
                )
                earlier = (finished.run if finished else begun).epochs
                finished = Checkpoint(
                    begun.model_copy(update={"epochs": (*earlier, metrics)}),
                    predicted.cpu(),
                    safetensors.torch.save({n: t.contiguous() for n, t in state.evaluated.state_dict().items()}),
                    pack(state.dump()),
                )
                keep(finished)
                progress.epoch(metrics)
        except KeyboardInterrupt:
            if finished is None:
                raise
    assert finished is not None  # a recipe has at least one epoch
    return _trained(net, finished, data)


def split(data: Dataset, recipe: Recipe) -> Dataset:
    """The data with the recipe's validation images, the last of the training images, in place of the test set.

    TrainingError where that or a batch takes more images than there are.
    """
    count = len(data.train_labels)
    if recipe.validation >= count:
        raise TrainingError(f"--validation {recipe.validation}: the data has {count} images")
    kept = count - recipe.validation
    if recipe.batch_size > kept:
        raise TrainingError(f"--batch-size {recipe.batch_size}: the data has {kept} images")
    if not recipe.validation:
        return data
    images, labels = data.train_images, data.train_labels
    return Dataset(images[:kept], labels[:kept], images[kept:], labels[kept:], data.source)


class _State:
    """All that changes while training: model, optimiser, averaged weights, random numbers."""

    def __init__(self, net: Net, recipe: Recipe, seed: int, device: str) -> None:
        self.model = build(net).to(device)
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


def _train_epoch(
    state: _State, images: Tensor, labels: Tensor, *, recipe: Recipe, epoch: int, progress: Progress
) -> tuple[float, int]:
    """One pass over the data in a random order, the last batch smaller. (mean loss a sample, samples right)."""
    model, optimiser = state.model.train(), state.optimiser
    order = torch.randperm(len(labels), generator=state.random).to(images.device)
    total_loss, correct = 0.0, 0
    batches = torch.split(order, recipe.batch_size)
    for done, batch in enumerate(batches, start=1):
        step = (epoch - 1) * len(batches) + done - 1
        optimiser.param_groups[0]["lr"] = learning_rate(recipe, step, recipe.epochs * len(batches))
        inputs = images[batch]
        if recipe.augmentation:
            uniform = torch.rand(len(batch), DRAWS, generator=state.random).to(images.device)
            inputs = augment(inputs, recipe.augmentation, uniform, BACKGROUND)
        optimiser.zero_grad()
        logits = model(inputs)
        loss = F.cross_entropy(logits, labels[batch], label_smoothing=recipe.label_smoothing)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if state.average is not None:
            state.average.update_parameters(model)
        value = loss.item()
        if not math.isfinite(value):
            raise TrainingError(_diverged("loss", value, f"in epoch {epoch}, batch {done}", recipe))
        total_loss += value * len(batch)
        correct += int((logits.argmax(1) == labels[batch]).sum())
        progress.batch(epoch, done, len(batches), value)
    return total_loss / len(order), correct


def _labels(labels: NDArray[np.uint8], device: str) -> Tensor:
    """(n,) class indices."""
    return torch.from_numpy(labels.astype(np.int64)).to(device)


def _progressed(
    net: Net, recipe: Recipe, data: Dataset, seed: int, device: str, threads: int, resumed: Checkpoint | None
) -> Progressed:
    """What is known of the run before its next epoch: now, because the checkout may change before it ends."""
    accelerator = torch.cuda.get_device_name(device) if device.startswith("cuda") else None
    environment = describe(device, accelerator, threads)
    if resumed is not None:
        again = Resumption(after=len(resumed.run.epochs), environment=environment)
        return resumed.run.model_copy(update={"resumptions": (*resumed.run.resumptions, again)})
    return Progressed(
        net=net.name,
        seed=seed,
        recipe=recipe,
        data=data.source,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        environment=environment,
        resumptions=(),
        epochs=(),
    )


def _trained(net: Net, finished: Checkpoint, data: Dataset) -> Trained:
    run = finished.run
    record = Record(
        net=net.name,
        source=net.source,
        published=net.published,
        started=run.started,
        status="finished" if len(run.epochs) == run.recipe.epochs else "interrupted",
        seed=run.seed,
        recipe=run.recipe,
        choices=choices(net, run.recipe),
        summary=summarise(net),
        data=run.data,
        environment=run.environment,
        resumptions=run.resumptions,
        epochs=run.epochs,
    )
    evaluation = _evaluation(finished, data.test_labels)
    wrong = data.test_images[[digit.index for digit in evaluation.wrong]]
    return Trained(record, evaluation, wrong, finished.weights)


def _evaluation(finished: Checkpoint, labels: NDArray[np.uint8]) -> Evaluation:
    predicted = finished.predicted.numpy()
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, predicted), 1)
    return Evaluation(
        epoch=finished.run.epochs[-1].epoch,
        confusion=tuple(map(tuple, confusion.tolist())),
        wrong=tuple(
            WrongDigit(index=int(index), label=int(labels[index]), predicted=int(predicted[index]))
            for index in np.flatnonzero(predicted != labels)
        ),
    )


def _diverged(what: str, value: float, where: str, recipe: Recipe) -> str:
    return (
        f"{what} is {value} {where}: training diverged with learning rate {recipe.learning_rate} "
        f"and momentum {recipe.momentum}; a smaller learning rate is needed"
    )


@contextlib.contextmanager
def _isolated(seed: int, device: str, threads: int) -> Iterator[None]:
    """Seeds torch and sets its threads and deterministic kernels, and puts all of it back at the end."""
    before = torch.get_num_threads()
    with (
        torch.random.fork_rng(devices=[device] if device.startswith("cuda") else []),
        torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False),
    ):
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)
