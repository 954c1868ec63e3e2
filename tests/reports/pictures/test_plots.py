"""Plots: the same bytes each time, readable, in colours that everybody tells apart."""

import io
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from lxml import etree
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from reports.pictures import classes, plots, raster, together
from reports.pictures.canvas import DIM, Area, Dots, Line, Picture, Words
from reports.pictures.svg import svg

LOSS = [0.25 / (1 + epoch / 9) for epoch in range(100)]
CONFUSION = [[990 if row == column else (row * column) % 3 for column in range(10)] for row in range(10)]
DIGITS = np.arange(3 * 28 * 28, dtype=np.uint32).reshape(3, 28, 28).astype(np.uint8)

LINES = {
    "loss of a rate": lambda: plots.loss_of_rate(LOSS, 0.5),
    "loss of one epoch": lambda: plots.loss_of_rate([0.25], 0.5),
    "loss of zero": lambda: plots.loss_of_rate([0.0, 0.0], 0.5),
    "loss of all": lambda: plots.loss_of_all([LOSS, LOSS[::-1]], [0.1, 2.0]),
    "loss of all, one of them 0": lambda: plots.loss_of_all([[1.0, 0.0], [1.0, 0.5]], [0.1, 2.0]),
    "loss over 32 decades": lambda: plots.loss_of_all([[10.0**-epoch for epoch in range(33)]], [5.0]),
    "loss that ran away": lambda: plots.loss_of_rate([1.0, 30.0, 1e6], 50.0, 4),
    "losses, one of which ran away": lambda: plots.loss_of_all([[1.0, 0.5, 0.4], [1.0, 1e6]], [0.1, 50.0], [None, 3]),
    "loss around 1e-7": lambda: plots.loss_of_run([3e-7, 2e-7], [2.9e-7, 1e-7], ""),
    "loss of a run": lambda: plots.loss_of_run(LOSS[:19], LOSS[1:20], ""),
    "loss of a run, all equal": lambda: plots.loss_of_run([0.5], [0.5], "rendered digits, not MNIST"),
    "accuracy of a run": lambda: plots.accuracy_of_run([90.0, 99.1], [97.0, 99.42], 99.4, ""),
    "loss of three seeds": lambda: plots.loss_of_run(
        [0.2, 0.1], [0.15, 0.12], "3 seeds", bands=(([0.1, 0.05], [0.3, 0.2]), ([0.1, 0.1], [0.2, 0.2]))
    ),
    "accuracy of three seeds on validation images": lambda: plots.accuracy_of_run(
        [90.0, 99.1],
        [97.0, 99.4],
        None,
        "3 seeds",
        (([89.0, 99.0], [91.0, 99.2]), ([96.0, 99.3], [98.0, 99.5])),
        images="validation",
    ),
    "accuracy of 100 %": lambda: plots.accuracy_of_run([100.0], [100.0], 100.0, ""),
    "accuracy of 0 %": lambda: plots.accuracy_of_run([0.0], [0.0], None, "rendered digits, not MNIST"),
    "accuracy of all": lambda: together.accuracy_of_all([[97.0, 99.0], [98.0]], ["a", "b"], 99.4),
    "accuracy with a band": lambda: together.accuracy_of_all(
        [[97.0, 99.0], [98.0]], ["a, 3 seeds", "b"], 99.4, bands={0: ([96.0, 98.9], [97.5, 99.3])}
    ),
    "names of all kinds": lambda: together.accuracy_of_all([[97.0], [98.0]], ["$x_$", "数字 run\n" * 9], None),
    "forty runs": lambda: together.accuracy_of_all([[97.0, 98.0]] * 40, ["published-10066-seed1"] * 40, 99.4),
    "thirty runs": lambda: together.accuracy_of_all(
        [[97.0, 98.0 + n / 50] for n in range(30)], [f"run {n}" for n in range(30)], 99.4
    ),
    "forty rates": lambda: plots.loss_of_all([[0.2, 0.1]] * 40, [0.125 + rate for rate in range(40)]),
    "parameters": lambda: plots.accuracy_of_parameters(
        [("a", 10_066, 98.98), ("a", 10_066, 99.1), ("$b_$", 25_290, 99.22)], [("a", 10_066, 99.41)], 99.4, 20_000
    ),
    "parameters of one": lambda: plots.accuracy_of_parameters([("a", 10, 100.0)], [], None, None),
    "parameters of forty": lambda: plots.accuracy_of_parameters(
        [(f"net-{n}", 1_000 * n, 97.0) for n in range(40)],
        [(f"net-{n}", 1_000 * n, 99.0) for n in range(9)],
        99.4,
        None,
    ),
    "groups of runs": lambda: plots.accuracy_of_groups(
        [("out/a", [99.1, 99.2], 99.15, (98.5, 99.8)), ("$b_$ 数字" * 9, [98.0], 98.0, None)], "test"
    ),
    "forty groups": lambda: plots.accuracy_of_groups([("runs/published-10066-seed1", [98.0], 98.0, None)] * 40, "test"),
    "confusion": lambda: classes.confusion(CONFUSION, "rendered digits, not MNIST"),
    "confusion of named classes": lambda: classes.confusion(
        [[5, 1, 0], [0, 4, 2], [0, 0, 9]], "Fashion-MNIST, not MNIST", classes=["T-shirt/top", "Bag", "$x$ & <y>"]
    ),
    "confusion without mistakes": lambda: classes.confusion(np.diag([9] * 10).tolist(), ""),
}
IMAGES = {
    "three wrong digits": lambda: classes.wrong_images(
        DIGITS, ["1", "2", "3"], ["4", "5", "6"], "rendered digits, not MNIST"
    ),
    "two wrong pictures in colour": lambda: classes.wrong_images(
        np.full((2, 40, 60, 3), 90, np.uint8), ["Ankle boot", "Bag"], ["Sandal", "$x$"], "shapes, not MNIST"
    ),
    "one wrong digit": lambda: classes.wrong_images(DIGITS[:1], ["1"], ["4"], ""),
    "twelve wrong digits": lambda: classes.wrong_images(np.repeat(DIGITS, 4, axis=0), ["1"] * 12, ["2"] * 12, ""),
}


