"""A checkpoint: one file beside the run folder from which a run goes on, bit for bit. Holds no pickled code.

It is replaced as a whole after each epoch, so that a run killed at any moment leaves the last finished epoch.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from pydantic import ValidationError
from torch import Tensor

from groundfloor.files import FileError, reason, write_file
from groundfloor.validation import first_error
from mnist.errors import RunError
from mnist.runs.architecture import check_kept
from mnist.runs.data_source import DataSource
from mnist.runs.model import Model
from mnist.runs.recipe import Recipe
from mnist.runs.record import About, Environment, EpochMetrics, Resumption


class PartialRecord(Model):
    """What a checkpoint says of its run, as far as it has come."""

    version: Literal[1, 2] = 2
    about: About | None = None  # None in version 1
    net: str
    seed: int
    recipe: Recipe
    data: DataSource
    started: str
    environment: Environment
    resumptions: tuple[Resumption, ...]
    epochs: tuple[EpochMetrics, ...]


class Checkpoint:
    """A run after a finished epoch.

    `predicted` holds the class of each test image, `weights` the safetensors file of the run, `state` what training
    goes on from (model, optimiser, average, random numbers), serialised at once because training changes it. `files`
    are those of the run folder that belong to its network.
    """

    __slots__ = ("files", "predicted", "run", "state", "weights")

    def __init__(
        self, run: PartialRecord, predicted: Tensor, weights: bytes, state: bytes, files: Mapping[str, bytes]
    ) -> None:
        self.run = run
        self.predicted = predicted
        self.weights = weights
        self.state = state
        self.files = files


def checkpoint_file(folder: Path) -> Path:
    """Where the checkpoint of a run folder lies: beside it."""
    return folder.with_name(f"{folder.name}.checkpoint")


def checkpoint_bytes(checkpoint: Checkpoint) -> bytes:
    """The file of a checkpoint."""
    return pack(
        {
            "run": checkpoint.run.model_dump_json(),
            "predicted": checkpoint.predicted,
            "weights": checkpoint.weights,
            "state": checkpoint.state,
            "files": dict(checkpoint.files),
        }
    )


def write_checkpoint(file: Path, checkpoint: Checkpoint | bytes) -> None:
    """Replace the file, which may be given as its bytes, whole or not at all; RunError where it cannot be written."""
    content = checkpoint if isinstance(checkpoint, bytes) else checkpoint_bytes(checkpoint)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, content, force=True)
    except FileError as error:
        raise RunError(str(error)) from error
    except OSError as error:
        raise RunError(f"{file}: cannot be written ({reason(error)})") from error


def read_checkpoint(file: Path) -> Checkpoint:
    """The checkpoint in `file`; RunError where there is none or it is damaged."""
    if not file.is_file():
        raise RunError(f"{file}: no such checkpoint; a run that ended has none, and needs none")
    try:
        return parse_checkpoint(file.read_bytes(), file)
    except OSError as error:
        raise RunError(f"{file}: cannot be read ({reason(error)})") from error


def parse_checkpoint(packed: bytes, where: object) -> Checkpoint:
    """The checkpoint whose file holds these bytes; RunError, naming `where`, where it is damaged."""
    try:
        content = torch.load(io.BytesIO(packed), weights_only=True, map_location="cpu")
        run = PartialRecord.model_validate_json(content["run"])
        return Checkpoint(run, content["predicted"], content["weights"], content["state"], _files(run, content))
    except ValidationError as error:
        raise RunError(f"{where}: {first_error(error)}") from error
    except RunError as error:
        raise RunError(f"{where}: {error}") from error
    except Exception as error:  # torch and zipfile raise many kinds on damaged files
        raise RunError(f"{where}: not readable as a checkpoint ({type(error).__name__})") from error


def _files(run: PartialRecord, content: dict[str, Any]) -> dict[str, bytes]:
    """The network's files, of which each must be what its hash says; a checkpoint of version 1 has none."""
    files: dict[str, bytes] = content.get("files", {})
    check_kept(None if run.about is None else run.about.network, files)
    return files


def pack(state: dict[str, object]) -> bytes:
    """A dictionary of tensors, numbers and dictionaries of those, as bytes."""
    stream = io.BytesIO()
    torch.save(state, stream)
    return stream.getvalue()


def unpack(state: bytes, device: str) -> dict[str, object]:
    """What `pack` packed, its tensors on `device`."""
    unpacked: dict[str, object] = torch.load(io.BytesIO(state), weights_only=True, map_location=device)
    return unpacked
