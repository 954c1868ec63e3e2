"""Folders of others as data sets: four IDX files, or pictures in a folder for each class. No torch."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundfloor.disk.reading import read_plain
from mnist.data.dataset import LIKE_MNIST, Dataset, describe, fewest_bytes
from mnist.data.idx import PARTS, PartName, read_idx
from mnist.data.pictures.digit import SIDE
from mnist.data.pictures.whole import Size, grey_or_colour, is_colourful, read_whole
from mnist.errors import DataError
from mnist.paths import folder_fault
from mnist.runs.data_source import DIGITS, TITLES

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
CLASSES = "classes.txt"  # beside IDX files: the name of label 0, 1, 2, ..., a line each
SHARE = 5  # one of so many pictures of a class is for the test, where no folder says which
SPLITS = {"train": ("train", "training"), "test": ("test", "t10k", "val", "valid", "validation")}


def read_any_folder(folder: Path, size: str | None) -> Dataset:
    """The data set in a folder; DataError names what is missing or wrong.

    Four IDX files are told by their names: train...images...idx3, train...labels...idx1, and test or t10k likewise.
    Else the folder holds train and test, each with a folder of pictures for every class, or these folders themselves;
    then one picture in SHARE of each class is for the test, whichever the hash of its name chooses. `size` is for
    pictures: "32", "24x32", "keep", or 28 × 28.
    """
    if fault := folder_fault(folder, "a folder of four IDX files, or of folders of pictures, one a class, is needed"):
        raise DataError(fault)
    if not holds_pictures(folder):
        if size is not None:
            raise DataError(f"--size {size}: {folder} holds IDX files, whose images have their size")
        return _read_four(folder)
    return _read_classes(folder, size)


def holds_pictures(folder: Path) -> bool:
    """Whether it is a folder, and of pictures: one that holds no IDX file."""
    return folder.is_dir() and not any("idx" in name for name in _names(folder))


def set_name(folder: Path) -> str:
    """What a folder's data set is called: by its folder, and never as a known one."""
    name = folder.resolve().name or "data"
    return f"{name}-folder" if name in TITLES else name


def parse_size(text: str | None) -> Size | None:
    """(height, width) of "32" or "24x32"; None for "keep", 28 × 28 by itself."""
    if text is None:
        return SIDE, SIDE
    if text == "keep":
        return None
    match = re.fullmatch(r"(\d{1,4})(?:[x×](\d{1,4}))?", text)
    if match is None or 0 in (sides := (int(match[1]), int(match[2] or match[1]))):
        raise DataError(f"--size {text}: pixels such as 32 or 24x32 (height, width), or keep, are needed")
    return sides


def class_folders(folder: Path) -> dict[str, list[Path]]:
    """The pictures in each folder in a folder, both in order: numbers by value, then names."""
    folders = [entry for entry in _entries(folder) if entry.is_dir()]
    return {entry.name: list(_pictures(entry)) for entry in sorted(folders, key=lambda entry: _order(entry.name))}


def _read_four(folder: Path) -> Dataset:
    arrays: dict[PartName, NDArray[np.uint8] | NDArray[np.int32]] = {}
    for part in PARTS:
        split, kind = part.name.split("_")
        dimensions = 3 if kind == "images" else 1
        found = [
            name
            for name in _names(folder)
            if kind in name and f"idx{dimensions}" in name and any(word in name for word in SPLITS[split])
        ]
        if len(found) != 1:
            held = f"holds {found[0]} and {found[1]}; one is needed" if found else f"holds no {part.file}"
            ending = "" if found else " (or a file named like it, plain or gzipped); four IDX files are needed"
            raise DataError(f"{folder}: {held}{ending}")
        array = read_idx(folder / found[0], dimensions)
        arrays[part.name] = array if kind == "images" else fewest_bytes(array)
    return describe(set_name(folder), arrays, _class_names(folder, arrays), where=folder)


