"""Pictures of digits made like MNIST's: light on dark, 20 pixels high or wide, at the centre of mass. No torch."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from mnist.errors import DataError
from mnist.paths import file_fault

SIDE, BOX = 28, 20
FAINT = 0.2  # of the ink's range: less counts as paper when the digit's box is looked for
LEAST_CONTRAST = 0.1  # of full range, between the paper and the ink


def read_picture(file: Path) -> NDArray[np.uint8]:
    """(28, 28) of a PNG, JPEG or other picture; DataError where it is none, or shows nothing.

    A grey 28 × 28 picture, light on dark, is taken as it is. Anything else is turned as its camera says, laid on
    white where it is transparent, and made by `like_mnist`.
    """
    if fault := file_fault(file, "a PNG or JPEG picture is needed"):
        raise DataError(fault)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as picture:
                upright = ImageOps.exif_transpose(picture)
                clear = upright.convert("RGBA")
                white = Image.new("RGBA", clear.size, "white")
                grey = np.asarray(Image.alpha_composite(white, clear).convert("L"))
                plain = picture.mode == "L"
    except UnidentifiedImageError as error:
        raise DataError(f"{file}: not a picture; PNG or JPEG is needed") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"{file}: too many pixels; at most {Image.MAX_IMAGE_PIXELS:,} are read") from error
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises on damaged files
        raise DataError(f"{file}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if plain and grey.shape == (SIDE, SIDE) and _paper(grey) < 128 and grey.any():
        return grey
    try:
        return like_mnist(grey)
    except DataError as error:
        raise DataError(f"{file}: {error}") from error


def like_mnist(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(28, 28), light on dark, from a (height, width) picture of one digit, whichever of the two is lighter.

    As the data set was made (LeCun et al. 1998, section III.A): the digit's box is scaled to 20 pixels along its longer
    side, its proportions kept, and laid so that its centre of mass is at pixel (14, 14), as in MNIST. The paper is what
    the edge shows; ink runs from there to the farthest value.
    """
    difference = grey.astype(np.float64) - _paper(grey)
    lighter, darker = difference.max(), -difference.min()
    ink = np.clip(difference if lighter > darker else -difference, 0, None)
    if ink.max() < 255 * LEAST_CONTRAST:
        raise DataError("shows nothing; a digit that differs from its background is needed")
    ink /= ink.max()
    rows, columns = (np.flatnonzero((ink > FAINT).any(axis)) for axis in (1, 0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = BOX / max(box.shape)
    height, width = (max(1, round(side * scale)) for side in box.shape)
    scaled = Image.fromarray(box.astype(np.float32)).resize((width, height), Image.Resampling.BOX)
    small = np.asarray(scaled, np.float64)
    middle = [(small.sum(axis) * np.arange(small.shape[1 - axis])).sum() / small.sum() for axis in (1, 0)]
    top, left = (
        int(np.clip(round(SIDE / 2 - at), 0, SIDE - side)) for at, side in zip(middle, small.shape, strict=True)
    )
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[top : top + height, left : left + width] = np.rint(255 * np.clip(small, 0, 1))
    return image


def _paper(grey: NDArray[np.uint8]) -> float:
    """The median along the edge."""
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
