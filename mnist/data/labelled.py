"""Data sets of others, to evaluate a run on: a pair of IDX files, or a folder of pictures for each digit. No torch."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist.data.idx import read_bounded
from mnist.data.pictures.digit import SIDE
from mnist.data.pictures.reading import read_picture
from mnist.errors import DataError
from mnist.paths import folder_fault

LIMIT = 2**30  # bytes of one IDX file, decompressed
PICTURES = (".png", ".jpg", ".jpeg")


def read_labelled(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(images (n, 28, 28), labels (n,)) of a folder; DataError names what is missing, of other size or other label.

    IDX files are told by their names: ...images...idx3... and ...labels...idx1..., plain or gzipped. Of several pairs,
    that with "t10k" or "test" in its name is read. Otherwise the folders 0 to 9 hold pictures.
    """
    if fault := folder_fault(folder, "a folder of IDX files, or of folders 0 to 9 of pictures, is needed"):
        raise DataError(fault)
    if any(folder.glob("*idx3*")):
        return _read_pair(folder)
    return _read_pictures(folder)


def _read_pair(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    image_file, label_file = (_choose(folder, kind) for kind in ("images*idx3", "labels*idx1"))
    images, labels = read_idx(image_file, 3), read_idx(label_file, 1)
    if images.shape[1:] != (SIDE, SIDE):
        height, width = images.shape[1:]
        raise DataError(f"{image_file}: images are {height} × {width} pixels; {SIDE} × {SIDE} are needed")
    if len(images) != len(labels):
        raise DataError(f"{folder}: {len(images):,} images and {len(labels):,} labels; the same number is needed")
    if not len(images):
        raise DataError(f"{image_file}: holds no image")
    if labels.max() > 9:
        raise DataError(f"{label_file}: has the label {labels.max()}; 0 to 9 are allowed")
    return images, labels


def read_idx(file: Path, dimensions: int) -> NDArray[np.uint8]:
    """The array of an IDX file of unsigned bytes with this number of dimensions; DataError where it is none."""
    try:
        raw = read_bounded(file.open("rb"), LIMIT + 1)
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror or error})") from error
    except DataError as error:
        raise DataError(f"{file}: {error}") from error
    magic, head = bytes((0, 0, 8, dimensions)), 4 + 4 * dimensions
    if raw[:4] != magic or len(raw) < head:
        raise DataError(f"{file}: begins with {raw[:4].hex() or 'nothing'}; IDX magic {magic.hex()} needed")
    shape = tuple(int.from_bytes(raw[at : at + 4], "big") for at in range(4, head, 4))
    size = head + math.prod(shape)
    if len(raw) != size:
        held = f"more than {LIMIT:,}" if len(raw) > LIMIT else f"{len(raw):,}"
        raise DataError(f"{file}: holds {held} bytes; its header announces {size:,}")
    return np.frombuffer(raw, np.uint8, offset=head).reshape(shape)


def _choose(folder: Path, pattern: str) -> Path:
    files = sorted(folder.glob(f"*{pattern}*"))
    tests = [file for file in files if "t10k" in file.name or "test" in file.name]
    if not files:
        raise DataError(f"{folder}: holds no *{pattern}* file; a pair of images and labels is needed")
    candidates = tests or files
    if len(candidates) > 1:
        raise DataError(f"{folder}: holds {candidates[0].name} and {candidates[1].name}; one is needed")
    return candidates[0]


def _read_pictures(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    files = [
        (file, digit)
        for digit in range(10)
        for file in sorted((folder / str(digit)).glob("*"))
        if file.suffix.lower() in PICTURES
    ]
    if not files:
        raise DataError(f"{folder}: holds neither IDX files nor folders 0 to 9 of {', '.join(PICTURES)} pictures")
    others = [entry.name for entry in sorted(folder.iterdir()) if entry.is_dir() and entry.name not in "0123456789"]
    if others:
        raise DataError(f"{folder}: has a folder {others[0]!r}; 0 to 9 are the labels allowed")
    images = np.stack([read_picture(file) for file, _ in files])
    return images, np.array([digit for _, digit in files], np.uint8)
