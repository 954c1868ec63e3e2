"""Where training data comes from: a folder, $MNIST_DIR, the cache, a download, or rendered digits. Imports no torch.

The first source that holds the four files wins. A folder that somebody named must be right: damage there is an error.
In the cache and from mirrors, damage means the next source. Whatever is returned has passed its SHA-256.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mnist.data.idx import PARTS, PartName, idx_bytes, read_part
from mnist.data.rendered import render_digits
from mnist.errors import DataError
from mnist.paths import folder_fault
from mnist.runs.data_source import DataSource

Say = Callable[[str], None]

RENDERED = "rendered"  # the value of --data that asks for rendered digits

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Images (n, 28, 28) and labels (n,), all uint8, and where they come from."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    source: DataSource


def load_data(
    data: str | None = None,
    environ: Mapping[str, str] | None = None,
    say: Say = _log.info,
    *,
    stand_in: bool = True,
) -> Dataset:
    """The data `data` names (a folder, or "rendered"); without it, the first of $MNIST_DIR, cache, download, rendered.

    `say` is told, in a sentence each, what is tried and used. DataError on a named folder that is not right and,
    without `stand_in`, where rendered digits would stand in for MNIST unasked.
    """
    if data == RENDERED:
        say("data: rendered digits, as asked for; this is not MNIST")
        return rendered_digits()
    environ = os.environ if environ is None else environ
    named = data if data is not None else environ.get("MNIST_DIR") or None
    if named is not None:
        folder = Path(named)
        dataset = read_folder(folder)
        say(f"data: MNIST from {folder} ({'--data' if data is not None else '$MNIST_DIR'})")
        return dataset
    from mnist.data.download import cache_folder, fetch

    cache = cache_folder()
    try:
        dataset = read_folder(cache)
    except DataError:
        say("data: none named, none in the cache; trying to download MNIST (11 MB)")
        if not fetch(cache, say):
            if not stand_in:
                raise DataError(
                    "MNIST cannot be had; name its folder with --data or $MNIST_DIR, or ask for --data rendered"
                ) from None
            say("data: MNIST cannot be had: rendered digits stand in, and the record says so")
            return rendered_digits()
        dataset = read_folder(cache)
    say(f"data: MNIST from the cache, {cache}")
    return dataset


def read_folder(folder: Path) -> Dataset:
    """MNIST from a folder of the four IDX files, plain or gzipped; DataError names what is missing or damaged."""
    if fault := folder_fault(folder, "a folder with the four MNIST files is needed"):
        raise DataError(fault)
    arrays: dict[PartName, NDArray[np.uint8]] = {}
    for part in PARTS:
        files = [folder / name for name in part.candidates if (folder / name).is_file()]
        if not files:
            raise DataError(f"{folder}: holds no {part.file} (or {part.file}.gz); the four MNIST files are needed")
        arrays[part.name] = read_part(files[0], part)
    return _dataset("mnist", arrays)


def rendered_digits(train: int = 12_000, test: int = 2_000) -> Dataset:
    """The stand-in: digits drawn from fonts, the same at every call."""
    images, labels = render_digits(train + test, seed=0)
    return _dataset(
        "rendered-digits",
        {
            "train_images": images[:train],
            "train_labels": labels[:train],
            "test_images": images[train:],
            "test_labels": labels[train:],
        },
    )


def _dataset(name: Literal["mnist", "rendered-digits"], arrays: dict[PartName, NDArray[np.uint8]]) -> Dataset:
    if name == "mnist":
        hashes = {part.name: part.sha256 for part in PARTS}
    else:
        hashes = {part: hashlib.sha256(idx_bytes(array)).hexdigest() for part, array in arrays.items()}
    source = DataSource(
        name=name,
        train_samples=len(arrays["train_labels"]),
        test_samples=len(arrays["test_labels"]),
        sha256=hashes,
    )
    return Dataset(**arrays, source=source)
