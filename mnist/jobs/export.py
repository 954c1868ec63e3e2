"""A trained run for other programs: an ONNX file, checked before it is written, and TensorBoard's event files."""

import contextlib
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from groundfloor.files import FileError, refuse_existing, writing
from mnist.errors import MnistError, RunError
from mnist.jobs.use import TrainedModel, load_model
from mnist.runs.folder import Run, load_run

CHECKED = 100  # images
CLOSE = 1e-5  # of the largest score: how far ONNX Runtime's may be from torch's
ONNX = {"onnx": "onnx>=1.18", "onnxscript": "onnxscript>=0.5", "onnxruntime": "onnxruntime>=1.22"}
TENSORBOARD = {"tensorboard": "tensorboard>=2.18"}


@dataclass(frozen=True, slots=True)
class Exported:
    """An ONNX file and how it was found equal."""

    file: Path
    images: int
    difference: float  # the largest of two scores, as a share of the largest score
    same: int  # images that both give the same class


class WithPixels(nn.Module):
    """A network behind the normalisation of its data: (n, channels, height, width) pixels from 0 to 255 to scores."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, model: TrainedModel) -> None:
        super().__init__()
        self.network = model.module
        for name in ("mean", "deviation"):
            value = torch.tensor(getattr(model.data, name), dtype=torch.float32)
            self.register_buffer(name, value.reshape(1, -1, 1, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        """Scores as the network gives them: logits or log-probabilities."""
        scores: Tensor = self.network((pixels / 255 - self.mean) / self.deviation)
        return scores


def export_onnx(folder: Path, file: Path, *, trust: bool = False, force: bool = False) -> Exported:
    """Write the run's network with its weights as one ONNX file, for any number of images at once.

    ONNX Runtime gives the scores of 100 images, those that the run was wrong on first, then random ones; RunError, and
    no file, where one is further from torch's than 1e-5 of the largest. MnistError where a library is missing.
    """
    _need("ONNX", ONNX)
    if file.suffix != ".onnx":
        raise MnistError(f"{file}: an ONNX file's name ends in .onnx")
    if not force:
        refuse_existing(file)
    model = load_model(folder, trust=trust)
    network = WithPixels(model).eval()
    pixels = _images(load_run(folder))
    with writing(file, force=force) as new:
        _write(network, pixels[:2], new)
        exported = _checked(network, pixels, new, file)
        if exported.difference > CLOSE or exported.same < exported.images:
            apart = f"{exported.difference:.1e} of the largest apart"
            alike = f"{exported.same} of {exported.images} classes alike"
            raise RunError(
                f"{folder}: ONNX Runtime gives other scores than torch, {apart}, {alike}; nothing is written"
            )
    return exported


def write_events(folder: Path, out: Path) -> Path:
    """Write the figures of each epoch as an event file of TensorBoard in `out`/NAME, which must not be there yet."""
    _need("TensorBoard", TENSORBOARD)
    run = load_run(folder)
    place = out / run.path.absolute().name
    if place.exists():
        raise FileError(f"{place}: exists already; name another --tensorboard")
    from torch.utils.tensorboard import SummaryWriter

    split = "validation" if run.record.recipe.validation else "test"
    moment = datetime.fromisoformat(run.record.started).timestamp()
    try:
        with SummaryWriter(str(place)) as writer:
            for epoch in run.record.epochs:
                moment += epoch.seconds
                figures = {
                    "loss/train": epoch.train_loss,
                    f"loss/{split}": epoch.test_loss,
                    "accuracy/train": epoch.train_accuracy,
                    f"accuracy/{split}": epoch.test_accuracy,
                    "learning rate": epoch.learning_rate,
                    "seconds": epoch.seconds,
                }
                for name, value in figures.items():
                    if value is None:  # not measured
                        continue
                    writer.add_scalar(name, value, epoch.epoch, walltime=moment)
    except OSError as error:
        raise FileError(f"{place}: cannot be written ({error.strerror or error})") from error
    return place


def _write(network: nn.Module, pixels: Tensor, file: Path) -> None:
    with _quiet(), torch.no_grad():
        try:
            program = torch.onnx.export(
                network,
                (pixels,),
                dynamo=True,
                external_data=False,
                input_names=["pixels"],
                output_names=["scores"],
                dynamic_shapes=({0: torch.export.Dim("images")},),
                verbose=False,
            )
        except Exception as error:  # torch raises many kinds for what it cannot export
            raise RunError(f"cannot be exported: {type(error).__name__}: {str(error).splitlines()[0][:160]}") from error
        assert program is not None
        program.save(str(file))


def _checked(network: nn.Module, pixels: Tensor, new: Path, file: Path) -> Exported:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(new), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"pixels": pixels.numpy()})
    with torch.no_grad():
        wanted = network(pixels).numpy()
    largest = max(1.0, float(np.abs(wanted).max()))
    return Exported(
        file=file,
        images=len(pixels),
        difference=float(np.abs(found - wanted).max()) / largest,
        same=int((found.argmax(1) == wanted.argmax(1)).sum()),
    )


def _images(run: Run) -> Tensor:
    """(100, channels, height, width) pixels: the run's wrong images, and random ones to fill up."""
    channels, height, width = run.record.data.shape
    wrong = np.empty((0, height, width), np.uint8) if run.wrong_images is None else run.wrong_images[:CHECKED]
    real = wrong.reshape(len(wrong), height, width, channels).transpose(0, 3, 1, 2).astype(np.float32)
    drawn = np.random.default_rng(0).integers(0, 256, (CHECKED - len(real), channels, height, width))
    return torch.from_numpy(np.concatenate([real, drawn.astype(np.float32)]))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without what the exporter says of itself: of libraries that are not there, of its own old names."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _need(what: str, requirements: dict[str, str]) -> None:
    missing = [name for name in requirements if find_spec(name) is None]
    if missing:
        wanted = " ".join(f"'{requirements[name]}'" for name in missing)
        raise MnistError(f"{what} needs {' and '.join(missing)}, not installed here: pip install {wanted}")
