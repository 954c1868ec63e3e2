"""Data sets of Python: two sequences of (image, label), as torch's Dataset and torchvision give. Imports no torch."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mnist.data.dataset import Dataset, describe, fewest_bytes
from mnist.errors import DataError


class Pairs(Protocol):
    """What has a length and gives (image, label) by number."""

    def __len__(self) -> int:
        """How many pairs."""

    def __getitem__(self, index: int, /) -> tuple[object, object]:
        """The pair of that number."""


def given_data(train: Pairs, test: Pairs, *, name: str = "given", classes: Sequence[str] | None = None) -> Dataset:
    """The data set of two torch Datasets, or other sequences of (image, label); DataError on what is none.

    An image is a PIL picture, an array or a tensor: grey (height, width) or (1, height, width), colour (3, height,
    width) or (height, width, 3), as bytes or as floats of 0 to 1. All are of one size. Classes are those of
    `train.classes`, where it has them, else the labels as numbers. Random transforms are applied once: those of
    training are for `augment`.
    """
    images, labels = {}, {}
    for part, pairs in (("train", train), ("test", test)):
        images[part], labels[part] = _arrays(pairs, part)
    named = classes if classes is not None else getattr(train, "classes", None)
    highest = max((int(each.max()) for each in labels.values() if len(each)), default=1)
    if named is None:
        named = [str(label) for label in range(max(2, highest + 1))]
    return describe(
        name,
        {
            "train_images": images["train"],
            "train_labels": fewest_bytes(labels["train"]),
            "test_images": images["test"],
            "test_labels": fewest_bytes(labels["test"]),
        },
        [str(each) for each in named],
        where=name,
    )


def _arrays(pairs: Pairs, part: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    images, labels = [], []
    for index in range(len(pairs)):
        pair = pairs[index]
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise DataError(f"{part} data, number {index}: {type(pair).__name__} is no pair of an image and a label")
        image, label = pair
        images.append(as_pixels(image, f"{part} data, number {index}"))
        try:
            labels.append(int(label))  # type: ignore[call-overload]
        except (TypeError, ValueError) as error:
            raise DataError(f"{part} data, number {index}: the label {label!r} is no whole number") from error
    if len(shapes := {image.shape for image in images}) > 1:
        first, other = sorted(shapes)[:2]
        raise DataError(f"{part} data: has images of {first} and of {other}; one size is needed")
    if not images:
        raise DataError(f"{part} data: holds no image")
    return np.stack(images), np.array(labels, np.int64)


def as_pixels(image: object, where: str) -> NDArray[np.uint8]:
    """(height, width) or (height, width, 3) bytes of a picture, an array or a tensor."""
    array = np.asarray(image)
    if array.ndim == 3 and array.shape[0] in (1, 3) and array.shape[2] not in (1, 3):
        array = array.transpose(1, 2, 0)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] == 3):
        raise DataError(f"{where}: an image of shape {array.shape}; (height, width), with 1 or 3 channels, is needed")
    if array.dtype == np.uint8:
        return np.asarray(array, np.uint8)
    if array.dtype == bool:
        return array.astype(np.uint8) * np.uint8(255)
    low, high = float(array.min()), float(array.max())
    if not np.issubdtype(array.dtype, np.floating) or not 0 <= low <= high <= 1:
        raise DataError(
            f"{where}: {array.dtype} values from {low:g} to {high:g}; bytes, or floats of 0 to 1, are needed: "
            "leave normalisation out"
        )
    return np.asarray(np.rint(255 * array), np.uint8)
