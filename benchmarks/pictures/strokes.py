"""Digits as strokes of a pen: handwritten ones, those of fonts, and polylines. Pure; draws nothing.

A figure is a list of segments, (n, 2, 2) of (x, y), in a box whose longer side is 1.
"""

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist.data.rendered import FONTS, font_glyphs

Figure = NDArray[np.float64]
SIDE = 112  # pixels along the side of a picture that is thinned to its skeleton
ROUNDS = 6  # of smoothing a skeleton, whose pixels make stairs

# Corners of each digit as one writes it, x to the right and y downwards; None lifts the pen.
POLYLINES: dict[int, tuple[tuple[tuple[float, float], ...], ...]] = {
    0: (((0.5, 0), (0.15, 0.15), (0, 0.5), (0.15, 0.85), (0.5, 1), (0.8, 0.85), (0.9, 0.5), (0.8, 0.15), (0.5, 0)),),
    1: (((0.2, 0.2), (0.4, 0), (0.4, 1)),),
    2: (((0.02, 0.2), (0.3, 0), (0.65, 0.05), (0.7, 0.3), (0.4, 0.65), (0, 1), (0.8, 1)),),
    3: (
        (
            (0.05, 0.1),
            (0.35, 0),
            (0.65, 0.12),
            (0.6, 0.38),
            (0.3, 0.47),
            (0.65, 0.58),
            (0.7, 0.85),
            (0.35, 1),
            (0, 0.9),
        ),
    ),
    4: (((0.4, 0), (0, 0.62), (0.8, 0.62)), ((0.6, 0.3), (0.58, 1))),
    5: (((0.7, 0), (0.15, 0), (0.08, 0.45), (0.45, 0.4), (0.7, 0.6), (0.62, 0.88), (0.3, 1), (0, 0.9)),),
    6: (((0.55, 0), (0.2, 0.3), (0.02, 0.7), (0.2, 0.97), (0.5, 0.98), (0.66, 0.75), (0.45, 0.55), (0.06, 0.68)),),
    7: (((0, 0), (0.72, 0), (0.28, 1)),),
    8: (
        ((0.62, 0.13), (0.35, 0), (0.1, 0.15), (0.2, 0.4), (0.6, 0.62), (0.66, 0.88), (0.35, 1), (0.06, 0.86)),
        ((0.06, 0.86), (0.12, 0.62), (0.55, 0.4), (0.62, 0.13)),
    ),
    9: (((0.62, 0.15), (0.3, 0), (0.04, 0.22), (0.2, 0.47), (0.5, 0.42), (0.63, 0.15), (0.6, 0.6), (0.5, 1)),),
}


def polyline(digit: int, random: np.random.Generator) -> Figure:
    """The digit's corners, each moved a little, the whole slanted."""
    slant = random.normal(0, 0.12)
    parts = []
    for line in POLYLINES[digit]:
        points = np.array(line) + random.normal(0, 0.02, (len(line), 2))
        if line[0] == line[-1]:
            points[-1] = points[0]
        points[:, 0] += slant * (1 - points[:, 1])
        parts.append(np.stack([points[:-1], points[1:]], 1))
    return boxed(np.concatenate(parts))


def handwritten(image: NDArray[np.uint8]) -> Figure:
    """The middle line of a 28 × 28 image, light on dark."""
    large = Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return skeleton_figure(np.asarray(large) > 100)


def printed(digit: int, random: np.random.Generator) -> Figure:
    """The middle line of the digit in one of the fonts that matplotlib ships."""
    return _printed(int(random.integers(len(FONTS))), digit)


@cache
def _printed(font: int, digit: int) -> Figure:
    glyph = np.rint(255 * _of_all_fonts()[10 * font + digit]).astype(np.uint8)
    return skeleton_figure(np.asarray(Image.fromarray(glyph).resize((SIDE, SIDE), Image.Resampling.BICUBIC)) > 127)


@cache
def _of_all_fonts() -> NDArray[np.float32]:
    return font_glyphs()


def boxed(segments: Figure) -> Figure:
    """Moved and scaled so that the longer side of its box is 1."""
    low, high = segments.min((0, 1)), segments.max((0, 1))
    return np.asarray((segments - low) / max(*(high - low), 1e-6))


def skeleton_figure(mask: NDArray[np.bool_]) -> Figure:
    """The skeleton of a shape as segments between neighbouring pixels, smoothed."""
    rows, columns = np.nonzero(skeleton(mask))
    index = {place: number for number, place in enumerate(zip(rows.tolist(), columns.tolist(), strict=True))}
    pairs = []
    for (row, column), number in index.items():
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            other = index.get((row + down, column + right))
            corner = down and right and ((row, column + right) in index or (row + down, column) in index)
            if other is not None and not corner:
                pairs.append((number, other))
    points = np.stack([columns, rows], 1).astype(float)
    if not pairs:  # a dot
        return np.zeros((1, 2, 2))
    first, second = np.array(pairs).T
    degree = np.bincount(np.concatenate([first, second]), minlength=len(points))
    for _ in range(ROUNDS):
        sums = np.zeros_like(points)
        np.add.at(sums, first, points[second])
        np.add.at(sums, second, points[first])
        middle = degree == 2
        points[middle] = (points[middle] + sums[middle] / 2) / 2
    return boxed(np.stack([points[first], points[second]], 1))


def skeleton(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A shape thinned to lines of one pixel (Zhang and Suen 1984)."""
    shape = np.pad(mask, 1)
    changed = True
    while changed:
        changed = False
        for even in (False, True):
            # the eight neighbours, clockwise from above
            turns = ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
            around = [np.roll(shape, turn, (0, 1)) for turn in turns]
            count = sum(neighbour.astype(int) for neighbour in around)
            ring = [*around, around[0]]
            rises = sum((~before & after).astype(int) for before, after in pairwise(ring))
            above, right, below, left = around[0], around[2], around[4], around[6]
            kept = above & left & (right | below) if even else right & below & (above | left)
            gone = shape & (count >= 2) & (count <= 6) & (rises == 1) & ~kept
            shape = shape & ~gone
            changed = changed or bool(gone.any())
    return shape[1:-1, 1:-1]
