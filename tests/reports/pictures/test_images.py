"""Pictures as bytes: the same each time, in one process or several, light, and dark where the page around asks."""

import io
from functools import partial

import matplotlib as mpl
import numpy as np
import pytest
from lxml import etree
from matplotlib.image import imread

from backprop.derivation.derive import derive
from backprop.network.load import load_network
from backprop.printers.diagram import draw_network
from reports.pictures import classes, images, plots
from reports.pictures.canvas import Picture, Words
from reports.pictures.raster import png
from reports.pictures.svg import DARK, svg


def loss() -> Picture:
    return plots.loss_of_run([0.3, 0.2], [0.25, 0.21], "")


def network() -> bytes:
    drawing = partial(draw_network, derive(load_network("eight-weight")))
    return images.draw_all({"network.svg": drawing})["network.svg"]


@pytest.mark.parametrize("draw", [lambda: svg(loss()), lambda: png(loss()), network], ids=["svg", "png", "network"])
def test_settings_of_the_caller_neither_matter_nor_change(draw):
    expected = draw()
    with mpl.rc_context({"lines.linewidth": 9, "figure.facecolor": "black", "svg.hashsalt": "other"}):
        before = dict(mpl.rcParams)

        assert draw() == expected
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
    assert both["a/loss.svg"] == alone["a/loss.svg"] == svg(loss())
    assert both["a/loss.png"] == png(loss())


def test_several_processes_draw_the_same_bytes_in_the_same_order(monkeypatch):
    monkeypatch.setattr(images, "A_WORKER", 2)
    monkeypatch.setattr(images, "A_TASK", 2)
    drawings = {f"{rate}.svg": partial(plots.loss_of_rate, [0.3, 0.2], rate) for rate in (0.1, 0.2, 0.5, 0.8, 1.0)}
    drawings["wrong.svg"] = partial(classes.wrong_images, np.zeros((2, 28, 28), np.uint8), ["1", "2"], ["7", "3"], "")
    told = []

    many = images.draw_all(drawings, with_png=True, workers=2, drawn=told.append)

    assert list(many.items()) == list(images.draw_all(drawings, with_png=True).items())
    assert told == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("made", [lambda: svg(loss()), network], ids=["plot", "network"])
def test_an_svg_turns_dark_at_its_address_with_dark(made):
    root = etree.fromstring(made())

    assert root.get("id") == "dark"
    assert sum((style.text or "").count(DARK) for style in root.iter("{http://www.w3.org/2000/svg}style")) == 1


def test_a_png_is_twice_as_fine_as_the_svg():
    picture = loss()

    assert imread(io.BytesIO(png(picture))).shape[:2] == (2 * picture.height, 2 * picture.width)


def test_texts_of_others_stay_text():
    written = svg(Picture(100, 50, (Words((1, 20), "<script>x</script> & \"'"),)))

    (text,) = etree.fromstring(written).iter("{http://www.w3.org/2000/svg}text")
    assert text.text == "<script>x</script> & \"'"