def _class_names(folder: Path, arrays: dict[PartName, NDArray[np.uint8] | NDArray[np.int32]]) -> Sequence[str]:
    file = folder / CLASSES
    if file.is_file():
        try:
            return [line.strip() for line in read_plain(file).decode().splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{file}: cannot be read ({error})") from error
    highest = max((int(arrays[part].max(initial=0)) for part in ("train_labels", "test_labels")), default=0)
    return [str(label) for label in range(max(2, highest + 1))]


def _read_classes(folder: Path, size: str | None) -> Dataset:
    splits = {
        split: next((folder / word for word in words if (folder / word).is_dir()), None)
        for split, words in SPLITS.items()
    }
    if splits["train"] is not None and splits["test"] is not None:
        train, test = class_folders(splits["train"]), class_folders(splits["test"])
        if unknown := [name for name in test if name not in train]:
            raise DataError(f"{splits['test'] / unknown[0]}: is no class of {splits['train']}; {_listed(train)} are")
        for name, files in train.items():
            if not files:
                raise DataError(f"{splits['train'] / name}: holds no picture; {', '.join(PICTURES)} are read")
    else:
        train, test = _divided(folder)
    classes = list(train)
    if len(classes) < 2:
        raise DataError(
            f"{folder}: holds neither IDX files nor two folders or more of {', '.join(PICTURES)} pictures, one a class"
        )
    wanted = parse_size(size)
    pictures = [(file, classes.index(name), part) for part, files in (("train", train), ("test", test))
                for name, each in files.items() for file in each]  # fmt: skip
    images = [read_whole(file, wanted) for file, _, _ in pictures]
    for (file, _, _), image in zip(pictures, images, strict=True):
        if image.shape != images[0].shape:
            first, other = (" × ".join(map(str, each.shape[:2])) for each in (images[0], image))
            raise DataError(f"{file}: is {other} pixels, {pictures[0][0]} {first}; --size N makes them alike")
    colour = any(map(is_colourful, images))
    arrays: dict[PartName, NDArray[np.uint8] | NDArray[np.int32]] = {}
    for split in ("train", "test"):
        chosen = [at for at, (_, _, part) in enumerate(pictures) if part == split]
        if not chosen:
            raise DataError(f"{folder}: holds no {split} picture")
        stacked = np.stack([images[at] for at in chosen])
        arrays[f"{split}_images"] = grey_or_colour(stacked, colour=colour)  # type: ignore[index]
        arrays[f"{split}_labels"] = fewest_bytes([pictures[at][1] for at in chosen])  # type: ignore[index]
    like = LIKE_MNIST if tuple(classes) == DIGITS and not colour and wanted == (SIDE, SIDE) else None
    return describe(set_name(folder), arrays, classes, where=folder, normalisation=like)


def _divided(folder: Path) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    train: dict[str, list[Path]] = {}
    test: dict[str, list[Path]] = {}
    for name, files in class_folders(folder).items():
        if len(files) < 2:
            held = "holds one picture" if files else "holds no picture"
            raise DataError(f"{folder / name}: {held}; two are needed, one to train and one to test on")
        drawn = sorted(files, key=lambda file: hashlib.sha256(file.name.encode()).digest())
        count = max(1, len(files) // SHARE)
        train[name], test[name] = sorted(drawn[count:]), sorted(drawn[:count])
    return train, test


def _pictures(folder: Path) -> Iterator[Path]:
    return (
        entry
        for entry in sorted(_entries(folder), key=lambda entry: _order(entry.name))
        if entry.suffix.lower() in PICTURES and not entry.name.startswith(".")
    )


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in _entries(folder))


def _entries(folder: Path) -> list[Path]:
    try:
        return [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror or error})") from error


def _order(name: str) -> tuple[int, int, str]:
    return (0, int(name), name) if name.isdecimal() and len(name) < 10 else (1, 0, name)


def _listed(names: dict[str, list[Path]]) -> str:
    return ", ".join(list(names)[:5]) + (", ..." if len(names) > 5 else "")
