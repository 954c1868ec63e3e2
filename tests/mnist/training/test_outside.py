"""Augmentation by callables of the caller's: plain functions, those that look like albumentations, and faulty ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import mnist
from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.training.evaluate import normalised
from mnist.training.outside import AugmentedImages, described

GREY = np.arange(2 * 4 * 5, dtype=np.uint8).reshape(2, 4, 5)
COLOUR = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)


def flipped(image: torch.Tensor) -> torch.Tensor:
    return image.flip(-1)


class Flip:
    """As albumentations' transforms: called with image=, an array of (height, width[, 3])."""

    def __call__(self, *, image: np.ndarray) -> dict[str, np.ndarray]:
        return {"image": image[:, ::-1]}


Flip.__module__ = "albumentations.flip"


@pytest.mark.parametrize("change", [flipped, Flip(), lambda image: image.flip(-1).float() / 255])
@pytest.mark.parametrize("images", [GREY, COLOUR], ids=["grey", "colour"])
def test_an_image_is_changed_as_the_callable_says(change: object, images: np.ndarray):
    mean = (0.5,) * (1 if images.ndim == 3 else 3)
    shown = AugmentedImages(change, images, "cpu", mean, mean)

    batch = shown[torch.tensor([1, 0])]

    assert torch.equal(batch, normalised(images[::-1, :, ::-1].copy(), "cpu", mean, mean))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda image: image[:, :2], r"gives \(2, 5\) for an image of \(4, 5\); the same is needed"),
        (lambda image: image // 0, "fails on an image: RuntimeError: ZeroDivisionError"),
        (lambda image: image.float(), "bytes, or floats of 0 to 1, are needed"),
        (lambda image: image.max(), r"an image of shape \(\)"),
    ],
)
def test_what_gives_no_image_is_named(change: object, message: str):
    with pytest.raises(TrainingError, match=message):
        AugmentedImages(change, GREY, "cpu", (0.5,), (0.5,))[torch.tensor([0])]


def test_a_run_with_a_callable_says_so_learns_otherwise_and_is_repeated_by_its_seed(digits: Dataset, tmp_path: Path):
    def noisy(image: torch.Tensor) -> torch.Tensor:
        return (image.float() / 255 * torch.rand(1)).clamp(0, 1)

    told = {"data": digits, "epochs": 1, "batch_size": 100, "augment": noisy}
    first, again = (mnist.train("tiny", out=tmp_path / name, **told) for name in ("first", "again"))
    plain = mnist.train("tiny", out=tmp_path / "plain", **told | {"augment": None})

    assert first.record.data.augmented == described(noisy)
    assert plain.record.data.augmented is None
    assert first.last.train_loss == again.last.train_loss != plain.last.train_loss
    assert first.record.data.model_copy(update={"augmented": None}) == replace(digits).source
