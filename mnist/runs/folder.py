"""A run folder: written whole, read back and validated, found. Imports no torch.

It holds
    run.json             Record: configuration, seed, versions, hardware, data hashes, code commit, metrics per epoch
    evaluation.json      Evaluation: confusion matrix and wrong test images of the last finished epoch
    wrong.npz            those images, `images` (n, height, width) or (n, height, width, 3) uint8, in that order
    weights.safetensors  the parameters and buffers after the last finished epoch; may be deleted, to keep the figures
    network.py           where the network is a torch module, the file with its code: never run unasked
    graph.json           and its operations, as mnist.modules.graph keeps them
Records are never edited: what is to be known of them stands in NOTE.txt beside the folders, and reports tell it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from groundfloor.disk.reading import MOST_TEXT, open_plain, read_plain
from groundfloor.files import FileError, replacing_folder
from groundfloor.validation import first_error
from mnist.errors import RunError
from mnist.paths import folder_fault
from mnist.runs.architecture import GRAPH, SOURCE, check_kept
from mnist.runs.recipe import OwnLoop
from mnist.runs.record import EpochMetrics, Evaluation, Record
from mnist.runs.shown.curves import curves
from mnist.runs.shown.text_table import run_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOTE = "NOTE.txt"
NPY_HEADER, WIDEST_NUMBER = 4_096, 16  # bytes before an array's numbers, of a number: other kinds are told below
MOST_NOTE = 4_000  # letters
WEIGHTS = "weights.safetensors"
A_RUN = "a run is a folder that holds run.json"
FILES = ("run.json", "evaluation.json", "wrong.npz", WEIGHTS)
NETWORK_FILES = (SOURCE, GRAPH)  # where the network is a module

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, read and validated."""

    path: Path
    record: Record
    evaluation: Evaluation | None  # None where a loop of its author's own did not tell what it predicts
    wrong_images: "NDArray[np.uint8] | None"  # (wrong, height, width) or, in colour, (wrong, height, width, 3)
    note: str | None = None  # of NOTE beside the folder

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

    @property
    def result(self) -> str:
        """What was reached, in a line."""
        best, last = self.best, self.last
        images = "validation images" if self.record.recipe.validation else "test set"
        return (
            f"last epoch {last.epoch}: {last.test_accuracy:.2%}; "
            f"best on the {images}, epoch {best.epoch}: {best.test_accuracy:.2%}"
        )

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        return run_table(self).markdown()

    def _repr_html_(self) -> str:
        """What a notebook prefers to show."""
        split = "validation" if self.record.recipe.validation else "test"
        return run_table(self).html() + curves(self.record.epochs, self.record.recipe.epochs, split)


