"""The corrected copy of a workbook: right formulas where a finding tells them, and the values that follow from them."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from backprop.check.copies.original import open_copy
from backprop.check.copies.places import places
from backprop.check.copies.workbook import WorkbookCopy
from backprop.check.findings import FileReport, Finding
from backprop.spreadsheet.book import CONSTANT, Book, Cell, Column, Place
from backprop.spreadsheet.formula import FormulaError, Node, parse, references
from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.recalculate import recalculate


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of a workbook."""

    cells: int  # whose formula is another now
    recalculated: int  # cells with a new stored value
    without_value: int  # cells whose value could not be computed here; a spreadsheet does that as it opens the file
    left: tuple[Finding, ...]  # findings that tell no formula for each of their cells


def write_corrected(file: Path, report: FileReport, target: Path, force: bool = False) -> Correction:
    """Write the corrected copy whole or not at all; an existing target is replaced only with `force`.

    PartsError where the target is the file itself, where the file is not the one that was checked, and where a part
    cannot be read.
    """
    with open_copy(file, report, target, force) as copy:
        book = read_workbook(file)
        new: dict[str, dict[Place, Node]] = defaultdict(dict)  # formulas that are others than before, by sheet
        changed: set[Cell] = set()
        left = []
        for finding in report.findings:
            trees = _trees(finding, report, copy)
            if trees is None:
                left.append(finding)
                continue
            for place, tree in trees.items():
                changed.add((finding.sheet, *place))
                if _tree(book, finding.sheet, place) != tree:
                    new[finding.sheet].setdefault(place, tree)
        fresh = False  # whether a cell has a formula that had none
        for name, trees in new.items():
            for place, tree in trees.items():
                fresh |= _put(book, name, place, tree)
        values = recalculate(book, changed) if changed else {}
        for name, cells in values.items():
            if cells:
                copy.write(name, new.get(name, {}), cells)
        if changed:
            copy.recalculate_on_opening(fresh)
        copy.save(target, force)
    computed = [value for cells in values.values() for value in cells.values()]
    lost = sum(value is None for value in computed)
    return Correction(sum(map(len, new.values())), len(computed) - lost, lost, tuple(left))


def _trees(finding: Finding, report: FileReport, copy: WorkbookCopy) -> dict[Place, Node] | None:
    """The right formula of each cell; None where the finding does not tell it."""
    if finding.should_be is None or not finding.should_be.startswith("="):
        return None
    cells = places(finding.range or finding.cell)
    if not _one_line(finding, report, cells) or any(copy.filled_together(finding.sheet, place) for place in cells):
        return None
    try:
        tree = parse(finding.should_be, *places(finding.cell)[0])
    except FormulaError:
        return None
    moving = list(references(tree))
    for place in cells:
        for reference in moving:
            row, column = reference.at(*place)
            if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
                return None
    return dict.fromkeys(cells, tree)


def _one_line(finding: Finding, report: FileReport, cells: list[Place]) -> bool:
    """Whether the cells hold one quantity in several epochs, so that one formula, moved along, serves them all."""
    rows, columns = ({place[index] for place in cells} for index in (0, 1))
    if len(cells) == 1:
        return True
    directions = {table.orientation for table in report.tables if table.sheet == finding.sheet}
    down, across = len(columns) == 1 and "columns" not in directions, len(rows) == 1 and "rows" not in directions
    return down or across


def _tree(book: Book, sheet: str, place: Place) -> Node | str | None:
    number = book.sheets[sheet].tree(*place)
    return None if number is None or number == CONSTANT else book.trees[number]


def _put(book: Book, name: str, place: Place, tree: Node) -> bool:
    """Give a cell of the book a formula; whether it had none."""
    row, number = place
    book.sheets[name].arrays.pop(place, None)
    column = book.sheets[name].columns.setdefault(number, Column())
    if not book.trees or book.trees[-1] != tree:
        book.trees.append(tree)
    at = column.index(row) if column.rows else None
    if at is None:
        at = bisect_left(column.rows, row)
        for numbers, value in ((column.rows, row), (column.trees, CONSTANT)):
            numbers.insert(at, value)
        column.numbers.insert(at, float("nan"))
    fresh = column.trees[at] == CONSTANT
    column.trees[at] = len(book.trees) - 1
    return fresh
