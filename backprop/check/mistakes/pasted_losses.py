"""Columns of losses pasted as numbers under learning rates, against the descent that the workbook's table starts.

Only what is clearly a loss curve of the table's network is judged: at least twenty numbers that fall, under a heading
that is a learning rate, with a first loss near the table's own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.descent import descent
from backprop.check.mistakes.finding import finding_between
from backprop.check.proof.model import Model
from backprop.check.tables.table import Table
from backprop.derivation.equation import TOTAL_LOSS
from backprop.spreadsheet.book import CONSTANT, Book, Sheet

Array = NDArray[np.float64]

SHORTEST = 20  # numbers
NEAR = 0.2  # relative difference of the first loss, within which a curve is this network's
SAME = 1e-3  # relative difference of any loss, within which it is this table's
_RATE = re.compile(r"(?:.*?(?:η|eta|lr|l\.r\.?|rate|α|alpha|n)\W*)?([0-9]*\.?[0-9]+)\s*\)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Curve:
    """A run of pasted numbers under a heading."""

    sheet: str
    column: int
    first: int
    last: int
    rate: float
    losses: Array


def check_losses(book: Book, tables: list[Table], model: Model) -> list[Finding]:
    """Pasted curves that fit none of the tables, neighbouring columns together."""
    wrong: list[tuple[Curve, float]] = []
    for sheet in book.sheets.values():
        for curve in _curves(sheet, tables):
            true = [descent(table, model, curve.rate, len(curve.losses) + 1) for table in tables]
            known = [losses for losses in true if losses is not None]
            if not known or any(_same(curve.losses, losses) for losses in known):
                continue
            nearest = min(known, key=lambda losses: abs(losses[0] - curve.losses[0]))
            if abs(nearest[0] - curve.losses[0]) <= NEAR * nearest[0]:
                wrong.append((curve, float(nearest[0])))
    return list(_joined(wrong))


def _same(losses: Array, true: Array) -> bool:
    """Whether a curve is the descent, from its first or its second loss on."""
    return any(
        bool(np.all(np.abs(losses - true[offset : offset + len(losses)]) <= SAME * np.abs(losses) + 1e-9))
        for offset in (0, 1)
    )


def _curves(sheet: Sheet, tables: list[Table]) -> Iterator[Curve]:
    taken = {
        (row, column)
        for table in tables
        if table.view.sheet is sheet
        for line in table.lines.values()
        for step in (table.first, table.last)
        for row, column in [table.view.position(step, line)]
    }
    for column, cells in sheet.columns.items():
        run: list[int] = []
        for index in range(len(cells.rows) + 1):
            ends = index == len(cells.rows)
            pasted = not ends and cells.trees[index] == CONSTANT and not np.isnan(cells.numbers[index])
            if pasted and (not run or cells.rows[index] == cells.rows[run[-1]] + 1):
                run.append(index)
                continue
            yield from _curve(sheet, column, run, taken)
            run = [index] if pasted else []


def _curve(sheet: Sheet, column: int, run: list[int], taken: set[tuple[int, int]]) -> Iterator[Curve]:
    cells = sheet.columns[column]
    if len(run) < SHORTEST:
        return
    numbers = np.array([cells.numbers[index] for index in run])
    first, heading = cells.rows[run[0]], sheet.value(cells.rows[run[0]] - 1, column)
    rate = _rate(heading)
    if rate is None and numbers[0] in (0.1, 0.2, 0.5, 0.8, 1.0, 2.0) and numbers[1] < numbers[0]:
        rate, numbers, first = float(numbers[0]), numbers[1:], first + 1  # the heading is a number itself
    last = cells.rows[run[-1]]
    if rate is None or (first, column) in taken or (last, column) in taken:
        return
    if np.all(numbers > 0) and np.mean(np.diff(numbers) <= 0) > 0.95 and numbers[-1] < numbers[0]:
        yield Curve(sheet.name, column, first, last, rate, numbers)


def _rate(heading: object) -> float | None:
    if isinstance(heading, str) and len(heading) < 40 and (match := _RATE.fullmatch(heading.strip())):
        return float(match[1])
    return heading if isinstance(heading, float) and 0 < heading <= 100 else None


def _joined(wrong: list[tuple[Curve, float]]) -> Iterator[Finding]:
    while wrong:
        group = [wrong.pop(0)]
        while wrong and (wrong[0][0].sheet, wrong[0][0].column, wrong[0][0].first, wrong[0][0].last) == (
            group[-1][0].sheet, group[-1][0].column + 1, group[-1][0].first, group[-1][0].last
        ):  # fmt: skip
            group.append(wrong.pop(0))
        first, last = group[0][0], group[-1][0]
        text = (
            f"losses pasted as numbers begin at {first.losses[0]:.9g}, but the table begins at {group[0][1]:.9g}: they "
            "come from other inputs, targets or weights"
        )
        yield finding_between(first.sheet, (first.first, first.column), (last.last, last.column), TOTAL_LOSS.name,
                              Kind.PASTED_VALUES_DIFFER, text)  # fmt: skip
