"""The run record: what a training run leaves behind, as a folder. Imports no torch, so reports can read it.

A run folder holds
    run.json             Record: configuration, seed, versions, hardware, data hashes, code commit, metrics per epoch
    evaluation.json      Evaluation: confusion matrix and wrong test images of the last finished epoch
    wrong.npz            those images, `images` (n, 28, 28) uint8, in the order of Evaluation.wrong
    weights.safetensors  the parameters and buffers after the last finished epoch; may be deleted, to keep the figures
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mnist.errors import RunError

WEIGHTS = "weights.safetensors"
FILES = ("run.json", "evaluation.json", "wrong.npz", WEIGHTS)

T = TypeVar("T", bound=BaseModel)
Finite = Annotated[float, Field(allow_inf_nan=False)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Model(BaseModel):
    """Frozen and strict about names, so that a misspelt or newer field is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Affine(Model):
    """Ranges of the random affine map of each training image, each drawn evenly from -range to +range; 0 is none."""

    rotation: Finite = Field(default=0, ge=0, le=180)  # degrees
    scale: Finite = Field(default=0, ge=0, lt=1)  # 0.1: by a factor of 1/1.1 to 1.1, even in its logarithm
    shear: Finite = Field(default=0, ge=0, lt=90)  # degrees of slant
    translation: Finite = Field(default=0, ge=0, le=28)  # pixels, along each side

    def __bool__(self) -> bool:
        """Whether it changes any image."""
        return any((self.rotation, self.scale, self.shear, self.translation))


class Recipe(Model):
    """How a network is trained. Loss is the mean cross-entropy (log-softmax and negative log-likelihood).

    Each default is what version 1 of the record meant. The learning rate is the highest of the schedule.
    """

    epochs: int = Field(ge=1, le=10_000)
    batch_size: int = Field(ge=1, le=60_000)
    learning_rate: Finite = Field(gt=0)
    optimiser: Literal["sgd", "muon"] = "sgd"
    rest_learning_rate: Finite = Field(default=0, ge=0)  # the highest of SGD, for the parameters that Muon leaves to it
    momentum: Finite = Field(ge=0, lt=1)
    nesterov: bool = False
    weight_decay: Finite = Field(default=0, ge=0)
    schedule: Literal["constant", "one-cycle", "cosine"] = "constant"
    warm_up: Finite = Field(default=0, ge=0, lt=1)  # the share of all steps in which the rate climbs
    label_smoothing: Finite = Field(default=0, ge=0, lt=1)
    ema: Finite = Field(default=0, ge=0, lt=1)  # decay a step of averaged weights, which are then the run's; 0: none
    augmentation: Affine = Affine()
    recalibration: int = Field(default=0, ge=0, le=60_000)  # first training images, plain, whose statistics normalise
    channels_last: bool = False  # memory layout: faster, and rounds otherwise
    bfloat16: bool = False  # convolutions of training compute in it; fast only where the device has it
    validation: int = Field(default=0, ge=0, lt=60_000)  # last training images, held out and tested on

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.nesterov and not self.momentum:
            raise ValueError("Nesterov's method needs a momentum above 0")
        if self.optimiser == "muon" and not (self.nesterov and self.rest_learning_rate):
            raise ValueError("Muon needs nesterov, and a rest_learning_rate above 0 for what it leaves to SGD")
        if self.optimiser == "sgd" and self.rest_learning_rate:
            raise ValueError("SGD moves all parameters with learning_rate; rest_learning_rate is for Muon")
        if self.warm_up and self.schedule == "constant":
            raise ValueError("a constant learning rate has no warm-up; one-cycle and cosine have")
        return self


class LayerRow(Model):
    """One row of a parameter table. `number` is None for a functional layer, which layer tables do not count."""

    number: int | None
    type: str  # Conv2d, BatchNorm2d, MaxPool2d, ...
    kernel: str  # "3×3", "" where a layer has none
    output_shape: tuple[int, ...]  # (channels, height, width), without the batch
    parameters: int = Field(ge=0)
    receptive_field: int = Field(ge=1)  # pixels of the input that one output pixel sees, along one side
    comment: str
    multiply_adds: int | None = None  # for one image; None in version 1


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
    multiply_adds: int | None = None  # of the convolutions, for one image; None in version 1


