"""Where training data comes from: a name, a folder, $MNIST_DIR, the cache, a download, or rendered digits. No torch.

Unasked it is MNIST, from the first source that holds the four files. A folder that somebody named must be right: damage
there is an error. In the cache and from mirrors, damage means the next source. MNIST has passed its SHA-256.
"""

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundfloor.text import nearest
from mnist.data.dataset import LIKE_MNIST, Dataset, describe
from mnist.data.folders import read_any_folder
from mnist.data.idx import PARTS, PartName, read_part
from mnist.data.named import NAMED, NAMES, read_named
from mnist.data.rendered import render_digits
from mnist.errors import DataError
from mnist.paths import folder_fault
from mnist.runs.data_source import DIGITS

Say = Callable[[str], None]

RENDERED = "rendered"  # the value of --data that asks for rendered digits

_log = logging.getLogger(__name__)


def load_data(
    data: str | None = None,
    environ: Mapping[str, str] | None = None,
    say: Say = _log.info,
    *,
    stand_in: bool = True,
    size: str | None = None,
) -> Dataset:
    """The data `data` names; without it MNIST, from the first of $MNIST_DIR, cache, download, else rendered digits.

    `data` is a name of NAMES, "rendered", or a folder as `read_any_folder` takes it; `size` is of a folder's pictures.
    `say` is told, in a sentence each, what is tried and used. DataError on what is named and is not right and, without
    `stand_in` or where MNIST is asked for by name, where it cannot be had.
    """
    if size is not None and (data is None or data == RENDERED or data in NAMES):
        raise DataError(f"--size {size}: is for a folder of pictures; --data names it")
    if data == RENDERED:
        say("data: rendered digits, as asked for; this is not MNIST")
        return rendered_digits()
    if data in NAMED:
        return _named(data, say)
    if data is not None and data != "mnist":
        return _folder(Path(data), size, say)
    environ = os.environ if environ is None else environ
    if folder := environ.get("MNIST_DIR"):
        dataset = read_folder(Path(folder))
        say(f"data: MNIST from {folder} ($MNIST_DIR)")
        return dataset
    from mnist.data.download import cache_folder, fetch

    cache = cache_folder()
    try:
        dataset = read_folder(cache)
    except DataError:
        say("data: none named, none in the cache; trying to download MNIST (11 MB)")
        if not fetch(cache, say):
            if not stand_in or data is not None:
                raise DataError(
                    "MNIST cannot be had; name its folder with --data or $MNIST_DIR, or ask for --data rendered"
                ) from None
            say("data: MNIST cannot be had: rendered digits stand in, and the record says so")
            return rendered_digits()
        dataset = read_folder(cache)
    say(f"data: MNIST from the cache, {cache}")
    return dataset


def _named(name: str, say: Say) -> Dataset:
    from mnist.data.download import cache_folder, fetch_named

    named, cache = NAMED[name], cache_folder(name)
    if not fetch_named(cache, named, say):
        files = ", ".join(each.file for each in named.files)
        raise DataError(f"{name}: cannot be downloaded; {cache} may hold its files instead: {files}")
    dataset = read_named(cache, named)
    say(f"data: {dataset.source.title} from the cache, {cache}; this is not MNIST")
    return dataset


def _folder(folder: Path, size: str | None, say: Say) -> Dataset:
    """MNIST where the folder has its four files with its hashes, else what the folder holds."""
    if not folder.exists() and os.sep not in str(folder) and (near := nearest(str(folder), (*NAMES, RENDERED))):
        raise DataError(f"--data {folder}: no such folder or data set; did you mean {near}? One of: {', '.join(NAMES)}")
    dataset = read_any_folder(folder, size)
    source = dataset.source
    if source.sha256 == {part.name: part.sha256 for part in PARTS}:
        say(f"data: MNIST from {folder} (--data)")
        return _mnist({part.name: getattr(dataset, part.name) for part in PARTS})
    counts = f"{source.train_samples:,} training and {source.test_samples:,} test images"
    kind = "colour" if source.channels == 3 else "grey"
    say(
        f"data: {source.name} from {folder}, {counts} of {len(source.classes)} classes, {source.height} × "
        f"{source.width} {kind}; this is not MNIST"
    )
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
    return _mnist(arrays)


def rendered_digits(train: int = 12_000, test: int = 2_000) -> Dataset:
    """The stand-in: digits drawn from fonts, the same at every call."""
    images, labels = render_digits(train + test, seed=0)
    return describe(
        "rendered-digits",
        {
            "train_images": images[:train],
            "train_labels": labels[:train],
            "test_images": images[train:],
            "test_labels": labels[train:],
        },
        DIGITS,
        where="rendered digits",
        normalisation=LIKE_MNIST,
    )


def _mnist(arrays: dict[PartName, NDArray[np.uint8]]) -> Dataset:
    hashes = {part.name: part.sha256 for part in PARTS}
    return describe("mnist", dict(arrays), DIGITS, where="MNIST", hashes=hashes, normalisation=LIKE_MNIST)
