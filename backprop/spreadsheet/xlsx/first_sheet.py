"""A worksheet becomes the first of a workbook, and the one that shows: what tells sheets by their number follows."""

import re

from lxml import etree

from backprop.spreadsheet.xlsx.markup import tag
from backprop.spreadsheet.xlsx.parts import Parts

_KINDS = ("/worksheet", "/chartsheet", "/dialogsheet", "/xlMacrosheet", "/xlIntlMacrosheet")  # what a tab shows
# Taken out of the bytes, so that nothing else of a sheet changes.
_SELECTED = re.compile(rb"(<(?:[A-Za-z0-9_.-]+:)?sheetView\b[^>]*?)\s+tabSelected\s*=\s*[\"'](?:1|true)[\"']")


def move_names(workbook: etree._Element) -> None:
    """Names of one sheet, print areas among them, stay with their sheet when another comes before all."""
    for name in workbook.iter(tag("definedName")):
        number = name.get("localSheetId")
        if number is not None:
            name.set("localSheetId", str(int(number) + 1))


def windows(parts: Parts) -> int:
    """How many windows show the workbook, one at least."""
    return max(1, sum(1 for _ in parts.xml(parts.workbook).iter(tag("workbookView"))))


def open_at(parts: Parts, name: str) -> None:
    """Have the workbook opened at a sheet, and no other be selected with it: what is typed goes to all that are."""
    root = parts.xml(parts.workbook)
    sheets = list(root.iter(tag("sheet")))
    number = next(index for index, sheet in enumerate(sheets) if sheet.get("name") == name)
    for window in root.iter(tag("workbookView")):
        window.attrib.pop("firstSheet", "")
        window.set("activeTab", str(number))
    parts.put_xml(parts.workbook, root)
    shown = parts.sheets()[name]
    for kind, part in parts.related(parts.workbook).values():
        if kind.endswith(_KINDS) and part != shown and part in parts.names():
            content = parts.read(part)
            unselected = _SELECTED.sub(rb"\1", content)
            if unselected != content:
                parts.put(part, unselected)
