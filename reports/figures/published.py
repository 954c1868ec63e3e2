"""Published runs: somebody else's run as far as its README tells of it, as a record of its own kind.

A folder holds published.json alone. There is no run.json: seed, weights, hashes and predictions are not known, so
nothing that needs them takes such a folder for a run.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from groundfloor.disk.reading import read_plain
from groundfloor.files import write_files
from groundfloor.validation import first_error
from mnist.runs.model import Finite, Model, Sha256
from reports.errors import OutputError, ReportsError
from reports.figures.goals import NOT_JUDGED, Goals, Verdict, judge
from reports.figures.runs import shown_epochs, wilson_interval

FILE = "published.json"


class PublishedError(ReportsError):
    """A README without a log, or a record of a published run that cannot be read."""


class PublishedLayer(Model):
    """A row of the parameter table, as printed."""

    name: str
    output_shape: tuple[int, ...]
    parameters: int = Field(ge=0)


class PublishedEpoch(Model):
    """An epoch of the log. What it does not print is None; counts are None where only a percentage is printed."""

    epoch: int = Field(ge=0)
    test_loss: Finite | None
    test_accuracy: Finite = Field(ge=0)  # a fraction
    test_correct: int | None = Field(ge=0)
    test_total: int | None = Field(ge=1)
    last_batch_loss: Finite | None  # of the training, after the last batch: not a mean
    batches: int | None = Field(ge=1)
    seconds: int | None = Field(ge=0)  # of training, without the test
    train_accuracy: Finite | None = Field(default=None, ge=0, le=1)  # a fraction
    learning_rate: Finite | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _not_more_than_tested(self) -> Self:
        if self.test_correct is not None and self.test_total is not None and self.test_correct > self.test_total:
            raise ValueError(f"{self.test_correct} of {self.test_total} test images are right")
        if self.test_accuracy > 1:
            raise ValueError(f"an accuracy of {self.test_accuracy:.2%}")
        return self

    @property
    def accuracy(self) -> Fraction:
        """As exactly as it is told."""
        if self.test_correct is None or self.test_total is None:
            return Fraction(repr(self.test_accuracy))
        return Fraction(self.test_correct, self.test_total)


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """A published run in figures, as a report names them."""

    name: str
    slug: str
    source: str
    place: str  # lines 7 to 10, or cell 12 of a notebook
    section: str  # the heading above its log
    data: str | None  # the data set that the text names, if it is one
    parameters: int | None
    layers: tuple[PublishedLayer, ...]
    epochs: int  # that the log shows
    complete: bool  # whether these are all from the first on
    from_zero: bool  # whether the text counts them from 0
    log: tuple[PublishedEpoch, ...]
    log_shown: tuple[PublishedEpoch | None, ...]  # as of a recorded run
    last: PublishedEpoch
    best: PublishedEpoch
    verdict: Verdict
    reached: int | None  # the first epoch shown that reaches the accuracy aimed at
    accuracy_image: str
    loss_image: str | None


class PublishedRun(Model):
    """published.json."""

    version: Literal[1, 2] = 2  # 1 had no section, data, unit, from_zero, train_accuracy and learning_rate
    kind: Literal["published"] = "published"
    name: str
    source: str  # the file's name
    sha256: Sha256  # of the file
    first_line: int
    last_line: int
    unit: Literal["line", "cell"] = "line"  # what first_line and last_line count: a notebook has cells
    section: str = ""  # the heading above the log
    data: str | None = None  # the data set that the text names, if it is one
    from_zero: bool = False  # whether the text counts its epochs from 0; here they are counted from 1
    parameters: int | None
    layers: tuple[PublishedLayer, ...]
    epochs: tuple[PublishedEpoch, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        numbers = [epoch.epoch for epoch in self.epochs]
        if any(after <= before for before, after in pairwise(numbers)):
            raise ValueError("epochs are not in rising order")
        return self

    @property
    def best(self) -> PublishedEpoch:
        """The epoch of highest accuracy, the first of equals."""
        return max(self.epochs, key=lambda epoch: (epoch.accuracy, -epoch.epoch))

    @property
    def last(self) -> PublishedEpoch:
        """The last epoch that the log shows."""
        return self.epochs[-1]

    @property
    def complete(self) -> bool:
        """Whether the log shows every epoch from the first on."""
        return [epoch.epoch for epoch in self.epochs] == list(range(1, len(self.epochs) + 1))

    @property
    def place(self) -> str:
        """Where its log stands: lines 7 to 10, or cell 12."""
        if self.first_line == self.last_line:
            return f"{self.unit} {self.first_line:,}"
        return f"{self.unit}s {self.first_line:,} to {self.last_line:,}"

    def figures(self, goals: Goals, slug: str) -> PublishedFigures:
        """What a report tells of it, judged by the constraints of the task."""
        reached = next((epoch.epoch for epoch in self.epochs if epoch.accuracy >= goals.accuracy), None)
        return PublishedFigures(
            name=self.name,
            slug=slug,
            source=self.source,
            place=self.place,
            section=self.section,
            data=self.data,
            parameters=self.parameters,
            layers=self.layers,
            epochs=len(self.epochs),
            complete=self.complete,
            from_zero=self.from_zero,
            log=self.epochs,
            log_shown=shown_epochs(self.epochs, [epoch.epoch for epoch in self.epochs], self.best.epoch),
            last=self.last,
            best=self.best,
            verdict=_verdict(self, goals),
            reached=reached,
            accuracy_image=f"assets/read-{slug}-accuracy.svg",
            loss_image=f"assets/read-{slug}-loss.svg" if any(e.test_loss is not None for e in self.epochs) else None,
        )


def _verdict(run: PublishedRun, goals: Goals) -> Verdict:
    """Each constraint against what is told; none where the text names other data than MNIST."""
    if run.data not in (None, "MNIST"):
        return NOT_JUDGED
    last = run.last
    counted = last.test_correct is not None and last.test_total is not None
    low = wilson_interval(last.test_correct or 0, last.test_total or 1)[0] if counted else Fraction(0)
    judged = judge(goals, last.accuracy, low, run.best.accuracy, run.parameters or 0, last.epoch)
    return judged if run.parameters is not None else replace(judged, parameters=None)


def save_published(run: PublishedRun, folder: Path, force: bool = False) -> Path:
    """Write the record's folder into `folder`; OutputError where something else would be lost."""
    target = folder / run.name
    file = target / FILE
    if target.exists() and not (force and file.is_file()):
        reason = "exists already; --force replaces a published run" if file.is_file() else "exists and is none"
        raise OutputError(f"{target}: {reason}, --name takes another name")
    write_files(target, {FILE: f"{run.model_dump_json(indent=2)}\n".encode()})
    return target


def load_published(folder: Path) -> PublishedRun:
    """Read a published run; PublishedError says what is wrong with its record."""
    file = folder / FILE
    try:
        return PublishedRun.model_validate(json.loads(read_plain(file)))
    except ValidationError as error:
        raise PublishedError(f"{file}: {first_error(error)}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise PublishedError(f"{file}: not readable as JSON ({error})") from error


def find_published(paths: Sequence[Path]) -> list[Path]:
    """The folders of published runs among `paths` and one level below them, in order of name, each once."""
    folders: dict[Path, Path] = {}
    for path in paths:
        inside = [path] if (path / FILE).is_file() else sorted(file.parent for file in path.glob(f"*/{FILE}"))
        for folder in inside:
            folders.setdefault(folder.resolve(), folder)
    return list(folders.values())
