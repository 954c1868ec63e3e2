"""The corrected copy of a workbook: right formulas where a finding tells them, and the values that follow from them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils import range_boundaries

from backprop.check.copies.original import open_parts
from backprop.check.findings import FileReport, Finding
from backprop.spreadsheet.book import CONSTANT, Book, Cell, Column, Place, address
from backprop.spreadsheet.formula import FormulaError, Node, parse, references, render
from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW
from backprop.spreadsheet.recalculate import recalculate
from backprop.spreadsheet.xlsx.parts import Parts, PartsError, find_cells, in_order, places, tag
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
    groups: "_Groups"
    trees: dict[Place, Node] = field(default_factory=dict)  # new formulas


def fix(file: Path, report: FileReport, target: Path, force: bool = False) -> Correction:
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
                sheets[finding.sheet] = _Sheet(part, _Groups(parts.xml(part)))
            sheet = sheets[finding.sheet]
            trees = _trees(finding, report, sheet.groups)
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
                sheet = sheets.get(name) or _Sheet(parts.sheet(name), _Groups(None))
                _write(parts, sheet, cells)
        if changed:
            _recalculate_on_opening(parts)
        if fresh:
            _drop_calculation_chain(parts)
        parts.save(target, force)
    computed = [value for cells in values.values() for value in cells.values()]
    lost = sum(value is None for value in computed)
    return Correction(sum(len(sheet.trees) for sheet in sheets.values()), len(computed) - lost, lost, tuple(left))


def _trees(finding: Finding, report: FileReport, groups: "_Groups") -> dict[Place, Node] | None:
    """The right formula of each cell; None where the finding does not tell it."""
    if finding.should_be is None or not finding.should_be.startswith("="):
        return None
    cells = places(finding.range or finding.cell)
    if not _one_line(finding, report, cells) or any(groups.holds(place) for place in cells):
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


class _Groups:
    """The formulas of a sheet that several cells share: filled down (`shared`), or arrays."""

    def __init__(self, root: etree._Element | None) -> None:
        self.areas: list[tuple[int, int, int, int]] = []
        if root is None:
            return
        for formula in root.iter(tag("f")):
            area = formula.get("ref")
            if formula.get("t") in ("array", "dataTable") and area:
                self.areas.append(range_boundaries(area))

    def holds(self, place: Place) -> bool:
        """Whether the cell is one of several that an array formula or a data table fills together."""
        row, column = place
        return any(
            left <= column <= right and top <= row <= bottom and (left, top) != (right, bottom)
            for left, top, right, bottom in self.areas
        )


def _write(parts: Parts, sheet: _Sheet, values: dict[Place, float | None]) -> None:
    """Put new formulas and values into a sheet's part."""
    root = parts.xml(sheet.part)
    _take_apart(root, set(sheet.trees))
    cells = find_cells(root, values.keys() | sheet.trees.keys())
    for place, tree in sheet.trees.items():
        _set_formula(cells[place], render(tree, *place))
    for place, value in values.items():
        _set_value(cells[place], value)
    parts.put_xml(sheet.part, root)


def _take_apart(root: etree._Element, touched: set[Place]) -> None:
    """Where the first cell of a shared formula changes, write the formula out in every other cell that shares it."""
    masters: dict[str, tuple[str, Place]] = {}  # group -> formula and the cell it stands in, if that cell is touched
    for place, formula in _formulas(root):
        if formula.get("t") != "shared":
            continue
        group = formula.get("si", "")
        if formula.text:
            masters.pop(group, None)
            if place in touched:
                masters[group] = formula.text, place
        elif group in masters:
            text, origin = masters[group]
            formula.attrib.clear()
            formula.text = _moved(text, origin, place)


def _formulas(root: etree._Element) -> Iterator[tuple[Place, etree._Element]]:
    """Every formula element and its cell, counted as in reading: a row or a cell may leave out where it is."""
    row = 0
    for line in root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
        row, column = int(line.get("r", row + 1)), 0
        for cell in line.iterchildren(tag("c")):
            at = cell.get("r")
            column = places(at)[0][1] if at else column + 1
            formula = cell.find(tag("f"))
            if formula is not None:
                yield (row, column), formula


def _moved(text: str, origin: Place, place: Place) -> str:
    """A formula as it stands in another cell of its group, its spaces kept."""
    try:
        moved = Translator(f"={text}", address(*origin)).translate_formula(address(*place))
    except TranslatorError as error:
        raise PartsError(f"{address(*place)}: the formula of {address(*origin)} cannot be written out there") from error
    return str(moved)[1:]


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
