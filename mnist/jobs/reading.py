"""What a trained run reads in pictures: each digit's probabilities, and whether it is like those it learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from mnist.data.labelled import picture_reader
from mnist.data.pictures.parts import Box
from mnist.data.pictures.reading import PictureDigit, read_digits
from mnist.jobs.use import load_model
from mnist.runs.data_source import DataSource
from mnist.runs.recipe import Affine
from mnist.training.augment import DRAWS, augment
from mnist.training.evaluate import black, normalised, predict
from mnist.training.loss import probabilities as class_probabilities

COPIES = 16  # of each digit, turned, scaled, slanted and shifted a little, the same ways for every digit
CHANGES = Affine(rotation=15, scale=0.15, shear=15, translation=2)
STEADY = 0.9  # a digit is read with less probability, on average over its copies, where it is unlike what was learnt


@dataclass(frozen=True, slots=True)
class Reading:
    """One digit of a picture, or a picture of something else, as a run reads it."""

    file: Path
    number: int  # in its picture, from 1
    seen: PictureDigit
    probabilities: tuple[float, ...]  # of each class
    classes: tuple[str, ...]
    steadiness: float  # the mean probability of the class that is read, over COPIES changed a little

    @property
    def read(self) -> int:
        """The most probable class."""
        return self.probabilities.index(max(self.probabilities))

    @property
    def name(self) -> str:
        """Its name."""
        return self.classes[self.read]

    @property
    def unlike(self) -> bool:
        """Whether the digit is unlike those that the network learnt: what it reads hangs on small changes."""
        return self.steadiness < STEADY


def read_pictures(folder: Path, files: Sequence[Path], *, trust: bool = False) -> list[Reading]:
    """Every digit of every picture, in order; where a run learnt other things, each picture as a whole.

    DataError where a file is no picture or shows nothing.
    """
    model = load_model(folder, trust=trust)
    data = model.data
    read = read_digits if data.is_written_digits else partial(_read_all, data)
    found = [(file, number, seen) for file in files for number, seen in enumerate(read(file), start=1)]
    pixels = normalised(np.stack([seen.image for _, _, seen in found]), "cpu", data.mean, data.deviation)
    probabilities = class_probabilities(predict(model.module, pixels), model.gives)
    steadiness = torch.zeros(len(found))
    for draw in torch.rand(COPIES, DRAWS, generator=torch.Generator().manual_seed(0)):
        copies = augment(pixels, CHANGES, draw.expand(len(found), DRAWS), black(data.mean, data.deviation))
        shares = class_probabilities(predict(model.module, copies), model.gives)
        steadiness += shares.gather(1, probabilities.argmax(1, keepdim=True)).squeeze(1) / COPIES
    return [
        Reading(file, number, seen, tuple(shares), data.classes, steady)
        for (file, number, seen), shares, steady in zip(found, probabilities.tolist(), steadiness.tolist(), strict=True)
    ]


def _read_all(data: DataSource, file: Path) -> list[PictureDigit]:
    """The whole picture, in the size that the network takes."""
    image = picture_reader(data)(file)
    return [PictureDigit(image, Box(0, 0, data.height, data.width))]
