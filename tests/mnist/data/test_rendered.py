"""Rendered digits: the same at every call, shaped and inked like MNIST's."""

import numpy as np

from mnist.data.rendered import FONTS, font_glyphs, render_digits


def test_the_same_seed_renders_the_same_digits_and_another_seed_others():
    images, labels = render_digits(50, seed=3)
    again, labels_again = render_digits(50, seed=3)
    other, _ = render_digits(50, seed=4)

    assert np.array_equal(images, again)
    assert np.array_equal(labels, labels_again)
    assert not np.array_equal(images, other)


def test_images_are_bytes_of_28_by_28_and_all_ten_digits_occur():
    images, labels = render_digits(300, seed=0)

    assert (images.dtype, images.shape) == (np.uint8, (300, 28, 28))
    assert (labels.dtype, sorted(set(labels.tolist()))) == (np.uint8, list(range(10)))


def test_digits_are_white_on_black_centred_and_about_twenty_pixels_high():
    images, _ = render_digits(500, seed=0)
    ink = images / 255

    rows = ink.sum(2) > 0.5
    heights = 28 - rows.argmax(1) - rows[:, ::-1].argmax(1)
    middle = (ink.sum(1) * np.arange(28)).sum(1) / ink.sum((1, 2))
    assert images.max() == 255
    assert ink[:, [0, -1]].mean() < 0.01
    assert 0.08 < ink.mean() < 0.16
    assert 17 < heights.mean() < 22
    assert abs(middle.mean() - 13.5) < 1


def test_no_digit_is_rendered_twice_alike():
    images, _ = render_digits(500, seed=0)

    assert len({image.tobytes() for image in images}) == 500


def test_every_font_draws_ten_different_digits():
    for name, digits in zip(FONTS, np.split(font_glyphs(), len(FONTS)), strict=True):
        differences = [np.abs(a - b).mean() for i, a in enumerate(digits) for b in digits[:i]]
        assert min(differences) > 0.01, name
        assert min(digit.max() for digit in digits) > 0.9, name
