"""Groups of runs beside each other: is a difference larger than what another seed makes of the same run?"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mnist.runs.folder import find_runs, load_run
from mnist.runs.record import Record
from mnist.runs.statistics import Line, configuration, t_quantile, tabulate
from reports.errors import ReportsError


class CompareError(ReportsError):
    """Runs that make no groups to compare."""


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that differ in their seed only. Accuracies are fractions, of the last epoch."""

    name: str
    line: Line  # mean, deviation, interval of the mean, least and most
    accuracies: tuple[float, ...]  # a run, in order of seed
    data: tuple[str, ...]  # SHA-256 of what they were trained and measured on
    left_out: tuple[str, ...]  # of the folder's first group: its runs that are not finished


@dataclass(frozen=True, slots=True)
class Contrast:
    """A group against the first: the difference of their means, with Welch's interval where both have seeds.

    Of `together` such differences all intervals hold at once with 95 %.
    """

    name: str
    against: str
    n: tuple[int, int]  # runs of the group, and of the first
    comparable: bool  # whether both were trained and measured on the same images
    difference: float
    low: float | None  # None where a group is a single run
    high: float | None
    larger_than_noise: bool | None  # whether the interval leaves out zero
    together: int  # comparable differences with an interval


def read_groups(paths: Sequence[Path]) -> list[Group]:
    """A group for each run, folder of runs or pattern of them, and for each configuration where one holds several."""
    given = [path.resolve() for path in paths]
    for path, resolved in zip(paths, given, strict=True):
        if given.count(resolved) > 1:
            raise CompareError(f"{path}: given twice; a group is compared with another")
    groups = [group for path in paths for group in _groups_of(path)]
    if len(groups) < 2:
        raise CompareError(
            f"{', '.join(map(str, paths))}: one group of runs; two or more are needed, each a run or a folder of runs"
        )
    return groups


def contrasts(groups: Sequence[Group]) -> list[Contrast]:
    """Each group against the first, their intervals as wide as it takes for all of them to hold at once."""
    first = groups[0]
    comparable = [group for group in groups[1:] if _comparable(group, first) and len(group.accuracies) > 1]
    together = len(comparable) if len(first.accuracies) > 1 else 0
    return [_contrast(group, first, together) for group in groups[1:]]


def welch_interval(a: Sequence[float], b: Sequence[float], together: int = 1) -> tuple[float, float] | None:
    """95 % interval of mean(a) - mean(b) without the assumption of equal deviations; None for a single value.

    Of `together` intervals each has a confidence of 1 - 5 % / together (Bonferroni), so that all hold at once with
    95 %. Dunnett's are a little shorter, but take one deviation for all groups: those of runs differ up to tenfold.

    d ± t · s with s² = u + v, u = s_a²/n_a, v = s_b²/n_b, and t the quantile of Student's distribution with
    s⁴ / (u²/(n_a - 1) + v²/(n_b - 1)) degrees of freedom (Welch 1947, Biometrika 34).
    """
    if len(a) < 2 or len(b) < 2:
        return None
    difference = statistics.fmean(a) - statistics.fmean(b)
    u, v = statistics.variance(a) / len(a), statistics.variance(b) / len(b)
    if u + v == 0:
        return difference, difference
    freedom = (u + v) ** 2 / (u**2 / (len(a) - 1) + v**2 / (len(b) - 1))
    half = t_quantile(1 - 0.025 / together, freedom) * math.sqrt(u + v)
    return difference - half, difference + half


def _groups_of(path: Path) -> list[Group]:
    matched = [path] if path.exists() else sorted(filter(Path.is_dir, path.parent.glob(path.name)))  # no checkpoints
    runs = [load_run(folder) for folder in find_runs(matched or [path])]
    finished = [run.record for run in runs if run.record.status == "finished"]
    left_out = tuple(str(run.path) for run in runs if run.record.status != "finished")
    if not finished:
        raise CompareError(f"{path}: no finished run; an interrupted one says nothing of its last epoch")
    together: dict[tuple[object, ...], list[Record]] = {}
    for record in finished:
        together.setdefault(configuration(record), []).append(record)
    lines = tabulate(finished)  # in the same order
    return [
        Group(
            name=str(path) if len(lines) == 1 else ", ".join(filter(None, (f"{path}: {line.net}", line.configuration))),
            line=line,
            accuracies=tuple(r.epochs[-1].test_accuracy for r in sorted(group, key=lambda r: r.seed)),
            data=_data(group[0]),
            left_out=() if number else left_out,
        )
        for number, (group, line) in enumerate(zip(together.values(), lines, strict=True))
    ]


def _data(record: Record) -> tuple[str, ...]:
    return tuple(digest for _, digest in sorted(record.data.sha256.items()))


def _comparable(group: Group, first: Group) -> bool:
    return (group.data, group.line.images) == (first.data, first.line.images)


def _contrast(group: Group, first: Group, together: int) -> Contrast:
    comparable = _comparable(group, first)
    bounds = welch_interval(group.accuracies, first.accuracies, max(1, together)) if comparable else None
    low, high = bounds or (None, None)
    return Contrast(
        name=group.name,
        against=first.name,
        n=(len(group.accuracies), len(first.accuracies)),
        comparable=comparable,
        difference=group.line.mean - first.line.mean,
        low=low,
        high=high,
        larger_than_noise=None if low is None or high is None else not low <= 0 <= high,
        together=together,
    )
