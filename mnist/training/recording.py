"""What a run leaves: its record from the first known facts to the evaluation of the last epoch. Writes nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import torch
from numpy.typing import NDArray

from mnist.data.sources import Dataset
from mnist.nets.net import Net, choices
from mnist.nets.summary import summarise
from mnist.runs.environment import describe
from mnist.runs.recipe import Recipe
from mnist.runs.record import Evaluation, Record, Resumption, WrongDigit
from mnist.training.checkpoint import Checkpoint, PartialRecord


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """All that a run folder holds; the parameters of save_run."""

    record: Record
    evaluation: Evaluation
    wrong_images: NDArray[np.uint8]
    weights: bytes


def start_record(
    net: Net, recipe: Recipe, data: Dataset, seed: int, device: str, threads: int, resumed: Checkpoint | None
) -> PartialRecord:
    """What is known of a run before its next epoch: taken now, because the checkout may change before it ends."""
    accelerator = torch.cuda.get_device_name(device) if device.startswith("cuda") else None
    environment = describe(device, accelerator, threads)
    if resumed is not None:
        again = Resumption(after=len(resumed.run.epochs), environment=environment)
        return resumed.run.model_copy(update={"resumptions": (*resumed.run.resumptions, again)})
    return PartialRecord(
        net=net.name,
        seed=seed,
        recipe=recipe,
        data=data.source,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        environment=environment,
        resumptions=(),
        epochs=(),
    )


def finish_record(net: Net, finished: Checkpoint, data: Dataset) -> TrainedRun:
    """The record and evaluation of a run after its last finished epoch; `data` is what it was tested on."""
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
        chosen=net.chosen,
        summary=summarise(net).recorded(),
        data=run.data,
        environment=run.environment,
        resumptions=run.resumptions,
        epochs=run.epochs,
    )
    evaluation = _evaluation(finished, data.test_labels, len(data.source.classes))
    wrong = data.test_images[[digit.index for digit in evaluation.wrong]]
    return TrainedRun(record, evaluation, wrong, finished.weights)


def _evaluation(finished: Checkpoint, labels: NDArray[np.uint8], classes: int) -> Evaluation:
    predicted = finished.predicted.numpy()
    confusion = np.zeros((classes, classes), int)
    np.add.at(confusion, (labels, predicted), 1)
    return Evaluation(
        epoch=finished.run.epochs[-1].epoch,
        confusion=tuple(map(tuple, confusion.tolist())),
        wrong=tuple(
            WrongDigit(index=int(index), label=int(labels[index]), predicted=int(predicted[index]))
            for index in np.flatnonzero(predicted != labels)
        ),
    )
