"""A drawing in the page becomes what `mnist predict` makes of the same picture."""

import base64

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist.data.pictures.reading import find_digits
from mnist.data.pictures.whole import grey_or_colour, read_whole
from tests.mnist.page.node import run

SIDE = 336
_RUN = """
const {pictures, whole} = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(pictures.map(({bytes, width, height}) => {
  const grey = Uint8Array.from(Buffer.from(bytes, "base64"));
  const image = whole ? wholeOf(grey, width, height, whole) : digitOf(grey, width, height);
  return image && Array.from(image);
})));
"""


def drawn(pen: float, points: list[tuple[float, float]], side: int = SIDE) -> NDArray[np.uint8]:
    """One stroke of round ends on white paper, its edges smoothed as a canvas does."""
    image = Image.new("L", (4 * side, 4 * side), 255)
    draw = ImageDraw.Draw(image)
    places = [(4 * side * x, 4 * side * y) for x, y in points]
    draw.line(places, fill=0, width=round(4 * pen), joint="curve")
    for x, y in places:
        draw.ellipse((x - 2 * pen, y - 2 * pen, x + 2 * pen, y + 2 * pen), fill=0)
    return np.asarray(image.resize((side, side), Image.Resampling.BOX))


def in_page(pictures: list[NDArray[np.uint8]], whole: list[int] | None = None) -> list[list[int] | None]:
    told = [
        {"bytes": base64.b64encode(each.tobytes()).decode(), "width": each.shape[1], "height": each.shape[0]}
        for each in pictures
    ]
    answer: list[list[int] | None] = run(["digit.js"], _RUN, {"pictures": told, "whole": whole})
    return answer


def test_a_drawing_becomes_the_same_image_as_in_a_picture_file():
    random = np.random.default_rng(0)
    pictures = [
        drawn(random.uniform(4, 34), [tuple(random.uniform(0.15, 0.85, 2)) for _ in range(random.integers(2, 6))])
        for _ in range(20)
    ]
    pictures += [drawn(22, [(0.5, 0.2), (0.5, 0.8)]), drawn(22, [(0.48, 0.48), (0.52, 0.52)]), drawn(40, [(0.5, 0.5)])]

    found = in_page(pictures)

    for number, (picture, image) in enumerate(zip(pictures, found, strict=True)):
        (digit,) = find_digits(picture)
        away = np.abs(np.array(image).reshape(28, 28) - digit.image.astype(int))
        assert away.max() <= 1, (number, away.max())


def test_empty_paper_is_no_digit():
    assert in_page([np.full((SIDE, SIDE), 255, np.uint8)]) == [None]


@pytest.mark.parametrize("whole", [[1, 28, 28], [3, 32, 32]])
def test_where_no_digits_were_learnt_the_whole_drawing_is_taken(tmp_path, whole):
    picture = drawn(22, [(0.2, 0.3), (0.8, 0.3), (0.5, 0.9)])
    file = tmp_path / "drawn.png"
    Image.fromarray(picture).save(file)

    (found,) = in_page([picture], whole)

    pixels = grey_or_colour(read_whole(file, (whole[1], whole[2]))[None], colour=whole[0] == 3)[0]
    assert np.abs(np.array(found).reshape(pixels.shape) - pixels.astype(int)).max() <= 1
