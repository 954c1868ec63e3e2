"""Folders of others as data: four IDX files, pictures in a folder for each class; and what is wrong with them."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist.data.dataset import Dataset
from mnist.data.folders import PICTURES, parse_size, read_any_folder
from mnist.data.given import given_data
from mnist.data.idx import idx_bytes
from mnist.data.labelled import read_labelled
from mnist.data.sources import load_data
from mnist.errors import DataError

RANDOM = np.random.default_rng(0)
PIXELS = RANDOM.integers(0, 256, (6, 12, 10), np.uint8)
LABELS = np.array([0, 1, 2, 0, 1, 2], np.uint8)


def idx_folder(folder: Path, **changed: np.ndarray) -> Path:
    """Four IDX files, the test's gzipped; keywords replace arrays."""
    arrays = {
        "train_images": PIXELS,
        "train_labels": LABELS,
        "test_images": PIXELS[:3],
        "test_labels": LABELS[:3],
    } | changed
    folder.mkdir(exist_ok=True)
    for part, array in arrays.items():
        split, kind = part.split("_")
        raw = idx_bytes(array)
        prefix = "train" if split == "train" else "t10k"
        file = folder / f"{prefix}-{kind}-idx{array.ndim}-ubyte"
        if split == "train":
            file.write_bytes(raw)
        else:
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(raw))
    return folder


def picture_folder(
    folder: Path, counts: dict[str, int], size: tuple[int, int] = (20, 30), *, colour: bool = False
) -> Path:
    """So many pictures a class, each of its own grey, or of its class's colour."""
    for number, (name, count) in enumerate(counts.items()):
        (folder / name).mkdir(parents=True)
        for index in range(count):
            value = 30 + 20 * number + index
            pixel = (value, 200, 40 * number) if colour else (value,) * 3
            Image.new("RGB", (size[1], size[0]), pixel).save(folder / name / f"{index}.png")
    return folder


def test_four_idx_files_of_any_size_and_count_are_a_data_set(tmp_path: Path):
    said: list[str] = []
    dataset = load_data(str(idx_folder(tmp_path / "leaves")), environ={}, say=said.append)

    assert np.array_equal(dataset.train_images, PIXELS)
    assert np.array_equal(dataset.test_labels, LABELS[:3])
    source = dataset.source
    assert (source.name, source.classes, source.shape) == ("leaves", ("0", "1", "2"), (1, 12, 10))
    assert source.mean == (round(float(PIXELS.mean() / 255), 4),)
    assert source.deviation == (round(float(PIXELS.std() / 255), 4),)
    assert said == [
        f"data: leaves from {tmp_path / 'leaves'}, 6 training and 3 test images of 3 classes, 12 × 10 grey; "
        "this is not MNIST"
    ]


def test_classes_beside_idx_files_name_the_labels(tmp_path: Path):
    (idx_folder(tmp_path / "leaves") / "classes.txt").write_text("oak\nelm\nash\n", encoding="utf-8")

    assert read_any_folder(tmp_path / "leaves", None).source.classes == ("oak", "elm", "ash")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"train_labels": LABELS[:5]}, "6 train images and 5 labels; the same number is needed"),
        ({"test_images": PIXELS[:3, :8]}, "train images are 12 × 10, test images 8 × 10; the same size is needed"),
        ({"test_images": PIXELS[:0], "test_labels": LABELS[:0]}, "holds no test image"),
        ({"train_labels": LABELS.astype(np.int32)}, r"begins with 00000c01; IDX magic 00000801 needed"),
    ],
)
def test_idx_files_that_do_not_go_together_are_named(tmp_path: Path, changed: dict[str, np.ndarray], message: str):
    with pytest.raises(DataError, match=message):
        read_any_folder(idx_folder(tmp_path / "leaves", **changed), None)


def test_labels_beyond_the_classes_are_named(tmp_path: Path):
    (idx_folder(tmp_path / "leaves") / "classes.txt").write_text("oak\nelm\n", encoding="utf-8")

    with pytest.raises(DataError, match="leaves: a train image has the label 2; 0 to 1 are allowed"):
        read_any_folder(tmp_path / "leaves", None)


