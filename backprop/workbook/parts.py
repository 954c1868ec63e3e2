"""The parts of a saved workbook, named and written so that every reader finds them; openpyxl's are read by most.

npm's exceljs knows drawings by the prefix xdr:, notes by the names that Excel gives to their parts, and of their text
what stands in runs. IronCalc follows relative targets to notes, no absolute ones.
"""

import re

from lxml import etree

_NOTES = re.compile(r"/(?:comments/comment(\d+)\.xml|drawings/commentsDrawing(\d+)\.vml)")
_PREFIXES = {
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
}


def part_name(saved: str) -> str:
    """The name that a part has in the file, of the name that openpyxl saved it by."""
    return _as_excel(f"/{saved}")[1:]


def part_content(saved: str, content: bytes) -> bytes:
    """What stands in the part of that name, as it is to be written."""
    if re.fullmatch(r"xl/drawings/drawing\d+\.xml", saved):
        return _with_prefixes(content)
    if saved.startswith("xl/comments/"):
        return content.replace(b"<text><t", b"<text><r><t").replace(b"</t></text>", b"</t></r></text>")
    if saved == "[Content_Types].xml":
        return _as_excel(content.decode()).encode()
    if saved.startswith("xl/worksheets/_rels/"):
        return _as_excel(content.decode()).replace('Target="/xl/', 'Target="../').encode()
    if saved == "docProps/core.xml":  # the same workbook has the same bytes
        return re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
    return content


def _as_excel(text: str) -> str:
    """comments/comment1.xml becomes comments1.xml, drawings/commentsDrawing1.vml drawings/vmlDrawing1.vml."""

    def named(match: re.Match[str]) -> str:
        return f"/comments{match[1]}.xml" if match[1] else f"/drawings/vmlDrawing{match[2]}.vml"

    return _NOTES.sub(named, text)


def _with_prefixes(drawing: bytes) -> bytes:
    root = etree.fromstring(drawing)
    renamed = etree.Element(root.tag, nsmap=_PREFIXES)
    renamed.extend(list(root))
    etree.cleanup_namespaces(renamed, keep_ns_prefixes=list(_PREFIXES))
    return etree.tostring(renamed, xml_declaration=True, encoding="UTF-8", standalone=True)
