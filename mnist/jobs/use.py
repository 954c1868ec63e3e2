"""A trained run, used: its network with its weights, and how it does on a data set. Trains nothing."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import nn

from mnist.data.labelled import read_labelled
from mnist.errors import RunError
from mnist.modules.restore import restore
from mnist.modules.weights import load_weights
from mnist.runs.architecture import Outputs
from mnist.runs.data_source import DataSource
from mnist.runs.folder import WEIGHTS, load_run, network_files
from mnist.training.evaluate import evaluate, normalised


@dataclass(frozen=True, slots=True)
class DataSetResult:
    """What a run says of labelled images; confusion[label][predicted] counts them."""

    images: int
    correct: int
    loss: float  # the mean cross-entropy an image
    confusion: tuple[tuple[int, ...], ...]
    classes: tuple[str, ...]

    @property
    def accuracy(self) -> float:
        """The fraction classified right."""
        return self.correct / self.images


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """The network of a run with its weights, and what it gives."""

    module: nn.Module
    gives: Outputs
    data: DataSource  # what it learnt


def load_model(folder: Path, *, trust: bool = False) -> TrainedModel:
    """The network of a run folder; RunError where its weights were not kept or do not fit.

    A torch module runs as the graph that was kept of it; its own code runs only where `trust` says so.
    """
    run = load_run(folder)
    if not run.has_weights:
        raise RunError(f"{folder}: its weights were not kept (no {WEIGHTS}); only its figures can be read")
    record, files = run.record, network_files(folder, run.record)
    try:
        weights = safetensors.torch.load_file(folder / WEIGHTS)
        restored = restore(record.network, record.net, record.data.shape, files, weights, where=folder, trust=trust)
        module = restored.make()
        load_weights(module, weights)
    except (RuntimeError, safetensors.SafetensorError) as error:
        raise RunError(f"{folder}: its weights do not fit the network {record.net} as it is now") from error
    return TrainedModel(module, restored.outputs, record.data)


def load_run_weights(module: nn.Module, folder: Path) -> None:
    """Put the weights of a run into a module of its build."""
    load_weights(module, safetensors.torch.load_file(folder / WEIGHTS))


def evaluate_run(folder: Path, data: str | Path, *, trust: bool = False) -> DataSetResult:
    """How a run does on a data set, as `mnist.data.labelled` reads it."""
    model = load_model(folder, trust=trust)
    source = model.data
    images, labels = read_labelled(data, source)
    wanted = torch.from_numpy(labels.astype(np.int64))
    loss, predicted = evaluate(
        model.module, normalised(images, "cpu", source.mean, source.deviation), wanted, model.gives
    )
    confusion = np.zeros((len(source.classes), len(source.classes)), int)
    np.add.at(confusion, (labels, predicted.numpy()), 1)
    counts = tuple(map(tuple, confusion.tolist()))
    return DataSetResult(len(labels), int(np.trace(confusion)), loss, counts, source.classes)
