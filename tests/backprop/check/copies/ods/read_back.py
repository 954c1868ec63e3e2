"""What a copy of an OpenDocument spreadsheet holds: rows, colours of cells, comments."""

import re
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from backprop.check.copies.findings_sheet import NAME
from backprop.spreadsheet.ods.markup import FORMATTING, OFFICE, STYLE, TEXT, tag
from tests.backprop.spreadsheet.ods.crafted import CONTENT

PINK = "#ff8cc6"
CELLS = (tag("table-cell"), tag("covered-table-cell"))


def content(file: Path) -> bytes:
    with ZipFile(file) as archive:
        return archive.read(CONTENT)


def rows(file: Path) -> list[etree._Element]:
    """Those of the workbook's own sheets."""
    tables = [each for each in etree.fromstring(content(file)).iter(tag("table")) if each.get(tag("name")) != NAME]
    return [row for each in tables for row in each.iter(tag("table-row"))]


def outside_rows(file: Path) -> bytes:
    """The content without its rows and its styles, and without the sheet of findings."""
    text = re.sub(rb"<table:table [^>]*name=.Findings.>.*?</table:table>", b"", content(file), flags=re.DOTALL)
    text = re.sub(rb"<table:table-row.*?</table:table-row>", b"", text, flags=re.DOTALL)
    return re.sub(rb"<office:automatic-styles.*?</office:automatic-styles>", b"", text, flags=re.DOTALL)


def fills(file: Path) -> dict[str, str]:
    """The background of each automatic style of cells that has one."""
    found = {}
    for style in etree.fromstring(content(file)).iter(tag("style", STYLE)):
        properties = style.find(tag("table-cell-properties", STYLE))
        colour = None if properties is None else properties.get(tag("background-color", FORMATTING))
        if colour:
            found[style.get(tag("name", STYLE), "")] = colour
    return found


def notes(element: etree._Element) -> list[list[str]]:
    """The lines of each comment below an element."""
    return [
        ["".join(map(str, line.itertext())) for line in note.iterchildren(tag("p", TEXT))]
        for note in element.iter(tag("annotation", OFFICE))
    ]


def comments(file: Path) -> dict[str, str]:
    """The comments of the first sheet, which no tool that walks over a million rows need be asked for."""
    with ZipFile(file) as archive:
        (part,) = (name for name in archive.namelist() if re.fullmatch(r"xl/comments\d*\.xml", name))
        root = etree.fromstring(archive.read(part))
    return {note.get("ref", ""): "".join(map(str, note.itertext())) for note in root.iter("{*}comment")}
