"""The workbook's look: one palette, as in a finance model blue on yellow for inputs, black for what is computed."""

import re
from collections.abc import Sequence
from copy import copy
from typing import Any
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

INK, NAVY, MIST, RULE, QUIET = "1F2937", "1E3A5F", "E8EEF5", "C9D3DF", "6B7280"
INPUT_INK, INPUT_FILL = "1D4ED8", "FEF9C3"
RIGHT_INK, RIGHT_FILL, WRONG_INK, WRONG_FILL = "166534", "DCFCE7", "B91C1C", "FEE2E2"
RIGHT, WRONG = "✓", "✗"
SERIES = ("0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00")  # Okabe and Ito, safe for colour-blind readers

FONT = "Calibri"
TITLE = Font(name=FONT, size=16, bold=True, color=NAVY)
SUBTITLE = Font(name=FONT, size=11, color=QUIET)
SECTION = Font(name=FONT, size=12, bold=True, color=NAVY)
PLAIN = Font(name=FONT, size=11, color=INK)
LINK = Font(name=FONT, size=11, color=INPUT_INK, underline="single")

BAND = Font(name=FONT, size=11, bold=True, color=NAVY)
HEADING = Font(name=FONT, size=11, bold=True, color="FFFFFF")
INPUT = Font(name=FONT, size=11, bold=True, color=INPUT_INK)

NOTE_WIDTH, NOTE_HEIGHT = 330, 120  # pixels

CENTRED = Alignment(horizontal="center", vertical="center")
ALIGNED = {align: Alignment(horizontal=align, vertical="center") for align in ("left", "center", "right")}
MARKED = PatternFill("solid", fgColor=MIST)  # what a row is about
HEADED = PatternFill("solid", fgColor=NAVY)
YELLOW = PatternFill("solid", fgColor=INPUT_FILL)
_THIN = Side(style="thin", color=RULE)
BOXED = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
RULED = Border(bottom=_THIN)
UNLOCKED = Protection(locked=False)
DIVIDED = Border(left=Side(style="thin", color="8496AB"))  # a group of columns begins
FILLS: dict[str, PatternFill] = {}  # one object a colour: _paint knows its parts by identity
EXACT, WEIGHT, SMALL = "General", "0.000000", "0.000000000"

_painted: WeakKeyDictionary[Workbook, dict[tuple[object, ...], StyleArray]] = WeakKeyDictionary()


def _paint(cell: Cell, **parts: Any) -> None:
    """Set parts of a cell's style, each one of this file's constants.

    openpyxl looks every part up by its value, cell by cell; wide tables have tens of thousands of headings. So a look
    is put together once a workbook and then copied.
    """
    looks = _painted.setdefault(cell.parent.parent, {})
    key = (bytes(cell._style or b""), *(part if isinstance(part, str) else id(part) for part in parts.values()))
    if key not in looks:
        for name, part in parts.items():
            setattr(cell, name, part)
        looks[key] = copy(cell._style)
    cell._style = copy(looks[key])


def number_format(name: str) -> str:
    """How a quantity of that name is shown; the cell holds every digit."""
    if re.fullmatch(r"[it]\d.*|epoch|eta|step|sample|batch", name):
        return EXACT
    return SMALL if re.match(r"E|dE_|delta_|[msv]_|eta_t", name) else WEIGHT


def title(sheet: Worksheet, text: str, subtitle: str = "") -> None:
    """The sheet's first lines."""
    sheet["A1"].value, sheet["A1"].font = text, TITLE
    sheet.row_dimensions[1].height = 24
    if subtitle:
        sheet["A2"].value, sheet["A2"].font = subtitle, SUBTITLE
    sheet.sheet_view.showGridLines = False


def column_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """The widths, in characters, of the columns from A on."""
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def label(cell: Cell, text: str | int) -> None:
    """A caption beside a value."""
    cell.value = text or None  # exceljs refuses a text cell without a text
    _paint(cell, font=PLAIN)


