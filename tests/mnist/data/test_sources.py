"""Training data: every source in its turn."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import mnist.data.download
import mnist.data.sources
from mnist.data.idx import PARTS, Part, idx_bytes
from mnist.data.sources import load_data, read_folder, rendered_digits
from mnist.errors import DataError

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of four tiny files and PARTS that describe them."""
    arrays = {
        "train_images": PIXELS,
        "train_labels": np.arange(5, dtype=np.uint8),
        "test_images": PIXELS[:2],
        "test_labels": np.arange(2, dtype=np.uint8),
    }
    folder = tmp_path / "small"
    folder.mkdir()
    parts = []
    for part in PARTS:
        raw = idx_bytes(arrays[part.name])
        (folder / f"{part.file}.gz").write_bytes(gzip.compress(raw))
        parts.append(Part(part.name, part.file, arrays[part.name].shape, hashlib.sha256(raw).hexdigest()))
    monkeypatch.setattr(mnist.data.sources, "PARTS", tuple(parts))
    monkeypatch.setattr(mnist.data.download, "PARTS", tuple(parts))
    return folder


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No mirror, and an empty cache, which is returned."""
    monkeypatch.setattr(mnist.data.download, "MIRRORS", ())
    monkeypatch.setattr(mnist.data.download, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def test_mnist_is_read_as_bytes_with_its_shapes_and_hashes(mnist_dir: Path):
    dataset = read_folder(mnist_dir)

    shapes = [array.shape for array in (dataset.train_images, dataset.train_labels)]
    assert shapes == [(60_000, 28, 28), (60_000,)]
    assert dataset.test_images.shape == (10_000, 28, 28)
    assert np.bincount(dataset.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert dataset.source.name == "mnist"
    assert dataset.source.sha256 == {part.name: part.sha256 for part in PARTS}


def test_the_normalisation_is_that_of_mnists_training_pixels(mnist_dir: Path):
    from mnist.runs.data_source import DEVIATION, MEAN

    shares = np.bincount(read_folder(mnist_dir).train_images.ravel(), minlength=256) / (60_000 * 784)
    values = np.arange(256) / 255
    mean = (shares * values).sum()
    deviation = np.sqrt((shares * (values - mean) ** 2).sum())

    assert (round(mean, 4), round(deviation, 4)) == (MEAN, DEVIATION)


def test_a_named_folder_is_used_and_told(small: Path):
    said: list[str] = []

    dataset = load_data(str(small), environ={"MNIST_DIR": "/elsewhere"}, say=said.append)

    assert dataset.source.name == "mnist"
    assert said == [f"data: MNIST from {small} (--data)"]


def test_without_one_the_environment_names_the_folder(small: Path):
    said: list[str] = []

    load_data(environ={"MNIST_DIR": str(small)}, say=said.append)

    assert said == [f"data: MNIST from {small} ($MNIST_DIR)"]


@pytest.mark.parametrize("named", ["data", "environ"])
def test_damage_in_a_named_folder_is_an_error_not_a_reason_to_look_elsewhere(small: Path, offline: Path, named: str):
    os.truncate(small / "t10k-labels-idx1-ubyte.gz", 10)

    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte\.gz: a damaged gzip file"):
        load_data(str(small) if named == "data" else None, environ={"MNIST_DIR": str(small)})


def test_a_named_folder_must_hold_all_four_files(small: Path):
    (small / "train-labels-idx1-ubyte.gz").unlink()

    with pytest.raises(DataError, match=r"holds no train-labels-idx1-ubyte \(or a file named like it"):
        load_data(str(small), environ={})


@pytest.mark.parametrize(
    ("name", "fault"),
    [("missing", "no such folder;"), ("file", "is a file;"), ("imagse", r"no such folder; did you mean images\?")],
)
def test_a_named_folder_must_be_a_folder(tmp_path: Path, name: str, fault: str):
    (tmp_path / "file").touch()
    (tmp_path / "images").mkdir()

    with pytest.raises(DataError, match=f"{name}: {fault} a folder of four IDX files, or of folders of pictures"):
        load_data(str(tmp_path / name), environ={})


def test_an_empty_environment_variable_names_nothing(offline: Path, small: Path):
    shutil.copytree(small, offline)
    said: list[str] = []

    load_data(environ={"MNIST_DIR": ""}, say=said.append)

    assert said == [f"data: MNIST from the cache, {offline}"]


def test_offline_rendered_digits_stand_in_and_say_so(offline: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mnist.data.sources, "rendered_digits", lambda: rendered_digits(20, 10))
    said: list[str] = []

    dataset = load_data(environ={}, say=said.append)

    assert dataset.source.name == "rendered-digits"
    assert said[-1] == "data: MNIST cannot be had: rendered digits stand in, and the record says so"


def test_rendered_digits_do_not_stand_in_where_they_may_not(offline: Path):
    with pytest.raises(DataError, match=r"cannot be had; name its folder with --data or \$MNIST_DIR, or ask for"):
        load_data(environ={}, stand_in=False)


def test_rendered_digits_can_be_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def blank(count: int, seed: int):
        return np.zeros((count, 28, 28), np.uint8), np.arange(count, dtype=np.uint8) % 10

    monkeypatch.setattr(mnist.data.sources, "render_digits", blank)  # 14,000 take seconds
    said: list[str] = []

    dataset = load_data("rendered", environ={"MNIST_DIR": str(tmp_path)}, say=said.append)

    assert (dataset.source.name, dataset.source.train_samples) == ("rendered-digits", 12_000)
    assert said == ["data: rendered digits, as asked for; this is not MNIST"]


def test_the_hashes_of_rendered_digits_are_of_their_idx_bytes():
    dataset = rendered_digits(train=20, test=10)

    expected = hashlib.sha256(idx_bytes(dataset.test_images)).hexdigest()
    assert dataset.source.sha256["test_images"] == expected
    assert len(set(dataset.source.sha256.values())) == 4
