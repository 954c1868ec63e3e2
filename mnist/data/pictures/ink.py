"""Ink told from paper, whatever lies on the paper: shade, grain, ruled lines. Knows nothing of digits. No torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist.data.pictures.paper import Grey, Mask, contrast
from mnist.errors import DataError

PIXELS = 2**18  # a larger picture is made so small first: grain averages out, and the rest takes milliseconds
LEAST_CONTRAST = 0.1  # of the paper's brightness, between paper and ink
GRAINS = 3.5  # standard deviations of the paper's grain that ink differs from paper at least
FINE_GRAIN, MOST_SMOOTHINGS = 0.02, 6  # coarser grain is smoothed so often at most
SLOPES = np.linspace(-0.06, 0.06, 25)  # of ruled lines
COVERED, EDGE = 0.35, 0.025  # of its width is ink, where a ruled line runs, also so near to the picture's edges;
SECTIONS = 10  # and in all but one of so many sections
DARKER = 1.4  # times a line's contrast: ink so dark is told by that alone
CLEARLY = 0.6  # of what is seen of it is ink, where a line beside others runs out of the picture


@dataclass(frozen=True, slots=True)
class Ink:
    """Where a picture has ink: `amount` 0 for paper, 1 for black on white; `mask` where that is enough."""

    amount: Grey
    mask: Mask


def find_ink(grey: NDArray[np.uint8]) -> Ink:
    """The ink of a (height, width) picture, darker or lighter than its paper; DataError where it shows nothing.

    `mnist.data.pictures.paper` says how bright the paper is. Ink is what differs from it by more than Otsu's threshold
    (Otsu 1979), LEAST_CONTRAST and GRAINS standard deviations of the paper's grain. Ruled lines are taken out.
    """
    pixels = np.asarray(_smaller(Image.fromarray(grey)), np.float32)
    amount = contrast(pixels)
    grain = _grain(amount)
    for _ in range(MOST_SMOOTHINGS):
        if grain < FINE_GRAIN:
            break
        amount = _smoothed(amount)
        grain = _grain(amount)
    amount = amount - float(np.median(amount))
    mask = amount > max(_otsu(amount), LEAST_CONTRAST, GRAINS * grain)
    if not mask.any():
        raise DataError("shows nothing; a digit that differs from its background is needed")
    rest = _without_lines(_without_lines(mask).T).T  # lines across, then, with the picture on its side, lines down
    if not rest.any():
        raise DataError("shows nothing but lines from edge to edge; a digit is needed")
    if (mask & ~rest).any():
        line, ink = float(np.median(amount[mask & ~rest])), float(np.quantile(amount[rest], 0.9))
        if ink > DARKER * line:
            rest = amount > (line + ink) / 2
    return Ink(np.clip(amount, 0, None), rest)


def _grain(amount: Grey) -> float:
    """The standard deviation of what is mostly paper, by its median deviation."""
    return 1.4826 * float(np.median(np.abs(amount - np.median(amount))))


def _smoothed(amount: Grey) -> Grey:
    """Each place with its neighbours, weighted 1 : 2 : 1 along both sides."""
    for _ in range(2):
        wide = np.pad(amount, ((1, 1), (0, 0)), "edge")
        amount = np.asarray((wide[:-2] + 2 * wide[1:-1] + wide[2:]).T / 4, np.float32)
    return amount


def _smaller(picture: Image.Image) -> Image.Image:
    share = (PIXELS / (picture.width * picture.height)) ** 0.5
    if share >= 1:
        return picture
    width, height = (max(1, round(side * share)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BOX)


def _otsu(amount: Grey) -> float:
    """The threshold that leaves the least variance within the two classes it makes."""
    counts, edges = np.histogram(amount, 256, (0.0, max(1e-6, float(amount.max()))))
    middles = (edges[:-1] + edges[1:]) / 2
    below, total = np.cumsum(counts), counts.sum()
    sums = np.cumsum(counts * middles)
    above = total - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(edges[1 + np.argmax(np.nan_to_num(between))])


def _without_lines(mask: Mask) -> Mask:
    """The mask less lines from its left to its right edge, but for what crosses them."""
    height, width = mask.shape
    found, at = np.nonzero(mask)
    edge = max(1, round(EDGE * width))
    section = at * SECTIONS // width
    best, chosen, slope = 0.0, np.zeros(height, bool), 0.0
    for each in SLOPES:
        straight = (found - np.rint(each * (at - width / 2)).astype(int)) % height
        counts, left, right = (
            np.bincount(straight[part], minlength=height) for part in (slice(None), at < edge, at >= width - edge)
        )
        spread = np.bincount(straight * SECTIONS + section, minlength=height * SECTIONS).reshape(height, SECTIONS)
        lines = (counts > COVERED * width) & (left > 0) & (right > 0) & ((spread > 0).sum(1) >= SECTIONS - 1)
        score = float((counts[lines] ** 2).sum())
        if score > best:
            best, chosen, slope = score, lines, float(each)
    if not best:
        return mask
    shifts = np.rint(slope * (np.arange(width) - width / 2)).astype(int)
    beyond = int(np.abs(shifts).max())  # rows above and below, where lines run that are partly out of the picture
    rows = np.arange(-beyond, height + beyond)[:, None] + shifts
    visible = (rows >= 0) & (rows < height)
    rows, columns = np.clip(rows, 0, height - 1), np.broadcast_to(np.arange(width), rows.shape)
    kept = mask[rows, columns] & visible
    seen = visible.sum(1)
    lines = (kept.sum(1) > CLEARLY * seen) & (seen > edge)
    lines[beyond : beyond + height] |= chosen
    band = lines | np.roll(lines, 1) | np.roll(lines, -1)
    outside = kept & ~band[:, None]
    for start, end in _stretches(band):
        above, below = outside[max(0, start - 2) : start].any(0), outside[end : end + 2].any(0)
        kept[start:end] &= above | below
    result = np.zeros_like(mask)
    result[rows[visible], columns[visible]] = kept[visible]
    return result


def _stretches(flags: Mask) -> list[tuple[int, int]]:
    """(first, one past the last) of each stretch of True."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return list(zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True))
