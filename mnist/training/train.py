"""Training: a network, a recipe, data and a seed in; a run record out. Prints and writes nothing."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.data.sources import Dataset
from mnist.errors import TrainingError
from mnist.nets.module import build
from mnist.nets.net import Net
from mnist.runs.checkpoint import Checkpoint, pack, unpack
from mnist.runs.record import EpochMetrics, Recipe
from mnist.training.augment import DRAWS, augment
from mnist.training.evaluate import BACKGROUND, evaluate, normalised, recalibrate
from mnist.training.recording import Trained, begin, conclude
from mnist.training.schedule import share
from mnist.training.state import State


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
    begun = begin(net, recipe, data, seed, device, threads, resumed)
    data = split(data, recipe)
    finished = resumed
    with isolated(seed, device, threads):
        state = State(build(net).to(device), recipe, seed)
        if resumed is not None:
            try:
                state.load(unpack(resumed.state, device))
            except (RuntimeError, LookupError, ValueError) as error:
                raise TrainingError(f"the checkpoint does not fit the network {net.name} as it is now") from error
        images, labels = normalised(data.train_images, device), class_indices(data.train_labels, device)
        test_images, test_labels = normalised(data.test_images, device), class_indices(data.test_labels, device)
        try:
            for epoch in range(len(begun.epochs) + 1, recipe.epochs + 1):
                start = time.perf_counter()
                loss, correct = _train_epoch(state, images, labels, recipe=recipe, epoch=epoch, progress=progress)
                if recipe.recalibration:
                    recalibrate(state.evaluated, images[: recipe.recalibration])
                test_loss, predicted = evaluate(state.evaluated, test_images, test_labels)
                if not math.isfinite(test_loss):
                    raise TrainingError(diverged("test loss", test_loss, f"after epoch {epoch}", recipe))
                metrics = EpochMetrics(
                    epoch=epoch,
                    train_loss=loss,
                    train_correct=correct,
                    train_total=len(labels),
                    test_loss=test_loss,
                    test_correct=int((predicted == test_labels).sum()),
                    test_total=len(test_labels),
                    learning_rate=state.learning_rate,
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
    return conclude(net, finished, data)


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


def _train_epoch(
    state: State, images: Tensor, labels: Tensor, *, recipe: Recipe, epoch: int, progress: Progress
) -> tuple[float, int]:
    """One pass over the data in a random order, the last batch smaller. (mean loss a sample, samples right)."""
    model = state.model.train()
    order = torch.randperm(len(labels), generator=state.random).to(images.device)
    total_loss, correct = 0.0, 0
    batches = torch.split(order, recipe.batch_size)
    for done, batch in enumerate(batches, start=1):
        step = (epoch - 1) * len(batches) + done - 1
        inputs = images[batch]
        if recipe.augmentation:
            uniform = torch.rand(len(batch), DRAWS, generator=state.random).to(images.device)
            inputs = augment(inputs, recipe.augmentation, uniform, BACKGROUND)
        with torch.autocast(inputs.device.type, torch.bfloat16, enabled=recipe.bfloat16):
            logits = model(inputs)
        loss = F.cross_entropy(logits.float(), labels[batch], label_smoothing=recipe.label_smoothing)
        state.step(loss, share(recipe, step, recipe.epochs * len(batches)))
        value = loss.item()
        if not math.isfinite(value):
            raise TrainingError(diverged("loss", value, f"in epoch {epoch}, batch {done}", recipe))
        total_loss += value * len(batch)
        correct += int((logits.argmax(1) == labels[batch]).sum())
        progress.batch(epoch, done, len(batches), value)
    return total_loss / len(order), correct


def class_indices(labels: NDArray[np.uint8], device: str) -> Tensor:
    """(n,) class indices."""
    return torch.from_numpy(labels.astype(np.int64)).to(device)


def diverged(what: str, value: float, where: str, recipe: Recipe) -> str:
    """The sentence for a loss that is not finite."""
    return (
        f"{what} is {value} {where}: training diverged with learning rate {recipe.learning_rate} "
        f"and momentum {recipe.momentum}; a smaller learning rate is needed"
    )


@contextlib.contextmanager
def isolated(seed: int, device: str, threads: int) -> Iterator[None]:
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
