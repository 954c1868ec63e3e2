"""The XML of an OpenDocument spreadsheet: its namespaces, and how often an element repeats itself."""

import re

from lxml import etree

from backprop.spreadsheet.package.markup import parse_xml

CONTENT = "content.xml"  # the part that holds all sheets
MANIFEST = "META-INF/manifest.xml"

_FORMAT = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
OFFICE, TABLE, TEXT, STYLE, DRAW, CHART = (
    _FORMAT.format(name) for name in ("office", "table", "text", "style", "drawing", "chart")
)
FORMATTING = _FORMAT.format("xsl-fo-compatible")
FORMULAS = "urn:oasis:names:tc:opendocument:xmlns:of:1.2"
DUBLIN = "http://purl.org/dc/elements/1.1/"
LINK = "http://www.w3.org/1999/xlink"
EXTENDED = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"

ROWS_REPEATED, COLUMNS_REPEATED = (f"{{{TABLE}}}number-{lines}-repeated" for lines in ("rows", "columns"))

_IN_UTF_8 = re.compile(
    rb"(\xef\xbb\xbf)?(<\?xml(?![^>]*encoding)|<\?xml[^>]*encoding=[\"']utf-8[\"']|<(?!\?xml))", re.IGNORECASE
)
_NUMBER = re.compile("[0-9]{1,10}", re.ASCII).fullmatch


def tag(name: str, namespace: str = TABLE) -> str:
    """An element's or attribute's full name."""
    return f"{{{namespace}}}{name}"


def repeats(text: str | None) -> int:
    """How often an element stands for itself, or how many cells it spans; 1 where that is not told, or no number."""
    return 1 if text is None or not _NUMBER(text) else max(1, int(text))


def utf_8(content: bytes) -> bytes:
    """A part as UTF-8, as nearly all are."""
    if _IN_UTF_8.match(content):
        return content
    other = etree.tostring(parse_xml(content), xml_declaration=True, encoding="UTF-8")
    assert isinstance(other, bytes)
    return other
