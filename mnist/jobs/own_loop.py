"""A loop of its author's own, recorded as our runs are: a folder after each epoch, from what the loop tells.

with mnist.record("runs/x", model, config={"optimiser": "Adam"}) as run:
    for epoch in range(5):
        ...
        run.epoch(train_loss=0.1, test_correct=9870, test_total=10_000)
"""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from numpy.typing import NDArray
from pydantic import ValidationError
from torch import nn

from groundfloor.text import quoted
from groundfloor.validation import first_error
from mnist.errors import TrainingError
from mnist.jobs.run_folder import check_free, claim_run
from mnist.modules.fit import fit
from mnist.modules.network import from_given
from mnist.modules.weights import weights_of
from mnist.runs.data_source import DataSource
from mnist.runs.environment import describe
from mnist.runs.folder import Run, load_run, save_run
from mnist.runs.recipe import OwnLoop
from mnist.runs.record import About, EpochMetrics, Evaluation, Record, Summary
from mnist.training.recording import evaluation_of

WHOLE = 0.05  # of an image: how far an accuracy times the images, in float32, may be from a whole number
_SAMPLES = {"mnist": (60_000, 10_000)}


class OwnRun:
    """A run that is told of epoch by epoch; `run` is what the folder holds, None before the first epoch."""

    def __init__(
        self, folder: Path, about: About, name: str, model: object, files: Mapping[str, bytes], **known: Any
    ) -> None:
        self.run: Run | None = None
        self._folder, self._about, self._name, self._model, self._files = folder, about, name, model, files
        self._data: DataSource = known["data"]
        self._config: dict[str, Any] = known["config"]
        self._seed: int = known["seed"]
        self._environment = describe(*_device(model), torch.get_num_threads())
        self._started = datetime.now(UTC).isoformat(timespec="seconds")
        self._epochs: list[EpochMetrics] = []
        self._clock = time.perf_counter()
        self._claim = claim_run(folder)

    def epoch(
        self,
        *,
        test_correct: float | None = None,
        test_total: int | None = None,
        test_accuracy: float | None = None,
        test_loss: float | None = None,
        train_correct: float | None = None,
        train_total: int | None = None,
        train_accuracy: float | None = None,
        train_loss: float | None = None,
        learning_rate: float | None = None,
    ) -> EpochMetrics:
        """What a finished epoch measured; the folder holds it from here on. Numbers may be tensors of one.

        Test images that are right must be told, as a count or as an accuracy, with their total where the data does not
        tell it; all else may be left out. The seconds are those since the epoch before. TrainingError where a figure
        cannot be.
        """
        now = time.perf_counter()
        source = self._data
        test = _count("test", test_correct, test_accuracy, test_total or self._total())
        if test is None:
            raise TrainingError("epoch(): test_correct, or test_accuracy, is needed; all else may be left out")
        train = _count("train", train_correct, train_accuracy, train_total or source.train_samples) or (None, None)
        try:
            metrics = EpochMetrics(
                epoch=len(self._epochs) + 1,
                train_loss=_number(train_loss),
                train_correct=train[0],
                train_total=train[1],
                test_loss=_number(test_loss),
                test_correct=test[0],
                test_total=test[1],
                learning_rate=_number(learning_rate),
                seconds=now - self._clock,
            )
        except ValidationError as error:
            raise TrainingError(f"epoch(): {first_error(error)}") from error
        self._epochs.append(metrics)
        self._save("interrupted", None, None)
        self._clock = time.perf_counter()
        return metrics

    def predictions(
        self, labels: Sequence[int], predicted: Sequence[int], images: NDArray[np.uint8] | None = None
    ) -> None:
        """What the network reads in the test images after the last epoch, for the confusion matrix and wrong digits.

        `images`, (n, height, width) bytes, are kept of those that are wrong.
        """
        if not self._epochs:
            raise TrainingError("predictions(): of the last epoch, and there is none yet")
        wanted, read = (np.asarray(each, dtype=np.int64) for each in (labels, predicted))
        last = self._epochs[-1]
        if wanted.shape != (last.test_total,) or read.shape != wanted.shape:
            raise TrainingError(
                f"predictions(): {wanted.shape} labels, {read.shape} read; ({last.test_total},) are needed"
            )
        classes = len(self._data.classes)
        if min(wanted.min(), read.min()) < 0 or max(wanted.max(), read.max()) >= classes:
            raise TrainingError(f"predictions(): labels are 0 to {classes - 1}")
        evaluation = evaluation_of(last.epoch, wanted, read, classes)
        if evaluation.correct != last.test_correct:
            raise TrainingError(
                f"predictions(): {evaluation.correct} are right; the last epoch told {last.test_correct}"
            )
        wrong = None if images is None else np.asarray(images)[[digit.index for digit in evaluation.wrong]]
        self._save("interrupted", evaluation, wrong)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if self._epochs and kind is None:
                assert self.run is not None
                self._save("finished", self.run.evaluation, self.run.wrong_images)
        finally:
            self._claim.give_up()
        if not self._epochs and kind is None:
            raise TrainingError(f"{self._folder}: no epoch was told, so nothing was written; run.epoch(...) tells one")

    def _total(self) -> int | None:
        return self._epochs[-1].test_total if self._epochs else _SAMPLES.get(self._data.name, (None, None))[1]

    def _save(self, status: str, evaluation: Evaluation | None, wrong: NDArray[np.uint8] | None) -> None:
        last = self._epochs[-1]
        record = Record(
            **dict(self._about),
            net=self._name,
            started=self._started,
            status=status,  # type: ignore[arg-type]
            seed=self._seed,
            recipe=OwnLoop(epochs=len(self._epochs), config=self._config),
            data=self._data.model_copy(update={"test_samples": last.test_total, "train_samples": last.train_total}),
            environment=self._environment,
            epochs=tuple(self._epochs),
        )
        save_run(self._folder, record, evaluation, wrong, _weights(self._model), self._files)
        self.run = load_run(self._folder)


