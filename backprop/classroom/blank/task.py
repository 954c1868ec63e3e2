"""Sheet Task, the first: whose it is, what to do, the rules, the network's picture, notation, what it computes."""

import io
import math

from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.classroom.blank.words import computes, notation, rules, steps
from backprop.workbook.look import style
from backprop.workbook.plan import Plan
from backprop.workbook.sheets.network.equations import EQUATION_FONT, subscripted

WIDTHS = (2, 4, 14, 14, 14, 14, 14, 3, *[13.5] * 7)
LEFT, RIGHT = (3, 7), (9, 15)  # columns of the words, and of picture and equations
CHARACTERS, EQUATION = 84, 84  # of a line of the left half, and of the right
LINE, WIDTH = 15, 640  # points of a line of text; pixels of the picture
FIRST = 4
CONTENTS = {
    "Network": "inputs, targets and weights to compute with", "Samples": "inputs and targets of every sample",
    "Self-check": "what is right, and what is not yet",
}  # fmt: skip


def add_task(sheet: Worksheet, plan: Plan, picture: bytes, level: int, person: str, self_check: bool) -> None:
    """The words on the left, the network on the right. `person` is a stranger's text, and stays one."""
    style.title(sheet, f"Exercise: {plan.derivation.network.title}")
    _text(sheet, "A2", f"For {person}" if person else "Formulas to find: yours.")
    sheet["A2"].font = style.SUBTITLE
    style.column_widths(sheet, WIDTHS)
    row = _paragraphs(sheet, "What to do", steps(plan, level, self_check), FIRST, numbered=True)
    row = _paragraphs(sheet, "Rules", rules(level, bool(person)), row)
    row = _links(sheet, row)
    right = _picture(sheet, picture)
    right = _equations(sheet, "Notation", notation(plan), right)
    right = _equations(sheet, "What the network computes", computes(plan, level), right)
    style.protect(sheet)
    style.print_setup(sheet, "landscape", one_page=True)
    sheet.print_area = f"A1:{get_column_letter(RIGHT[1])}{max(row, right)}"


def _text(sheet: Worksheet, cell: str, text: str) -> None:
    """A text, whatever it begins with."""
    sheet[cell].value = text
    sheet[cell].data_type = "s"


def _paragraphs(sheet: Worksheet, heading: str, texts: list[str], row: int, numbered: bool = False) -> int:
    style.section(sheet.cell(row, 2), heading)
    for number, text in enumerate(texts, 1):
        row += 1
        style.label(sheet.cell(row, 2), f"{number}." if numbered else "•")
        style.label(sheet.cell(row, LEFT[0]), text)
        sheet.cell(row, 2).alignment = Alignment(horizontal="right", vertical="top")
        sheet.cell(row, LEFT[0]).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, end_row=row, start_column=LEFT[0], end_column=LEFT[1])
        _raise(sheet, row, LINE * math.ceil(len(text) / CHARACTERS) + 3)
    return row + 2


def _links(sheet: Worksheet, row: int) -> int:
    """A link to every other sheet."""
    style.section(sheet.cell(row, 2), "The sheets")
    for row, name in enumerate(sheet.parent.sheetnames[1:], row + 1):  # noqa: B020, PLR1704 - counts on from the heading
        style.link(sheet.cell(row, LEFT[0]), name, f"{quote_sheetname(name)}!A1")
        style.label(sheet.cell(row, LEFT[0] + 1), CONTENTS.get(name, "what you fill in"))
    return row + 1


def _picture(sheet: Worksheet, content: bytes) -> int:
    style.section(sheet.cell(FIRST, RIGHT[0]), "The network")
    picture = Image(io.BytesIO(content))
    picture.width, picture.height = WIDTH, round(WIDTH * picture.height / picture.width)
    sheet.add_image(picture, f"{get_column_letter(RIGHT[0])}{FIRST + 1}")
    rows, needed = FIRST + 1, picture.height
    while needed > 0:
        needed -= (sheet.row_dimensions[rows].height or 15) * 4 / 3
        rows += 1
    return rows + 1


def _equations(sheet: Worksheet, heading: str, lines: list[str], row: int) -> int:
    style.section(sheet.cell(row, RIGHT[0]), heading)
    for text in lines:
        row += 1
        cell = sheet.cell(row, RIGHT[0])
        style.label(cell, "")
        cell.value = subscripted(text)
        cell.font, cell.alignment = EQUATION_FONT, Alignment(wrap_text=True, vertical="center")
        sheet.merge_cells(start_row=row, end_row=row, start_column=RIGHT[0], end_column=RIGHT[1])
        _raise(sheet, row, (LINE + 5) * math.ceil(len(text) / EQUATION))
    return row + 2


def _raise(sheet: Worksheet, row: int, height: float) -> None:
    """Make the row at least so high."""
    sheet.row_dimensions[row].height = max(height, sheet.row_dimensions[row].height or 0)
