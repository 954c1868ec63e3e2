"""The namespaces of a workbook's parts. Those of the strict form are read as the usual, transitional ones."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
SHEET_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

_STRICT = {
    "http://purl.oclc.org/ooxml/spreadsheetml/main": MAIN,
    "http://purl.oclc.org/ooxml/officeDocument/relationships": RELATED,
    "http://purl.oclc.org/ooxml/drawingml/main": DRAWING,
    "http://purl.oclc.org/ooxml/drawingml/chart": CHART,
    "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing": SHEET_DRAWING,
}


def tag(name: str, namespace: str = MAIN) -> str:
    """An element's or attribute's full name."""
    return f"{{{namespace}}}{name}"


def transitional(content: bytes) -> bytes:
    """XML of the strict form with the names of the transitional one; any other XML as it is."""
    return _replaced(content, _STRICT) if b"purl.oclc.org/ooxml" in content else content


def strict(content: bytes) -> bytes:
    """The way back."""
    return _replaced(content, {usual: name for name, usual in _STRICT.items()})


def _replaced(content: bytes, names: dict[str, str]) -> bytes:
    for old, new in names.items():
        content = content.replace(old.encode(), new.encode())
    return content
