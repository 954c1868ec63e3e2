"""Augmentation by a callable of the caller's: torchvision.transforms.v2, albumentations, or a function of an image."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mnist.data.given import as_pixels
from mnist.errors import DataError, TrainingError
from mnist.training.evaluate import normalised


class AugmentedImages:
    """Training images that the callable has changed, anew each time they are asked for; a batch by its indices."""

    def __init__(
        self,
        change: Callable[..., object],
        images: NDArray[np.uint8],
        device: str,
        mean: Sequence[float],
        deviation: Sequence[float],
    ) -> None:
        """`images` are (n, height, width) or, in colour, (n, height, width, 3)."""
        self._change, self._images = change, images
        self._device, self._mean, self._deviation = device, mean, deviation

    def __getitem__(self, indices: Tensor) -> Tensor:
        """(batch, channels, height, width), normalised; TrainingError on what is no image of the same size."""
        changed = np.stack([self._changed(self._images[index]) for index in indices.tolist()])
        return normalised(changed, self._device, self._mean, self._deviation)

    def _changed(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        name = f"augment={described(self._change)}"
        try:
            if type(self._change).__module__.partition(".")[0] == "albumentations":
                result = self._change(image=image)["image"]  # type: ignore[index]
            else:
                channels_first = image[None] if image.ndim == 2 else image.transpose(2, 0, 1)
                result = self._change(torch.from_numpy(channels_first.copy()))
        except Exception as error:
            raise TrainingError(f"{name} fails on an image: {type(error).__name__}: {error}".splitlines()[0]) from error
        try:
            pixels = as_pixels(result, name)
        except DataError as error:
            raise TrainingError(str(error)) from error
        if pixels.shape != image.shape:
            raise TrainingError(f"{name} gives {pixels.shape} for an image of {image.shape}; the same is needed")
        return pixels


def described(change: Callable[..., object]) -> str:
    """What a record says of the callable: its name, or how it shows itself, in a line."""
    shown = getattr(change, "__qualname__", None) or repr(change)
    return " ".join(str(shown).split())[:200]