def paragraph(cell: Cell, text: str, line: int) -> None:
    """A text that is wrapped after about `line` characters, in a row high enough for it."""
    label(cell, text)
    if len(text) > line:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.parent.row_dimensions[cell.row].height = 15 * -(-len(text) // line)


def section(cell: Cell, text: str) -> None:
    """A heading inside a sheet."""
    cell.value = text
    _paint(cell, font=SECTION)


def filled(color: str) -> PatternFill:
    """A fill of that colour."""
    return FILLS.setdefault(color, PatternFill("solid", fgColor=color))


def heading(cell: Cell, text: str, band: bool = False, align: str = "center") -> None:
    """A column heading; `band` for the group above several."""
    cell.value = text or None
    _paint(cell, font=BAND if band else HEADING, fill=MARKED if band else HEADED, alignment=ALIGNED[align])


def tint(cell: Cell, color: str | None, divided: bool = False) -> None:
    """A background, and a rule on the left where a group of columns begins."""
    if color is not None:
        _paint(cell, fill=filled(color))
    if divided:
        _paint(cell, border=DIVIDED)


def user_input(cell: Cell, value: float | str) -> None:
    """A cell the reader may change."""
    cell.value = value
    _paint(cell, font=INPUT, fill=YELLOW, border=BOXED, number_format=EXACT)


def given(cell: Cell, value: float | str, shown: str = EXACT) -> None:
    """A number that one is given and does not change; or a formula that takes it from where it stands."""
    cell.value = value
    _paint(cell, font=PLAIN, fill=MARKED, border=BOXED, number_format=shown)


def to_fill_in(cell: Cell, shown: str) -> None:
    """An empty cell that waits for the reader's formula; of a protected sheet one that may be written in."""
    _paint(cell, font=INPUT, fill=YELLOW, border=BOXED, number_format=shown, protection=UNLOCKED)


def protect(sheet: Worksheet) -> None:
    """Lock every cell that is not unlocked, without a password; widths, heights and charts stay the reader's."""
    sheet.protection.sheet = True
    sheet.protection.objects = sheet.protection.scenarios = False
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.formatCells = False


def computed(cell: Cell, formula: str | None, shown: str) -> None:
    """A cell with a formula."""
    cell.value = formula
    _paint(cell, font=PLAIN, number_format=shown)


def number(sheet: Worksheet, shown: str) -> int:
    """The number of the style of computed cells, for those that are written past openpyxl."""
    cell = Cell(sheet, row=1, column=1)
    computed(cell, None, shown)
    return int(cell.style_id)


def underline(cell: Cell) -> None:
    """A thin rule below: the end of what belongs together."""
    _paint(cell, border=RULED)


def right_or_wrong(sheet: Worksheet, area: str, condition: str) -> None:
    """Cells turn green where the condition holds, else red."""
    for test, ink, fill in ((condition, RIGHT_INK, RIGHT_FILL), (f"NOT({condition})", WRONG_INK, WRONG_FILL)):
        look = PatternFill("solid", fgColor=fill, bgColor=fill)
        sheet.conditional_formatting.add(area, FormulaRule([test], font=Font(color=ink), fill=look))


def note(cell: Cell, text: str) -> None:
    """A note that shows when the pointer rests on the cell."""
    cell.comment = Comment(text, "backprop", height=NOTE_HEIGHT, width=NOTE_WIDTH)


def link(cell: Cell, text: str, location: str) -> None:
    """A jump inside the workbook."""
    cell.value, cell.font = text, LINK
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location)


def print_setup(
    sheet: Worksheet,
    orientation: str,
    title_rows: str | None = None,
    one_page: bool = False,
    areas: Sequence[str] = (),
    title_columns: str | None = None,
) -> None:
    """Print on A4, one page wide; heading rows and columns repeated, or everything on one page.

    Each of the areas, if there are several, is printed on pages of its own, all of them at the same scale.
    """
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(one_page)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5, header=0.2, footer=0.2)
    sheet.print_title_rows = title_rows
    sheet.print_title_cols = title_columns
    if areas:
        sheet.print_area = ",".join(areas)
