"""The figures of a report. No pyplot; the same data give the same figure. `pictures` makes bytes of them.

Colours are safe for the colour-blind (after Okabe and Ito 2008) and stand out, 3 to 1 or more, from light and dark
grounds; where lines are many, marks and dashes tell them apart too.
"""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from numpy.typing import NDArray

from backprop.epochs.trace import divergence
from reports.figures.formats import shortest
from reports.pictures.images import INK

Floats = Sequence[float] | NDArray[np.float64]
Band = tuple[Floats, Floats]  # least and most, epoch by epoch

BLUE, VERMILION, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#B5589A", "#6B6B6B"
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, INK, "#8A6D00", "#882255")
MARKS = "osD^vP*X"  # with seven colours 56 looks
DASHES = ("-", "--", ":", "-.")  # with seven colours 28
ACCURACY_TICKS = (0, 50, 80, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99)
FULL = 99.995  # where 100 % is drawn, whose error has no logarithm


def loss_of_rate(loss: Floats, learning_rate: float, diverged: int | None = None) -> Figure:
    """The loss of one learning rate, epoch by epoch; on a logarithmic axis where it ran away."""
    figure = Figure(figsize=(4.2, 3.0), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(_epochs(loss), loss, color=BLUE, marker=_mark(loss), markersize=4)
    title = f"Total loss at η = {shortest(learning_rate)}"
    axes.set(title=title, xlabel="epoch", ylabel="total loss $E_{total}$")
    if diverged is not None and min(loss) > 0:
        axes.set_title(f"{title}: {divergence(diverged)}", fontsize="medium")
        _log_axis(axes, min(loss), max(loss))
    else:
        axes.set_ylim(0, max(loss) * 1.05 or 1)
    _whole_epochs(axes)
    return figure


def loss_of_all(
    losses: Sequence[Floats], learning_rates: Sequence[float], diverged: Sequence[int | None] = ()
) -> Figure:
    """The losses of all learning rates, on a linear and on a logarithmic axis, with one legend beside them.

    The linear axis ends above those that did not diverge.
    """
    ran_away = [epoch is not None for epoch in diverged] or [False] * len(losses)
    figure = Figure(figsize=(8.6, _tall_enough(3.6, len(losses))), layout="constrained")
    linear, log = figure.subplots(1, 2)
    for axes in (linear, log):
        for number, (loss, rate) in enumerate(zip(losses, learning_rates, strict=True)):
            axes.plot(
                _epochs(loss), loss, color=_colour(number), linestyle=DASHES[number % len(DASHES)],
                label=f"η = {shortest(rate)}{', diverged' * ran_away[number]}", marker=_mark(loss), markersize=4,
            )  # fmt: skip
        axes.set(xlabel="epoch", ylabel="total loss $E_{total}$")
        _whole_epochs(axes)
    linear.set(title="Loss, linear axis")
    tops = [float(loss[0] if ran else np.max(loss)) for loss, ran in zip(losses, ran_away, strict=True)]
    linear.set_ylim(0, max(tops) * 1.05 or 1)
    log.set(title="Loss, logarithmic axis")
    if all(np.min(loss) > 0 for loss in losses):
        _log_axis(log, min(map(np.min, losses)), max(map(np.max, losses)))
    figure.legend(*linear.get_legend_handles_labels(), loc="outside right center")
    return figure


def loss_of_run(train: Floats, test: Floats, note: str, bands: Sequence[Band] = (), images: str = "test") -> Figure:
    """Training and test loss, epoch by epoch; `bands` as of `accuracy_of_run`."""
    figure, axes = _small(note)
    _train_and_test(axes, train, test, bands, images)
    axes.set(xlabel="epoch", ylabel="mean cross-entropy in nats")
    entitle(axes, "Loss", note)
    values = _measured([*train, *test, *(edge for band in bands for edges in band for edge in edges)])
    if values and min(values) > 0:
        _log_axis(axes, min(values), max(values))
    _whole_epochs(axes)
    if values:
        figure.legend(loc="lower center", ncols=3)
    else:
        axes.text(0.5, 0.5, "not measured", ha="center", va="center", transform=axes.transAxes)
    return figure


def accuracy_of_run(
    train: Floats, test: Floats, target: float | None, note: str, bands: Sequence[Band] = (), images: str = "test"
) -> Figure:
    """Training and test accuracy in percent; the axis widens towards 100, where the differences are.

    Over several seeds the curves are means, and `bands` least and most of both. `images` names what is not training.
    """
    figure, axes = _small(note)
    _train_and_test(axes, train, test, bands, images)
    _target(axes, target)
    axes.set(xlabel="epoch", ylabel="accuracy in %")
    entitle(axes, "Accuracy", note)
    edges = [edge for band in bands for edges in band for edge in edges]
    _accuracy_axis(axes, _measured([*train, *test, *edges, *([] if target is None else [target])]))
    _whole_epochs(axes)
    figure.legend(loc="lower center", ncols=3)
    return figure


def accuracy_of_all(
    curves: Sequence[Floats],
    names: Sequence[str],
    target: float | None,
    published: Sequence[tuple[str, Sequence[int], Floats]] = (),
    bands: Mapping[int, Band] = MappingProxyType({}),
) -> Figure:
    """The test accuracies of all runs in percent; those published by others, with their epochs, as hollow marks.

    `bands` holds least and most of the curves, by position, that are means over seeds.
    """
    figure = Figure(figsize=(8.6, _tall_enough(4.0, len(curves) + len(published) + 1)), layout="constrained")
    axes = figure.add_subplot()
    for number, (curve, name) in enumerate(zip(curves, names, strict=True)):
        colour = _colour(number)
        axes.plot(_epochs(curve), curve, color=colour, label=printable(name), marker=_shape(number), ms=4)
        if number in bands:
            axes.fill_between(_epochs(curve), *bands[number], color=colour, alpha=0.2, linewidth=0)
    for number, (name, epochs, curve) in enumerate(published):
        axes.plot(
            epochs, curve, color=GREY, linestyle=":", label=printable(f"{name}, published"),
            marker=_shape(number), ms=4, markerfacecolor="none",
        )  # fmt: skip
    _target(axes, target)
    title = "Test accuracy of all runs" + (", bands from least to most over seeds" if bands else "")
    axes.set(title=title, xlabel="epoch", ylabel="accuracy in %")
    shown = [*curves, *(curve for _, _, curve in published), *(edge for band in bands.values() for edge in band)]
    _accuracy_axis(axes, [*(v for curve in shown for v in curve), *([] if target is None else [target])])
    _whole_epochs(axes)
    figure.legend(loc="outside right center")
    for text in figure.legends[0].get_texts():
        text.set_parse_math(False)
    return figure


def accuracy_of_parameters(
    runs: Sequence[tuple[str, int, float]],
    published: Sequence[tuple[str, int, float]],
    target: float | None,
    limit: int | None,
) -> Figure:
    """Runs as (network, parameters, percent), one mark a network; what others publish of a name as hollow marks."""
    names = list(dict.fromkeys(name for name, *_ in (*runs, *published)))
    figure = Figure(figsize=(8.6, _tall_enough(4.0, len(names) + len(published) + 2)), layout="constrained")
    axes = figure.add_subplot()
    for number, name in enumerate(names):
        mark = _shape(number)
        ours = [(count, percent) for owner, count, percent in runs if owner == name]
        if ours:
            axes.plot(*zip(*ours, strict=True), mark, color=_colour(number), ms=7, label=printable(name))
        theirs = [(count, percent) for owner, count, percent in published if owner == name]
        if theirs:
            axes.plot(
                *zip(*theirs, strict=True), mark, color=GREY, markerfacecolor="none", ms=9, mew=1.5,
                label=f"{printable(name)}, as published",
            )  # fmt: skip
    _target(axes, target)
    if limit is not None:
        axes.axvline(limit, color=VERMILION, linestyle="--", linewidth=1.5, label=f"limit {limit:,}")
    axes.set(title="Test accuracy against parameters", xlabel="parameters", ylabel="accuracy in %")
    shown = [percent for *_, percent in (*runs, *published)]
    _accuracy_axis(axes, [*shown, *([] if target is None else [target])])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.margins(x=0.08)
    figure.legend(loc="outside right center")
    for text in figure.legends[0].get_texts():
        text.set_parse_math(False)
    return figure


def accuracy_of_groups(groups: Sequence[tuple[str, Floats, float, tuple[float, float] | None]], images: str) -> Figure:
    """Of each group (name, accuracies in percent, mean, its interval or None): every run, the mean, its interval.

    Equal accuracies stand one above the other.
    """
    figure = Figure(figsize=(8.6, 1.9 + 0.45 * len(groups)), layout="constrained")
    axes = figure.add_subplot()
    for row, (_, accuracies, mean, bounds) in enumerate(groups):
        levels = [list(accuracies[:number]).count(accuracy) for number, accuracy in enumerate(accuracies)]
        step = min(0.1, 0.3 / max(levels, default=0)) if any(levels) else 0
        axes.plot(
            accuracies, [row - 0.15 - step * level for level in levels], "o", color=BLUE, markerfacecolor="none", ms=7,
            label="" if row else "a run",
        )  # fmt: skip
        if bounds is not None:
            axes.hlines(row, *bounds, color=VERMILION, linewidth=2.5, zorder=3)
            axes.plot(bounds, [row, row], "|", color=VERMILION, ms=11, mew=2)
        axes.plot(
            mean, row, "D", color=VERMILION, ms=6, zorder=4,
            label="" if row else "mean, with its 95 % interval where there are two runs or more",
        )  # fmt: skip
    axes.set(title="Accuracy after the last epoch", xlabel=f"accuracy in % of the {images} images", ylabel="group")
    axes.set_yticks(range(len(groups)), [printable(name) for name, *_ in groups], parse_math=False)
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.margins(x=0.05)
    axes.ticklabel_format(axis="x", useOffset=False)
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def _small(note: str) -> tuple[Figure, Axes]:
    """One of two figures side by side, with room for a legend below. Margins are fixed: to measure them takes as long
    as to draw."""
    figure = Figure(figsize=(4.3, 3.6))
    return figure, figure.add_axes((0.2, 0.23, 0.76, 0.6 if note else 0.66))


def _tall_enough(inches: float, entries: int) -> float:
    """The height of a figure beside a legend of so many entries."""
    return max(inches, 0.23 * entries + 0.6)


def _train_and_test(axes: Axes, train: Floats, test: Floats, bands: Sequence[Band], images: str) -> None:
    looks = ((train, BLUE, "-", "training"), (test, VERMILION, "--", images))
    for number, (curve, colour, dash, name) in enumerate(looks):
        if not _measured(curve):
            continue
        axes.plot(_epochs(curve), curve, color=colour, linestyle=dash, label=name, marker=_mark(curve), markersize=4)
        if bands:
            axes.fill_between(_epochs(curve), *bands[number], color=colour, alpha=0.2, linewidth=0)


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _shape(number: int) -> str:
    return MARKS[number % len(MARKS)]


def _measured(values: Floats) -> list[float]:
    """The numbers among the values."""
    return [value for value in values if not math.isnan(value)]


def _epochs(values: Floats) -> range:
    return range(1, len(values) + 1)


def _mark(values: Floats) -> str:
    """Points where epochs are few: a line through one or two is nothing to see."""
    return "o" if len(values) <= 40 else ""


def _whole_epochs(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    axes.margins(x=0.02)


def _log_axis(axes: Axes, low: float, high: float) -> None:
    """A logarithmic axis with plain numbers on it, from less than a decade to dozens."""
    axes.set_yscale("log")
    if high > low:
        axes.set_ylim(low / 1.15, high * 1.15)
    decades = math.log10(high / low) if high > low else 0.0
    steps = (1, 2, 5) if decades < 2.5 else (1,)
    stride = math.ceil(decades / 8) or 1
    powers = range(math.ceil(math.log10(high)), math.floor(math.log10(low)) - 1, -stride)
    axes.yaxis.set_major_locator(FixedLocator([step * 10.0**power for power in powers for step in steps]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _plain(value)))
    axes.yaxis.set_minor_locator(NullLocator())


def _plain(value: float) -> str:
    """0.02 or, far from 1, a power of ten."""
    if 1e-4 <= value < 1e5:
        return f"{value:g}"
    power = math.floor(math.log10(value) + 1e-9)
    step = round(value / 10.0**power)
    return f"$10^{{{power}}}$" if step == 1 else rf"${step}\cdot 10^{{{power}}}$"


def _accuracy_axis(axes: Axes, values: Sequence[float]) -> None:
    """An axis in percent on which an error ten times smaller is one step further up; 100 % stands on its edge."""

    def forward(percent: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(-np.log10(100 - np.minimum(percent, FULL)))

    def inverse(step: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(100 - 10.0 ** -np.asarray(step))

    low, high = (min(bound, FULL) for bound in (min(values), max(values)))
    axes.set_yscale("function", functions=(forward, inverse))
    bottom, top = 100 - (100 - low) * 1.2, min(100 - (100 - high) / 1.2, FULL)
    axes.set_ylim(bottom, top)
    axes.yaxis.set_major_locator(FixedLocator([tick for tick in (*ACCURACY_TICKS, FULL) if bottom <= tick <= top]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 if value == FULL else value:g}"))


def _target(axes: Axes, target: float | None) -> None:
    if target is not None:
        axes.axhline(target, color=GREEN, linestyle=":", linewidth=1.5, label=f"target {target:g} %")


def entitle(axes: Axes, title: str, note: str) -> None:
    """The title and, below it, what is to be known of what is shown."""
    axes.set_title(title + (f"\n{printable(note)}" if note else ""), parse_math=False)


def printable(text: str) -> str:
    """The text in letters that the font has."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return "".join(letter if letter.isprintable() and ord(letter) < 0x2100 else "?" for letter in short)
