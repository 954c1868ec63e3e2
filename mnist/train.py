"""Training: a network, a recipe, data and a seed in; a run record out. Prints and writes nothing."""

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.data import Dataset
from mnist.environment import describe
from mnist.errors import TrainingError
from mnist.model import build
from mnist.nets import DEVIATION, MEAN, Net, choices
from mnist.runs import EpochMetrics, Evaluation, Recipe, Record, WrongDigit
from mnist.summary import summarise

TEST_BATCH = 1_000


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

    def batch(self, epoch: int, done: int, batches: int, loss: float) -> None:
        """After each step."""

    def epoch(self, metrics: EpochMetrics) -> None:
        """After each epoch and its evaluation."""


@dataclass(frozen=True, slots=True)
class Trained:
    """All that a run folder holds; the parameters of save_run."""

    record: Record
    evaluation: Evaluation
    wrong_images: NDArray[np.uint8]
    weights: bytes


@dataclass(frozen=True, slots=True)
class _Finished:
    """What is kept of the epochs that ended, replaced as a whole: an interruption finds the old or the new."""

    epochs: tuple[EpochMetrics, ...]
    predicted: Tensor
    weights: bytes


def train(
    net: Net, recipe: Recipe, data: Dataset, *, seed: int, device: str = "cpu", threads: int = 1, progress: Progress
) -> Trained:
    """Train by stochastic gradient descent and test after each epoch.

    A KeyboardInterrupt ends the run with the epochs finished so far; before the first one it passes through.
    Same arguments, same machine: same metrics (but for seconds) and weights, bit for bit.
    TrainingError where the loss is not finite.
    """
    started = datetime.now(UTC)
    accelerator = torch.cuda.get_device_name(device) if device.startswith("cuda") else None
    environment = describe(device, accelerator, threads)  # now: the checkout may change before the run ends
    finished: _Finished | None = None
    with _isolated(seed, device, threads):
        model = build(net).to(device)
        optimiser = torch.optim.SGD(model.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum)
        images, labels = _on_device(data.train_images, data.train_labels, device)
        test_images, test_labels = _on_device(data.test_images, data.test_labels, device)
        order = torch.Generator().manual_seed(seed)
        try:
            for epoch in range(1, recipe.epochs + 1):
                start = time.perf_counter()
                shuffled = torch.randperm(len(labels), generator=order).to(device)
                loss, correct = _train_epoch(
                    model, optimiser, images, labels, order=shuffled, recipe=recipe, epoch=epoch, progress=progress
                )
                test_loss, predicted = _evaluate(model, test_images, test_labels)
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
                    learning_rate=optimiser.param_groups[0]["lr"],
                    seconds=time.perf_counter() - start,
                )
                weights = safetensors.torch.save(model.state_dict())
                earlier = finished.epochs if finished else ()
                finished = _Finished((*earlier, metrics), predicted.cpu(), weights)
                progress.epoch(metrics)
        except KeyboardInterrupt:
            if finished is None:
                raise
    assert finished is not None  # a recipe has at least one epoch
    record = Record(
        net=net.name,
        source=net.source,
        published=net.published,
        started=started.isoformat(timespec="seconds"),
        status="finished" if len(finished.epochs) == recipe.epochs else "interrupted",
        seed=seed,
        recipe=recipe,
        choices=choices(net, recipe),
        summary=summarise(net),
        data=data.source,
        environment=environment,
        epochs=finished.epochs,
    )
    evaluation = _evaluation(finished, data.test_labels)
    wrong = data.test_images[[digit.index for digit in evaluation.wrong]]
    return Trained(record, evaluation, wrong, finished.weights)


def _train_epoch(
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    images: Tensor,
    labels: Tensor,
    *,
    order: Tensor,
    recipe: Recipe,
    epoch: int,
    progress: Progress,
) -> tuple[float, int]:
    """One pass over the data in the given order, the last batch smaller. (mean loss a sample, samples right)."""
    model.train()
    total_loss, correct = 0.0, 0
    batches = torch.split(order, recipe.batch_size)
    for done, batch in enumerate(batches, start=1):
        optimiser.zero_grad()
        logits = model(images[batch])
        loss = F.cross_entropy(logits, labels[batch])
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        value = loss.item()
        if not math.isfinite(value):
            raise TrainingError(_diverged("loss", value, f"in epoch {epoch}, batch {done}", recipe))
        total_loss += value * len(batch)
        correct += int((logits.argmax(1) == labels[batch]).sum())
        progress.batch(epoch, done, len(batches), value)
    return total_loss / len(order), correct


@torch.inference_mode()
def _evaluate(model: nn.Module, images: Tensor, labels: Tensor) -> tuple[float, Tensor]:
    """(mean loss a sample, predicted classes)."""
    model.eval()
    logits = torch.cat([model(batch) for batch in torch.split(images, TEST_BATCH)])
    return F.cross_entropy(logits, labels).item(), logits.argmax(1)


def _on_device(images: NDArray[np.uint8], labels: NDArray[np.uint8], device: str) -> tuple[Tensor, Tensor]:
    """(n, 28, 28) bytes -> (n, 1, 28, 28) normalised floats, and labels as class indices, all in memory."""
    pixels = torch.from_numpy(images.astype(np.float32)).unsqueeze(1).div_(255).sub_(MEAN).div_(DEVIATION)
    return pixels.to(device), torch.from_numpy(labels.astype(np.int64)).to(device)


def _evaluation(finished: _Finished, labels: NDArray[np.uint8]) -> Evaluation:
    predicted = finished.predicted.numpy()
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, predicted), 1)
    return Evaluation(
        epoch=finished.epochs[-1].epoch,
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
