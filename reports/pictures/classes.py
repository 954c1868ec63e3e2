"""Pictures of classes: which was taken for which, and the images that were."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist.runs.data_source import DIGITS
from reports.pictures.canvas import DIM, GRID, INK, TEXT, Area, Line, Picture, Pixels, Shape, Words, box, width
from reports.pictures.chart import SMALL, printable, title

SHADES = np.array([(0xDC, 0xE9, 0xF6), (0x2B, 0x84, 0xC0), (0x08, 0x30, 0x6B)])  # of one mistake, and of the most
RIGHT = "#E0E0E0"
CELL = 42.0  # pixels of a class along each side
COLUMNS = 10
LONGEST = 14  # letters of a class's name beside its row


def confusion(
    counts: Sequence[Sequence[int]], note: str, images: str = "test", classes: Sequence[str] = DIGITS
) -> Picture:
    """Labels against predictions; colour counts mistakes, the diagonal is grey."""
    matrix = np.array(counts)
    number, kind = len(matrix), "digit" if tuple(classes) == DIGITS else "class"
    wrong = matrix - np.diag(np.diag(matrix))
    most = max(2, int(wrong.max()))
    names = [printable(name if len(name) <= LONGEST else name[: LONGEST - 1] + "…") for name in classes]
    longest = max(map(width, names))
    left, top = 46 + longest, 76.0 if note else 60.0
    edges = [CELL * each for each in range(number + 1)]
    cells: list[Shape] = []
    written: list[Shape] = []
    for label, read in np.argwhere(matrix):
        count, x, y = int(matrix[label, read]), left + CELL * read, top + CELL * label
        share = 0.0 if label == read else math.log(count) / math.log(most)
        cells.append(Area((box(x, y, x + CELL, y + CELL),), RIGHT if label == read else _shade(share)))
        dark = label != read and share > 0.35
        written.append(Words((x + CELL / 2, y + CELL / 2 + 5), f"{count}", "#FFFFFF" if dark else INK, side="middle"))
    right, bottom = left + edges[-1], top + edges[-1]
    grid = Line(
        (
            *(((left + each, top), (left + each, bottom)) for each in edges),
            *(((left, top + each), (right, top + each)) for each in edges),
        ),
        GRID,
    )
    turned = longest > 2 * TEXT
    labels: list[Shape] = [
        Words((left - 8, top + CELL * (place + 0.5) + 5), name, side="end") for place, name in enumerate(names)
    ]
    labels += [
        Words(
            (left + CELL * (place + 0.5) + 5 * turned, bottom + (8 if turned else 19)),
            name,
            side="end" if turned else "middle",
            upright=not turned,
        )
        for place, name in enumerate(names)
    ]
    below = bottom + (longest + 26 if turned else 40)
    labels.append(Words(((left + right) / 2, below), f"predicted {kind}", DIM, SMALL, "middle"))
    labels.append(Words((22, (top + bottom) / 2), f"labelled {kind}", DIM, SMALL, "middle", upright=False))
    heading = title(f"Confusion matrix of the {images} images", note, 14)
    wide = max(right + 16, 28 + width(f"Confusion matrix of the {images} images", 15, bold=True))
    return Picture(wide, below + 16, (*heading, *cells, grid, *written, *labels))


def wrong_images(images: NDArray[np.uint8], labels: Sequence[str], predictions: Sequence[str], note: str) -> Picture:
    """The images (n, height, width), or (n, height, width, 3) in colour, each under "label → prediction"."""
    captions = [f"{printable(label)} → {printable(read)}" for label, read in zip(labels, predictions, strict=True)]
    longest = max(map(width, captions))
    columns = min(COLUMNS if longest < 60 else 5, len(images))
    rows = math.ceil(len(images) / columns)
    tall, broad = images.shape[1:3]
    unit = max(1.0, 56 / max(tall, broad))  # pixels of the picture to one of an image
    side, head = math.ceil(max(12, (longest + 16 - broad * unit) / 2) / unit), math.ceil(34 / unit)
    across, down = broad + 2 * side, tall + head
    sheet = np.full((rows * down, columns * across, *images.shape[3:]), 255, np.uint8)
    left, top = 14.0, 62.0 if note else 46.0
    words: list[Shape] = []
    for place, (image, caption) in enumerate(zip(images, captions, strict=True)):
        y, x = (each * step for each, step in zip(divmod(place, columns), (down, across), strict=True))
        # Digits are kept white on black and shown as they are written.
        sheet[y + head : y + down, x + side : x + side + broad] = image if images.ndim == 4 else 255 - image
        middle = left + (x + across / 2) * unit, top + (y + head) * unit - 8
        words.append(Words(middle, caption, side="middle"))
    high, wide = (each * unit for each in sheet.shape[:2])
    heading = title("Label → prediction", note, 14)
    edge = max(wide + 2 * left, 28 + width(note, SMALL), 200)
    return Picture(edge, top + high + 14, (*heading, Pixels((left, top), (wide, high), sheet), *words))


def _shade(share: float) -> str:
    """Between the colour of one mistake and that of the most."""
    parts = [np.interp(share, (0, 0.5, 1), channel) for channel in SHADES.T]
    return "#{:02X}{:02X}{:02X}".format(*map(round, parts))
