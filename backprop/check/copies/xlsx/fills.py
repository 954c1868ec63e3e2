"""Cell formats with another fill, made as a workbook's cells need them."""

from copy import deepcopy

from lxml import etree

from backprop.spreadsheet.xlsx.cells import in_order
from backprop.spreadsheet.xlsx.markup import MAIN, tag
from backprop.spreadsheet.xlsx.parts import Parts

# What the schema puts before an element that may have to be added.
BEFORE = {"fills": "numFmts fonts", "cellXfs": "numFmts fonts fills borders cellStyleXfs"}


class Fills:
    """The workbook's cell formats, and for each a copy with another fill."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        part = parts.one("styles")
        if part is None:
            part = parts.free_name("styles.xml", "styles%d.xml")
            parts.relate(parts.workbook, "styles", part)
            parts.declare(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml")
            parts.put(part, _BARE_STYLES)
        self.part, self.root = part, parts.xml(part)
        self.formats, self.fills = self._child("cellXfs"), self._child("fills")
        self.known: dict[tuple[int, str], int] = {}
        self.known_fills: dict[str, int] = {}

    def filled(self, style: int, colour: str) -> int:
        """The number of a format that is the one of that number but for its fill."""
        if (style, colour) not in self.known:
            formats = self.formats.findall(tag("xf"))
            if style < len(formats):
                copy = deepcopy(formats[style])
            else:
                copy = etree.Element(tag("xf"), numFmtId="0", fontId="0", borderId="0")
            copy.set("fillId", str(self._fill(colour)))
            copy.set("applyFill", "1")
            self.formats.append(copy)
            self.known[style, colour] = len(formats)
        return self.known[style, colour]

    def save(self) -> None:
        """Put the part back."""
        for group in (self.formats, self.fills):
            group.set("count", str(len(group)))
        self.parts.put_xml(self.part, self.root)

    def _fill(self, colour: str) -> int:
        if colour not in self.known_fills:
            fill = etree.SubElement(self.fills, tag("fill"))
            pattern = etree.SubElement(fill, tag("patternFill"), patternType="solid")
            etree.SubElement(pattern, tag("fgColor"), rgb=colour)
            etree.SubElement(pattern, tag("bgColor"), indexed="64")
            self.known_fills[colour] = len(self.fills.findall(tag("fill"))) - 1
        return self.known_fills[colour]

    def _child(self, name: str) -> etree._Element:
        group = self.root.find(tag(name))
        if group is None:
            group = deepcopy(etree.fromstring(_BARE_STYLES).find(tag(name)))
            assert group is not None
            in_order(self.root, group, BEFORE[name])
        return group


_BARE_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" '
    'borderId="0" xfId="0"/></cellXfs></styleSheet>'
).encode()
