"""Data sets that are had by their name: classes, files, hashes and mirrors. Downloads nothing. No torch."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist.data.dataset import LIKE_MNIST, Dataset, describe, fewest_bytes
from mnist.data.idx import PartName, read_idx
from mnist.runs.data_source import DIGITS


@dataclass(frozen=True, slots=True)
class NamedFile:
    """One file of a data set as it is distributed, gzipped."""

    part: PartName
    file: str
    md5: str | None  # of the gzipped file, as torchvision has it; None within an archive, which has one


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip archive that holds the files, in its folder `folder`."""

    urls: tuple[str, ...]
    file: str
    md5: str
    megabytes: int
    folder: str


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A data set of 28 × 28 grey images in IDX files. Hashes are from the source of torchvision (datasets/mnist.py)."""

    name: str
    classes: tuple[str, ...]
    mirrors: tuple[str, ...]  # of the single files
    files: tuple[NamedFile, ...]
    archive: Archive | None = None
    transposed: bool = False  # its images lie on their side


def _files(prefixes: tuple[str, str], labels: str, *hashes: str) -> tuple[NamedFile, ...]:
    kinds = (("images", "images-idx3-ubyte"), ("labels", labels))
    names: list[tuple[PartName, str]] = [
        (f"{part}_{kind}", f"{prefix}-{ending}.gz")  # type: ignore[misc]
        for part, prefix in zip(("train", "test"), prefixes, strict=True)
        for kind, ending in kinds
    ]
    md5s = hashes or (None,) * len(names)
    return tuple(NamedFile(part, file, md5) for (part, file), md5 in zip(names, md5s, strict=True))


NAMED = {
    each.name: each
    for each in (
        NamedSet(
            "fashion-mnist",
            ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
            (
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            ),
            _files(
                ("train", "t10k"),
                "labels-idx1-ubyte",
                "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
                "25c81989df183df01b3e8a0aad5dffbe",
                "bef4ecab320f06d8554ea6380940ec79",
                "bb300cfdad3c16e7a12a480ee83cd310",
            ),
        ),
        NamedSet(
            "kmnist",
            ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
            ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
            _files(
                ("train", "t10k"),
                "labels-idx1-ubyte",
                "bdb82020997e1d708af4cf47b453dcf7",
                "e144d726b3acfaa3e44228e80efcd344",
                "5c965bf0a639b31b8f53240b1b52f4d7",
                "7320c461ea6c1c855c0b718fb2a4b134",
            ),
        ),
        NamedSet(
            "qmnist",
            DIGITS,
            ("https://raw.githubusercontent.com/facebookresearch/qmnist/master/",),
            _files(
                ("qmnist-train", "qmnist-test"),
                "labels-idx2-int",
                "ed72d4157d28c017586c42bc6afe6370",
                "0058f8dd561b90ffdd0f734c6a30e5e4",
                "1394631089c404de565df7b7aeaf9412",
                "5b5b05890a5e13444e108efe57b788aa",
            ),
        ),
        NamedSet(
            "emnist-digits",
            DIGITS,
            (),
            _files(("emnist-digits-train", "emnist-digits-test"), "labels-idx1-ubyte"),
            Archive(
                (
                    "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
                    "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip",
                ),
                "emnist-gzip.zip",
                "58c8d27c78d21e728a6bc7b3cc06412e",
                562,
                "gzip",
            ),
            transposed=True,
        ),
    )
}
NAMES = ("mnist", *NAMED)


def read_named(folder: Path, named: NamedSet) -> Dataset:
    """The data set from its files in `folder`; DataError on what is not as it should be."""
    arrays: dict[PartName, NDArray[np.uint8] | NDArray[np.int32]] = {}
    for each in named.files:
        array = read_idx(folder / each.file)
        if each.part.endswith("labels"):
            array = fewest_bytes(array if array.ndim == 1 else array[:, 0])  # QMNIST tells more than the class
        elif named.transposed:
            array = np.ascontiguousarray(array.transpose(0, 2, 1)).astype(np.uint8)
        arrays[each.part] = array
    digits = LIKE_MNIST if named.classes == DIGITS else None
    return describe(named.name, arrays, named.classes, where=folder, normalisation=digits)
