"""A picture as it is, all of it, in a given size: for data sets of other things than written digits. No torch."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist.data.pictures.reading import open_picture

Size = tuple[int, int]  # height, width


def read_whole(file: Path, size: Size | None) -> NDArray[np.uint8]:
    """(height, width, 3) of a picture, scaled to fit the size with its proportions; None keeps its own.

    What is left free on two sides has the median colour of the picture's edge. DataError where it is no picture.
    """
    picture = open_picture(file)
    pixels = np.asarray(picture)
    if size is None or pixels.shape[:2] == size:
        return pixels
    height, width = size
    scale = min(height / picture.height, width / picture.width)
    inner = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    kind = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(value) for value in np.median(edge, 0))
    canvas = Image.new("RGB", (width, height), (red, green, blue))
    canvas.paste(picture.resize(inner, kind), ((width - inner[0]) // 2, (height - inner[1]) // 2))
    return np.asarray(canvas)


def grey_or_colour(pictures: NDArray[np.uint8], *, colour: bool) -> NDArray[np.uint8]:
    """(n, height, width, 3) as it is or, without colour, (n, height, width)."""
    if colour:
        return pictures
    weights = np.array([299, 587, 114])  # ITU-R BT.601, as Pillow's "L"
    return np.asarray((pictures.astype(np.int64) @ weights + 500) // 1000, np.uint8)


def is_colourful(pixels: NDArray[np.uint8]) -> bool:
    """Whether a picture has colour: channels further apart than a JPEG's errors, in 1 % of its pixels."""
    spread = pixels.max(-1).astype(int) - pixels.min(-1)
    return bool((spread > 24).mean() > 0.01)
