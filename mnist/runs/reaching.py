"""Epochs and seconds to an accuracy, over the seeds of a configuration: each seed's own epochs. Imports no torch."""

import statistics
from collections.abc import Iterable, Sequence
from fractions import Fraction

from mnist.errors import MnistError
from mnist.runs.model import Model
from mnist.runs.record import Record
from mnist.runs.shares import cut, outwards, share_interval
from mnist.runs.shown.text_table import TextTable, configuration_name
from mnist.runs.statistics import Line, group_runs


class Reaching(Model):
    """How soon the seeds of a configuration are at an accuracy on the images they are measured on.

    `epochs` and `seconds`, from the start of training to the end of the first epoch at it, evaluations included, are
    None for a seed that never is. Medians count such a seed as later than all others, and are None where it is one.
    That first epoch is chosen on those images: a seed may fall below the accuracy again.
    """

    line: Line
    accuracy: float
    epochs: tuple[int | None, ...]  # a seed, in the order of line.seeds
    seconds: tuple[float | None, ...]
    reached: int  # seeds that are at it in any epoch
    reached_low: float  # 95 % interval of their share (Clopper and Pearson)
    reached_high: float
    median_epochs: float | None
    median_seconds: float | None


def reaching(records: Iterable[Record], percent: float) -> list[Reaching]:
    """Of each configuration of the finished runs, how soon it is at `percent`; MnistError where that is none."""
    if not 0 < percent <= 100:
        raise MnistError(f"--reach {percent:g}: a percentage above 0 and at most 100 is needed")
    accuracy = Fraction(repr(percent)) / 100
    return [_reaching(line, group, accuracy) for line, group in group_runs(records)]


def reaching_table(lines: Sequence[Reaching]) -> TextTable:
    """A row a configuration; medians, and in brackets the seeds that were first and last."""
    columns = ("Network", "n", "Reached", "95 % of it", "Epochs, median", "Seconds, median")
    return TextTable(columns, tuple(map(_row, lines)), left=("Network",))


def _reaching(line: Line, group: Sequence[Record], accuracy: Fraction) -> Reaching:
    epochs, seconds = [], []
    for record in group:
        first = next((m.epoch for m in record.epochs if Fraction(m.test_correct, m.test_total) >= accuracy), None)
        epochs.append(first)
        seconds.append(None if first is None else sum(metrics.seconds for metrics in record.epochs[:first]))
    reached = sum(epoch is not None for epoch in epochs)
    low, high = share_interval(reached, len(group))
    return Reaching(
        line=line,
        accuracy=float(accuracy),
        epochs=tuple(epochs),
        seconds=tuple(seconds),
        reached=reached,
        reached_low=low,
        reached_high=high,
        median_epochs=_median(epochs),
        median_seconds=_median(seconds),
    )


def _median(values: Sequence[float | None]) -> float | None:
    late = float("inf")
    middle = statistics.median(late if value is None else value for value in values)
    return None if middle == late else middle


def _row(one: Reaching) -> tuple[str, ...]:
    return (
        configuration_name(one.line),
        str(len(one.epochs)),
        f"{one.reached} ({cut(one.reached / len(one.epochs), 0)}%)",
        "{} to {}%".format(*outwards(one.reached_low, one.reached_high, 0)),
        _spread(one.median_epochs, one.epochs),
        _spread(one.median_seconds, one.seconds),
    )


def _spread(median: float | None, values: Sequence[float | None]) -> str:
    there = [value for value in values if value is not None]
    if not there:
        return "not reached"
    last = "never" if None in values else f"{max(there):.0f}"
    middle = "never" if median is None else f"{median:.1f}"
    return f"{middle} ({min(there):.0f} to {last})"
