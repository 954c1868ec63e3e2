"""Figures as bytes: drawn once, light and dark, nothing kept, and nothing of the caller's settings changed."""

import gc
import io
import weakref
from functools import partial

import matplotlib as mpl
import numpy as np
from lxml import etree
from matplotlib.figure import Figure
from matplotlib.image import imread

from reports.pictures import classes, images, plots

DARK = "@media screen and (prefers-color-scheme: dark){svg{filter:invert("


def loss() -> Figure:
    return plots.loss_of_run([0.3, 0.2], [0.25, 0.21], "")


def test_settings_of_the_caller_neither_matter_nor_change():
    expected = images.svg(loss)
    with mpl.rc_context({"lines.linewidth": 9, "figure.facecolor": "black", "svg.hashsalt": "other"}):
        before = dict(mpl.rcParams)

        assert images.svg(loss) == expected
        assert dict(mpl.rcParams) == before


def test_each_drawing_is_made_once():
    made = []

    def draw():
        made.append(True)
        return loss()

    alone = images.draw_all({"a/loss.svg": draw})
    both = images.draw_all({"a/loss.svg": draw}, with_png=True)

    assert list(alone) == ["a/loss.svg"]
    assert list(both) == ["a/loss.svg", "a/loss.png"]
    assert len(made) == 2  # a time for each call
    assert both["a/loss.svg"] == alone["a/loss.svg"] == images.svg(loss)
    assert imread(io.BytesIO(both["a/loss.png"])).shape == imread(io.BytesIO(images.png(loss))).shape
    assert both == images.draw_all({"a/loss.svg": draw}, with_png=True)


def test_several_processes_draw_the_same_bytes_in_the_same_order(monkeypatch):
    monkeypatch.setattr(images, "A_WORKER", 2)
    drawings = {f"{rate}.svg": partial(plots.loss_of_rate, [0.3, 0.2], rate) for rate in (0.1, 0.2, 0.5, 0.8, 1.0)}
    drawings["wrong.svg"] = partial(classes.wrong_images, np.zeros((2, 28, 28), np.uint8), ["1", "2"], ["7", "3"], "")
    told = []

    many = images.draw_all(drawings, with_png=True, workers=2, drawn=told.append)

    assert list(many.items()) == list(images.draw_all(drawings, with_png=True).items())
    assert told == [1, 2, 3, 4, 5, 6]


def test_an_svg_turns_dark_where_the_reader_has_asked_for_it():
    (style,) = etree.fromstring(images.svg(loss)).iter("{http://www.w3.org/2000/svg}style")

    assert style.text.count(DARK) == 1


def test_no_figure_is_kept():
    seen = []

    def draw():
        figure = loss()
        seen.append(weakref.ref(figure))
        return figure

    for _ in range(3):
        images.draw_all({"a.svg": draw}, with_png=True)

    gc.collect()
    assert len(seen) == 3
    assert [kept() for kept in seen] == [None] * 3