def record(
    folder: str | Path,
    model: object,
    *,
    config: Mapping[str, object] | None,
    data: str | DataSource,
    seed: int | None,
    force: bool,
) -> OwnRun:
    """A run that is about to be told of; what `mnist.library.record` says. MnistError where it cannot be recorded."""
    path = Path(folder)
    check_free(path, force)
    source = data if isinstance(data, DataSource) else _source(data)
    try:
        told = json.loads(json.dumps(dict(config or {}), default=str))
    except (TypeError, ValueError) as error:
        raise TrainingError(f"config: {error}; names and values are needed") from error
    name, about, files = _about(model, source)
    begun = torch.initial_seed() if seed is None else seed
    return OwnRun(path, about, name, model, files, data=source, config=told, seed=begun)


def _source(name: str) -> DataSource:
    train, test = _SAMPLES.get(name, (None, 1))
    return DataSource(name=name, train_samples=train, test_samples=test, sha256={})


def _about(model: object, source: DataSource) -> tuple[str, About, Mapping[str, bytes]]:
    said = ("The figures are those that a loop of its author's own reported.",)
    if isinstance(model, nn.Module):
        fitted = fit(from_given(model, {}), source)
        network = fitted.network
        about = About(source=network.source, choices=said, summary=fitted.summary, network=fitted.kept)
        return network.name, about, fitted.files
    count = getattr(model, "count_params", None)  # of Keras
    if not callable(count):
        raise TrainingError(f"{quoted(model)}: a torch nn.Module or a Keras model is needed")
    total = int(count())
    size = 4 * total / 2**20
    summary = Summary(
        rows=(),
        total=total,
        trainable=total,
        non_trainable=0,
        input_mb=0,
        forward_backward_mb=0,
        parameters_mb=size,
        total_mb=size,
    )
    name = str(getattr(model, "name", type(model).__name__))
    return name, About(source=f"a Keras model, {name}", choices=said, summary=summary), {}


def _weights(model: object) -> bytes | None:
    if isinstance(model, nn.Module):
        return safetensors.torch.save(weights_of(model))
    variables = getattr(model, "weights", None) or ()
    arrays = {getattr(each, "path", str(at)): np.ascontiguousarray(each) for at, each in enumerate(variables)}
    return safetensors.numpy.save(arrays) if arrays else None


def _device(model: object) -> tuple[str, str | None]:
    first = next(model.parameters(), None) if isinstance(model, nn.Module) else None
    if first is None or not first.is_cuda:
        return "cpu", None
    return str(first.device), torch.cuda.get_device_name(first.device)


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _count(part: str, correct: object, accuracy: object, total: object) -> tuple[int, int] | None:
    """(right, of so many), from a count or an accuracy; None where neither is told."""
    if correct is None and accuracy is None:
        return None
    if total is None:
        raise TrainingError(f"epoch(): {part}_total, the number of {part} images, is needed")
    images = int(total)  # type: ignore[call-overload]
    right = _number(correct) if accuracy is None else float(accuracy) * images  # type: ignore[arg-type]
    if right is None or abs(right - round(right)) > WHOLE or not 0 <= round(right) <= images:
        told = f"{part}_correct={correct}" if accuracy is None else f"{part}_accuracy={accuracy}"
        raise TrainingError(f"epoch(): {told} of {images:,} is no number of images; 0 to {images:,} are")
    return round(right), images
