"""Comments on the cells of an OpenDocument spreadsheet."""

import re
from collections.abc import Iterator

from lxml import etree

from backprop.check.copies.workbook import Pieces
from backprop.spreadsheet.ods.markup import DUBLIN, OFFICE, TEXT, tag

BOLD = "checkedBold"  # the style of what is bold
_SPACES = re.compile(r"(?<= ) +|^ +")
_BEFORE = tag("cell-range-source")


def annotate(cell: etree._Element, pieces: Pieces, author: str) -> None:
    """Add a comment; where the cell has one already, at its end."""
    note = cell.find(tag("annotation", OFFICE))
    if note is None:
        note = etree.Element(tag("annotation", OFFICE), {tag("display", OFFICE): "false"})
        etree.SubElement(note, tag("creator", DUBLIN)).text = author
        cell.insert(1 if len(cell) and cell[0].tag == _BEFORE else 0, note)
    for line in _lines(pieces):
        paragraph = etree.SubElement(note, tag("p", TEXT))
        for text, bold in line:
            if bold:
                _write(etree.SubElement(paragraph, tag("span", TEXT), {tag("style-name", TEXT): BOLD}), text)
            else:
                _write(paragraph, text)


def _lines(pieces: Pieces) -> Iterator[Pieces]:
    """The text line by line; an end of line at its end begins no other."""
    line: Pieces = []
    for text, bold in pieces:
        first, *others = text.split("\n")
        line += [(first, bold)] * bool(first)
        for other in others:
            yield line
            line = [(other, bold)] * bool(other)
    if line:
        yield line


def _write(element: etree._Element, text: str) -> None:
    """Put text at the end of an element; spaces that XML would lose as elements."""
    at = 0
    for match in _SPACES.finditer(text):
        _append(element, text[at : match.start()])
        etree.SubElement(element, tag("s", TEXT), {tag("c", TEXT): str(len(match[0]))})
        at = match.end()
    _append(element, text[at:])


def _append(element: etree._Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
