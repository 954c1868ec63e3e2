"""Pictures of digits: made like MNIST's, whatever their size and colours."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist.data.labelled import read_labelled
from mnist.data.pictures import like_mnist, read_picture
from mnist.data.sources import rendered_digits
from mnist.errors import DataError


def blot(height: int = 100, width: int = 80, paper: int = 255, ink: int = 0) -> np.ndarray:
    """A bar of 40 by 10 pixels, away from the middle."""
    grey = np.full((height, width), paper, np.uint8)
    grey[10:50, 60:70] = ink
    return grey


def centre(image: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(image.shape)
    return float((rows * image).sum() / image.sum()), float((columns * image).sum() / image.sum())


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255), (230, 90), (40, 120)])
def test_a_digit_is_light_on_dark_20_pixels_long_and_centred_by_its_mass(paper: int, ink: int):
    image = like_mnist(blot(paper=paper, ink=ink))

    rows, columns = (np.flatnonzero(image.any(axis)) for axis in (1, 0))
    assert (image.shape, image.dtype, image.max()) == ((28, 28), np.uint8, 255)
    assert (len(rows), len(columns)) == (20, 5)
    assert centre(image) == pytest.approx((14, 14), abs=0.5)


def test_the_centre_is_that_of_mass_not_of_the_box():
    grey = np.zeros((60, 60), np.uint8)
    grey[10:50, 20:30] = 255
    grey[40:50, 20:50] = 255  # an L, heavy at its foot

    assert centre(like_mnist(grey)) == pytest.approx((14, 14), abs=0.5)
    assert np.flatnonzero(like_mnist(grey).any(1))[0] < 3


@pytest.mark.parametrize("size", [(9, 9), (28, 28), (500, 40), (40, 500)])
def test_any_size_is_read(size: tuple[int, int]):
    grey = np.full(size, 255, np.uint8)
    grey[2:-2, 3:-3] = 0

    assert like_mnist(grey).shape == (28, 28)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_picture_is_refused(value: int):
    with pytest.raises(DataError, match="shows nothing; a digit that differs from its background is needed"):
        like_mnist(np.full((30, 30), value, np.uint8))


def test_mnists_images_made_large_and_dark_on_light_come_back(mnist_dir: Path):
    alike = []
    for image in read_labelled(mnist_dir)[0][:100]:
        large = np.asarray(Image.fromarray(255 - image).resize((280, 280), Image.Resampling.BICUBIC))
        again = like_mnist(large).astype(float)

        alike.append(np.corrcoef(again.ravel(), image.ravel())[0, 1])

    assert np.mean(alike) > 0.95  # half a pixel away, the mean is 0.81


def test_a_grey_28_by_28_picture_light_on_dark_is_taken_as_it_is(tmp_path: Path):
    image = rendered_digits(1, 1).train_images[0]
    Image.fromarray(image).save(tmp_path / "d.png")

    assert np.array_equal(read_picture(tmp_path / "d.png"), image)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "P", "LA", "CMYK", "I;16"])
def test_every_kind_of_picture_is_read(tmp_path: Path, mode: str):
    picture = Image.fromarray(blot())
    file = tmp_path / ("d.jpg" if mode == "CMYK" else "d.png")
    (Image.fromarray(blot().astype(np.uint16) * 257) if mode == "I;16" else picture.convert(mode)).save(file)

    assert np.abs(read_picture(file).astype(int) - like_mnist(blot())).max() < 40


def test_what_is_transparent_is_paper(tmp_path: Path):
    rgba = np.zeros((100, 80, 4), np.uint8)
    rgba[10:50, 60:70, 3] = 255  # black where it is not transparent
    Image.fromarray(rgba).save(tmp_path / "d.png")

    assert np.array_equal(read_picture(tmp_path / "d.png"), like_mnist(blot()))


def test_a_picture_is_turned_as_its_camera_says(tmp_path: Path):
    picture = Image.fromarray(blot())
    turned = picture.getexif()
    turned[0x0112] = 6
    picture.save(tmp_path / "d.png", exif=turned)

    assert np.array_equal(read_picture(tmp_path / "d.png"), like_mnist(np.rot90(blot(), -1)))


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
        read_picture(tmp_path / "d.png")


def test_a_truncated_picture_and_a_missing_one_are_named(tmp_path: Path):
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8)).save(tmp_path / "d.png")
    (tmp_path / "d.png").write_bytes((tmp_path / "d.png").read_bytes()[:3000])

    with pytest.raises(DataError, match=r"d\.png: cannot be read"):
        read_picture(tmp_path / "d.png")
    with pytest.raises(DataError, match=r"e\.png: no such file; did you mean d\.png\? a PNG or JPEG picture is needed"):
        read_picture(tmp_path / "e.png")
    with pytest.raises(DataError, match="is a folder; a PNG or JPEG picture is needed"):
        read_picture(tmp_path)


def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    Image.fromarray(blot()).save(tmp_path / "d.png")
    for limit in (5_000, 1_000):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(DataError, match=rf"d\.png: too many pixels; at most {limit:,} are read"):
            read_picture(tmp_path / "d.png")
