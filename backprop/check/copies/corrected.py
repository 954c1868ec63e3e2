"""The corrected copy of a workbook: right formulas where a finding tells them, and the values that follow from them."""

from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from backprop.check.copies.original import open_parts
from backprop.check.copies.shared_formulas import Arrays, take_apart
from backprop.check.findings import FileReport, Finding
from backprop.spreadsheet.book import CONSTANT, Book, Cell, Column, Place
from backprop.spreadsheet.formula import FormulaError, Node, parse, references, render
from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW
from backprop.spreadsheet.recalculate import recalculate
from backprop.spreadsheet.xlsx.cells import find_cells, in_order, places
from backprop.spreadsheet.xlsx.markup import tag
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.read import read_book

BEFORE_CALCULATION = (
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of a workbook."""

    cells: int  # whose formula is another now
    recalculated: int  # cells with a new stored value
    without_value: int  # cells whose value could not be computed here; a spreadsheet does that as it opens the file
    left: tuple[Finding, ...]  # findings that tell no formula for each of their cells


@dataclass(slots=True)
class _Sheet:
    """What is to change on a sheet."""

    part: str
    arrays: Arrays
    trees: dict[Place, Node] = field(default_factory=dict)  # new formulas


def write_corrected(file: Path, report: FileReport, target: Path, force: bool = False) -> Correction:
    """Write the corrected copy whole or not at all; an existing target is replaced only with `force`.

    PartsError where the target is the file itself, where the file is not the one that was checked, and where a part
    cannot be read.
    """
    with open_parts(file, report, target, force) as parts:
        book = read_book(file)
        sheets: dict[str, _Sheet] = {}
        changed: set[Cell] = set()
        left = []
        for finding in report.findings:
            if finding.sheet not in sheets:
                part = parts.sheet(finding.sheet)
                sheets[finding.sheet] = _Sheet(part, Arrays(parts.xml(part)))
            sheet = sheets[finding.sheet]
            trees = _trees(finding, report, sheet.arrays)
            if trees is None:
                left.append(finding)
                continue
            for place, tree in trees.items():
                changed.add((finding.sheet, *place))
                if _tree(book, finding.sheet, place) != tree:
                    sheet.trees.setdefault(place, tree)
        fresh = False  # whether a cell has a formula that had none
        for name, sheet in sheets.items():
            for place, tree in sheet.trees.items():
                fresh |= _put(book, name, place, tree)
        values = recalculate(book, changed) if changed else {}
        for name, cells in values.items():
            if cells:
                sheet = sheets.get(name) or _Sheet(parts.sheet(name), Arrays(None))
                _write(parts, sheet, cells)
        if changed:
            _recalculate_on_opening(parts)
        if fresh:
            _drop_calculation_chain(parts)
        parts.save(target, force)
    computed = [value for cells in values.values() for value in cells.values()]
    lost = sum(value is None for value in computed)
    return Correction(sum(len(sheet.trees) for sheet in sheets.values()), len(computed) - lost, lost, tuple(left))


def _trees(finding: Finding, report: FileReport, arrays: Arrays) -> dict[Place, Node] | None:
    """The right formula of each cell; None where the finding does not tell it."""
    if finding.should_be is None or not finding.should_be.startswith("="):
        return None
    cells = places(finding.range or finding.cell)
    if not _one_line(finding, report, cells) or any(arrays.holds(place) for place in cells):
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


def _write(parts: Parts, sheet: _Sheet, values: dict[Place, float | None]) -> None:
    """Put new formulas and values into a sheet's part."""
    root = parts.xml(sheet.part)
    take_apart(root, set(sheet.trees))
    cells = find_cells(root, values.keys() | sheet.trees.keys())
    for place, tree in sheet.trees.items():
        _set_formula(cells[place], render(tree, *place))
    for place, value in values.items():
        _set_value(cells[place], value)
    parts.put_xml(sheet.part, root)


def _set_formula(cell: etree._Element, text: str) -> None:
    formula = cell.find(tag("f"))
    if formula is None:
        formula = etree.Element(tag("f"))
        cell.insert(0, formula)
    formula.attrib.clear()
    formula.text = text
    for name in ("cm", "vm"):  # what the cell was as part of a dynamic array or as a picture
        cell.attrib.pop(name, "")
    inline = cell.find(tag("is"))
    if inline is not None:
        cell.remove(inline)


def _set_value(cell: etree._Element, value: float | None) -> None:
    element = cell.find(tag("v"))
    if element is not None and value is not None and cell.get("t", "n") == "n" and _same(element.text, value):
        return
    cell.attrib.pop("t", "")
    if value is None:
        if element is not None:
            cell.remove(element)
        return
    if element is None:
        element = etree.Element(tag("v"))
        formula = cell.find(tag("f"))
        cell.insert(0 if formula is None else cell.index(formula) + 1, element)
    element.text = repr(value).removesuffix(".0")


def _same(text: str | None, value: float) -> bool:
    try:
        return text is not None and float(text) == value
    except ValueError:
        return False


def _recalculate_on_opening(parts: Parts) -> None:
    root = parts.xml(parts.workbook)
    calculation = root.find(tag("calcPr"))
    if calculation is None:
        calculation = etree.Element(tag("calcPr"))
        in_order(root, calculation, BEFORE_CALCULATION)
    calculation.set("fullCalcOnLoad", "1")
    parts.put_xml(parts.workbook, root)


def _drop_calculation_chain(parts: Parts) -> None:
    """Remove the list of formula cells, which a spreadsheet makes anew: it would lack some."""
    chain = parts.one("calcChain")
    if chain is not None:
        parts.unrelate(parts.workbook, chain)