@cache
def drawn(name: str) -> Picture:
    return (LINES | IMAGES)[name]()


@cache
def png(name: str) -> bytes:
    return raster.png(drawn(name))


def texts(picture: Picture) -> list[Words]:
    return [shape for shape in picture.shapes if isinstance(shape, Words)]


def strokes(picture: Picture, colour: str) -> list[tuple[tuple[float, float], ...]]:
    """The lines of a colour, the longest first."""
    lines = [shape for shape in picture.shapes if isinstance(shape, Line) and shape.colour == colour]
    return sorted((stroke for line in lines for stroke in line.strokes), key=len, reverse=True)


@pytest.mark.parametrize("name", LINES | IMAGES)
def test_a_picture_is_the_same_bytes_each_time(name):
    first = svg(drawn(name))

    assert first == svg((LINES | IMAGES)[name]())
    assert etree.fromstring(first).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("name", LINES | IMAGES)
def test_the_ground_is_white_and_opaque(name):
    pixels = imread(io.BytesIO(png(name)))

    assert (pixels[..., -1] == 1).all() or pixels.shape[-1] == 3
    for corner in (pixels[0, 0], pixels[0, -1], pixels[-1, 0], pixels[-1, -1]):
        assert corner.tolist()[:3] == [1, 1, 1]


@pytest.mark.parametrize("name", LINES | IMAGES)
def test_no_text_covers_another_or_runs_over_the_edge(name):
    picture = drawn(name)

    for words in texts(picture):
        left, top, right, bottom = words.box
        assert left >= 0, words
        assert top >= 0, words
        assert right <= picture.width, words
        assert bottom <= picture.height, words
    for one, other in combinations(texts(picture), 2):
        a, b = one.box, other.box
        assert not (a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1), (one, other)


@pytest.mark.parametrize("name", LINES)
def test_every_plot_has_a_title_and_named_axes(name):
    words = [text.text for text in texts(drawn(name))]
    bold = [text for text in texts(drawn(name)) if text.bold]

    assert bold
    if "confusion" not in name:
        assert set(words) & {"epoch", "parameters", "accuracy in % of the test images"}


