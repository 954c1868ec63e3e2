"""All configurations of a report in one picture: a line each, or a small panel each where they would crowd."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reports.pictures.canvas import DIM, GRID, INK, Area, Dots, Picture, Shape, Words, line, width
from reports.pictures.chart import SMALL, Frame, accuracy, apart, clipped, epochs, printable, title
from reports.pictures.plots import AIM, COLOURS, FAINT, GREY, OTHERS, WIDE, Band, Floats

MOST_LINES = 12  # beside each other in one plane
MOST_BANDS = 6  # in one plane; of more, lines alone
MOST_PANELS = 60
COLUMNS, PANEL, GAP = 4, 128.0, 26.0
WARM_UP = 3  # the first third of the epochs need not fit


@dataclass(frozen=True, slots=True)
class Curve:
    """The accuracy of a configuration, or of a published run, in percent by epoch."""

    name: str
    epochs: Sequence[int]
    values: Floats
    band: Band | None = None
    published: bool = False


def accuracy_of_all(
    curves: Sequence[Floats],
    names: Sequence[str],
    target: float | None,
    published: Sequence[tuple[str, Sequence[int], Floats]] = (),
    bands: Mapping[int, Band] = MappingProxyType({}),
) -> Picture:
    """The test accuracies of all runs in percent; those published by others, with their epochs, as hollow marks.

    `bands` holds least and most of the curves, by position, that are means over seeds.
    """
    banded = bands if len(curves) <= MOST_BANDS else {}
    ours = [
        Curve(printable(name), range(1, len(values) + 1), values, banded.get(number))
        for number, (values, name) in enumerate(zip(curves, names, strict=True))
    ]
    theirs = [Curve(printable(f"{name}, published"), at, values, None, True) for name, at, values in published]
    every = [*ours, *theirs]
    cut = _low(every) > min(float(value) for curve in every for value in curve.values)
    notes = ["bands from least to most over seeds"] if any(curve.band for curve in every) else []
    note = "; ".join([*notes, *(["the first epochs lie below the axis"] if cut else [])])
    return _lines(every, target, note) if len(every) <= MOST_LINES else _panels(every, target, note)


def _lines(curves: Sequence[Curve], target: float | None, note: str) -> Picture:
    """One plane, each line named where it ends: at most as many colours as there are, the most accurate first."""
    height = 460.0
    room = max(width(name, SMALL) for name in ("target 99.4 %", *(curve.name for curve in curves))) + 26
    frame = _frame(curves, target, 62, WIDE - room, height - 48, 78)
    shapes: list[Shape] = [*title("Test accuracy of all runs", note, 14), *frame.shapes("epoch", "accuracy in %")]
    shapes += _target(frame, target)
    colours = _coloured(curves)
    for curve, colour in zip(curves, colours, strict=True):
        shapes += _curve(frame, curve, colour, marks=True)
    last = [(curve.epochs[-1], float(curve.values[-1])) for curve in curves]
    ends = [(frame.x(epoch), min(frame.y(value), frame.y.start)) for epoch, value in last]
    names = [(curve.name, colour, end) for curve, colour, end in zip(curves, colours, ends, strict=True)]
    if target is not None:
        names.append((f"target {target:g} %", DIM, (frame.x.end, frame.y(target))))
    heights = apart([y for *_, (_, y) in names], 15.0, frame.y.end, frame.y.start)
    for (name, colour, (x, y)), level in zip(names, heights, strict=True):
        shapes.append(line([(x + 4, y), (frame.x.end + 14, level)], colour, 0.8))
        shapes.append(Words((frame.x.end + 17, level + 4.4), name, colour, SMALL))
    return Picture(WIDE, height, tuple(shapes))


def _panels(curves: Sequence[Curve], target: float | None, note: str) -> Picture:
    """A panel for each, the most accurate first, over the range of all of them."""
    ranked = sorted(curves, key=lambda curve: -float(curve.values[-1]))
    shown = ranked[:MOST_PANELS]
    left_out = f"the {len(shown)} most accurate of {len(curves)}" if len(shown) < len(curves) else "most accurate first"
    rows = -(-len(shown) // COLUMNS)
    top, across = 74.0, (WIDE - 50) / COLUMNS
    notes = "; ".join(filter(None, (left_out, note, "grey: the range of all")))
    shapes = title("Test accuracy of all runs, in %", notes, 14)
    for number, curve in enumerate(shown):
        row, column = divmod(number, COLUMNS)
        y, x = top + row * (PANEL + GAP), 50 + column * across
        frame = _frame(curves, target, x, x + across - 22, y + PANEL, y + 22)
        shapes += _panel(frame, curve, curves, target, column == 0, row == rows - 1 or number + COLUMNS >= len(shown))
    below = top + rows * (PANEL + GAP) + 16
    shapes.append(Words((WIDE / 2, below), "epoch", DIM, SMALL, "middle"))
    return Picture(WIDE, below + 12, tuple(shapes))


def _panel(
    frame: Frame, curve: Curve, curves: Sequence[Curve], target: float | None, first: bool, last: bool
) -> list[Shape]:
    ticks = frame.y_ticks if len(frame.y_ticks) <= 4 else frame.y_ticks[:: -(-len(frame.y_ticks) // 4)]
    short = curve.name if width(curve.name, SMALL) <= frame.x.end - frame.x.start else f"{curve.name[:24]}…"
    left, right, bottom = frame.x.start, frame.x.end, frame.y.start
    shapes: list[Shape] = [line([(left, frame.y(tick)), (right, frame.y(tick))], GRID) for tick, _ in ticks]
    shapes += [Words((frame.x.start - 6, frame.y(tick) + 4), text, INK, 11.0, "end") for tick, text in ticks if first]
    shapes += [Words((frame.x(at), bottom + 15), text, INK, 11.0, "middle") for at, text in frame.x_ticks if last]
    shapes.append(line([(left, bottom), (right, bottom)], DIM))
    shapes += _range(frame, curves)
    shapes += _target(frame, target)
    shapes += _curve(frame, curve, GREY if curve.published else COLOURS[0], marks=False)
    shapes.append(Words((frame.x.start, frame.y.end - 7), short, INK, SMALL, bold=True))
    return shapes


def _range(frame: Frame, curves: Sequence[Curve]) -> list[Shape]:
    """From the least to the most accurate of all in each epoch."""
    at: dict[int, list[float]] = {}
    for curve in curves:
        for epoch, value in zip(curve.epochs, curve.values, strict=True):
            at.setdefault(epoch, []).append(float(value))
    low = [(frame.x(epoch), min(frame.y(min(at[epoch])), frame.y.start)) for epoch in sorted(at)]
    high = [(frame.x(epoch), min(frame.y(max(at[epoch])), frame.y.start)) for epoch in sorted(at)]
    return [Area(((*low, *reversed(high)),), GREY, FAINT)] if len(at) > 1 else []


def _curve(frame: Frame, curve: Curve, colour: str, marks: bool) -> list[Shape]:
    points = frame.place(curve.epochs, curve.values)
    shapes: list[Shape] = []
    if curve.band is not None:
        low, high = (frame.place(curve.epochs, edge) for edge in curve.band)
        outline = [(x, min(y, frame.y.start)) for x, y in (*low, *reversed(high))]
        shapes.append(Area((tuple(outline),), colour, FAINT))
    shapes += [
        line(part, colour, 2.2 if not curve.published else 1.5, OTHERS if curve.published else "")
        for part in clipped(points, frame.y.start)
    ]
    visible = tuple(point for point in points if point[1] <= frame.y.start)
    if visible and (curve.published or len(points) == 1 or (marks and len(points) <= 8)):
        shapes.append(Dots(visible, colour, 6.0 if curve.published else 5.0, curve.published))
    return shapes


def _target(frame: Frame, target: float | None) -> list[Shape]:
    if target is None:
        return []
    return [line([(frame.x.start, frame.y(target)), (frame.x.end, frame.y(target))], DIM, 1.5, AIM)]


def _frame(
    curves: Sequence[Curve], target: float | None, left: float, right: float, bottom: float, top: float
) -> Frame:
    values = [float(value) for curve in curves for value in curve.values]
    values += [float(value) for curve in curves if curve.band is not None for value in curve.band[1]]
    x, x_ticks = epochs(max(curve.epochs[-1] for curve in curves), left, right)
    aimed = [] if target is None else [target]
    y, y_ticks = accuracy(min([_low(curves), *aimed]), max([*values, *aimed]), bottom, top)
    return Frame(x, y, x_ticks, y_ticks)


def _low(curves: Sequence[Curve]) -> float:
    """The least accuracy that the axis has to hold: past the first epochs, when lines climb from far below."""
    return min(float(value) for curve in curves for value in curve.values[len(curve.values) // WARM_UP :])


def _coloured(curves: Sequence[Curve]) -> list[str]:
    """A colour for each of the most accurate of ours, by their order; the rest, and what others publish, is grey."""
    ours = [number for number, curve in enumerate(curves) if not curve.published]
    best = sorted(ours, key=lambda number: -float(curves[number].values[-1]))[: len(COLOURS)]
    chosen = iter(COLOURS)
    return [next(chosen) if number in best else GREY for number in range(len(curves))]
