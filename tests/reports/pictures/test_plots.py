"""Plots: the same bytes each time, readable, in colours that everybody tells apart."""

import io
from functools import cache

import numpy as np
import pytest
from lxml import etree
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from reports.pictures import classes, images, plots

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
    "accuracy of all": lambda: plots.accuracy_of_all([[97.0, 99.0], [98.0]], ["a", "b"], 99.4),
    "accuracy with a band": lambda: plots.accuracy_of_all(
        [[97.0, 99.0], [98.0]], ["a, 3 seeds", "b"], 99.4, bands={0: ([96.0, 98.9], [97.5, 99.3])}
    ),
    "names of all kinds": lambda: plots.accuracy_of_all([[97.0], [98.0]], ["$x_$", "数字 run\n" * 9], None),
    "forty runs": lambda: plots.accuracy_of_all([[97.0, 98.0]] * 40, ["published-10066-seed1"] * 40, 99.4),
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
def png(name: str) -> bytes:
    return images.png((LINES | IMAGES)[name])


@pytest.mark.parametrize("name", LINES)
def test_a_plot_is_the_same_bytes_each_time(name):
    first = images.svg(LINES[name])

    assert first == images.svg(LINES[name])
    assert etree.fromstring(first).tag == "{http://www.w3.org/2000/svg}svg"
    assert b"<dc:date>" not in first


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_is_the_same_bytes_each_time(name):
    first = png(name)

    assert first == images.png(IMAGES[name])
    assert imread(io.BytesIO(first)).ndim == 3


@pytest.mark.parametrize("name", LINES | IMAGES)
def test_the_ground_is_white_and_opaque(name):
    pixels = imread(io.BytesIO(png(name)))

    assert (pixels[..., -1] == 1).all() or pixels.shape[-1] == 3
    for corner in (pixels[0, 0], pixels[0, -1], pixels[-1, 0], pixels[-1, -1]):
        assert corner.tolist()[:3] == [1, 1, 1]


@pytest.mark.parametrize("name", LINES | IMAGES)
def test_nothing_is_covered_and_nothing_runs_over_the_edge(name):
    with images.style():
        figure = (LINES | IMAGES)[name]()
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)
        page = figure.bbox
        for legend in figure.legends:
            assert page.x0 <= legend.get_window_extent(renderer).x0
            assert page.x1 >= legend.get_window_extent(renderer).x1
            assert page.y0 <= legend.get_window_extent(renderer).y0
            assert page.y1 >= legend.get_window_extent(renderer).y1
        for axes in figure.axes:
            box = axes.get_tightbbox(renderer)
            assert box.x0 >= -1
            assert box.y0 >= -1
            assert box.x1 <= page.x1 + 1
            assert box.y1 <= page.y1 + 1
            for legend in figure.legends:
                assert not legend.get_window_extent(renderer).overlaps(box)


def test_every_line_has_a_title_and_named_axes():
    for draw in LINES.values():
        with images.style():
            figure = draw()
        for axes in figure.axes:
            if axes.get_label() != "<colorbar>" and axes.get_lines():
                assert axes.get_title()
                assert axes.get_xlabel() in ("epoch", "parameters", "accuracy in % of the test images")
                assert axes.get_ylabel()


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
def test_lines_stand_out_3_to_1_from_the_ground(name, mode):
    line, ground = sorted(luminance(mode(np.array(to_rgb(colour)))) for colour in (name, "white"))

    assert (ground + 0.05) / (line + 0.05) >= 3


@pytest.mark.parametrize("draw", [LINES["forty rates"], LINES["forty runs"]], ids=["rates", "runs"])
def test_lines_that_share_a_colour_differ_in_mark_or_dash(draw):
    with images.style():
        lines = draw().axes[0].get_lines()
    looks = [(line.get_color(), line.get_marker(), line.get_linestyle()) for line in lines]

    assert len(set(looks[:20])) == 20


def test_the_plotted_line_is_the_loss():
    (line,) = plots.loss_of_rate(LOSS, 0.5).axes[0].get_lines()

    assert list(line.get_xdata()) == list(range(1, 101))
    assert list(line.get_ydata()) == LOSS


def test_runs_are_filled_and_published_figures_hollow_marks_of_the_same_shape():
    run, published, _, target, limit = LINES["parameters"]().axes[0].get_lines()

    assert (list(run.get_xdata()), list(run.get_ydata())) == ([10_066, 10_066], [98.98, 99.1])
    assert (list(published.get_xdata()), list(published.get_ydata())) == ([10_066], [99.41])
    assert run.get_marker() == published.get_marker()
    assert str(published.get_markerfacecolor()) == "none"
    assert str(run.get_markerfacecolor()) != "none"
    assert (target.get_label(), limit.get_label()) == ("target 99.4 %", "limit 20,000")


def test_equal_accuracies_of_a_group_stand_one_above_the_other():
    figure = plots.accuracy_of_groups(
        [("a", [99.4, 99.5, 99.4, 99.4], 99.425, None), ("b", [99.4], 99.4, None)], "test"
    )

    runs = figure.axes[0].lines[0]
    points = list(zip(runs.get_xdata(), runs.get_ydata(), strict=True))
    assert len(set(points)) == 4
    assert all(-0.5 < height < 0 for _, height in points)
