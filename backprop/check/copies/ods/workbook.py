"""The copy of an OpenDocument spreadsheet: in its content the rows that change are written anew, all else stays."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Self

from lxml import etree

from backprop.check.copies.ods.annotations import annotate
from backprop.check.copies.ods.first_sheet import show_first
from backprop.check.copies.ods.styles import CellStyles
from backprop.check.copies.workbook import Pieces, Values
from backprop.spreadsheet.book import Place
from backprop.spreadsheet.formula import Node, render
from backprop.spreadsheet.new_sheet import NewSheet
from backprop.spreadsheet.ods.edit import Change, Content
from backprop.spreadsheet.ods.markup import CONTENT, EXTENDED, OFFICE, TEXT, tag, utf_8
from backprop.spreadsheet.ods.openformula import from_excel
from backprop.spreadsheet.ods.read import read_opendocument
from backprop.spreadsheet.ods.values import NUMBERS
from backprop.spreadsheet.package.parts import PackageParts, PartsError

_FORMULA, _STYLE, _PARAGRAPH = tag("formula"), tag("style-name"), tag("p", TEXT)
_TYPE, _VALUE, _SHOWN_TYPE = tag("value-type", OFFICE), tag("value", OFFICE), tag("value-type", EXTENDED)
# What a cell had as one of another kind, or as the first of an array.
_OF_OTHERS = [tag(f"{kind}-value", OFFICE) for kind in ("string", "boolean", "date", "time")]
_OF_ARRAYS = [tag(f"number-matrix-{lines}-spanned") for lines in ("rows", "columns")]


class OpenDocumentCopy:
    """A copy of an OpenDocument spreadsheet that is being made."""

    def __init__(self, file: Path) -> None:
        self.parts = PackageParts(file)
        self.changes: dict[str, dict[Place, list[Change]]] = defaultdict(lambda: defaultdict(list))
        self.arrays: dict[str, dict[Place, Place]] | None = None  # of each sheet, where one is asked for
        self.styles: CellStyles | None = None
        self.first: NewSheet | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.parts.archive.close()

    def conversations(self, sheet: str) -> set[Place]:  # noqa: ARG002 - there are none
        """The cells whose comment would not be seen: none."""
        return set()

    def filled_together(self, sheet: str, place: Place) -> bool:
        """Whether the cell is one of several that an array formula fills."""
        if self.arrays is None:
            book = read_opendocument(self.parts.file)
            self.arrays = {name: found.arrays for name, found in book.sheets.items()}
        if sheet not in self.arrays:
            raise PartsError(f"{self.parts.file}: has no sheet {sheet!r}")
        return any(
            first != last and first[0] <= place[0] <= last[0] and first[1] <= place[1] <= last[1]
            for first, last in self.arrays[sheet].items()
        )

    def forget(self, sheet: str, title: str, author: str, colours: Collection[str]) -> None:
        """Nothing: what a cell looked like before is not known of this format."""

    def mark(self, sheet: str, colours: Mapping[Place, str], texts: Mapping[Place, Pieces], author: str) -> None:
        """Colour cells and add comments, once a sheet."""
        for place, colour in colours.items():
            self.changes[sheet][place].append(partial(self._fill, colour))
        for place, pieces in texts.items():
            self.changes[sheet][place].append(partial(_annotate, pieces, author))

    def show_first(self, sheet: NewSheet) -> None:
        """Put a sheet before all others, once a copy; it replaces an earlier one with its title."""
        self.first = sheet

    def write(self, sheet: str, trees: Mapping[Place, Node], values: Values) -> None:
        """Put new formulas and values into cells, once a sheet."""
        for place, tree in trees.items():
            text = from_excel(f"={render(tree, *place)}")
            self.changes[sheet][place].append(partial(_set_formula, text))
        for place, value in values.items():
            self.changes[sheet][place].append(partial(_set_value, value))

    def recalculate_on_opening(self, new_formulas: bool) -> None:
        """Nothing: LibreOffice computes every formula that has no value, and only those."""

    def save(self, target: Path, force: bool = False) -> None:
        """Write the copy whole or not at all; FileError where it cannot be written."""
        if self.changes:
            changes = {
                sheet: {place: _together(several) for place, several in cells.items()}
                for sheet, cells in self.changes.items()
            }
            try:
                content = Content(utf_8(self.parts.read(CONTENT)), changes)
                self.styles = CellStyles(content)
                self.parts.put(CONTENT, content.changed(self.styles.new))
            except (etree.XMLSyntaxError, PartsError) as error:
                raise PartsError(f"{self.parts.file}: {error}") from error
        if self.first is not None:
            show_first(self.parts, self.first)
        self.parts.save(target, force)

    def _fill(self, colour: str, cell: etree._Element, default: str | None) -> None:
        assert self.styles is not None
        cell.set(_STYLE, self.styles.filled(cell.get(_STYLE) or default, colour))


def _together(changes: list[Change]) -> Change:
    def change(cell: etree._Element, style: str | None) -> None:
        for each in changes:
            each(cell, style)

    return change


def _annotate(pieces: Pieces, author: str, cell: etree._Element, _: str | None) -> None:
    annotate(cell, pieces, author)


def _set_formula(text: str, cell: etree._Element, _: str | None) -> None:
    for name in _OF_ARRAYS:
        cell.attrib.pop(name, "")
    cell.set(_FORMULA, text)


def _set_value(value: float | None, cell: etree._Element, _: str | None) -> None:
    shown = cell.get(_SHOWN_TYPE)
    if value is not None and cell.get(_TYPE) in NUMBERS and shown != "error" and _same(cell.get(_VALUE), value):
        return
    for name in _OF_OTHERS:
        cell.attrib.pop(name, "")
    for line in cell.findall(_PARAGRAPH):
        cell.remove(line)
    if value is None:
        for name in (_TYPE, _VALUE, _SHOWN_TYPE):
            cell.attrib.pop(name, "")
        return
    if cell.get(_TYPE) not in NUMBERS:
        cell.set(_TYPE, "float")
    if shown is not None and shown not in NUMBERS:
        cell.set(_SHOWN_TYPE, "float")
    text = repr(value).removesuffix(".0")
    cell.set(_VALUE, text)
    line = etree.Element(_PARAGRAPH)
    line.text = text
    note = cell.find(tag("annotation", OFFICE))
    cell.insert(0 if note is None else cell.index(note) + 1, line)


def _same(text: str | None, value: float) -> bool:
    try:
        return text is not None and float(text) == value
    except ValueError:
        return False