def test_a_data_set_of_another_is_never_called_mnist(tmp_path: Path):
    assert read_any_folder(idx_folder(tmp_path / "mnist"), None).source.name == "mnist-folder"


def test_pictures_in_a_folder_for_each_class_are_divided_by_their_names(tmp_path: Path):
    folder = picture_folder(tmp_path / "shapes", {"10": 5, "9": 11, "2": 3})

    first, again = read_any_folder(folder, None), read_any_folder(folder, None)

    assert first.source == again.source
    assert (first.source.classes, first.source.shape) == (("2", "9", "10"), (1, 28, 28))
    assert np.bincount(first.test_labels).tolist() == [1, 2, 1]
    assert np.bincount(first.train_labels).tolist() == [2, 9, 4]
    assert {int(image[0, 0]) for image in first.train_images[first.train_labels == 0]} <= {70, 71, 72}


def test_train_and_test_folders_are_kept_apart(tmp_path: Path):
    picture_folder(tmp_path / "shapes" / "train", {"cat": 2, "dog": 1})
    picture_folder(tmp_path / "shapes" / "val", {"dog": 4})

    dataset = read_any_folder(tmp_path / "shapes", None)

    assert dataset.source.classes == ("cat", "dog")
    assert (dataset.train_labels.tolist(), dataset.test_labels.tolist()) == ([0, 0, 1], [1, 1, 1, 1])


@pytest.mark.parametrize(
    ("size", "shape"), [(None, (28, 28, 3)), ("32", (32, 32, 3)), ("24x36", (24, 36, 3)), ("keep", (20, 30, 3))]
)
def test_colour_pictures_are_made_a_size_or_kept(tmp_path: Path, size: str | None, shape: tuple[int, ...]):
    dataset = read_any_folder(picture_folder(tmp_path / "flags", {"a": 4, "b": 4}, colour=True), size)

    assert dataset.train_images.shape[1:] == shape
    assert (dataset.source.channels, dataset.source.classes) == (3, ("a", "b"))
    assert len(dataset.source.mean) == 3
    assert dataset.train_images[0, 3, 3].tolist()[1:] == [200, 0]


def test_a_picture_is_fitted_with_its_proportions(tmp_path: Path):
    picture = np.full((20, 40), 200, np.uint8)
    picture[4:16, 10:30] = 0
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in (0, 1):
            Image.fromarray(picture).save(tmp_path / name / f"{number}.png")

    image = read_any_folder(tmp_path, "40").train_images[0]

    assert np.array_equal(image[10:30], picture)
    assert (image[:10] == 200).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        ({"a": 3, "b": 1}, "b: holds one picture; two are needed, one to train and one to test on"),
        ({"a": 3, "b": 0}, "b: holds no picture"),
        ({"a": 3}, "holds neither IDX files nor two folders or more of .png"),
        ({}, "holds neither IDX files nor two folders or more of .png"),
    ],
)
def test_too_few_pictures_are_named(tmp_path: Path, make: dict[str, int], message: str):
    (tmp_path / "set").mkdir()
    with pytest.raises(DataError, match=message):
        read_any_folder(picture_folder(tmp_path / "set", make), None)


def test_what_is_no_picture_and_other_sizes_are_named(tmp_path: Path):
    folder = picture_folder(tmp_path / "set", {"a": 3, "b": 3})
    (folder / "b" / "notes.txt").write_text("passed over", encoding="utf-8")
    Image.new("L", (9, 8)).save(folder / "b" / "7.png")
    with pytest.raises(DataError, match=r"b/7\.png: is 8 × 9 pixels, .*a/.\.png 20 × 30; --size N makes them alike"):
        read_any_folder(folder, "keep")
    (folder / "b" / "7.png").write_text("no picture", encoding="utf-8")
    with pytest.raises(DataError, match=r"b/7\.png: not a picture; PNG or JPEG is needed"):
        read_any_folder(folder, None)


def test_a_class_that_was_not_trained_is_named(tmp_path: Path):
    picture_folder(tmp_path / "train", {"cat": 2, "dog": 1})
    picture_folder(tmp_path / "test", {"hen": 4})

    with pytest.raises(DataError, match=r"test/hen: is no class of .*train; cat, dog are"):
        read_any_folder(tmp_path, None)


