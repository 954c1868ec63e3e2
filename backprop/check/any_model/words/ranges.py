"""Cells side by side as ranges."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from backprop.check.any_model.mending.roots import Root
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.slopes import Match
from backprop.check.findings import DerivativeReport
from backprop.spreadsheet.book import Cell, Place, address, span


def rectangles(cells: Iterable[Cell]) -> list[tuple[str, Place, Place]]:
    """(sheet, first, last) of blocks that hold just these cells: runs down, joined where they lie side by side."""
    columns: dict[tuple[str, int], list[int]] = defaultdict(list)
    for sheet, row, column in cells:
        columns[sheet, column].append(row)
    runs: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for (sheet, column), rows in columns.items():
        for top, bottom in _stretches(rows):
            runs[sheet, top, bottom].append(column)
    return sorted(
        (sheet, (top, first), (bottom, last))
        for (sheet, top, bottom), numbers in runs.items()
        for first, last in _stretches(numbers)
    )


def _stretches(numbers: list[int]) -> list[tuple[int, int]]:
    """First and last of numbers that follow each other without a gap."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def derivative_reports(analysis: Analysis, right: dict[int, Match], roots: list[Root]) -> tuple[DerivativeReport, ...]:
    """What was held against a derivative, block by block."""
    cells = analysis.cells
    groups: dict[tuple[str, float], dict[Cell, int]] = defaultdict(dict)
    for node, match in right.items():
        of = analysis.losses.get(match.slope.of) or "loss cells"
        groups[of, round(match.factor, 9)][cells.cell_of[node]] = node
    found = []
    for (of, factor), members in groups.items():
        for sheet, first, last in rectangles(members):
            match = right[members[sheet, *first]]
            loss = of if analysis.losses.get(match.slope.of) else cells.name(match.slope.of)
            found.append(
                DerivativeReport(sheet, span(first, last), loss, place_of(analysis, match.slope.by), factor, "right")
            )
    for root in roots:
        slope = root.expected.slope
        of, by = analysis.loss_name(slope.of), place_of(analysis, slope.by)
        for node in (root.expected.node, *root.inherits):
            sheet, row, column = cells.cell_of[node]
            status: Literal["wrong", "follows"] = "wrong" if node == root.expected.node else "follows"
            found.append(DerivativeReport(sheet, address(row, column), of, by, None, status))
    return tuple(sorted(found, key=lambda report: (report.sheet, report.range)))


def place_of(analysis: Analysis, node: int) -> str:
    """Sheet!A1, or what is no cell."""
    return analysis.cells.name(node) if node in analysis.cells.cell_of else "an expression"
