"""A worksheet added to a workbook's file, behind all that are there."""

from lxml import etree

from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.xlsx.markup import RELATED, strict, tag
from backprop.spreadsheet.xlsx.parts import Parts

WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
LAST_SHEET_ID = 65_534


def free_sheet_name(parts: Parts, wanted: str) -> str:
    """The wanted name, or with the first number behind it that no sheet has."""
    used = {sheet.get("name", "").lower() for sheet in parts.xml(parts.workbook).iter(tag("sheet"))}
    names = [wanted, *(f"{wanted} {number}" for number in range(2, len(used) + 2))]
    return next(name for name in names if name.lower() not in used)


def add_sheet(parts: Parts, name: str, content: bytes) -> None:
    """Add a worksheet of that content; the list of formula cells goes, since it would lack those of the sheet."""
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
    parts.drop_calculation_chain()