class DataSource(Model):
    """What a run was trained and tested on; `sha256` is of the decompressed IDX bytes of each part."""

    name: Literal["mnist", "rendered-digits"]
    train_samples: int = Field(ge=1)
    test_samples: int = Field(ge=1)
    sha256: dict[Literal["train_images", "train_labels", "test_images", "test_labels"], Sha256]


class Environment(Model):
    """Where a run was made: enough to say why a repeat may differ."""

    device: str  # cpu, cuda:0
    hardware: str  # the name of the processor or accelerator
    threads: int = Field(ge=1)
    system: str
    versions: dict[str, str]  # python, torch, numpy, this package
    commit: str | None  # of the code; None away from a checkout
    modified: bool | None  # whether the checkout differed from that commit


class Resumption(Model):
    """A run taken up again: after which epoch, and where."""

    after: int = Field(ge=0)
    environment: Environment


class EpochMetrics(Model):
    """One finished epoch. Losses are means over samples; train figures are taken while the weights move.

    Test figures are of the test set or, where the recipe has a validation split, of that.
    """

    epoch: int = Field(ge=1)
    train_loss: Finite
    train_correct: int = Field(ge=0)
    train_total: int = Field(ge=1)
    test_loss: Finite
    test_correct: int = Field(ge=0)
    test_total: int = Field(ge=1)
    learning_rate: Finite  # of the epoch's last step
    seconds: Finite = Field(ge=0)  # training and evaluation of this epoch

    @property
    def train_accuracy(self) -> float:
        """Fraction of training samples classified right during the epoch."""
        return self.train_correct / self.train_total

    @property
    def test_accuracy(self) -> float:
        """Fraction of test samples classified right after the epoch."""
        return self.test_correct / self.test_total


class Published(Model):
    """What the network's author reports, to stand beside the measured figures."""

    accuracy: Finite | None = Field(ge=0, le=1)  # best test accuracy, a fraction; None where no figure is stated
    epoch: int | None = Field(ge=1)  # the epoch of that accuracy, where stated
    statement: str  # in one sentence, what the text says


class Record(Model):
    """run.json: everything about a run but its weights and test predictions.

    Version 2 adds the recipe's fields after momentum, multiply-adds, resumptions, together and, where it is told,
    chosen. Both are read.
    """

    version: Literal[1, 2] = 2
    net: str
    source: str  # where the network is published
    published: Published | None = None
    started: str  # ISO 8601, UTC
    status: Literal["finished", "interrupted"]
    seed: int
    recipe: Recipe
    choices: tuple[str, ...]  # what the source does not say and was chosen here
    chosen: str | None = None  # how network and recipe were chosen: what was tried, judged on which images
    summary: Summary
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
    label: int = Field(ge=0, le=9)
    predicted: int = Field(ge=0, le=9)


