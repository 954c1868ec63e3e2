"""A worksheet added to a workbook's file: behind all that are there, or before them and shown when it is opened."""

import re
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from openpyxl.utils import get_column_letter

from backprop.spreadsheet.new_sheet import (
    BOLD,
    COLOURS,
    ERROR,
    LINKED,
    WRAPPED,
    Look,
    NewCell,
    NewSheet,
    in_quotes,
    lines,
    plain,
)
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.xlsx.first_sheet import move_names, open_at, windows
from backprop.spreadsheet.xlsx.markup import MAIN, RELATED, strict, tag
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.styles import Styles

WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
LAST_SHEET_ID = 65_534
LINE_HEIGHT, MOST_LINES = 15.0, 27  # in points; Excel's highest row has 409

_ON_PAPER = '<pageSetup orientation="landscape" fitToHeight="0"/>'


def sheet_names(parts: Parts) -> set[str]:
    """The names of all sheets in small letters, those of charts too."""
    return {sheet.get("name", "").lower() for sheet in parts.xml(parts.workbook).iter(tag("sheet"))}


def add_sheets(parts: Parts, sheets: list[NewSheet]) -> None:
    """Add worksheets; the list of formula cells goes, since it would lack those of the sheets."""
    looks = _looks(parts, sheets)
    for sheet in sheets:
        _add(parts, sheet.name, _content(sheet, looks).encode())
    parts.drop_calculation_chain()


def show_first(parts: Parts, sheet: NewSheet) -> None:
    """Put a worksheet before all others, or in place of the one that has its name; the file is opened at it.

    What counts sheets goes on to mean those that it meant: the list of formula cells goes.
    """
    content = _content(sheet, _looks(parts, [sheet]), windows(parts)).encode()
    there = parts.sheets().get(sheet.name)
    if there is None:
        _add(parts, sheet.name, content, first=True)
        parts.drop_calculation_chain()
    else:
        parts.put(there, strict(content) if parts.strict else content)
    open_at(parts, sheet.name)


def _looks(parts: Parts, sheets: list[NewSheet]) -> dict[Look, int]:
    """The number of the format of each look that the sheets have."""
    styles = Styles(parts)
    bold = styles.bold()
    looks: dict[Look, int] = {"plain": 0}
    for look in sorted({cell.look for sheet in sheets for _, cells in sheet.rows for cell in cells} - {"plain"}):
        font = {"fontId": bold} if look in BOLD else {"fontId": styles.linked(f"FF{LINKED}")} if look == "link" else {}
        fill = {"fillId": styles.fill(f"FF{COLOURS[look]}")} if look in COLOURS else {}
        text = {"quotePrefix": 1} if look == "formula" else {}  # whoever edits the text gets no formula
        lines = {"vertical": "top", "wrapText": "1"} if look in WRAPPED else None
        looks[look] = styles.like(0, lines, **font, **fill, **text)
    styles.save()
    return looks


def _add(parts: Parts, name: str, content: bytes, first: bool = False) -> None:
    root = parts.xml(parts.workbook)
    sheets = root.find(tag("sheets"))
    if sheets is None:
        raise PartsError(f"{parts.file}: has no list of sheets")
    given = (sheet.get("sheetId", "") for sheet in sheets.iterfind(tag("sheet")))
    numbers = {int(number) for number in given if re.fullmatch("[0-9]{1,10}", number)}
    free = next(number for number in range(1, LAST_SHEET_ID + 1) if number not in numbers)
    part = parts.free_name("worksheets/sheet%d.xml")
    parts.put(part, strict(content) if parts.strict else content)
    parts.declare(part, WORKSHEET)
    name_of_relation = parts.relate(parts.workbook, "worksheet", part)
    attributes = {"name": name, "sheetId": str(free)}
    new = etree.Element(tag("sheet"), {**attributes, f"{{{RELATED}}}id": name_of_relation})
    sheets.insert(0 if first else len(sheets), new)
    if first:
        move_names(root)
    parts.put_xml(parts.workbook, root)


def _content(sheet: NewSheet, looks: dict[Look, int], shown_in: int = 0) -> str:
    """The part of a sheet, which `shown_in` so many windows is the one that shows."""
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(sheet.widths, 1)
    )
    rows = "".join(
        f'<row r="{number}"{_height(sheet, row)}>{"".join(_cell(cell, number, looks[cell.look]) for cell in row)}</row>'
        for number, row in sheet.rows
    )
    links = "".join(
        f'<hyperlink ref="{get_column_letter(cell.column)}{number}" location={quoteattr(_location(*cell.leads_to))}/>'
        for number, cells in sheet.rows
        for cell in cells
        if cell.leads_to is not None
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        f"{_views(sheet, shown_in)}"
        f"{f'<cols>{widths}</cols>' if widths else ''}<sheetData>{rows}</sheetData>"
        f"{f'<hyperlinks>{links}</hyperlinks>' if links else ''}{_ON_PAPER if shown_in else ''}</worksheet>"
    )


def _views(sheet: NewSheet, shown_in: int) -> str:
    """What a window shows: the rows that stay above; on paper the sheet is as wide as a page."""
    if not shown_in:
        return ""
    pane = ""
    if sheet.frozen:
        below = f"A{sheet.frozen + 1}"
        pane = f'<pane ySplit="{sheet.frozen}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        pane += f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/>'
    views = "".join(f'<sheetView tabSelected="1" workbookViewId="{n}">{pane}</sheetView>' for n in range(shown_in))
    return f'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>{views}</sheetViews>'


def _height(sheet: NewSheet, cells: tuple[NewCell, ...]) -> str:
    """The height that wrapped texts need, for programs that compute none when they open a file."""
    needed = min(lines(sheet, cells), MOST_LINES)
    return f' ht="{needed * LINE_HEIGHT:g}"' if needed > 1 else ""


def _location(sheet: str, area: str) -> str:
    return f"{in_quotes(sheet)}!{area}"


def _cell(cell: NewCell, row: int, style: int) -> str:
    start = f'<c r="{get_column_letter(cell.column)}{row}"' + (f' s="{style}"' if style else "")
    if cell.formula is not None:
        formula = plain(cell.formula, escape)
        if cell.number is None:
            return f'{start} t="e"><f>{formula}</f><v>{ERROR}</v></c>'
        return f"{start}><f>{formula}</f><v>{cell.number!r}</v></c>"
    if cell.number is not None:
        return f"{start}><v>{cell.number!r}</v></c>"
    if cell.text:
        return f'{start} t="inlineStr"><is><t xml:space="preserve">{plain(cell.text, escape)}</t></is></c>'
    return f"{start}/>"
