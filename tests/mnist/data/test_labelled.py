"""Data sets of others: IDX pairs and folders of pictures, and what is wrong with them by name."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist.data.idx import idx_bytes
from mnist.data.labelled import read_labelled
from mnist.data.sources import rendered_digits
from mnist.errors import DataError

DIGITS = rendered_digits(30, 1)
IMAGES, LABELS = DIGITS.train_images, DIGITS.train_labels


def pair(folder: Path, images: np.ndarray = IMAGES, labels: np.ndarray = LABELS, name: str = "t10k") -> Path:
    (folder / f"{name}-images-idx3-ubyte").write_bytes(idx_bytes(images))
    (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(labels)))
    return folder


def test_a_pair_of_idx_files_of_any_count_is_read(tmp_path: Path):
    images, labels = read_labelled(pair(tmp_path), DIGITS.source)

    assert np.array_equal(images, IMAGES)
    assert np.array_equal(labels, LABELS)


def test_of_two_pairs_the_test_set_is_read(tmp_path: Path):
    pair(tmp_path, IMAGES[:20], LABELS[:20], "train")
    pair(tmp_path, IMAGES[20:], LABELS[20:], "t10k")

    assert len(read_labelled(tmp_path, DIGITS.source)[0]) == 10


def test_a_folder_of_pictures_for_each_digit_is_read(tmp_path: Path):
    for number, (image, label) in enumerate(zip(IMAGES, LABELS, strict=True)):
        (tmp_path / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image).save(tmp_path / str(label) / f"{number}.PNG")

    images, labels = read_labelled(tmp_path, DIGITS.source)

    assert np.bincount(labels, minlength=10).tolist() == np.bincount(LABELS, minlength=10).tolist()
    assert sorted(image.tobytes() for image in images) == sorted(image.tobytes() for image in IMAGES)


def test_mnists_test_set_is_read(mnist_dir: Path):
    images, labels = read_labelled(mnist_dir, DIGITS.source)

    assert (images.shape, labels[:3].tolist()) == ((10_000, 28, 28), [7, 2, 1])


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((3, 32, 30), np.uint8), LABELS[:3], r"images are 32 × 30 pixels; 28 × 28 are needed"),
        (IMAGES[:3], LABELS[:2], r"3 images and 2 labels; the same number is needed"),
        (IMAGES[:2], np.array([3, 26], np.uint8), r"has the label 26; 0 to 9 are allowed"),
        (IMAGES[:0], LABELS[:0], r"holds no image"),
        (LABELS[:3], LABELS[:3], r"begins with 00000801; IDX magic 00000803 needed"),
    ],
)
def test_other_sizes_and_labels_are_named(tmp_path: Path, images: np.ndarray, labels: np.ndarray, message: str):
    with pytest.raises(DataError, match=message):
        read_labelled(pair(tmp_path, images, labels), DIGITS.source)


def test_a_truncated_file_is_named_with_what_its_header_announces(tmp_path: Path):
    file = pair(tmp_path) / "t10k-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:-1])

    with pytest.raises(DataError, match="holds 23,535 bytes; its header announces 23,536"):
        read_labelled(tmp_path, DIGITS.source)


def test_a_missing_half_is_named(tmp_path: Path):
    (pair(tmp_path) / "t10k-labels-idx1-ubyte.gz").unlink()

    with pytest.raises(DataError, match=r"holds no \*labels\*idx1\* file"):
        read_labelled(tmp_path, DIGITS.source)


def test_two_pairs_without_a_test_set_are_refused(tmp_path: Path):
    pair(tmp_path, name="a")
    pair(tmp_path, name="b")

    with pytest.raises(DataError, match="holds a-images-idx3-ubyte and b-images-idx3-ubyte; one is needed"):
        read_labelled(tmp_path, DIGITS.source)


def test_a_folder_of_another_label_is_named(tmp_path: Path):
    for label in ("3", "eleven"):
        (tmp_path / label).mkdir()
        Image.fromarray(IMAGES[0]).save(tmp_path / label / "a.png")

    with pytest.raises(DataError, match="has a folder 'eleven'; the run's classes are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"):
        read_labelled(tmp_path, DIGITS.source)


def test_an_empty_and_a_missing_folder_are_named(tmp_path: Path):
    with pytest.raises(DataError, match=r"holds neither IDX files nor folders of \.png, .* pictures named 0, 1, 2"):
        read_labelled(tmp_path, DIGITS.source)
    with pytest.raises(DataError, match="no such folder"):
        read_labelled(tmp_path / "nowhere", DIGITS.source)