def luminance(colour):
    """Of red, green and blue from 0 to 1, as WCAG 2 defines it."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def dark(colour):
    """What the style of pictures makes of a colour for readers in dark mode: CSS invert(.93) and hue-rotate(180deg)."""
    greys = np.array([0.213, 0.715, 0.072])
    return np.clip((2 * greys - np.eye(3)) @ (0.07 * colour + 0.93 * (1 - colour)), 0, 1)


@pytest.mark.parametrize("mode", [lambda colour: colour, dark], ids=["light", "dark"])
@pytest.mark.parametrize("name", [*plots.COLOURS, plots.GREY])
def test_lines_and_their_names_stand_out_from_the_ground(name, mode):
    line, ground = sorted(luminance(mode(np.array(to_rgb(colour)))) for colour in (name, "white"))

    assert (ground + 0.05) / (line + 0.05) >= 3


def test_up_to_eight_lines_have_colours_of_their_own_and_none_is_the_targets():
    picture = together.accuracy_of_all([[97.0 + n / 10, 98.0 + n / 10] for n in range(8)], list("abcdefgh"), 99.4)

    assert [len(strokes(picture, colour)) > 0 for colour in plots.COLOURS] == [True] * 8
    assert DIM not in plots.COLOURS
    assert {words.text: words.colour for words in texts(picture)}["target 99.4 %"] == DIM


def test_of_more_lines_the_most_accurate_are_coloured_and_all_are_named():
    picture = together.accuracy_of_all([[97.0, 98.0 + n / 10] for n in range(11)], list("abcdefghijk"), None)
    colours = {words.text: words.colour for words in texts(picture)}

    assert [name for name in "abcdefghijk" if colours[name] == plots.GREY] == ["a", "b", "c"]


def test_many_lines_are_a_panel_each_the_most_accurate_first():
    picture = drawn("thirty runs")
    names = [words.text for words in texts(picture) if words.bold]

    assert names[1:] == [f"run {n}" for n in reversed(range(30))]
    assert max(map(len, strokes(picture, plots.BLUE))) == 2


def test_ticks_stand_where_the_lines_are():
    """Everything happens between 99.2 and 99.7: three round numbers or more lie there."""
    picture = together.accuracy_of_all([[95.0, 99.2, 99.3, 99.4, 99.5, 99.6, 99.7]] * 2, ["a", "b"], 99.4)
    ticks = [
        float(words.text) for words in texts(picture) if words.text.replace(".", "").isdigit() and "." in words.text
    ]

    assert len([tick for tick in ticks if 99.2 <= tick <= 99.7]) >= 3
    assert min(ticks) > 95


def test_the_plotted_line_is_the_loss():
    (line, *_) = strokes(plots.loss_of_rate(LOSS, 0.5), plots.BLUE)
    heights = [y for _, y in line]

    assert len(line) == len(LOSS)
    shares = [(height - heights[0]) / (heights[-1] - heights[0]) for height in heights]
    assert shares == pytest.approx([(loss - LOSS[0]) / (LOSS[-1] - LOSS[0]) for loss in LOSS])


def test_runs_are_filled_and_published_figures_hollow_marks():
    run, published, *_ = [shape for shape in drawn("parameters").shapes if isinstance(shape, Dots)]

    assert (len(run.points), run.hollow) == (2, False)
    assert (len(published.points), published.hollow) == (1, True)
    assert run.colour == published.colour
    assert {"target 99.4 %", "limit 20,000"} <= {words.text for words in texts(drawn("parameters"))}


def test_a_band_reaches_from_the_least_to_the_most():
    (band,) = [shape for shape in drawn("accuracy with a band").shapes if isinstance(shape, Area)]

    assert len(band.outlines[0]) == 4
    assert band.opacity < 0.5


def test_equal_accuracies_of_a_group_stand_one_above_the_other():
    picture = plots.accuracy_of_groups(
        [("a", [99.4, 99.5, 99.4, 99.4], 99.425, None), ("b", [99.4], 99.4, None)], "test"
    )

    runs = next(shape for shape in picture.shapes if isinstance(shape, Dots) and len(shape.points) == 4)
    assert len(set(runs.points)) == 4
