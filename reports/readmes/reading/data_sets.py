"""Which data sets a README is about, by their names."""

import re
from dataclasses import dataclass

from reports.readmes.reading.document import Document


@dataclass(frozen=True, slots=True)
class DataSet:
    """A usual data set of small networks: its images to train and to test with, their side in pixels, its classes."""

    name: str
    pattern: str
    train: int
    test: int
    side: int
    classes: int


DATA_SETS = (
    DataSet("MNIST", r"(?<!fashion[ _-])(?<![a-z])mnist", 60_000, 10_000, 28, 10),
    DataSet("Fashion-MNIST", r"fashion[ _-]?mnist", 60_000, 10_000, 28, 10),
    DataSet("CIFAR-10", r"\bcifar(?![ _-]?100)", 50_000, 10_000, 32, 10),
    DataSet("CIFAR-100", r"\bcifar[ _-]?100", 50_000, 10_000, 32, 100),
)
_OTHERS = re.compile(
    r"\b(?:emnist|kmnist|tiny|imagenet|split|70/30|80/20|val(?:idation)? set|kuzushiji)\b", re.IGNORECASE
)


def named_data_sets(document: Document, code: str = "") -> list[DataSet]:
    """Those that the text names, or the code that goes with it."""
    text = "\n".join((*document.lines, code)).lower()
    return [each for each in DATA_SETS if re.search(each.pattern, text)]


def named_in(line: str) -> list[DataSet]:
    """Those that a line names."""
    return [each for each in DATA_SETS if re.search(each.pattern, line.lower())]


def speaks_of_others(document: Document) -> bool:
    """Whether the text names data of other sizes, or a part that is held out."""
    return _OTHERS.search("\n".join(document.lines)) is not None
