"""The copy of an Open XML workbook: only the parts that change are written anew."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Self

from lxml import etree

from backprop.check.copies.workbook import Pieces, Values
from backprop.check.copies.xlsx.comments import Comments
from backprop.check.copies.xlsx.earlier_sheet import earlier_sheet, under_own_name
from backprop.check.copies.xlsx.fills import Fills
from backprop.check.copies.xlsx.shared_formulas import Arrays, take_apart
from backprop.spreadsheet.book import Place
from backprop.spreadsheet.formula import Node, render
from backprop.spreadsheet.new_sheet import NewSheet
from backprop.spreadsheet.xlsx.cells import find_cells, in_order
from backprop.spreadsheet.xlsx.markup import tag
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.sheets import show_first

BEFORE_CALCULATION = (
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames"
)


class ExcelCopy:
    """A copy of an Open XML workbook that is being made."""

    def __init__(self, file: Path) -> None:
        self.parts = Parts(file)
        self.fills: Fills | None = None
        self.comments: dict[str, Comments] = {}
        self.arrays: dict[str, Arrays] = {}
        self.first: NewSheet | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.parts.archive.close()

    def conversations(self, sheet: str) -> set[Place]:
        """The cells whose comment Excel hides behind a conversation."""
        return self._comments(sheet).threaded()

    def filled_together(self, sheet: str, place: Place) -> bool:
        """Whether the cell is one of several that an array formula or a data table fills."""
        if sheet not in self.arrays:
            self.arrays[sheet] = Arrays(self.parts.xml(self.parts.sheet(sheet)))
        return self.arrays[sheet].holds(place)

    def forget(self, sheet: str, title: str, author: str, colours: Collection[str]) -> None:
        """Take away the colours and comments of an earlier copy, told by its sheet."""
        earlier = earlier_sheet(self.parts, sheet, title)
        if earlier is None:
            return
        self.fills = self.fills or Fills(self.parts)
        for name, part in self.parts.sheets().items():
            if name == earlier:
                continue
            root, changed = self.parts.xml(part), False
            for cell in root.iter(tag("c")):
                style = int(cell.get("s", "0"))
                if (before := self.fills.without(style, colours)) != style:
                    cell.set("s", str(before))
                    changed = True
            if changed:
                self.parts.put_xml(part, root)
            self._comments(name).forget(author)

    def mark(self, sheet: str, colours: Mapping[Place, str], texts: Mapping[Place, Pieces], author: str) -> None:
        """Colour cells and add comments, once a sheet."""
        self.fills = self.fills or Fills(self.parts)
        part = self.parts.sheet(sheet)
        root = self.parts.xml(part)
        for place, cell in find_cells(root, colours).items():
            cell.set("s", str(self.fills.filled(int(cell.get("s", "0")), colours[place])))
        self.parts.put_xml(part, root)
        self._comments(sheet).add(texts, author)

    def show_first(self, sheet: NewSheet) -> None:
        """Put a sheet before all others, once a copy; it replaces an earlier one with its title."""
        self.first = sheet

    def write(self, sheet: str, trees: Mapping[Place, Node], values: Values) -> None:
        """Put new formulas and values into a sheet's part, once a sheet."""
        part = self.parts.sheet(sheet)
        root = self.parts.xml(part)
        take_apart(root, set(trees))
        cells = find_cells(root, values.keys() | trees.keys())
        for place, tree in trees.items():
            _set_formula(cells[place], render(tree, *place))
        for place, value in values.items():
            _set_value(cells[place], value)
        self.parts.put_xml(part, root)

    def recalculate_on_opening(self, new_formulas: bool) -> None:
        """Have a spreadsheet compute everything, and make its list of formula cells anew where that would lack some."""
        root = self.parts.xml(self.parts.workbook)
        calculation = root.find(tag("calcPr"))
        if calculation is None:
            calculation = etree.Element(tag("calcPr"))
            in_order(root, calculation, BEFORE_CALCULATION)
        calculation.set("fullCalcOnLoad", "1")
        self.parts.put_xml(self.parts.workbook, root)
        if new_formulas:
            self.parts.drop_calculation_chain()

    def save(self, target: Path, force: bool = False) -> None:
        """Write the copy whole or not at all; FileError where it cannot be written."""
        if self.fills is not None:
            self.fills.save()
        if self.first is not None:
            show_first(self.parts, under_own_name(self.parts, self.first))
        self.parts.save(target, force)

    def _comments(self, sheet: str) -> Comments:
        if sheet not in self.comments:
            self.comments[sheet] = Comments(self.parts, self.parts.sheet(sheet))
        return self.comments[sheet]


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