def test_a_locked_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def locked(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", locked)
    with pytest.raises(DataError, match=r"cannot be read \(Permission denied\)"):
        read_any_folder(tmp_path, None)


@pytest.mark.parametrize("text", ["0", "x", "28x", "-3", "28x0", "99999"])
def test_a_size_is_a_number_or_two(text: str):
    with pytest.raises(DataError, match=rf"--size {text}: pixels such as 32 or 24x32 \(height, width\), or keep"):
        parse_size(text)


def test_a_size_is_for_pictures(tmp_path: Path):
    with pytest.raises(DataError, match=r"--size 32: .* holds IDX files, whose images have their size"):
        read_any_folder(idx_folder(tmp_path / "leaves"), "32")
    with pytest.raises(DataError, match="--size 32: is for a folder of pictures; --data names it"):
        load_data("mnist", environ={}, size="32")


def test_a_misspelt_name_is_told_with_the_nearest():
    with pytest.raises(DataError, match="no such folder or data set; did you mean fashion-mnist"):
        load_data("fashion-mnits", environ={})


def test_more_than_256_classes_have_wide_labels(tmp_path: Path):
    labels = [0, 299, 5]
    pairs = [(image, label) for image, label in zip(PIXELS, labels, strict=False)]

    dataset = given_data(pairs, pairs[:1])

    assert (dataset.train_labels.dtype, dataset.train_labels.tolist()) == (np.int32, labels)
    assert len(dataset.source.classes) == 300


def torch_pairs() -> list[tuple[object, object]]:
    import torch

    return [
        (torch.from_numpy(PIXELS[0].astype(np.float32) / 255).unsqueeze(0), torch.tensor(0)),
        (Image.fromarray(PIXELS[1]), 1),
        (PIXELS[2], np.int64(2)),
    ]


def test_torch_datasets_of_tensors_pictures_and_arrays_are_taken():
    class Leaves(list[tuple[object, object]]):
        classes = ("oak", "elm", "ash")

    dataset = given_data(Leaves(torch_pairs()), torch_pairs()[:1], name="leaves")

    assert np.array_equal(dataset.train_images, PIXELS[:3])
    assert dataset.train_labels.tolist() == [0, 1, 2]
    assert (dataset.source.name, dataset.source.classes) == ("leaves", ("oak", "elm", "ash"))


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([PIXELS[0]], "train data, number 0: ndarray is no pair of an image and a label"),
        ([(PIXELS, 0)], r"number 0: an image of shape \(6, 12, 10\); \(height, width\), with 1 or 3 channels"),
        ([(PIXELS[0] / 100, 0)], "float64 values from .* leave normalisation out"),
        ([(PIXELS[0], "cat")], "number 0: the label 'cat' is no whole number"),
        ([(PIXELS[0], 0), (PIXELS[0, :5], 0)], "has images of .* one size is needed"),
        ([(PIXELS[0], -1)], "has the label -1; 0 to 1 are allowed"),
        ([], "train data: holds no image"),
    ],
)
def test_what_is_no_data_set_is_named(pairs: list[tuple[object, object]], message: str):
    with pytest.raises(DataError, match=message):
        given_data(pairs, [(PIXELS[0], 1)])


@pytest.fixture
def flags(tmp_path: Path) -> Dataset:
    return read_any_folder(picture_folder(tmp_path / "flags", {"a": 4, "b": 4}, colour=True), None)


def test_a_run_on_colour_pictures_is_evaluated_on_others_like_them(flags: Dataset, tmp_path: Path):
    images, labels = read_labelled(
        picture_folder(tmp_path / "more", {"b": 2}, size=(50, 50), colour=True), flags.source
    )

    assert images.shape == (2, 28, 28, 3)
    assert labels.tolist() == [1, 1]
    with pytest.raises(DataError, match="has a folder 'c'; the run's classes are a, b"):
        read_labelled(picture_folder(tmp_path / "other", {"c": 2}), flags.source)


def test_the_suffixes_are_of_formats_that_pillow_reads():
    assert set(PICTURES) <= set(Image.registered_extensions())
