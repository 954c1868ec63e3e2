"""Formulas that several cells of a sheet share: filled down (`shared`), arrays and data tables."""

from collections.abc import Iterator

from lxml import etree
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils import range_boundaries

from backprop.check.copies.places import places
from backprop.spreadsheet.book import Place, address
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.xlsx.markup import tag


class Arrays:
    """The areas of a sheet that one formula fills: arrays and data tables."""

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


def take_apart(root: etree._Element, touched: set[Place]) -> None:
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
    except (TranslatorError, TokenizerError, IndexError, ValueError) as error:
        raise PartsError(f"{address(*place)}: the formula of {address(*origin)} cannot be written out there") from error
    return str(moved)[1:]
