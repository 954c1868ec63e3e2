"""One written digit made like MNIST's: 20 pixels high or wide, strokes as broad as there, at its centre of mass."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist.data.pictures.paper import Grey, Mask

SIDE, BOX = 28, 20
FINE = 80  # pixels along a digit's longer side while its strokes are measured and changed
MARGIN = 24  # around it, into which strokes may grow
STROKE = (0.09, 0.17)  # of the longer side: strokes of most of MNIST's digits are so broad
USUAL = 0.125


def like_mnist(amount: Grey) -> NDArray[np.uint8]:
    """(28, 28), light on dark, from the ink of one digit, with nothing around it.

    As the data set was made (LeCun et al. 1998, section III.A): a shape of black and white is scaled to 20 pixels along
    its longer side, its proportions kept, greys from smoothing its edges, and laid so that its centre of mass is at
    pixel (14, 14). Ink is what has half of the digit's usual darkness. Strokes narrower or broader than STROKE become
    USUAL.
    """
    fine = _resized(amount, FINE / max(amount.shape))
    peak = float(np.quantile(fine[fine > 0.25 * fine.max()], 0.75))
    mask = np.pad(fine, MARGIN) > peak / 2
    inside, outside = distances(~mask), distances(mask)
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    longer = float(max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1)
    width = 4 * float(inside[mask].mean()) - 2
    growth = 0.0
    if not STROKE[0] <= width / longer <= STROKE[1]:
        growth = (USUAL * longer - width) / (2 * (1 - USUAL))
    signed = np.where(mask, inside - 0.5, 0.5 - outside)
    shape = np.clip(signed + growth + 0.5, 0, 1)
    rows, columns = (np.flatnonzero((shape > 0.5).any(axis)) for axis in (1, 0))
    box = shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    return _placed(_resized(box, BOX / max(box.shape)))


def distances(mask: Mask) -> Grey:
    """From the middle of each pixel to that of the nearest pixel of the mask, one axis after the other."""
    far = np.float32(4 * max(mask.shape) ** 2)
    squares = np.where(mask, np.float32(0), far)
    for _ in range(2):
        places = np.arange(squares.shape[0], dtype=np.float32)
        apart = (places[:, None] - places) ** 2
        squares = (apart[:, :, None] + squares[None]).min(1).T
    return np.asarray(np.sqrt(squares), np.float32)


def _resized(values: Grey, scale: float) -> Grey:
    width, height = (max(1, round(side * scale)) for side in reversed(values.shape))
    kind = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(values).resize((width, height), kind), np.float32)


def _placed(small: Grey) -> NDArray[np.uint8]:
    """A box of at most 20 × 20 in an image of 28 × 28, its centre of mass in the middle."""
    middle = [(small.sum(axis) * np.arange(small.shape[1 - axis])).sum() / small.sum() for axis in (1, 0)]
    top, left = (
        int(np.clip(round(round(float(SIDE / 2 - at), 3)), 0, SIDE - side))  # half a pixel whatever float32 makes of it
        for at, side in zip(middle, small.shape, strict=True)
    )
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[top : top + small.shape[0], left : left + small.shape[1]] = np.rint(255 * np.clip(small, 0, 1))
    return image
