"""How bright the paper is at each place of a picture: shade, shadow, and a table beyond the sheet. No torch."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist.data.pictures.parts import label_parts

Grey = NDArray[np.float32]  # (height, width)
Mask = NDArray[np.bool_]

CELLS = 24  # along the longer side: the paper's brightness is taken in each
REACH = 3  # cells: a stroke is narrower than 2 · REACH + 1 of them
STEP = 0.08  # of full range: neighbouring cells of one sheet differ by less
TABLE = 0.1  # of the edge's cells lie off the sheet, where there is a table
LEAST_SIDE = 100  # pixels: a smaller picture is no photograph of a sheet on a table
DARKEST = 32  # paper is taken to be no darker, so that contrast is not that of grain


def contrast(pixels: Grey) -> Grey:
    """How far each place is from its paper towards the ink: 0 for paper, 1 for black on paper or white on a board.

    Paper is what surrounds a place: the median of each of CELLS cells, with gaps of ink narrower than 2 · REACH + 1
    cells closed (a morphological closing; for light ink an opening). What is off the sheet has no contrast.
    """
    cell = max(1, -(-max(pixels.shape) // CELLS))
    cells = _medians(pixels, cell)
    sheet = _sheet(cells) if min(pixels.shape) >= LEAST_SIDE else np.ones(cells.shape, bool)
    plain = _plain_fit(cells, sheet)
    filled = np.where(sheet, cells, plain)
    inside = _enlarged(sheet.astype(np.float32), cell, pixels.shape) > 0.99
    away = np.sort((pixels - _enlarged(plain, cell, pixels.shape))[inside])
    few = max(4, away.size // 2000)
    if away[-few:].mean() > -away[:few].mean():  # light ink
        pixels, filled = 255 - pixels, 255 - filled
    paper = np.maximum(_enlarged(_closed(filled), cell, pixels.shape), DARKEST)
    return np.where(inside, (paper - pixels) / paper, np.float32(0)).astype(np.float32)


def _medians(pixels: Grey, cell: int) -> Grey:
    height, width = pixels.shape
    whole = np.pad(pixels, ((0, -height % cell), (0, -width % cell)), "reflect")
    rows, columns = (side // cell for side in whole.shape)
    cells = whole.reshape(rows, cell, columns, cell).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    return np.asarray(np.median(cells, 2), np.float32)


def _sheet(cells: Grey) -> Mask:
    """The cells of the sheet: the largest region without a step, and what it surrounds; all where no table shows."""
    rows, columns = cells.shape
    # cells and the passages between them, so that regions are the connected parts of a mask
    open_ways = np.zeros((2 * rows - 1, 2 * columns - 1), bool)
    open_ways[::2, ::2] = True
    open_ways[1::2, ::2] = np.abs(np.diff(cells, axis=0)) < 255 * STEP
    open_ways[::2, 1::2] = np.abs(np.diff(cells, axis=1)) < 255 * STEP
    regions = label_parts(open_ways, corners=False)[::2, ::2]
    largest = regions == np.argmax(np.bincount(regions.ravel()))
    outer = label_parts(np.pad(~largest, 1, constant_values=True), corners=False)
    beyond = (outer == outer[0, 0])[1:-1, 1:-1]  # what is off the sheet and reaches the picture's edge
    edge = np.concatenate([beyond[0], beyond[-1], beyond[:, 0], beyond[:, -1]])
    if edge.mean() < TABLE:
        return np.ones_like(beyond)
    return np.asarray(~beyond, bool)


def _plain_fit(cells: Grey, sheet: Mask) -> Grey:
    """A surface of second degree through the sheet's cells, by least absolute deviations: ink counts little."""
    rows, columns = (index / max(cells.shape) - 0.5 for index in np.indices(cells.shape))
    terms = np.stack([np.ones_like(rows), rows, columns, rows**2, rows * columns, columns**2], 2)
    basis, values = terms[sheet].astype(np.float64), cells[sheet].astype(np.float64)
    weights = np.ones(len(values))
    for _ in range(15):
        factor = np.linalg.lstsq(basis * weights[:, None], values * weights, rcond=None)[0]
        weights = 1 / np.sqrt(np.maximum(np.abs(values - basis @ factor), 2))
    return np.asarray(terms @ factor, np.float32)


def _closed(cells: Grey) -> Grey:
    """The highest within REACH of each cell, and of those the lowest.

    Beyond the edges the brightness goes on as it goes within, so that a ramp has no step there.
    """
    reach = [min(2 * REACH, side - 1) for side in cells.shape]
    padded = np.pad(cells, [(side, side) for side in reach], "reflect", reflect_type="odd")
    closed = -_highest(-_highest(padded))
    return closed[reach[0] : reach[0] + cells.shape[0], reach[1] : reach[1] + cells.shape[1]]


def _highest(values: Grey) -> Grey:
    for axis in (0, 1):
        width = [(REACH, REACH) if each == axis else (0, 0) for each in (0, 1)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, width, "edge"), 2 * REACH + 1, axis)
        values = windows.max(-1)
    return values


def _enlarged(cells: Grey, cell: int, shape: tuple[int, ...]) -> Grey:
    rows, columns = cells.shape
    large = Image.fromarray(cells.astype(np.float32)).resize((columns * cell, rows * cell), Image.Resampling.BILINEAR)
    return np.asarray(large, np.float32)[: shape[0], : shape[1]]