class Evaluation(Model):
    """evaluation.json. confusion[label][predicted] counts test images."""

    epoch: int = Field(ge=1)
    confusion: tuple[tuple[Annotated[int, Field(ge=0)], ...], ...]
    wrong: tuple[WrongDigit, ...]

    @field_validator("confusion")
    @classmethod
    def _square(cls, confusion: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        if [len(row) for row in confusion] != [10] * 10:
            raise ValueError("the confusion matrix has another shape than 10 × 10")
        return confusion

    @property
    def correct(self) -> int:
        """Test images classified right: the matrix's diagonal."""
        return sum(row[digit] for digit, row in enumerate(self.confusion))

    @property
    def total(self) -> int:
        """All test images."""
        return sum(map(sum, self.confusion))


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, read and validated."""

    path: Path
    record: Record
    evaluation: Evaluation
    wrong_images: NDArray[np.uint8]  # (wrong, 28, 28)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def has_weights(self) -> bool:
        """Whether its weights were kept."""
        return (self.path / WEIGHTS).exists()

    @property
    def best(self) -> EpochMetrics:
        """The epoch of highest test accuracy, the first of equals. Chosen on the test set: never a result by itself."""
        return max(self.record.epochs, key=lambda metrics: (metrics.test_correct, -metrics.epoch))

    @property
    def last(self) -> EpochMetrics:
        """The last finished epoch."""
        return self.record.epochs[-1]


def save_run(
    folder: Path, record: Record, evaluation: Evaluation, wrong_images: NDArray[np.uint8], weights: bytes
) -> None:
    """Write a run folder whole or not at all: into a temporary sibling, then renamed. An older `folder` is replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
        new = Path(temporary) / "new"
        new.mkdir()
        (new / "run.json").write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
        (new / "evaluation.json").write_text(evaluation.model_dump_json() + "\n", encoding="utf-8")
        np.savez_compressed(new / "wrong.npz", images=wrong_images)
        (new / WEIGHTS).write_bytes(weights)
        if folder.exists():
            folder.rename(Path(temporary) / "old")
        new.rename(folder)


def load_run(folder: Path) -> Run:
    """Read a run folder; RunError names the file that is missing or broken."""
    needed = [name for name in FILES if name != WEIGHTS]
    for name in needed:
        if not (folder / name).is_file():
            raise RunError(f"{folder}: no {name}; a run folder holds {', '.join(needed)} and, mostly, {WEIGHTS}")
    record = _read(folder / "run.json", Record)
    evaluation = _read(folder / "evaluation.json", Evaluation)
    try:
        # opened here, because NumPy leaves a file open that turns out not to be a whole archive
        with (folder / "wrong.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            images = arrays["images"]
    except Exception as error:  # NumPy and zipfile raise many kinds on damaged files
        raise RunError(f"{folder / 'wrong.npz'}: not readable ({error})") from error
    if images.dtype != np.uint8 or images.shape != (len(evaluation.wrong), 28, 28):
        raise RunError(
            f"{folder / 'wrong.npz'}: images are {images.dtype} {images.shape}; "
            f"evaluation.json needs uint8 {(len(evaluation.wrong), 28, 28)}"
        )
    if (folder / WEIGHTS).exists():
        _check_weights(folder / WEIGHTS)
    last = record.epochs[-1]
    told = (last.epoch, last.test_correct, last.test_total, last.test_total - last.test_correct)
    found = (evaluation.epoch, evaluation.correct, evaluation.total, len(evaluation.wrong))
    if found != told:
        raise RunError(
            f"{folder / 'evaluation.json'}: (epoch, right, tested, wrong) are {found}; run.json's last epoch has {told}"
        )
    return Run(folder, record, evaluation, images)


def find_runs(paths: Sequence[Path]) -> list[Path]:
    """The run folders among `paths` and one level below them, in order of name; RunError where a path has none."""
    found: list[Path] = []
    for path in paths:
        if (path / "run.json").is_file():
            found.append(path)
            continue
        inside = sorted(file.parent for file in path.glob("*/run.json"))
        if not inside:
            raise RunError(f"{path}: no run here; a run is a folder that holds run.json")
        found += inside
    return found


def _check_weights(file: Path) -> None:
    """RunError unless the file is whole: 8 bytes of length, that many of JSON header, the tensors it announces."""
    try:
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            size = file.stat().st_size
            header = json.loads(stream.read(min(length, size)))
        ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
        needed = 8 + length + max(ends)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(f"{file}: not readable as safetensors ({type(error).__name__}: {error})") from error
    if size != needed:
        raise RunError(f"{file}: holds {size:,} bytes; its header announces {needed:,}")


def _read(file: Path, model: type[T]) -> T:
    try:
        return model.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        told = first["msg"].removeprefix("Value error, ")
        found = "" if first["type"] == "value_error" else f" (found {str(first['input'])[:60]!r})"
        raise RunError(f"{file}: {where}: {told}{found}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{file}: not readable as JSON ({error})") from error
