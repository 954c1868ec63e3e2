"""Pictures of classes: which was taken for which, and the images that were. No pyplot."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_rgba
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mnist.runs.data_source import DIGITS
from reports.pictures.images import LINE
from reports.pictures.plots import BLUE, entitle, printable

MISTAKES = LinearSegmentedColormap.from_list("mistakes", ["#DCE9F6", BLUE, "#08306B"])
GRID_COLUMNS = 10
WRONG_SHOWN = 80
LONGEST = 14  # letters of a class's name beside its row


def confusion(
    counts: Sequence[Sequence[int]], note: str, images: str = "test", classes: Sequence[str] = DIGITS
) -> Figure:
    """Labels against predictions; colour counts mistakes, the diagonal is grey."""
    matrix = np.array(counts)
    number, kind = len(matrix), "digit" if tuple(classes) == DIGITS else "class"
    right = np.eye(number, dtype=bool)
    mistakes = np.ma.masked_where(right | (matrix == 0), matrix)
    most = max(2, int(mistakes.max())) if mistakes.count() else 2
    short = [printable(name if len(name) <= LONGEST else name[: LONGEST - 1] + "…") for name in classes]
    long = max(map(len, short)) > 2
    side = 5.6 * min(40, max(10, number)) / 10
    figure = Figure(figsize=(side, side))
    axes = figure.add_axes((0.26, 0.24, 0.7, 0.65) if long else (0.1, 0.1, 0.85, 0.77))
    cells = MISTAKES(LogNorm(1, most)(mistakes))
    cells[mistakes.mask] = to_rgba("white")
    cells[right] = to_rgba("#E0E0E0")
    edges = np.arange(number + 1) - 0.5
    axes.pcolormesh(edges, edges, cells, edgecolors=LINE, linewidth=0.8)
    for label, predicted in np.argwhere(matrix):
        count = int(matrix[label, predicted])
        dark = label != predicted and math.log(count) > 0.35 * math.log(most)
        axes.text(predicted, label, f"{count}", ha="center", va="center", color="white" if dark else "black")
    axes.set(xlabel=f"predicted {kind}", ylabel=f"labelled {kind}")
    axes.set_xticks(range(number), short, parse_math=False, rotation=90 if long else 0)
    axes.set_yticks(range(number), short, parse_math=False)
    axes.grid(visible=False)
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    entitle(axes, f"Confusion matrix of the {images} images", note)
    return figure


def wrong_images(images: NDArray[np.uint8], labels: Sequence[str], predictions: Sequence[str], note: str) -> Figure:
    """The images (n, height, width), or (n, height, width, 3) in colour, each under "label → prediction"."""
    longest = max(map(len, (*labels, *predictions)))
    columns = min(GRID_COLUMNS if longest <= 2 else 5, len(images))
    rows = math.ceil(len(images) / columns)
    tall, broad = images.shape[1:3]
    unit = tall / 28
    side, head = round(3 * unit), round(11 * unit)  # pixels of the images beside and above one
    across, down = broad + 2 * side, tall + round(12 * unit)
    colour = images.ndim == 4
    canvas = np.full((rows * down, columns * across, 3) if colour else (rows * down, columns * across), 255 * colour)
    inches = 0.84 if longest <= 2 else 1.68
    high = 0.99 * (inches / 0.84) * (down / across) / (40 / 34)  # 0.99 for digits, in which an image has some room
    width, height = max(4.2, inches * columns), high * rows + 0.75
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, high * rows / height))
    axes.set_axis_off()
    for position, image in enumerate(images):
        top, left = down * (position // columns), across * (position % columns)
        canvas[top + head : top + head + tall, left + side : left + side + broad] = image
        caption = f"{printable(labels[position])} → {printable(predictions[position])}"
        axes.text(
            left + across / 2 - 0.5, top + head - 2 * unit, caption,
            ha="center", va="bottom", parse_math=False,
        )  # fmt: skip
    axes.imshow(canvas.astype(np.uint8), cmap="gray_r", vmin=0, vmax=255, interpolation="none")
    entitle(axes, "Label → prediction", note)
    return figure
