"""Connected parts of a mask, and which of them make a digit: several strokes may, a speck or the table does not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
LEAST = 0.4  # of the tallest part's height: a lower part is a piece of a digit beside it, or a speck
NEAR, NEAR_BAR = 0.12, 0.3  # of the tallest's: so far from a digit a piece may lie, and one that is long but low
OVERLAP = 0.5  # of the narrower one's width, where one part stands above the other in the same digit


@dataclass(frozen=True, slots=True)
class Box:
    """Rows top to bottom and columns left to right, the last of each not within."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def longer(self) -> int:
        """The longer side."""
        return max(self.height, self.width)

    def around(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def distance(self, other: "Box") -> float:
        """Pixels between the two, 0 where they meet."""
        down = max(0, self.top - other.bottom, other.top - self.bottom)
        across = max(0, self.left - other.right, other.left - self.right)
        return float(np.hypot(down, across))

    def stacked(self, other: "Box") -> bool:
        """Whether one stands above or in the other, as two strokes of a digit do."""
        common = min(self.right, other.right) - max(self.left, other.left)
        return common > OVERLAP * min(self.width, other.width)


@dataclass(frozen=True, slots=True)
class Written:
    """A digit on paper: the labels of its parts, and the box around them."""

    labels: tuple[int, ...]
    box: Box


def label_parts(mask: Mask, *, corners: bool = True) -> NDArray[np.int64]:
    """0 off the mask, 1, 2, ... on it: pixels that touch, at a corner too, have the same number.

    Each pixel takes the lowest number among its neighbours, and then that pixel's own, until nothing changes.
    """
    numbers = np.zeros(mask.shape, np.int64)
    count = int(mask.sum())
    numbers[mask] = np.arange(1, count + 1)
    pairs = []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1))[: 4 if corners else 2]:
        here = numbers[: mask.shape[0] - down, max(0, -right) : mask.shape[1] - max(0, right)]
        there = numbers[down:, max(0, right) : mask.shape[1] - max(0, -right)]
        both = (here > 0) & (there > 0)
        pairs.append(np.stack([here[both], there[both]]))
    first, second = np.concatenate(pairs, 1)
    lowest = np.arange(count + 1)
    while (lowest[first] != lowest[second]).any():
        lower = np.minimum(lowest[first], lowest[second])
        np.minimum.at(lowest, lowest[first], lower)
        np.minimum.at(lowest, lowest[second], lower)
        lowest = lowest[lowest]
    while (lowest[lowest] != lowest).any():
        lowest = lowest[lowest]
    roots = np.unique(lowest[1:])
    renumbered = np.zeros(count + 1, np.int64)
    renumbered[roots] = np.arange(1, len(roots) + 1)
    return np.asarray(renumbered[lowest[numbers]])


def find_written(labels: NDArray[np.int64]) -> list[Written]:
    """The digits among the parts, line by line from left to right.

    What touches the picture's edge is the table or a shadow, where something else is large enough to be meant.
    """
    boxes = _boxes(labels)
    height, width = labels.shape
    inner = {
        number: box
        for number, box in boxes.items()
        if box.top > 0 and box.left > 0 and box.bottom < height and box.right < width
    }
    if inner and max(box.longer for box in inner.values()) >= 0.1 * min(height, width):
        boxes = inner
    tallest = max(box.longer for box in boxes.values())
    order = sorted(boxes, key=lambda number: -boxes[number].longer)
    digits: list[Written] = []
    for number in sorted(order, key=lambda number: boxes[number].height < LEAST * tallest):
        box = boxes[number]
        near = [digit for digit in digits if _belongs(box, digit.box, tallest)]
        if near:
            nearest = min(near, key=lambda digit: digit.box.distance(box))
            digits[digits.index(nearest)] = Written((*nearest.labels, number), nearest.box.around(box))
        elif box.height >= LEAST * tallest or not digits:
            digits.append(Written((number,), box))
    return _in_order(digits)


def _belongs(box: Box, digit: Box, tallest: int) -> bool:
    """Whether a part is a stroke of the digit: a piece near it, or a stroke above, below or across it."""
    distance = digit.distance(box)
    if box.height < LEAST * tallest:
        return distance <= (NEAR_BAR if box.width >= LEAST * tallest else NEAR) * tallest
    return digit.stacked(box) and distance <= 2 * NEAR * tallest


def _in_order(digits: list[Written]) -> list[Written]:
    """Lines from top to bottom: a digit whose middle is within the heights of a line is of it."""
    lines: list[list[Written]] = []
    for digit in sorted(digits, key=lambda each: -each.box.height):
        middle = (digit.box.top + digit.box.bottom) / 2
        for line in lines:
            if line[0].box.top <= middle <= line[0].box.bottom:
                line.append(digit)
                break
        else:
            lines.append([digit])
    lines.sort(key=lambda line: line[0].box.top)
    return [digit for line in lines for digit in sorted(line, key=lambda each: each.box.left)]


def _boxes(labels: NDArray[np.int64]) -> dict[int, Box]:
    rows, columns = np.nonzero(labels)
    numbers = labels[rows, columns]
    count = int(numbers.max()) + 1
    low, high = np.full((2, count), labels.size), np.full((2, count), -1)
    for axis, places in enumerate((rows, columns)):
        np.minimum.at(low[axis], numbers, places)
        np.maximum.at(high[axis], numbers, places)
    return {
        number: Box(int(low[0, number]), int(low[1, number]), int(high[0, number]) + 1, int(high[1, number]) + 1)
        for number in range(1, count)
        if high[0, number] >= 0
    }
