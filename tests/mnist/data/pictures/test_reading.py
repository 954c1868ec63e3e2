"""Picture files: which are read, how their digits are found, and what is wrong with the others."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist.data.pictures.reading import find_digits, read_digits, read_picture
from mnist.data.sources import read_folder, rendered_digits
from mnist.errors import DataError

Points = list[tuple[float, float]]
SEVEN: Points = [(0.25, 0.2), (0.7, 0.2), (0.4, 0.8)]
ONE: Points = [(0.5, 0.2), (0.5, 0.8)]


def drawn(
    *lines: Points, size: tuple[int, int] = (400, 400), paper: int = 230, ink: int = 40, pen: int = 30
) -> np.ndarray:
    """Lines through points, given as shares of the picture's sides."""
    picture = Image.new("L", size, paper)
    for line in lines:
        points = [(x * size[0], y * size[1]) for x, y in line]
        ImageDraw.Draw(picture).line(points, fill=ink, width=pen, joint="curve")
    return np.asarray(picture)


def moved(line: Points, across: float, down: float = 0, scale: float = 1.0) -> Points:
    return [(across + scale * x, down + scale * y) for x, y in line]


def alike(image: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(image.ravel().astype(float), other.ravel().astype(float))[0, 1])


USUAL = find_digits(drawn(SEVEN))[0].image


def noisy(grey: np.ndarray) -> np.ndarray:
    return np.clip(grey + np.random.default_rng(0).normal(0, 25, grey.shape), 0, 255).astype(np.uint8)


def shaded(grey: np.ndarray) -> np.ndarray:
    return (grey * np.linspace(1, 0.5, grey.shape[1])).astype(np.uint8)


def ruled(grey: np.ndarray) -> np.ndarray:
    """Lines across as dark as the pen, with the digit over them."""
    lines = grey.copy()
    lines[20::50] = lines[21::50] = 40
    return np.minimum(lines, grey)


def squared(grey: np.ndarray) -> np.ndarray:
    return np.minimum(ruled(grey), ruled(grey.T).T)


def on_a_table(grey: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(np.pad(grey, 60, constant_values=90)).rotate(3, fillcolor=90))


def large(grey: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(grey).resize((1600, 1600)))


@pytest.mark.parametrize("change", [noisy, shaded, ruled, squared, on_a_table, large])
def test_what_lies_on_the_paper_leaves_the_digit_as_it_is(change: Callable[[np.ndarray], np.ndarray]):
    (digit,) = find_digits(change(drawn(SEVEN)))

    assert alike(digit.image, USUAL) > 0.8  # a pixel beside costs so much, half a digit more


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255), (230, 90), (40, 120)])
def test_ink_is_darker_or_lighter_than_its_paper(paper: int, ink: int):
    (digit,) = find_digits(drawn(SEVEN, paper=paper, ink=ink))

    assert alike(digit.image, USUAL) > 0.98


@pytest.mark.parametrize("pen", [3, 8, 20, 60])
def test_strokes_of_every_width_are_made_as_broad_as_mnists(pen: int):
    (digit,) = find_digits(drawn(SEVEN, pen=pen))

    assert digit.image.max() == 255
    assert alike(digit.image, USUAL) > 0.7
    assert 60 < (digit.image > 127).sum() < 130


def test_several_digits_are_read_line_by_line():
    places = [(0.0, 0.0), (0.3, 0.02), (0.6, 0.0), (0.0, 0.5), (0.3, 0.5)]
    kinds = [SEVEN, ONE, SEVEN, ONE, SEVEN]
    lines = [moved(kind, *place, scale=0.4) for kind, place in zip(kinds, places, strict=True)]

    digits = find_digits(drawn(*reversed(lines), size=(800, 500), pen=12))

    assert [digit.image[:, 14:].sum() > 0 and np.ptp(np.flatnonzero(digit.image.any(0))) < 8 for digit in digits] == [
        kind is ONE for kind in kinds
    ]
    assert digits[0].box.bottom < 250 < digits[3].box.top


def test_a_digit_of_two_strokes_is_one_and_specks_are_none():
    five = [[(0.35, 0.2), (0.33, 0.45), (0.6, 0.55), (0.6, 0.7), (0.35, 0.78)], [(0.42, 0.2), (0.7, 0.18)]]
    grey = drawn(*five).copy()
    grey[350:354, 40:44] = 0
    grey[20:24, 300:303] = 0

    (digit,) = find_digits(grey)

    assert digit.box.right > 270
    assert digit.box.left > 100


def test_a_box_is_in_the_pixels_of_the_picture():
    grey = np.full((1200, 900), 255, np.uint8)
    grey[300:900, 400:450] = 0

    box = find_digits(grey)[0].box

    assert (box.top, box.left, box.bottom, box.right) == pytest.approx((300, 400, 900, 450), abs=4)


