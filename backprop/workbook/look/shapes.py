"""Native straight lines over cells, which openpyxl does not write: a drawing for a sheet that has no other."""

from collections.abc import Sequence
from dataclasses import dataclass

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
WIDTH = 12_700  # EMU: a point
RELATION = "rIdLines"


@dataclass(frozen=True, slots=True)
class Place:
    """A point of a sheet: a cell's column and row, counted from 0, and how far below its top, in EMU."""

    column: int
    row: int
    below: int


@dataclass(frozen=True, slots=True)
class LineShape:
    """A straight line from left to right."""

    name: str
    start: Place
    end: Place
    color: str


def drawing_xml(lines: Sequence[LineShape]) -> bytes:
    """The drawing's part."""
    shapes = "".join(_line(number, line) for number, line in enumerate(lines, 2))
    return HEAD + f'<xdr:wsDr xmlns:xdr="{_DRAWING}" xmlns:a="{_MAIN}">{shapes}</xdr:wsDr>'.encode()


def relations_xml(drawing: str) -> bytes:
    """The sheet's relations: the drawing of that name."""
    relation = f'<Relationship Id="{RELATION}" Type="{_OFFICE}/drawing" Target="../drawings/{drawing}"/>'
    return HEAD + f'<Relationships xmlns="{_PACKAGE}">{relation}</Relationships>'.encode()


def with_drawing(sheet_xml: bytes) -> bytes:
    """The sheet, with its reference to the drawing: after the page's setup, which every sheet here has."""
    head, setup, tail = sheet_xml.partition(b"<pageSetup ")
    end = tail.index(b"/>") + 2
    reference = f'<drawing xmlns:r="{_OFFICE}" r:id="{RELATION}"/>'.encode()
    return head + setup + tail[:end] + reference + tail[end:]


def with_content_type(types_xml: bytes, drawing: str) -> bytes:
    """The package's content types, with the drawing's."""
    override = f'<Override PartName="/xl/drawings/{drawing}" ContentType="{CONTENT_TYPE}"/>'
    return types_xml.replace(b"</Types>", f"{override}</Types>".encode())


def _line(number: int, line: LineShape) -> str:
    """A connector; its anchor runs from the upper left to the lower right, so a line that rises is flipped."""
    start, end = line.start, line.end
    rises = (end.row, end.below) < (start.row, start.below)
    top, bottom = (end, start) if rises else (start, end)
    anchor = _place("from", start.column, top) + _place("to", end.column, bottom)
    flip = ' flipV="1"' if rises else ""
    return (
        f'<xdr:twoCellAnchor editAs="twoCell">{anchor}<xdr:cxnSp macro=""><xdr:nvCxnSpPr>'
        f'<xdr:cNvPr id="{number}" name="{line.name}"/><xdr:cNvCxnSpPr/></xdr:nvCxnSpPr><xdr:spPr>'
        f'<a:xfrm{flip}><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm>'
        f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
        f'<a:ln w="{WIDTH}"><a:solidFill><a:srgbClr val="{line.color}"/></a:solidFill></a:ln>'
        "</xdr:spPr></xdr:cxnSp><xdr:clientData/></xdr:twoCellAnchor>"
    )


def _place(name: str, column: int, place: Place) -> str:
    return (
        f"<xdr:{name}><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{place.row}</xdr:row><xdr:rowOff>{place.below}</xdr:rowOff></xdr:{name}>"
    )
