"""Labelled images to evaluate a run on: of the shape and the classes that its network learnt. No torch."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist.data.dataset import Labels, fewest_bytes
from mnist.data.folders import PICTURES, class_folders
from mnist.data.idx import read_idx
from mnist.data.named import NAMES
from mnist.data.pictures.reading import read_picture
from mnist.data.pictures.whole import grey_or_colour, read_whole
from mnist.data.sources import load_data
from mnist.errors import DataError
from mnist.paths import folder_fault
from mnist.runs.data_source import DataSource


def read_labelled(data: str | Path, source: DataSource) -> tuple[NDArray[np.uint8], Labels]:
    """(images, labels) of a folder, or the test images of a data set by name, for a network that learnt `source`.

    IDX files are told by their names: ...images...idx3... and ...labels...idx1..., plain or gzipped. Of several pairs,
    that with "t10k" or "test" in its name is read. Otherwise folders named as the classes hold pictures. DataError
    names what is missing, or of another size or label.
    """
    if str(data) in NAMES:
        dataset = load_data(str(data), stand_in=False)
        images, labels = dataset.test_images, dataset.test_labels
        where: object = data
        known = dataset.source.classes
    else:
        folder = Path(data)
        if fault := folder_fault(folder, "a folder of IDX files, or of a folder of pictures for each class, is needed"):
            raise DataError(fault)
        if not any(folder.glob("*idx3*")):
            return _read_pictures(folder, source)
        images, labels, where = _read_pair(folder)
        known = source.classes
    if images.shape[1:3] != (source.height, source.width) or (images.ndim == 4) != (source.channels == 3):
        size, wanted = (" × ".join(map(str, each)) for each in (images.shape[1:], (source.height, source.width)))
        raise DataError(f"{where}: images are {size} pixels; {wanted} are needed")
    if known != source.classes:
        raise DataError(f"{where}: has other classes, {', '.join(known)}; the run learnt {', '.join(source.classes)}")
    if int(labels.max()) >= len(source.classes):
        raise DataError(f"{where}: has the label {labels.max()}; 0 to {len(source.classes) - 1} are allowed")
    return images, labels


def picture_reader(source: DataSource) -> Callable[[Path], NDArray[np.uint8]]:
    """How a picture becomes one image as the network of `source` learnt it."""
    if source.is_written_digits:
        return read_picture
    return lambda file: grey_or_colour(
        read_whole(file, (source.height, source.width))[None], colour=source.channels == 3
    )[0]


def _read_pair(folder: Path) -> tuple[NDArray[np.uint8], Labels, Path]:
    image_file, label_file = (_choose(folder, kind) for kind in ("images*idx3", "labels*idx1"))
    images, labels = np.asarray(read_idx(image_file, 3), np.uint8), fewest_bytes(read_idx(label_file, 1))
    if len(images) != len(labels):
        raise DataError(f"{folder}: {len(images):,} images and {len(labels):,} labels; the same number is needed")
    if not len(images):
        raise DataError(f"{image_file}: holds no image")
    return images, labels, folder


def _choose(folder: Path, pattern: str) -> Path:
    files = sorted(folder.glob(f"*{pattern}*"))
    tests = [file for file in files if "t10k" in file.name or "test" in file.name]
    if not files:
        raise DataError(f"{folder}: holds no *{pattern}* file; a pair of images and labels is needed")
    candidates = tests or files
    if len(candidates) > 1:
        raise DataError(f"{folder}: holds {candidates[0].name} and {candidates[1].name}; one is needed")
    return candidates[0]


def _read_pictures(folder: Path, source: DataSource) -> tuple[NDArray[np.uint8], Labels]:
    classes = ", ".join(source.classes[:10]) + (", ..." if len(source.classes) > 10 else "")
    found = class_folders(folder)
    files = [(file, name) for name, each in found.items() for file in each]
    if unknown := [name for name in found if name not in source.classes]:
        raise DataError(f"{folder}: has a folder {unknown[0]!r}; the run's classes are {classes}")
    if not files:
        raise DataError(
            f"{folder}: holds neither IDX files nor folders of {', '.join(PICTURES)} pictures named {classes}"
        )
    read = picture_reader(source)
    images = np.stack([read(file) for file, _ in files])
    return images, fewest_bytes([source.classes.index(name) for _, name in files])