@pytest.mark.parametrize("size", [(9, 9), (28, 28), (500, 60), (60, 500), (1, 40)])
def test_any_size_is_read_or_refused_in_words(size: tuple[int, int]):
    grey = drawn(SEVEN, size=size, pen=max(1, min(size) // 8))
    try:
        assert find_digits(grey)[0].image.shape == (28, 28)
    except DataError as error:
        assert "shows nothing" in str(error)  # noqa: PT017


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_picture_is_refused(value: int):
    with pytest.raises(DataError, match="shows nothing; a digit that differs from its background is needed"):
        find_digits(np.full((30, 30), value, np.uint8))


def test_grain_and_lines_alone_are_no_digit():
    paper = np.full((300, 300), 200, np.uint8)
    with pytest.raises(DataError, match="shows nothing but lines from edge to edge"):
        find_digits(ruled(paper))


def test_mnists_images_made_large_and_dark_on_light_come_back(mnist_dir: Path):
    images = read_folder(mnist_dir).test_images[:60]
    wide = [Image.fromarray(255 - image).resize((280, 280), Image.Resampling.BICUBIC) for image in images]
    same = [alike(find_digits(np.asarray(each))[0].image, image) for each, image in zip(wide, images, strict=True)]

    assert np.mean(same) > 0.9  # half a pixel away, the mean is 0.81


def test_a_grey_28_by_28_picture_light_on_dark_is_taken_as_it_is(tmp_path: Path):
    image = rendered_digits(1, 1).train_images[0]
    Image.fromarray(image).save(tmp_path / "d.png")

    assert np.array_equal(read_picture(tmp_path / "d.png"), image)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "P", "LA", "CMYK", "I;16"])
def test_every_kind_of_picture_is_read(tmp_path: Path, mode: str):
    grey = drawn(SEVEN, paper=255, ink=0)
    file = tmp_path / ("d.jpg" if mode == "CMYK" else "d.png")
    (Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(grey).convert(mode)).save(
        file
    )

    assert alike(read_picture(file), USUAL) > 0.95


def test_what_is_transparent_is_paper(tmp_path: Path):
    rgba = np.zeros((400, 400, 4), np.uint8)
    rgba[..., 3] = 255 * (drawn(SEVEN) < 128)  # black where it is not transparent
    Image.fromarray(rgba).save(tmp_path / "d.png")

    assert alike(read_picture(tmp_path / "d.png"), USUAL) > 0.98


def test_a_picture_is_turned_as_its_camera_says(tmp_path: Path):
    picture = Image.fromarray(np.rot90(drawn(SEVEN)))
    turned = picture.getexif()
    turned[0x0112] = 6
    picture.save(tmp_path / "d.png", exif=turned)

    assert alike(read_picture(tmp_path / "d.png"), USUAL) > 0.98


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no picture", "not a picture; PNG or JPEG is needed"),
        (b"", "not a picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, r"(not a picture|cannot be read)"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes, message: str):
    (tmp_path / "d.png").write_bytes(content)

    with pytest.raises(DataError, match=rf"d\.png: {message}"):
        read_digits(tmp_path / "d.png")


def test_a_truncated_picture_and_a_missing_one_are_named(tmp_path: Path):
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8)).save(tmp_path / "d.png")
    (tmp_path / "d.png").write_bytes((tmp_path / "d.png").read_bytes()[:3000])

    with pytest.raises(DataError, match=r"d\.png: cannot be read"):
        read_digits(tmp_path / "d.png")
    with pytest.raises(DataError, match=r"e\.png: no such file; did you mean d\.png\? a PNG or JPEG picture is needed"):
        read_digits(tmp_path / "e.png")
    with pytest.raises(DataError, match="is a folder; a PNG or JPEG picture is needed"):
        read_digits(tmp_path)


def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path):
    for sides in ((5_001, 5_000), (14_000, 13_000)):  # Pillow itself refuses the second
        Image.new("1", sides).save(tmp_path / "d.png")
        with pytest.raises(DataError, match=r"d\.png: .*25,0\d\d,000 pixels"):
            read_digits(tmp_path / "d.png")


def test_a_picture_of_a_format_that_starts_programs_is_none(tmp_path: Path):
    Image.new("L", (30, 30)).save(tmp_path / "d.eps")
    (tmp_path / "d.eps").rename(tmp_path / "d.png")
    with pytest.raises(DataError, match=r"d\.png: not a picture; PNG or JPEG is needed \(PNG, JPEG, GIF, "):
        read_digits(tmp_path / "d.png")
