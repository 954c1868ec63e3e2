"""A picture as shapes, in pixels from its top left corner. Draws nothing: `svg` and `raster` make bytes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

INK, DIM, GRID = "#1F2328", "#6B6B6B", "#E4E4E4"
TEXT = 13.0  # the height of letters, in pixels
MEASURED = 200  # the size at which widths are measured
FONTS = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}  # come with matplotlib: the same widths everywhere

Point = tuple[float, float]
Side = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, or several lines of the same look."""

    strokes: tuple[tuple[Point, ...], ...]
    colour: str
    width: float = 1.0
    dash: str = ""  # lengths of strokes and gaps, as SVG has them


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon, or several of the same look."""

    outlines: tuple[tuple[Point, ...], ...]
    colour: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Dots:
    """Round marks."""

    points: tuple[Point, ...]
    colour: str
    size: float = 5.0  # across
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; its point lies on the base line."""

    point: Point
    text: str
    colour: str = INK
    size: float = TEXT
    side: Side = "start"
    bold: bool = False
    upright: bool = True  # False: turned, read from below

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        length, (x, y) = width(self.text, self.size, self.bold), self.point
        before = {"start": 0.0, "middle": length / 2, "end": length}[self.side]
        high, low = 0.78 * self.size, 0.22 * self.size
        if self.upright:
            return x - before, y - high, x - before + length, y + low
        return x - high, y + before - length, x + low, y + before


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """An image, (height, width) grey or (height, width, 3) in colour, over a box of the picture."""

    point: Point
    size: Point
    image: NDArray[np.uint8]


Shape = Line | Area | Dots | Words | Pixels


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes on white, the later over the earlier."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def line(points: Iterable[Point], colour: str, width: float = 1.0, dash: str = "") -> Line:
    """One line."""
    return Line((tuple(points),), colour, width, dash)


def box(left: float, top: float, right: float, bottom: float) -> tuple[Point, ...]:
    """A rectangle's outline."""
    return (left, top), (right, top), (right, bottom), (left, bottom)


def width(text: str, size: float = TEXT, bold: bool = False) -> float:
    """How long a text is, in pixels."""
    return sum(_width(letter, bold) for letter in text) * size / MEASURED


@cache
def _width(letter: str, bold: bool) -> float:
    return float(_font(bold).getlength(letter if letter.isprintable() else " "))


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(mpl.get_data_path(), "fonts", "ttf", FONTS[bold])), MEASURED)
