"""The training loop: epochs of steps, each epoch tested, over one network or several side by side. Writes nothing."""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
import safetensors.torch
import torch
from torch import Tensor, nn

from mnist.data.dataset import Dataset, Labels
from mnist.errors import TrainingError
from mnist.modules.fit import Fitted
from mnist.runs.recipe import Recipe
from mnist.runs.record import EpochMetrics
from mnist.training.augment import augment, draws
from mnist.training.checkpoint import Checkpoint, PartialRecord
from mnist.training.evaluate import black, evaluate, normalised, recalibrate
from mnist.training.outside import AugmentedImages
from mnist.training.state import State
from mnist.training.steps.schedule import share


class Progress(Protocol):
    """Hears how training goes. Its methods run inside the training loop and are part of the timed seconds."""

    def batch(self, epoch: int, done: int, batches: int, loss: float, /) -> None:
        """After each step."""

    def epoch(self, metrics: EpochMetrics, /) -> None:
        """After each epoch and its evaluation."""


class Silence:
    """Hears how training goes, and says nothing."""

    def batch(self, _epoch: int, _done: int, _batches: int, _loss: float, /) -> None:
        """After each step."""

    def epoch(self, _metrics: EpochMetrics, /) -> None:
        """After each epoch."""


class Learner(Protocol):
    """What learns: one network, or several side by side, each with a seed of its own."""

    state: State
    fitted: Fitted

    def outputs(self, inputs: Tensor) -> Tensor:
        """(networks · n, classes) scores of (networks · n, channels, height, width) images, network by network."""

    def losses(self, logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        """(networks,): the mean cross-entropy of each."""

    def weights(self) -> Iterable[dict[str, Tensor]]:
        """Of each network, parameters and buffers that are its run's."""

    def members(self) -> Iterable[nn.Module]:
        """Each network with those weights, one after the other."""

    def packed(self) -> bytes:
        """All that training goes on from; empty where it cannot."""


def train_epochs(
    learner: Learner, begun: Sequence[PartialRecord], recipe: Recipe, data: Dataset, device: str, progress: Progress
) -> Iterator[list[Checkpoint]]:
    """After each epoch a checkpoint of every run, in the order of `begun`, whose epochs are finished already.

    The seconds of an epoch are divided among the runs. TrainingError where a loss is not finite.
    """
    pixels = data.source.mean, data.source.deviation
    images, labels = normalised(data.train_images, device, *pixels), class_indices(data.train_labels, device)
    test_images, test_labels = normalised(data.test_images, device, *pixels), class_indices(data.test_labels, device)
    background = black(*pixels).to(device)
    change = data.augment
    shown = images if change is None else AugmentedImages(change, data.train_images, device, *pixels)
    records = list(begun)
    for epoch in range(len(records[0].epochs) + 1, recipe.epochs + 1):
        start = time.perf_counter()
        told = (m.test_loss if recipe.validation else m.train_loss for m in records[0].epochs)
        judged = [loss for loss in told if loss is not None]  # which a loop of our own always tells
        losses, correct = _train_epoch(learner, shown, labels, background, recipe, epoch, progress, judged)
        if recipe.recalibration:
            plain = images[: recipe.recalibration].repeat(1, len(records), 1, 1)
            recalibrate(learner.state.evaluated, plain)
        tests = [evaluate(model, test_images, test_labels, learner.fitted.outputs) for model in learner.members()]
        seconds = (time.perf_counter() - start) / len(records)
        finished = []
        for index, (weights, (test_loss, predicted)) in enumerate(zip(learner.weights(), tests, strict=True)):
            if not math.isfinite(test_loss):
                raise TrainingError(_diverged("test loss", test_loss, f"after epoch {epoch}", recipe))
            metrics = EpochMetrics(
                epoch=epoch,
                train_loss=losses[index],
                train_correct=correct[index],
                train_total=len(labels),
                test_loss=test_loss,
                test_correct=int((predicted == test_labels).sum()),
                test_total=len(test_labels),
                learning_rate=learner.state.learning_rate,
                seconds=seconds,
            )
            records[index] = records[index].model_copy(update={"epochs": (*records[index].epochs, metrics)})
            saved = safetensors.torch.save(weights)
            finished.append(Checkpoint(records[index], predicted.cpu(), saved, learner.packed(), learner.fitted.files))
        yield finished


def _train_epoch(
    learner: Learner,
    images: Tensor | AugmentedImages,
    labels: Tensor,
    background: Tensor,
    recipe: Recipe,
    epoch: int,
    progress: Progress,
    judged: Sequence[float] = (),
) -> tuple[list[float], list[int]]:
    """One pass of every network in an order of its own, the last batch smaller.

    (mean loss a sample, samples right) of each. `judged` are the losses of the epochs before by which a plateau is
    told: of the validation images where there are any, else of training, never of the test set. Progress hears the
    first network's loss.
    """
    state = learner.state
    state.model.train()
    randoms, networks = state.randoms, len(state.randoms)
    orders = torch.stack([torch.randperm(len(labels), generator=random) for random in randoms]).to(labels.device)
    total_loss = torch.zeros(networks, dtype=torch.float64)
    correct = torch.zeros(networks, dtype=torch.int64)
    batches = torch.split(orders, recipe.batch_size, dim=1)
    for done, batch in enumerate(batches, start=1):
        size = batch.shape[1]
        wanted = labels[batch.flatten()]
        logits, losses = forward(learner, images[batch.flatten()], wanted, background, recipe)
        step = (epoch - 1) * len(batches) + done - 1
        # the weights of each network see the gradient of its own loss alone
        state.step(losses.sum(), share(recipe, step, recipe.epochs * len(batches), judged))
        values = losses.detach().cpu()
        if not values.isfinite().all():
            raise TrainingError(_diverged("loss", values.sum().item(), f"in epoch {epoch}, batch {done}", recipe))
        total_loss += values.double() * size
        correct += (logits.argmax(1) == wanted).view(networks, size).sum(1).cpu()
        progress.batch(epoch, done, len(batches), values[0].item())
    return (total_loss / len(labels)).tolist(), correct.tolist()


def forward(
    learner: Learner, inputs: Tensor, wanted: Tensor, background: Tensor, recipe: Recipe
) -> tuple[Tensor, Tensor]:
    """(scores, the loss of each network) of a batch, those images of the first network first, augmented."""
    randoms = learner.state.randoms
    if recipe.augmentation:
        size = len(inputs) // len(randoms)
        numbers = draws(recipe.augmentation)
        uniform = torch.cat([torch.rand(size, numbers, generator=random) for random in randoms]).to(inputs.device)
        inputs = augment(inputs, recipe.augmentation, uniform, background)
    with torch.autocast(inputs.device.type, torch.bfloat16, enabled=recipe.bfloat16):
        scores = learner.outputs(inputs)
    return scores, learner.losses(scores.float(), wanted, recipe.label_smoothing)


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
    return Dataset(images[:kept], labels[:kept], images[kept:], labels[kept:], data.source, data.augment)


def class_indices(labels: Labels, device: str) -> Tensor:
    """(n,) whole numbers, as losses take them."""
    return torch.from_numpy(labels.astype(np.int64)).to(device)


def _diverged(what: str, value: float, where: str, recipe: Recipe) -> str:
    return (
        f"{what} is {value} {where}: training diverged with learning rate {recipe.learning_rate} "
        f"and momentum {recipe.momentum}; a smaller learning rate is needed"
    )
