"""Images to click on, for whoever cannot draw: a test image of each class, and some that the run got wrong."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist.data.dataset import Labels
from mnist.data.labelled import read_labelled
from mnist.data.named import NAMED, read_named
from mnist.data.sources import read_folder
from mnist.errors import DataError
from mnist.runs.data_source import DataSource
from mnist.runs.folder import Run

MOST_CLASSES, MOST_WRONG = 20, 10


@dataclass(frozen=True, slots=True)
class Sample:
    """One image of the test set, as the network is given it: (height, width) or (height, width, 3) bytes."""

    image: NDArray[np.uint8]
    label: int
    wrong: bool  # whether the run got it wrong


def choose_samples(run: Run, data: str | None, environ: Mapping[str, str] | None = None) -> list[Sample]:
    """The first test image of each class, of 20 at most, then up to 10 that the run got wrong, evenly spread.

    `data` is a data set by name or a folder; without it, what the run learnt is looked for in $MNIST_DIR and the cache.
    Nothing is downloaded: where it is not there, only wrong images are had. DataError where what is named is not right.
    """
    test = _test_set(run.record.data, data, os.environ if environ is None else environ)
    samples = []
    if test is not None:
        images, labels = test
        for label in range(min(MOST_CLASSES, len(run.record.data.classes))):
            found = np.flatnonzero(labels == label)
            if found.size:
                samples.append(Sample(np.ascontiguousarray(images[found[0]]), label, wrong=False))
    if run.evaluation is not None and run.wrong_images is not None:
        pairs = list(zip(run.evaluation.wrong, run.wrong_images, strict=True))
        chosen = np.linspace(0, len(pairs) - 1, min(MOST_WRONG, len(pairs))).round().astype(int)
        samples += [Sample(np.ascontiguousarray(pairs[at][1]), pairs[at][0].label, wrong=True) for at in chosen]
    return samples


def _test_set(
    source: DataSource, data: str | None, environ: Mapping[str, str]
) -> tuple[NDArray[np.uint8], Labels] | None:
    if data is not None:
        return read_labelled(data, source)
    from mnist.data.download import cache_folder

    folder = environ.get("MNIST_DIR") if source.is_mnist else None
    try:
        if source.is_mnist:
            dataset = read_folder(Path(folder) if folder else cache_folder())
        elif source.name in NAMED:
            dataset = read_named(cache_folder(source.name), NAMED[source.name])
        else:
            return None
    except DataError:
        if folder:  # somebody named it
            raise
        return None
    return dataset.test_images, dataset.test_labels
