"""The sheet that an earlier copy added: known by the title in its first cell, so that it is not added twice."""

from dataclasses import replace

from lxml import etree

from backprop.spreadsheet.new_sheet import NewSheet, first_text, free_name
from backprop.spreadsheet.xlsx.markup import tag
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.sheets import sheet_names


def earlier_sheet(parts: Parts, beginning: str, title: str) -> str | None:
    """The name of the sheet that has this title, of those whose names begin so."""
    named = {name: part for name, part in parts.sheets().items() if name.startswith(beginning)}
    return next((name for name, part in named.items() if _first_text(parts, part) == title), None)


def under_own_name(parts: Parts, sheet: NewSheet) -> NewSheet:
    """The sheet with the name of an earlier one of its title, else with one that no sheet has."""
    name = earlier_sheet(parts, sheet.name, first_text(sheet)) or free_name(sheet_names(parts), sheet.name)
    return replace(sheet, name=name)


def _first_text(parts: Parts, part: str) -> str | None:
    """What stands in A1, where that is a text."""
    cell = next(parts.xml(part).iter(tag("c")), None)
    if cell is None or cell.get("r", "A1") != "A1":
        return None
    if cell.get("t") != "s":
        return _text(cell)
    strings = parts.one("sharedStrings")
    number = int(cell.findtext(tag("v"), "0"))
    every = [] if strings is None else parts.xml(strings).findall(tag("si"))
    return _text(every[number]) if number < len(every) else None


def _text(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(tag("t"), tag("v")))
