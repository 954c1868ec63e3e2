"""Figures of a class: how its totals are spread, which mistakes are frequent, which quantity is hard."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from backprop.check.report.phrases import kind_name, quantity_name
from backprop.check.report.teaching import hint
from backprop.classroom.grading.graded import Cost, Graded, Part

BINS = 10


@dataclass(frozen=True, slots=True)
class Share:
    """How many students something is true of."""

    name: str
    students: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PartShare:
    """How much of a part's points the graded students have, from 0 to 1."""

    part: Part
    share: float


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """All of it; shares are of the students with points."""

    students: int
    graded: int
    review: int
    missing: int
    late: int
    mean: float | None
    median: float | None
    maximum: float | None
    bins: tuple[int, ...]  # students by share of the points, in tenths; the last one holds those with all points too
    kinds: tuple[Share, ...]  # by kind of mistake, the most frequent first
    quantities: tuple[Share, ...]  # where a mistake lies, the most frequent first
    common: tuple[Share, ...]  # the same mistake at the same quantity, of two students at least
    parts: tuple[PartShare, ...]
    same_files: tuple[tuple[str, ...], ...]  # ids of students whose files are the same


def class_figures(graded: Sequence[Graded]) -> ClassFigures:
    """The figures of a class; what a human decides has no points here."""
    done = [item for item in graded if item.status == "graded" and item.points is not None]
    totals = [item.points or 0.0 for item in done]
    maximum = max((item.maximum or 0.0 for item in done), default=None)
    kinds, quantities, common = (defaultdict[str, set[str]](set) for _ in range(3))
    hints: dict[str, str] = {}
    for item in graded:
        for cost in item.costs:
            student, kind = item.student.id, kind_name(cost.finding.kind)
            kinds[kind].add(student)
            for name in _quantities(cost):
                quantities[name].add(student)
            called = ", ".join(_quantities(cost))
            said = hint(cost.finding, item.report.tables if item.report else ())
            common[f"{called}: {kind}\n{said}"].add(student)
            hints[f"{called}: {kind}\n{said}"] = said
    return ClassFigures(
        len(graded), len(done), _count(item.status == "review" for item in graded),
        _count(item.status == "missing" for item in graded), _count(item.late for item in graded),
        fmean(totals) if totals else None, median(totals) if totals else None, maximum,
        _bins(done), _shares(kinds), _shares(quantities),
        tuple(
            Share(each.name.partition("\n")[0], each.students, hints[each.name])
            for each in _shares(common) if each.students > 1
        ),
        _parts(done), _same_files(graded),
    )  # fmt: skip


def _count(true: Iterable[bool]) -> int:
    return sum(true)


def _quantities(cost: Cost) -> list[str]:
    return [quantity_name(name) for name in cost.finding.quantity.split(", ")]


def _bins(done: Sequence[Graded]) -> tuple[int, ...]:
    counts = [0] * BINS
    for item in done:
        share = (item.points or 0.0) / item.maximum if item.maximum else 0.0
        counts[min(BINS - 1, int(share * BINS + 1e-9))] += 1
    return tuple(counts)


def _shares(students: dict[str, set[str]]) -> tuple[Share, ...]:
    """The most frequent first, then by name."""
    every = [Share(name, len(each)) for name, each in students.items()]
    return tuple(sorted(every, key=lambda share: (-share.students, share.name)))


def _parts(done: Sequence[Graded]) -> tuple[PartShare, ...]:
    """In the order in which the first student has them."""
    shares: dict[Part, list[float]] = {}
    for item in done:
        for part in item.parts:
            if part.maximum:
                shares.setdefault(part.part, []).append(part.points / part.maximum)
    return tuple(PartShare(part, fmean(each)) for part, each in shares.items())


def _same_files(graded: Sequence[Graded]) -> tuple[tuple[str, ...], ...]:
    groups = {tuple(sorted((item.student.id, *item.same_file_as))) for item in graded if item.same_file_as}
    return tuple(sorted(groups))
