"""The run record: what is written down of a training run. Imports no torch, so reports can read it.

Record is run.json, Evaluation is evaluation.json; `mnist.runs.folder` reads and writes them.
"""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from mnist.runs.architecture import Kept
from mnist.runs.data_source import DataSource
from mnist.runs.model import Finite, Model
from mnist.runs.recipe import OwnLoop, Recipe
from mnist.runs.shown.text_table import parameter_table, parameter_totals


class LayerRow(Model):
    """One row of a parameter table. `number` is None for a functional layer, which layer tables do not count."""

    number: int | None
    type: str  # Conv2d, BatchNorm2d, MaxPool2d, ...
    kernel: str  # "3×3", "" where a layer has none
    output_shape: tuple[int, ...]  # (channels, height, width), without the batch; () of parameters by themselves
    parameters: int = Field(ge=0)
    receptive_field: int | None = Field(
        ge=1
    )  # pixels of the input that one output pixel sees, along the longer side; None where that is not known
    comment: str
    multiply_adds: int | None = None  # for one image; None in version 1
    name: str = ""  # of the module: features.0; empty where the layer is described here, or a function is called


class Summary(Model):
    """A parameter table with its totals; sizes in MB of 2^20 bytes, float32, one sample."""

    rows: tuple[LayerRow, ...]
    total: int
    trainable: int
    non_trainable: int
    input_mb: Finite
    forward_backward_mb: Finite
    parameters_mb: Finite
    total_mb: Finite
    multiply_adds: int | None = None  # for one image; None in version 1

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        totals = "".join(f"- {what}: {number}\n" for what, number in parameter_totals(self))
        return f"{parameter_table(self).markdown()}\n{totals}"

    def _repr_html_(self) -> str:
        """What a notebook prefers to show."""
        totals = "".join(f"<li>{what}: {number}</li>" for what, number in parameter_totals(self))
        return f"{parameter_table(self).html()}<ul>{totals}</ul>"


class Environment(Model):
    """Where a run was made: enough to say why a repeat may differ."""

    device: str  # cpu, cuda:0
    hardware: str  # the name of the processor or accelerator
    threads: int = Field(ge=1)
    system: str
    versions: dict[str, str]  # python, torch, numpy, this package
    commit: str | None  # of the code; None away from a checkout
    modified: bool | None  # whether the checkout differed from that commit


MOST_IMAGES = 10**15  # of an epoch: what a double counts exactly


class Resumption(Model):
    """A run taken up again: after which epoch, and where."""

    after: int = Field(ge=0)
    environment: Environment


class EpochMetrics(Model):
    """One finished epoch. Losses are means over samples; train figures are taken while the weights move.

    None is what a loop of its author's own did not measure.

    Test figures are of the test set or, where the recipe has a validation split, of that.
    """

    epoch: int = Field(ge=1)
    train_loss: Finite | None
    train_correct: int | None = Field(ge=0, le=MOST_IMAGES)
    train_total: int | None = Field(ge=1, le=MOST_IMAGES)
    test_loss: Finite | None
    test_correct: int = Field(ge=0, le=MOST_IMAGES)
    test_total: int = Field(ge=1, le=MOST_IMAGES)
    learning_rate: Finite | None  # of the epoch's last step
    seconds: Finite = Field(ge=0)  # training and evaluation of this epoch

    @property
    def train_accuracy(self) -> float | None:
        """Fraction of training samples classified right during the epoch."""
        return None if self.train_correct is None or not self.train_total else self.train_correct / self.train_total

    @property
    def test_accuracy(self) -> float:
        """Fraction of test samples classified right after the epoch."""
        return self.test_correct / self.test_total


class Published(Model):
    """What the network's author reports, to stand beside the measured figures."""

    accuracy: Finite | None = Field(ge=0, le=1)  # best test accuracy, a fraction; None where no figure is stated
    epoch: int | None = Field(ge=1)  # the epoch of that accuracy, where stated
    statement: str  # in one sentence, what the text says


class About(Model):
    """What a record says of its network, known before it is trained."""

    source: str  # where the network is published, or whose it is
    published: Published | None = None
    choices: tuple[str, ...]  # what the source does not say and was chosen here
    chosen: str | None = None  # how network and recipe were chosen: what was tried, judged on which images
    summary: Summary
    network: Kept | None = None  # all to build it again; None in versions 1 and 2, where the name says it


class Record(Model):
    """run.json: everything about a run but its weights and test predictions.

    Version 2 adds the recipe's fields after momentum, multiply-adds, resumptions, together and, where it is told,
    chosen; version 3 the data's classes, the shape of its images, how they are normalised, and the network.
    All are read.
    """

    version: Literal[1, 2, 3] = 3
    net: str
    source: str  # where the network is published
    published: Published | None = None
    started: str  # ISO 8601, UTC
    status: Literal["finished", "interrupted"]
    seed: int
    recipe: Recipe | OwnLoop
    choices: tuple[str, ...]  # what the source does not say and was chosen here
    chosen: str | None = None  # how network and recipe were chosen: what was tried, judged on which images
    summary: Summary
    network: Kept | None = None  # all to build it again; None in versions 1 and 2, where the name says it
    data: DataSource
    environment: Environment
    resumptions: tuple[Resumption, ...] = ()
    together: int = Field(default=1, ge=1)  # seeds trained as one grouped network, whose seconds they share evenly
    epochs: tuple[EpochMetrics, ...] = Field(min_length=1)

    @field_validator("epochs")
    @classmethod
    def _numbered_from_one(cls, epochs: tuple[EpochMetrics, ...]) -> tuple[EpochMetrics, ...]:
        for number, metrics in enumerate(epochs, 1):
            if metrics.epoch != number:
                raise ValueError(f"epoch {number} is missing, {metrics.epoch} is in its place; 1, 2, 3, ... is needed")
        return epochs


class WrongDigit(Model):
    """A test image classified wrong: its index in the test set, its label and what was predicted."""

    index: int = Field(ge=0)
    label: int = Field(ge=0)
    predicted: int = Field(ge=0)


class Evaluation(Model):
    """evaluation.json. confusion[label][predicted] counts test images."""

    epoch: int = Field(ge=1)
    confusion: tuple[tuple[Annotated[int, Field(ge=0)], ...], ...]
    wrong: tuple[WrongDigit, ...]

    @field_validator("confusion")
    @classmethod
    def _square(cls, confusion: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        if {len(row) for row in confusion} != {len(confusion)}:
            raise ValueError(f"the confusion matrix is not square: it has {len(confusion)} rows")
        return confusion

    @property
    def correct(self) -> int:
        """Test images classified right: the matrix's diagonal."""
        return sum(row[digit] for digit, row in enumerate(self.confusion))

    @property
    def total(self) -> int:
        """All test images."""
        return sum(map(sum, self.confusion))
