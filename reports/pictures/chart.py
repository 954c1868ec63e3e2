"""Scales, ticks and the frame of a chart. Pure: numbers into shapes."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.pictures.canvas import DIM, GRID, INK, Line, Point, Shape, Words, line, width

Transform = Callable[[float], float]
Tick = tuple[float, str]

SMALL = 12.0  # the height of letters at ticks
FULL = 99.995  # where 100 % is drawn, whose error has no logarithm
APART_X, APART_Y = 44.0, 26.0  # pixels between ticks at least
MOST_TICKS = 300  # looked at of a step
STEPS = (50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)  # of ticks of an accuracy, coarse first


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` over the pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    transform: Transform = float

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        low, high = self.transform(self.low), self.transform(self.high)
        share = (self.transform(value) - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Frame:
    """The plane of a chart: a scale along each side, with ticks."""

    x: Scale
    y: Scale
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    def place(self, xs: Iterable[float], ys: Iterable[float]) -> list[Point]:
        """Points, those that were not measured left out."""
        return [(self.x(x), self.y(y)) for x, y in zip(xs, ys, strict=True) if not math.isnan(y)]

    def shapes(self, x_label: str, y_label: str) -> Iterator[Shape]:
        """Grid, axis, ticks and labels; the vertical one stands level, above its axis."""
        left, right, bottom, top = self.x.start, self.x.end, self.y.start, self.y.end
        yield Line(tuple(((left, self.y(tick)), (right, self.y(tick))) for tick, _ in self.y_ticks), GRID)
        yield line([(left, bottom), (right, bottom)], DIM)
        for tick, text in self.x_ticks:
            yield Words((self.x(tick), bottom + 17), text, INK, SMALL, "middle")
        for tick, text in self.y_ticks:
            yield Words((left - 7, self.y(tick) + 4.4), text, INK, SMALL, "end")
        yield Words(((left + right) / 2, bottom + 35), x_label, DIM, SMALL, "middle")
        if y_label:
            yield Words((left - 7 - self.tick_width, top - 11), y_label, DIM, SMALL)

    @property
    def tick_width(self) -> float:
        """Of the longest tick of the vertical axis."""
        return max((width(text, SMALL) for _, text in self.y_ticks), default=0.0)


def title(text: str, note: str, left: float) -> list[Shape]:
    """The heading of a picture and what is to be known of it."""
    notes: list[Shape] = [Words((left, 40), note, DIM, SMALL)] if note else []
    return [Words((left, 22), text, INK, 15.0, bold=True), *notes]


def key(entries: Sequence[tuple[str, str, str]], left: float, base: float) -> list[Shape]:
    """Samples of lines with their names, beside each other: (name, colour, dash)."""
    shapes: list[Shape] = []
    for name, colour, dash in entries:
        shapes.append(line([(left, base - 4.5), (left + 22, base - 4.5)], colour, 2.2, dash))
        shapes.append(Words((left + 28, base), name, INK, SMALL))
        left += 28 + width(name, SMALL) + 18
    return shapes


def apart(wanted: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Heights of labels near those wanted, at least so far from each other, as far as they fit between the bounds."""
    order = sorted(range(len(wanted)), key=lambda each: wanted[each])
    placed = [wanted[each] for each in order]
    for number in range(1, len(placed)):
        placed[number] = max(placed[number], placed[number - 1] + distance)
    beyond = max(0.0, placed[-1] - high) if placed else 0.0
    if beyond:
        placed[-1] -= beyond
        for number in range(len(placed) - 2, -1, -1):
            placed[number] = min(placed[number], placed[number + 1] - distance)
    if placed and placed[0] < low:
        placed = [max(height, low + number * distance) for number, height in enumerate(placed)]
    result = [0.0] * len(wanted)
    for place, each in zip(placed, order, strict=True):
        result[each] = place
    return result


def epochs(last: int, start: float, end: float) -> tuple[Scale, tuple[Tick, ...]]:
    """A scale of epochs from 1 on, with ticks at whole ones."""
    scale = Scale(1, max(last, 1), start, end)
    most = max(2, int((end - start) / APART_X))
    step = next(each * 10**power for power in range(9) for each in (1, 2, 5) if last / (each * 10**power) <= most)
    ticks = [1, *(epoch for epoch in range(step, last + 1, step) if 4 * (epoch - 1) >= 3 * step)]
    return scale, tuple((tick, f"{tick:,}") for tick in ticks)


