"""A worksheet added to a workbook's file, behind all that are there."""

from xml.sax.saxutils import escape

from lxml import etree
from openpyxl.utils import get_column_letter

from backprop.spreadsheet.new_sheet import BOLD, COLOURS, ERROR, Look, NewCell, NewSheet, plain
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.xlsx.markup import MAIN, RELATED, strict, tag
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.styles import Styles

WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
LAST_SHEET_ID = 65_534


def sheet_names(parts: Parts) -> set[str]:
    """The names of all sheets in small letters, those of charts too."""
    return {sheet.get("name", "").lower() for sheet in parts.xml(parts.workbook).iter(tag("sheet"))}


def add_sheets(parts: Parts, sheets: list[NewSheet]) -> None:
    """Add worksheets; the list of formula cells goes, since it would lack those of the sheets."""
    styles = Styles(parts)
    bold = styles.bold()
    looks: dict[Look, int] = {"plain": 0}
    for look in {cell.look for sheet in sheets for _, cells in sheet.rows for cell in cells} - {"plain"}:
        font = {"fontId": bold} if look in BOLD else {}
        fill = {"fillId": styles.fill(f"FF{COLOURS[look]}")} if look in COLOURS else {}
        looks[look] = styles.like(0, **font, **fill)
    styles.save()
    for sheet in sheets:
        _add(parts, sheet.name, _content(sheet, looks).encode())
    parts.drop_calculation_chain()


def _add(parts: Parts, name: str, content: bytes) -> None:
    root = parts.xml(parts.workbook)
    sheets = root.find(tag("sheets"))
    if sheets is None:
        raise PartsError(f"{parts.file}: has no list of sheets")
    numbers = {int(sheet.get("sheetId", "0")) for sheet in sheets}
    free = next(number for number in range(1, LAST_SHEET_ID + 1) if number not in numbers)
    part = parts.free_name("worksheets/sheet%d.xml")
    parts.put(part, strict(content) if parts.strict else content)
    parts.declare(part, WORKSHEET)
    name_of_relation = parts.relate(parts.workbook, "worksheet", part)
    attributes = {"name": name, "sheetId": str(free)}
    etree.SubElement(sheets, tag("sheet"), {**attributes, f"{{{RELATED}}}id": name_of_relation})
    parts.put_xml(parts.workbook, root)


def _content(sheet: NewSheet, looks: dict[Look, int]) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(sheet.widths, 1)
    )
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(cell, number, looks[cell.look]) for cell in cells)}</row>'
        for number, cells in sheet.rows
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        f"{f'<cols>{widths}</cols>' if widths else ''}<sheetData>{lines}</sheetData></worksheet>"
    )


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