def save_run(
    folder: Path,
    record: Record,
    evaluation: Evaluation | None,
    wrong_images: "NDArray[np.uint8] | None",
    weights: bytes | None,
    files: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Write a run folder whole or not at all, RunError where it cannot be; an older `folder` is replaced."""
    import numpy as np

    try:
        with replacing_folder(folder) as new:
            (new / "run.json").write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
            if evaluation is not None:
                (new / "evaluation.json").write_text(evaluation.model_dump_json() + "\n", encoding="utf-8")
            if wrong_images is not None:
                np.savez_compressed(new / "wrong.npz", images=wrong_images)
            if weights is not None:
                (new / WEIGHTS).write_bytes(weights)
            for name, content in files.items():
                (new / name).write_bytes(content)
    except FileError as error:
        raise RunError(str(error)) from error


def load_run(folder: Path) -> Run:
    """Read a run folder; RunError names the file that is missing or broken."""
    needed = [name for name in FILES if name != WEIGHTS]
    if fault := folder_fault(folder, A_RUN):
        raise RunError(fault)
    if (folder / "run.json").is_file():
        record = _read(folder / "run.json", Record)
        if isinstance(record.recipe, OwnLoop):  # which need not tell the rest
            needed = ["run.json"]
    for name in needed:
        if not (folder / name).is_file():
            raise RunError(f"{folder}: no {name}; a run folder holds {', '.join(needed)} and, mostly, {WEIGHTS}")
    network_files(folder, record)
    if (folder / WEIGHTS).exists():
        _check_weights(folder / WEIGHTS)
    evaluation, images = None, None
    if (folder / "evaluation.json").is_file():
        evaluation = _read(folder / "evaluation.json", Evaluation)
        _check_evaluation(folder, record, evaluation)
        if (folder / "wrong.npz").is_file():
            images = _wrong_images(folder, record, evaluation)
    return Run(folder, record, evaluation, images, _note(folder.absolute().with_name(NOTE)))


def _wrong_images(folder: Path, record: Record, evaluation: Evaluation) -> "NDArray[np.uint8]":
    import numpy as np

    data = record.data
    needed_shape = (len(evaluation.wrong), data.height, data.width, data.channels)[: 3 if data.channels == 1 else 4]
    try:
        # opened here, because NumPy leaves a file open that turns out not to be a whole archive
        with open_plain(folder / "wrong.npz") as stream, np.load(stream, allow_pickle=False) as arrays:
            unpacked = sum(member.file_size for member in arrays.zip.infolist())
            if unpacked > WIDEST_NUMBER * math.prod(needed_shape) + NPY_HEADER:  # before anything is unpacked
                raise ValueError(f"unpacks to {unpacked:,} bytes")
            images: NDArray[np.uint8] = arrays["images"]
    except Exception as error:  # NumPy and zipfile raise many kinds on damaged files
        raise RunError(f"{folder / 'wrong.npz'}: not readable ({error})") from error
    if images.dtype != np.uint8 or images.shape != needed_shape:
        raise RunError(
            f"{folder / 'wrong.npz'}: images are {images.dtype} {images.shape}; "
            f"evaluation.json needs uint8 {needed_shape}"
        )
    return images


def _check_evaluation(folder: Path, record: Record, evaluation: Evaluation) -> None:
    """RunError where what is predicted is not of the record's last epoch and classes."""
    data = record.data
    if len(evaluation.confusion) != len(data.classes):
        raise RunError(
            f"{folder / 'evaluation.json'}: the confusion matrix has {len(evaluation.confusion)} rows; "
            f"run.json names {len(data.classes)} classes"
        )
    last = record.epochs[-1]
    recorded = (last.epoch, last.test_correct, last.test_total, last.test_total - last.test_correct)
    evaluated = (evaluation.epoch, evaluation.correct, evaluation.total, len(evaluation.wrong))
    if evaluated != recorded:
        raise RunError(
            f"{folder / 'evaluation.json'}: (epoch, right, tested, wrong) are {evaluated}; "
            f"run.json's last epoch has {recorded}"
        )


def network_files(folder: Path, record: Record) -> dict[str, bytes]:
    """What the folder keeps of the network beside its record; RunError where that is not what was recorded."""
    try:
        files = {name: read_plain(folder / name) for name in NETWORK_FILES if (folder / name).is_file()}
        check_kept(record.network, files)
    except OSError as error:
        raise RunError(f"{folder}: cannot be read ({error.strerror or error})") from error
    except RunError as error:
        raise RunError(f"{folder}: {error}") from error
    return files


def find_runs(paths: Sequence[Path]) -> list[Path]:
    """The run folders among `paths` and one level below them, in order of name; RunError where a path has none."""
    folders: list[Path] = []
    for path in paths:
        if fault := folder_fault(path, A_RUN):
            raise RunError(fault)
        if (path / "run.json").is_file():
            folders.append(path)
            continue
        inside = sorted(file.parent for file in path.glob("*/run.json"))
        if not inside:
            raise RunError(f"{path}: no run here; {A_RUN}")
        folders += inside
    return folders


def _note(file: Path) -> str | None:
    if not file.is_file():
        return None
    try:
        text = " ".join(read_plain(file, 4 * MOST_NOTE).decode().split())
    except (OSError, ValueError) as error:
        raise RunError(f"{file}: not readable as text ({error})") from error
    if len(text) > MOST_NOTE:
        raise RunError(f"{file}: a note of at most {MOST_NOTE:,} letters is needed")
    return text or None


def _check_weights(file: Path) -> None:
    """RunError unless the file is whole: 8 bytes of length, that many of JSON header, the tensors it announces."""
    try:
        with open_plain(file) as stream:
            length = int.from_bytes(stream.read(8), "little")
            size = file.stat().st_size
            header = json.loads(stream.read(min(length, size, MOST_TEXT)))
        ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
        needed = 8 + length + max(ends)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(f"{file}: not readable as safetensors ({type(error).__name__}: {error})") from error
    if size != needed:
        raise RunError(f"{file}: holds {size:,} bytes; its header announces {needed:,}")


def _read(file: Path, model: type[T]) -> T:
    try:
        return model.model_validate(json.loads(read_plain(file)))
    except ValidationError as error:
        raise RunError(f"{file}: {first_error(error)}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{file}: not readable as JSON ({error})") from error