def linear(low: float, high: float, start: float, end: float, apart: float = APART_Y) -> tuple[Scale, tuple[Tick, ...]]:
    """A scale with round ticks, widened to whole ones."""
    span = high - low or abs(high) or 1.0
    most = max(2, int(abs(end - start) / apart))
    power = math.floor(math.log10(span / most))
    step = next(
        each * 10.0 ** (power + more)
        for more in (0, 1, 2)
        for each in (1, 2, 5)
        if span / (each * 10.0 ** (power + more)) <= most
    )
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple((number * step, f"{number * step:,.{decimals}f}") for number in range(first, last + 1))
    return Scale(first * step, last * step, start, end), ticks


def logarithmic(low: float, high: float, start: float, end: float) -> tuple[Scale, tuple[Tick, ...]]:
    """A scale of powers of ten, from less than a decade to dozens."""
    if high <= low:
        low, high = low / 1.5, high * 1.5
    scale = Scale(low / 1.1, high * 1.1, start, end, math.log10)
    decades = math.log10(high / low)
    steps = (1, 2, 5) if decades < 2.5 else (1,)
    stride = math.ceil(decades / 8) or 1
    powers = range(math.ceil(math.log10(high)), math.floor(math.log10(low)) - 1, -stride)
    values = [step * 10.0**power for power in powers for step in steps]
    kept = [(value, plain(value)) for value in values if scale.low <= value <= scale.high]
    return scale, tuple(kept or [(low, plain(low)), (high, plain(high))])


def accuracy(low: float, high: float, start: float, end: float) -> tuple[Scale, tuple[Tick, ...]]:
    """A scale in percent on which an error ten times smaller is one step further up; 100 % stands on its edge."""
    bottom = 100 - (100 - min(low, FULL)) * 1.12
    top = min(100 - (100 - min(high, FULL)) / 1.12, FULL)
    scale = Scale(max(bottom, 0.0), top, start, end, error_steps)
    ticks: list[float] = [FULL] if top == FULL else []
    for step in STEPS:
        if (top - scale.low) / step > MOST_TICKS:
            break
        for number in range(math.ceil(scale.low / step - 1e-9), math.floor(min(top, 99.99) / step + 1e-9) + 1):
            value = round(number * step, 4)
            if all(abs(scale(value) - scale(other)) >= APART_Y for other in ticks):
                ticks.append(value)
    return scale, tuple((tick, "100" if tick == FULL else f"{tick:g}") for tick in sorted(ticks))


def error_steps(percent: float) -> float:
    """0 where all are wrong, 1 where a tenth is, 2 where a hundredth is."""
    return 2 - math.log10(100 - min(percent, FULL))


def plain(value: float) -> str:
    """0.02 or, far from 1, a power of ten: 2·10⁻⁷."""
    if 1e-4 <= value < 1e5:
        return f"{value:g}"
    power = math.floor(math.log10(value) + 1e-9)
    step = round(value / 10.0**power)
    raised = str(power).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    return f"10{raised}" if step == 1 else f"{step}·10{raised}"


def printable(text: str) -> str:
    """The text in letters that the font has."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return "".join(letter if letter.isprintable() and ord(letter) < 0x2100 else "?" for letter in short)


def clipped(points: Sequence[Point], bottom: float) -> list[tuple[Point, ...]]:
    """The parts of a line above a height of the picture, cut where it crosses that."""
    parts: list[list[Point]] = [[]]
    for number, (x, y) in enumerate(points):
        if number:
            x0, y0 = points[number - 1]
            if (y0 > bottom) != (y > bottom):
                cut = (x0 + (x - x0) * (bottom - y0) / (y - y0), bottom)
                parts[-1].append(cut)
                if y0 <= bottom:
                    parts.append([])
        if y <= bottom:
            parts[-1].append((x, y))
    return [tuple(part) for part in parts if len(part) > 1]
