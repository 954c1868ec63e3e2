"""Picture files read as digits like MNIST's, one by one. No torch."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from mnist.data.pictures.digit import SIDE, like_mnist
from mnist.data.pictures.ink import find_ink
from mnist.data.pictures.parts import Box, find_written, label_parts
from mnist.errors import DataError
from mnist.paths import file_fault

# Pillow knows forty more, of which some start programs (EPS) or are seldom attacked by anybody but attackers.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
MOST_PIXELS = 25_000_000  # 5,000 by 5,000: 0.6 GB on the way to digits


@dataclass(frozen=True, slots=True)
class PictureDigit:
    """A digit in a picture."""

    image: NDArray[np.uint8]  # (28, 28), light on dark: what a network sees of it; a whole picture in its own size
    box: Box  # where it stands, in the picture's pixels


def read_digits(file: Path) -> list[PictureDigit]:
    """The digits in a PNG, JPEG or other picture, line by line; DataError where it is none, or shows nothing.

    A grey 28 × 28 picture, light on dark, is one digit, taken as it is. Anything else is turned as its camera says,
    laid on white where it is transparent, and its ink told from its paper.
    """
    grey, plain = open_grey(file)
    if plain and grey.shape == (SIDE, SIDE) and _edge(grey) < 128 and grey.any():
        return [PictureDigit(grey, Box(0, 0, SIDE, SIDE))]
    try:
        return find_digits(grey)
    except DataError as error:
        raise DataError(f"{file}: {error}") from error


def find_digits(grey: NDArray[np.uint8]) -> list[PictureDigit]:
    """The digits on (height, width) pixels of paper; DataError where there are none."""
    ink = find_ink(grey)
    labels = label_parts(ink.mask)
    digits = []
    for written in find_written(labels):
        box = written.box
        margin = max(2, box.longer // 20)
        rows = slice(max(0, box.top - margin), box.bottom + margin)
        columns = slice(max(0, box.left - margin), box.right + margin)
        own = Image.fromarray(np.isin(labels[rows, columns], written.labels))
        soft = np.asarray(own.convert("L").filter(ImageFilter.MaxFilter(3))) > 0  # with the grey along its edges
        amount = np.where(soft, ink.amount[rows, columns], np.float32(0))
        digits.append(PictureDigit(like_mnist(amount), _scaled(box, grey.shape[0] / labels.shape[0])))
    return digits


def read_picture(file: Path) -> NDArray[np.uint8]:
    """(28, 28) of a picture of one digit: the largest, where there are several."""
    return max(read_digits(file), key=lambda digit: digit.box.longer).image


def open_grey(file: Path) -> tuple[NDArray[np.uint8], bool]:
    """(height, width) of a picture, upright and on white, and whether its file holds plain grey; DataError else."""
    picture, mode = _open(file)
    return np.asarray(picture.convert("L")), mode == "L"


def open_picture(file: Path) -> Image.Image:
    """A picture in red, green and blue, upright and on white; DataError where it is none."""
    return _open(file)[0].convert("RGB")


def _open(file: Path) -> tuple[Image.Image, str]:
    """Upright and on white, and the mode of the file."""
    if fault := file_fault(file, "a PNG or JPEG picture is needed"):
        raise DataError(fault)
    try:
        # what is wrong with a file is told as its error, or is no matter: damaged notes of a camera
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=FORMATS) as picture:
            pixels = picture.width * picture.height
            if pixels > MOST_PIXELS:
                raise DataError(f"{file}: {pixels:,} pixels; at most {MOST_PIXELS:,} are read: make it smaller")
            upright = ImageOps.exif_transpose(picture)
            clear = upright.convert("RGBA")
            white = Image.new("RGBA", clear.size, "white")
            return Image.alpha_composite(white, clear), picture.mode
    except UnidentifiedImageError as error:
        raise DataError(f"{file}: not a picture; PNG or JPEG is needed ({', '.join(FORMATS)} are read)") from error
    except Image.DecompressionBombError as error:
        raise DataError(f"{file}: more than {MOST_PIXELS:,} pixels; make it smaller") from error
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises on damaged files
        raise DataError(f"{file}: cannot be read ({getattr(error, 'strerror', None) or error})") from error


def _edge(grey: NDArray[np.uint8]) -> float:
    """The median along the edge."""
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def _scaled(box: Box, scale: float) -> Box:
    return Box(*(round(side * scale) for side in (box.top, box.left, box.bottom, box.right)))
