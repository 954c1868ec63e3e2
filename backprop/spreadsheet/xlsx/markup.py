"""The XML of a workbook's parts: its namespaces, and how what strangers wrote is parsed: no entities, no network."""

from typing import TypedDict

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


class Options(TypedDict):
    """Of lxml's parsers."""

    resolve_entities: bool
    no_network: bool
    huge_tree: bool


SAFE: Options = {"resolve_entities": False, "no_network": True, "huge_tree": False}


def tag(name: str, namespace: str = MAIN) -> str:
    """An element's or attribute's full name."""
    return f"{{{namespace}}}{name}"


def parse_xml(content: bytes) -> etree._Element:
    """The root element of a part."""
    return etree.fromstring(content, etree.XMLParser(**SAFE))
