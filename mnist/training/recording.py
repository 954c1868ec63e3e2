"""What a run leaves: its record from the first known facts to the evaluation of the last epoch. Prints nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist.data.dataset import Dataset
from mnist.modules.fit import Fitted
from mnist.nets.net import Net, choices
from mnist.runs.environment import describe
from mnist.runs.folder import save_run
from mnist.runs.recipe import Recipe
from mnist.runs.record import About, Evaluation, Record, Resumption, WrongDigit
from mnist.training.checkpoint import Checkpoint, PartialRecord
from mnist.training.device import hardware_of


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """All that a run folder holds."""

    record: Record
    evaluation: Evaluation
    wrong_images: NDArray[np.uint8]
    weights: bytes
    files: Mapping[str, bytes]

    def save(self, folder: Path) -> None:
        """Leave it as a run folder."""
        save_run(folder, self.record, self.evaluation, self.wrong_images, self.weights, self.files)


def start_record(
    fitted: Fitted,
    recipe: Recipe,
    data: Dataset,
    seed: int,
    device: str,
    threads: int,
    resumed: Checkpoint | None,
    *,
    handed_on: bool = False,
) -> PartialRecord:
    """What is known of a run before its next epoch: taken now, because the checkout may change before it ends.

    A run that is `handed_on` was not stopped: it goes on where and with what it was, or else the record says so.
    """
    environment = describe(device, hardware_of(device), threads)
    net = fitted.network
    about = About(
        source=net.source,
        published=net.published,
        choices=choices(net, recipe) if isinstance(net, Net) else net.choices,  # a module has no recipe of its own
        chosen=net.chosen,
        summary=fitted.summary,
        network=fitted.kept,
    )
    if resumed is not None:
        before = resumed.run.resumptions[-1].environment if resumed.run.resumptions else resumed.run.environment
        if handed_on and environment == before:
            return resumed.run
        again = Resumption(after=len(resumed.run.epochs), environment=environment)
        update = {"resumptions": (*resumed.run.resumptions, again), "about": resumed.run.about or about}
        return resumed.run.model_copy(update=update)
    return PartialRecord(
        about=about,
        net=net.name,
        seed=seed,
        recipe=recipe,
        data=data.source,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        environment=environment,
        resumptions=(),
        epochs=(),
    )


def finish_record(finished: Checkpoint, data: Dataset) -> TrainedRun:
    """The record and evaluation of a run after its last finished epoch; `data` is what it was tested on."""
    run = finished.run
    assert run.about is not None  # start_record gave it
    record = Record(
        **dict(run.about),
        net=run.net,
        started=run.started,
        status="finished" if len(run.epochs) == run.recipe.epochs else "interrupted",
        seed=run.seed,
        recipe=run.recipe,
        data=run.data,
        environment=run.environment,
        resumptions=run.resumptions,
        epochs=run.epochs,
    )
    predicted = finished.predicted.numpy()
    evaluation = evaluation_of(run.epochs[-1].epoch, data.test_labels, predicted, len(data.source.classes))
    wrong = data.test_images[[digit.index for digit in evaluation.wrong]]
    return TrainedRun(record, evaluation, wrong, finished.weights, finished.files)


def evaluation_of(epoch: int, labels: NDArray[Any], predicted: NDArray[Any], classes: int) -> Evaluation:
    """What was read in test images, against their labels; both (n,), from 0."""
    confusion = np.zeros((classes, classes), int)
    np.add.at(confusion, (labels, predicted), 1)
    return Evaluation(
        epoch=epoch,
        confusion=tuple(map(tuple, confusion.tolist())),
        wrong=tuple(
            WrongDigit(index=int(index), label=int(labels[index]), predicted=int(predicted[index]))
            for index in np.flatnonzero(predicted != labels)
        ),
    )
