"""The headings of a table of quantities: a band for each group of columns, the symbols below it, tints, widths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from backprop.epochs.columns import Group
from backprop.printers.text import TextPrinter
from backprop.workbook.look import style
from backprop.workbook.look.tints import TINTS, constants, firsts, kinds
from backprop.workbook.plan import Plan
from backprop.workbook.titles import title

WIDE, NARROW, CONSTANT = 13.5, 10, 7  # of a column, in characters
ROOM = "_)"  # after a number, as wide as a bracket: none touches the rule of the next group
_TEXT = TextPrinter()


@dataclass(frozen=True, slots=True)
class Look:
    """How the columns of a table look."""

    kinds: Mapping[str, str]
    constants: frozenset[str]
    firsts: frozenset[str]

    def tint(self, name: str, cell: Cell, heading: bool = False) -> None:
        """Give the cell the background of its column, and the rule where a group begins."""
        style.tint(cell, TINTS[self.kinds.get(name, "count")][not heading], name in self.firsts)

    def width(self, name: str) -> float:
        """Of the column, in characters."""
        if name in self.constants:
            return CONSTANT
        return WIDE if style.number_format(name) == style.SMALL else NARROW


def look_of(plan: Plan, groups: Sequence[Group]) -> Look:
    """The look of these groups of columns."""
    of_each = kinds(plan.derivation)
    return Look(of_each, constants(plan.derivation), firsts(groups, of_each))


def add_headings(
    sheet: Worksheet,
    plan: Plan,
    groups: Sequence[Group],
    row: int,
    column: int,
    notes: Mapping[str, str] | None = None,
) -> int:
    """The bands in that row and the symbols, with their notes, in the next, from that column on; the column after."""
    look = look_of(plan, groups)
    for group in groups:
        for offset, name in enumerate(group.names):
            band = sheet.cell(row, column + offset)
            style.heading(band, title(plan.words, group.title) * (not offset), band=True)
            look.tint(name, band, heading=True)
            symbol = sheet.cell(row + 1, column + offset)
            style.heading(symbol, plan.words(_TEXT.symbol(name)), align="right")
            if notes and name in notes:
                style.note(symbol, notes[name])
            sheet.column_dimensions[get_column_letter(column + offset)].width = look.width(name)
        if len(group.names) > 1:
            sheet.merge_cells(None, row, column, row, column + len(group.names) - 1)
        column += len(group.names)
    return column


def column_styles(sheet: Worksheet, plan: Plan, shown: str | None = None) -> list[int]:
    """The style numbers of an epoch table's columns, for cells that are written past openpyxl.

    All numbers look as `shown`, or each as its quantity does.
    """
    look = look_of(plan, plan.layout.groups)
    styles = []
    for name in plan.layout.columns:
        cell = Cell(sheet, row=1, column=1)
        style.computed(cell, None, f"{shown or style.number_format(name)}{ROOM}")
        look.tint(name, cell)
        styles.append(int(cell.style_id))
    return styles
