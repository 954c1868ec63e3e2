"""Columns of losses pasted as numbers under learning rates, against the descent that the workbook's table starts.

Only what is clearly a loss curve of the table's network is judged: at least twenty numbers that fall, under a heading
that is a learning rate, with a first loss near the table's own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop.check.findings import Finding, Kind, Note
from backprop.check.mistakes.descent import descent
from backprop.check.mistakes.finding import finding_between
from backprop.check.mistakes.pasted.own_losses import own_losses
from backprop.check.mistakes.sentences import apart
from backprop.check.proof.model import Model
from backprop.check.tables.table import Table
from backprop.derivation.equation import TOTAL_LOSS
from backprop.spreadsheet.book import CONSTANT, Book, Sheet, address, span
from groundfloor.text import listed

Array = NDArray[np.float64]

SHORTEST = 20  # numbers
NEAR = 0.2  # relative difference of the first loss, within which a curve is this network's
SAME = 1e-3  # relative difference of any loss, within which it is this table's
OWN = 1e-7  # of the first loss: the widest difference from what the table's own formulas give
NOISE = 1e-13  # of the first loss: what doubles alone may differ by
NEARER = 0.1  # of the difference from the right losses
_RATE = re.compile(
    r"(?:.*?(?:η|eta|lr|l\.r\.?|rate|α|alpha|n)(?:\.(?!\d)|[^\w.])*)?([0-9]*\.?[0-9]+)\s*\)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A run of pasted numbers under a heading."""

    sheet: str
    column: int
    first: int
    last: int
    rate: float
    losses: Array


def check_losses(book: Book, tables: list[Table], model: Model, wrong: bool) -> tuple[list[Finding], list[Note]]:
    """Pasted curves that fit none of the tables; and, of tables that are `wrong`, those that have their mistakes."""
    strange: list[tuple[Curve, float]] = []
    inherited: list[Curve] = []
    for sheet in book.sheets.values():
        for curve in _curves(sheet, tables):
            true = [descent(table, model, curve.rate, len(curve.losses) + 1) for table in tables]
            known = [losses for losses in true if losses is not None]
            if not known:
                continue
            off = min(_distance(curve.losses, losses) for losses in known)
            if wrong and any(_is_own(curve, table, off) for table in tables):
                inherited.append(curve)
                continue
            nearest = min(known, key=lambda losses: abs(losses[0] - curve.losses[0]))
            near = abs(nearest[0] - curve.losses[0]) <= NEAR * nearest[0]
            if near and not any(_same(curve.losses, losses) for losses in known):
                strange.append((curve, float(nearest[0])))
    return list(_joined(strange)), list(_inherited(inherited))


def _same(losses: Array, true: Array) -> bool:
    """Whether a curve is the descent, from its first or its second loss on."""
    return any(
        bool(np.all(np.abs(losses - true[offset : offset + len(losses)]) <= SAME * np.abs(losses) + 1e-9))
        for offset in (0, 1)
    )


def _distance(losses: Array, other: Array) -> float:
    """The widest difference between two curves where both go on, from the other's first or its second loss on."""
    distances = []
    for offset in (0, 1):
        count = min(len(losses), len(other) - offset)
        if count >= SHORTEST:
            distances.append(float(np.max(np.abs(losses[:count] - other[offset : offset + count]))))
    return min(distances, default=np.inf)


def _is_own(curve: Curve, table: Table, off: float) -> bool:
    """Whether a curve is that of the table's own formulas, and of the right ones it is not."""
    if off <= NOISE * curve.losses[0]:
        return False
    own = own_losses(table, curve.rate)
    return own is not None and _distance(curve.losses, own) <= min(OWN * curve.losses[0], NEARER * off)


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


def _grouped(curves: Sequence[Curve]) -> Iterator[list[Curve]]:
    """Curves side by side, from the same row to the same row."""
    group: list[Curve] = []
    for curve in curves:
        last = group[-1] if group else None
        beside = last is not None and (last.sheet, last.column + 1, last.first, last.last) == (
            curve.sheet, curve.column, curve.first, curve.last
        )  # fmt: skip
        if group and not beside:
            yield group
            group = []
        group.append(curve)
    if group:
        yield group


def _joined(strange: list[tuple[Curve, float]]) -> Iterator[Finding]:
    begins = dict(strange)
    for group in _grouped(list(begins)):
        first, last = group[0], group[-1]
        rates = listed(f"{curve.rate:g}" for curve in group)
        pasted, true = float(first.losses[0]), begins[first]
        if abs(pasted - true) > SAME * true:
            shown = apart(pasted, true, 9)
            text = (
                f"losses pasted as numbers begin at {shown[0]}, but the table begins at {shown[1]}: they come from "
                "other inputs, targets or weights"
            )
        else:
            text = (
                f"losses pasted as numbers under the learning rate {rates} begin as the table does, but go on "
                "otherwise: they come from another learning rate or from other formulas"
            )
        yield finding_between(first.sheet, (first.first, first.column), (last.last, last.column), TOTAL_LOSS,
                              Kind.PASTED_VALUES_DIFFER, text)  # fmt: skip


def _inherited(curves: list[Curve]) -> Iterator[Note]:
    for group in _grouped(curves):
        first, last = group[0], group[-1]
        cells = span((first.first, first.column), (last.last, last.column))
        text = (
            f"the losses pasted in {cells} are those of the table's own formulas, with their mistakes: paste them anew "
            "once it is corrected"
        )
        yield Note(first.sheet, address(first.first, first.column), "pasted_losses", text)
