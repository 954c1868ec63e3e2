"""A data set in memory, and what is recorded of it. Refuses labels and images that do not go together. No torch."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist.data.idx import PartName, idx_bytes
from mnist.errors import DataError
from mnist.runs.data_source import DEVIATION, MEAN, DataSource

Images = NDArray[np.uint8]  # (n, height, width) or, in colour, (n, height, width, 3)
Labels = NDArray[np.uint8] | NDArray[np.int32]  # (n,), bytes where they suffice
LIKE_MNIST = (MEAN,), (DEVIATION,)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Images and labels to train and to test on, and what they are and where they come from."""

    train_images: Images
    train_labels: Labels
    test_images: Images
    test_labels: Labels
    source: DataSource
    augment: Callable[..., object] | None = None  # the caller's, of each training image before the recipe's own


def describe(
    name: str,
    arrays: dict[PartName, NDArray[np.uint8] | NDArray[np.int32]],
    classes: Sequence[str],
    *,
    where: object,
    hashes: dict[PartName, str] | None = None,
    normalisation: tuple[tuple[float, ...], tuple[float, ...]] | None = None,
) -> Dataset:
    """The data set of four arrays; DataError, naming `where`, unless they go together.

    Without `normalisation` its mean and deviation are those of the training pixels, channel by channel, scaled to 0 to
    1 and rounded to four digits; a channel of one value has the deviation 1.
    """
    images, others = arrays["train_images"], arrays["test_images"]
    for part, labels in (("train", arrays["train_labels"]), ("test", arrays["test_labels"])):
        count = len(images if part == "train" else others)
        if not count:
            raise DataError(f"{where}: holds no {part} image")
        if count != len(labels):
            raise DataError(f"{where}: {count:,} {part} images and {len(labels):,} labels; the same number is needed")
        if int(labels.min()) < 0 or int(labels.max()) >= len(classes):
            wrong = labels.min() if labels.min() < 0 else labels.max()
            raise DataError(f"{where}: a {part} image has the label {wrong}; 0 to {len(classes) - 1} are allowed")
    if images.shape[1:] != others.shape[1:]:
        sizes = [" × ".join(map(str, each.shape[1:])) for each in (images, others)]
        raise DataError(f"{where}: train images are {sizes[0]}, test images {sizes[1]}; the same size is needed")
    if len(classes) < 2:
        raise DataError(f"{where}: has the one class {', '.join(classes)}; two are needed")
    mean, deviation = normalisation or _normalisation(images)
    source = DataSource(
        name=name,
        classes=tuple(classes),
        channels=1 if images.ndim == 3 else 3,
        height=images.shape[1],
        width=images.shape[2],
        mean=mean,
        deviation=deviation,
        train_samples=len(images),
        test_samples=len(others),
        sha256=hashes or {part: hashlib.sha256(idx_bytes(array)).hexdigest() for part, array in arrays.items()},
    )
    return Dataset(**arrays, source=source)  # type: ignore[arg-type]  # images are bytes


def fewest_bytes(labels: Sequence[int] | NDArray[np.integer]) -> Labels:
    """Labels as bytes where these suffice, else as 32-bit integers."""
    wide = np.asarray(labels, np.int64)
    if wide.size and not -(2**31) <= wide.min() <= wide.max() < 2**31:
        raise DataError(f"the label {wide.max()} is none; whole numbers from 0 on are needed")
    if wide.size and not 0 <= wide.min() <= wide.max() < 256:
        return wide.astype(np.int32)
    return wide.astype(np.uint8)


def _normalisation(images: NDArray[np.uint8] | NDArray[np.int32]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    values = np.arange(256) / 255
    channels = images.reshape(-1, 1 if images.ndim == 3 else 3)
    means, deviations = [], []
    for channel in channels.T:
        shares = np.bincount(channel.astype(np.uint8), minlength=256) / len(channel)
        mean = float((shares * values).sum())
        means.append(round(mean, 4))
        deviations.append(round(float(np.sqrt((shares * (values - mean) ** 2).sum())), 4) or 1.0)
    return tuple(means), tuple(deviations)
