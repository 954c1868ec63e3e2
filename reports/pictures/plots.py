"""The plots of a report, from figures to pictures. The same data give the same picture.

Colours are safe for the colour-blind (after Okabe and Ito 2008) and stand out, 3 to 1 or more, from light and dark
grounds. A line is named where it ends; what is aimed at is neutral.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backprop.epochs.trace import divergence
from reports.figures.formats import shortest
from reports.pictures.canvas import DIM, GRID, INK, Area, Dots, Line, Picture, Point, Shape, Words, line, width
from reports.pictures.chart import (
    SMALL,
    Frame,
    Scale,
    accuracy,
    apart,
    epochs,
    key,
    linear,
    logarithmic,
    printable,
    title,
)

Floats = Sequence[float] | NDArray[np.float64]
Band = tuple[Floats, Floats]  # least and most, epoch by epoch

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#B5589A"
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, "#8A6D00", "#882255", "#2C7C94", "#5B5BD6")
GREY = "#6B6B6B"
AIM = "5 4"  # the dash of what is aimed at
OTHERS = "2 3"  # of what others publish
FAINT = 0.16
WIDE, SMALL_WIDTH = 900.0, 430.0
MOST_POINTS = 40  # marked on a line


def loss_of_rate(loss: Floats, learning_rate: float, diverged: int | None = None) -> Picture:
    """The loss of one learning rate, epoch by epoch; on a logarithmic axis where it ran away."""
    height = 300.0
    log = diverged is not None and min(loss) > 0
    x, x_ticks = epochs(len(loss), 62, SMALL_WIDTH - 18)
    most = float(max(loss)) or 1.0
    y, y_ticks = logarithmic(min(loss), most, height - 48, 72) if log else linear(0, most, height - 48, 72)
    frame = Frame(x, y, x_ticks, y_ticks)
    shapes = [
        *title(f"Total loss at η = {shortest(learning_rate)}", "" if diverged is None else divergence(diverged), 14),
        *frame.shapes("epoch", "total loss"),
        *_curve(frame, loss, BLUE),
    ]
    return Picture(SMALL_WIDTH, height, tuple(shapes))


def loss_of_all(
    losses: Sequence[Floats], learning_rates: Sequence[float], diverged: Sequence[int | None] = ()
) -> Picture:
    """The losses of all learning rates, on a linear and on a logarithmic axis, named where they end.

    The linear axis ends above those that did not diverge.
    """
    ran_away = [epoch is not None for epoch in diverged] or [False] * len(losses)
    names = [f"η = {shortest(rate)}{', diverged' * ran}" for rate, ran in zip(learning_rates, ran_away, strict=True)]
    height = _tall_enough(380.0, len(names))
    room = max(map(width, names)) + 24
    least, most = min(float(np.min(loss)) for loss in losses), max(float(np.max(loss)) for loss in losses)
    top = max(float(loss[0] if ran else np.max(loss)) for loss, ran in zip(losses, ran_away, strict=True))
    last = max(map(len, losses))
    shapes: list[Shape] = []
    for number, left in enumerate((62.0, WIDE / 2 + 40)):
        x, x_ticks = epochs(last, left, WIDE / 2 + number * WIDE / 2 - room - 8)
        log = number == 1 and least > 0
        ends = (logarithmic, least, most) if log else (linear, 0.0, top if number == 0 else most)
        y, y_ticks = ends[0](ends[1], ends[2] or 1.0, height - 48, 66)
        frame = Frame(x, y, x_ticks, y_ticks)
        shapes += title(f"Loss, {'logarithmic' if number else 'linear'} axis", "", left - 48)
        shapes += frame.shapes("epoch", "total loss")
        for place, loss in enumerate(losses):
            inside = [value if value <= y.high else math.nan for value in map(float, loss)]
            shapes += _curve(frame, inside, _colour(place), marked=False)
        shapes += _names(
            frame,
            [
                (name, min(float(loss[-1]), y.high), len(loss), _colour(place))
                for place, (name, loss) in enumerate(zip(names, losses, strict=True))
            ],
        )
    return Picture(WIDE, height, tuple(shapes))


def loss_of_run(train: Floats, test: Floats, note: str, bands: Sequence[Band] = (), images: str = "test") -> Picture:
    """Training and test loss, epoch by epoch; `bands` as of `accuracy_of_run`."""
    values = _measured([*train, *test, *_edges(bands)])
    log = bool(values) and min(values) > 0
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    scale = logarithmic if log else linear
    return _of_run("Loss", "mean cross-entropy in nats", scale, (low, high), train, test, note, bands, images, None)


def accuracy_of_run(
    train: Floats, test: Floats, target: float | None, note: str, bands: Sequence[Band] = (), images: str = "test"
) -> Picture:
    """Training and test accuracy in percent; the axis widens towards 100, where the differences are.

    Over several seeds the curves are means, and `bands` least and most of both. `images` names what is not training.
    """
    values = _measured([*train, *test, *_edges(bands), *([] if target is None else [target])])
    ends = min(values), max(values)
    return _of_run("Accuracy", "accuracy in %", accuracy, ends, train, test, note, bands, images, target)


def accuracy_of_parameters(
    runs: Sequence[tuple[str, int, float]],
    published: Sequence[tuple[str, int, float]],
    target: float | None,
    limit: int | None,
) -> Picture:
    """Runs as (network, parameters, percent), a colour a network; what others publish of it as hollow marks."""
    names = list(dict.fromkeys(name for name, *_ in (*runs, *published)))
    height = 440.0
    counts = [count for _, count, _ in (*runs, *published)] + ([] if limit is None else [limit])
    percents = [percent for *_, percent in (*runs, *published)] + ([] if target is None else [target])
    span = max(counts) - min(counts) or max(counts) or 1
    x, x_ticks = linear(max(0, min(counts) - 0.05 * span), max(counts) + 0.05 * span, 62, WIDE - 40, 90)
    y, y_ticks = accuracy(min(percents), max(percents), height - 48, 72)
    frame = Frame(x, y, x_ticks, y_ticks)
    shapes = [*title("Test accuracy against parameters", "", 14), *frame.shapes("parameters", "accuracy in %")]
    shapes += _aim(frame, target)
    taken: list[tuple[float, float, float, float]] = [each.box for each in shapes if isinstance(each, Words)]
    taken += [] if target is None else [(x.start, y(target) - 2, x.end, y(target) + 2)]
    if limit is not None:
        shapes.append(line([(x(limit), y.start), (x(limit), y.end)], DIM, 1.5, AIM))
        words = Words((x(limit) - 6, y.start - 8), f"limit {limit:,}", DIM, SMALL, "end")
        shapes, taken = [*shapes, words], [*taken, words.box, (x(limit) - 2, y.end, x(limit) + 2, y.start)]
    ranked = sorted(names, key=lambda name: -max(p for owner, _, p in (*runs, *published) if owner == name))
    coloured = {name: _colour(number) for number, name in enumerate([n for n in names if n in ranked[: len(COLOURS)]])}
    for name in names:
        for points, hollow in ((runs, False), (published, True)):
            marks = [(x(count), y(percent)) for owner, count, percent in points if owner == name]
            if marks:
                shapes.append(Dots(tuple(marks), coloured.get(name, GREY), 8.0, hollow))
                taken += [(a - 5, b - 5, a + 5, b + 5) for a, b in marks]
    for name in ranked:
        own = [(x(count), y(percent)) for owner, count, percent in (*runs, *published) if owner == name]
        label = _beside(printable(name), own, coloured.get(name, GREY), taken, (62, 60, WIDE - 4, y.start))
        if label is not None:
            shapes, taken = [*shapes, label], [*taken, label.box]
    return Picture(WIDE, height, tuple(shapes))


def accuracy_of_groups(groups: Sequence[tuple[str, Floats, float, tuple[float, float] | None]], images: str) -> Picture:
    """Of each group (name, accuracies in percent, mean, its interval or None): every run, the mean, its interval.

    Equal accuracies stand one above the other.
    """
    names = [printable(name) for name, *_ in groups]
    left, row = min(330.0, max(map(width, names)) + 28), 46.0
    height = 118 + row * len(groups)
    every = [value for _, values, _, bounds in groups for value in (*values, *(bounds or ()))]
    margin = 0.04 * (max(every) - min(every))
    x, x_ticks = linear(min(every) - margin, max(every) + margin, left, WIDE - 30, 90)
    y = Scale(0, len(groups), 66, height - 52)
    frame = Frame(x, Scale(0, 1, y.end, y.start), x_ticks, ())
    shapes = [*title("Accuracy after the last epoch", "", 14)]
    shapes += [line([(x(tick), y.start), (x(tick), y.end)], GRID) for tick, _ in x_ticks]
    shapes += frame.shapes(f"accuracy in % of the {images} images", "")
    for number, (name, (_, accuracies, mean, bounds)) in enumerate(zip(names, groups, strict=True)):
        middle = y(number + 0.6)
        levels = [list(accuracies[:place]).count(value) for place, value in enumerate(accuracies)]
        step = min(6.0, 18.0 / max(levels)) if any(levels) else 0.0
        runs = [(x(value), middle - 10 - step * level) for value, level in zip(accuracies, levels, strict=True)]
        shapes.append(Words((left - 12, middle + 4), name, INK, SMALL, "end"))
        shapes.append(Dots(tuple(runs), BLUE, 7.0, hollow=True))
        if bounds is not None:
            low, high = map(x, bounds)
            shapes.append(line([(low, middle), (high, middle)], VERMILION, 2.5))
            shapes += [line([(end, middle - 6), (end, middle + 6)], VERMILION, 2.0) for end in (low, high)]
        shapes.append(Dots(((x(mean), middle),), VERMILION, 9.0))
    shapes.append(Dots(((20, 44),), BLUE, 7.0, hollow=True))
    shapes.append(Words((30, 48), "a run", DIM, SMALL))
    shapes.append(Dots(((88, 44),), VERMILION, 9.0))
    shapes.append(Words((98, 48), "mean, with its 95 % interval where there are two runs or more", DIM, SMALL))
    return Picture(WIDE, height, tuple(shapes))


def _of_run(
    heading: str,
    y_label: str,
    scale_of: object,
    ends: tuple[float, float],
    train: Floats,
    test: Floats,
    note: str,
    bands: Sequence[Band],
    images: str,
    target: float | None,
) -> Picture:
    height = 350.0
    x, x_ticks = epochs(max(len(train), len(test)), 62, SMALL_WIDTH - 18)
    y, y_ticks = scale_of(*ends, height - 48, 104 if note else 92)  # type: ignore[operator]
    frame = Frame(x, y, x_ticks, y_ticks)
    looks = [("training", train, BLUE, ""), (images, test, VERMILION, "6 3")]
    shapes = [*title(heading, note, 14), *frame.shapes("epoch", y_label)]
    drawn = [(name, colour, dash) for name, curve, colour, dash in looks if _measured(curve)]
    entries = [*drawn, *([] if target is None else [(f"target {target:g} %", DIM, AIM)])]
    shapes += key(entries, 14, 62 if note else 50)
    if target is not None:
        shapes.append(line([(x.start, y(target)), (x.end, y(target))], DIM, 1.5, AIM))
    for (_, curve, colour, dash), band in zip(looks, [*bands, *[None] * (2 - len(bands))], strict=True):
        shapes += _curve(frame, curve, colour, dash, band)
    if not drawn:
        shapes.append(Words(((x.start + x.end) / 2, (y.start + y.end) / 2), "not measured", DIM, side="middle"))
    return Picture(SMALL_WIDTH, height, tuple(shapes))


def _curve(
    frame: Frame, values: Floats, colour: str, dash: str = "", band: Band | None = None, marked: bool = True
) -> list[Shape]:
    """A line through the epochs, with its band below and marks where they are few."""
    points = frame.place(range(1, len(values) + 1), values)
    shapes: list[Shape] = []
    if band is not None:
        low, high = (frame.place(range(1, len(edge) + 1), edge) for edge in band)
        shapes += [Area(((*low, *reversed(high)),), colour, FAINT)] if low else []
    strokes = [stroke for stroke in _strokes(frame, values) if len(stroke) > 1]
    if strokes:
        shapes.append(Line(tuple(strokes), colour, 2.2, dash))
    if points and (len(points) == 1 or (marked and len(points) <= MOST_POINTS)):
        shapes.append(Dots(tuple(points), colour))
    return shapes


def _strokes(frame: Frame, values: Floats) -> list[tuple[Point, ...]]:
    """The line in its parts: none is drawn over epochs that were not measured."""
    parts: list[list[Point]] = [[]]
    for epoch, value in enumerate(values, 1):
        if math.isnan(value):
            parts.append([])
        else:
            parts[-1].append((frame.x(epoch), frame.y(value)))
    return [tuple(part) for part in parts]


def _names(frame: Frame, ends: Sequence[tuple[str, float, int, str]]) -> list[Shape]:
    """Names behind the ends of lines, (name, last value, epochs, colour), each led to where there is room for it."""
    heights = apart([frame.y(value) for _, value, *_ in ends], 15.0, frame.y.end, frame.y.start)
    shapes: list[Shape] = []
    for (name, value, last, colour), height in zip(ends, heights, strict=True):
        end = (frame.x(last), frame.y(value))
        shapes.append(line([(end[0] + 3, end[1]), (frame.x.end + 12, height)], colour, 0.8))
        shapes.append(Words((frame.x.end + 15, height + 4.4), name, colour, SMALL))
    return shapes


def _aim(frame: Frame, target: float | None) -> list[Shape]:
    """The line of the target, with its name on it."""
    if target is None:
        return []
    height = frame.y(target)
    return [
        line([(frame.x.start, height), (frame.x.end, height)], DIM, 1.5, AIM),
        Words((frame.x.start + 6, height - 6), f"target {target:g} %", DIM, SMALL),
    ]


def _beside(
    name: str,
    points: Sequence[tuple[float, float]],
    colour: str,
    taken: Sequence[tuple[float, float, float, float]],
    room: tuple[float, float, float, float],
) -> Words | None:
    """The name of some points where it covers nothing: right or left of them, above or below; or none."""
    xs, ys = zip(*points, strict=True)
    middle = (min(ys) + max(ys)) / 2
    choices = [
        ((max(xs) + 9, middle + 4.4), "start"),
        ((min(xs) - 9, middle + 4.4), "end"),
        (((min(xs) + max(xs)) / 2, min(ys) - 9), "middle"),
        (((min(xs) + max(xs)) / 2, max(ys) + 18), "middle"),
        *(((max(xs) + 9, y + 4.4), "start") for y in (min(ys), max(ys))),
        *(((min(xs) - 9, y + 4.4), "end") for y in (min(ys), max(ys))),
    ]
    for place, side in choices:
        words = Words(place, name, colour, SMALL, side)  # type: ignore[arg-type]
        left, top, right, bottom = words.box
        inside = left >= room[0] and top >= room[1] and right <= room[2] and bottom <= room[3]
        if inside and not any(left < box[2] and box[0] < right and top < box[3] and box[1] < bottom for box in taken):
            return words
    return None


def _tall_enough(pixels: float, entries: int) -> float:
    """The height of a picture beside so many names."""
    return max(pixels, 15.0 * entries + 120)


def _colour(number: int) -> str:
    """Of the first lines; the others are grey."""
    return COLOURS[number] if number < len(COLOURS) else GREY


def _measured(values: Floats) -> list[float]:
    """The numbers among the values."""
    return [float(value) for value in values if not math.isnan(value)]


def _edges(bands: Sequence[Band]) -> list[float]:
    return [float(edge) for band in bands for edges in band for edge in edges]
