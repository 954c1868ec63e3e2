"""Connected parts of a mask, and one digit made like MNIST's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist.data.pictures.digit import distances, like_mnist
from mnist.data.pictures.parts import label_parts

MASKS = arrays.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def flooded(mask: np.ndarray, corners: bool) -> np.ndarray:
    """The same by filling from each pixel that has no number yet."""
    labels = np.zeros(mask.shape, int)
    steps = [(0, 1), (1, 0), (0, -1), (-1, 0)] + [(1, 1), (1, -1), (-1, 1), (-1, -1)] * corners
    for start in zip(*np.nonzero(mask), strict=True):
        if labels[start]:
            continue
        number, waiting = labels.max() + 1, [start]
        while waiting:
            row, column = waiting.pop()
            if not (0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]):
                continue
            if mask[row, column] and not labels[row, column]:
                labels[row, column] = number
                waiting += [(row + down, column + right) for down, right in steps]
    return labels


@given(mask=MASKS, corners=st.booleans())
def test_pixels_that_touch_are_one_part(mask: np.ndarray, corners: bool):
    assert np.array_equal(label_parts(mask, corners=corners), flooded(mask, corners))


@given(mask=MASKS)
def test_distances_are_to_the_nearest_pixel(mask: np.ndarray):
    found = distances(mask)
    places = np.argwhere(mask)

    for place in np.argwhere(np.ones_like(mask)) if len(places) else []:
        assert found[tuple(place)] == pytest.approx(np.hypot(*(places - place).T).min(), abs=1e-4)


def test_a_digit_is_20_pixels_long_and_at_its_centre_of_mass():
    amount = np.zeros((60, 60), np.float32)
    amount[10:50, 20:25] = 1
    amount[45:50, 20:50] = 1  # an L, heavy at its foot

    image = like_mnist(amount)

    rows, columns = np.indices(image.shape)
    centre = ((rows * image).sum() / image.sum(), (columns * image).sum() / image.sum())
    assert (image.shape, image.dtype) == ((28, 28), np.uint8)
    assert max(np.ptp(np.flatnonzero((image > 127).any(axis))) + 1 for axis in (0, 1)) == 20
    assert centre == pytest.approx((14, 14), abs=0.5)
    assert np.flatnonzero(image.any(1))[0] < 3
