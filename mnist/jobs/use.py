"""A trained run, used: the digits in pictures read, a data set of others tested. Trains nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import nn

from mnist.data.labelled import read_labelled
from mnist.data.pictures import read_picture
from mnist.errors import RunError
from mnist.nets.catalogue import find_net
from mnist.nets.module import build
from mnist.runs.folder import WEIGHTS, load_run
from mnist.training.evaluate import evaluate, normalised, predict


@dataclass(frozen=True, slots=True)
class DataSetResult:
    """What a run says of labelled images; confusion[label][predicted] counts them."""

    images: int
    correct: int
    loss: float  # the mean cross-entropy an image
    confusion: tuple[tuple[int, ...], ...]

    @property
    def accuracy(self) -> float:
        """The fraction classified right."""
        return self.correct / self.images


def load_model(folder: Path) -> nn.Module:
    """The network of a run folder with its weights; RunError where they were not kept or do not fit."""
    run = load_run(folder)
    if not run.has_weights:
        raise RunError(f"{folder}: its weights were not kept (no {WEIGHTS}); only its figures can be read")
    model = build(find_net(run.record.net))
    try:
        model.load_state_dict(safetensors.torch.load_file(folder / WEIGHTS))
    except (RuntimeError, safetensors.SafetensorError) as error:
        raise RunError(f"{folder}: its weights do not fit the network {run.record.net} as it is now") from error
    return model


def read_digits(folder: Path, pictures: Sequence[Path]) -> list[list[float]]:
    """Of each picture the probabilities of the ten digits."""
    model = load_model(folder)
    pixels = np.stack([read_picture(file) for file in pictures])
    probabilities: list[list[float]] = torch.softmax(predict(model, normalised(pixels, "cpu")), 1).tolist()
    return probabilities


def evaluate_run(folder: Path, data: Path) -> DataSetResult:
    """How a run does on a data set, as `mnist.data.labelled` reads it."""
    model = load_model(folder)
    images, labels = read_labelled(data)
    loss, predicted = evaluate(model, normalised(images, "cpu"), torch.from_numpy(labels.astype(np.int64)))
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, predicted.numpy()), 1)
    return DataSetResult(len(labels), int(np.trace(confusion)), loss, tuple(map(tuple, confusion.tolist())))
