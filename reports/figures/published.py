"""Published runs: somebody else's run as far as its README tells of it, as a record of its own kind.

A folder holds published.json alone. There is no run.json: seed, weights, hashes and predictions are not known, so
nothing that needs them takes such a folder for a run.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from groundfloor.files import write_files
from groundfloor.validation import first_error
from mnist.runs.model import Finite, Model, Sha256
from reports.errors import OutputError, ReportsError

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
    source: str
    first_line: int
    last_line: int
    parameters: int | None
    epochs: int  # that the log shows
    complete: bool  # whether these are all from the first on
    last: PublishedEpoch
    best: PublishedEpoch


class PublishedRun(Model):
    """published.json."""

    version: Literal[1] = 1
    kind: Literal["published"] = "published"
    name: str
    source: str  # the file's name
    sha256: Sha256  # of the file
    first_line: int
    last_line: int
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
    def figures(self) -> PublishedFigures:
        """What a report tells of it."""
        return PublishedFigures(
            name=self.name,
            source=self.source,
            first_line=self.first_line,
            last_line=self.last_line,
            parameters=self.parameters,
            epochs=len(self.epochs),
            complete=self.complete,
            last=self.last,
            best=self.best,
        )


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
        return PublishedRun.model_validate(json.loads(file.read_text(encoding="utf-8")))
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
