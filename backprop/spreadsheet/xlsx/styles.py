"""The part with a workbook's cell formats: fonts, fills and formats are added, what is there stays."""

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy

from lxml import etree

from backprop.spreadsheet.xlsx.cells import in_order
from backprop.spreadsheet.xlsx.markup import MAIN, tag
from backprop.spreadsheet.xlsx.parts import Parts

# What the schema puts before an element that may have to be added.
BEFORE = {"fonts": "numFmts", "fills": "numFmts fonts", "cellXfs": "numFmts fonts fills borders cellStyleXfs"}

UNSEEN: Mapping[str, str] = {"indexed": "64"}  # behind what is filled: the system's colour
BEFORE_COLOUR = "b i strike condense extend outline shadow u vertAlign sz"


def entries(group: etree._Element) -> list[etree._Element]:
    """What a group's numbers count: where an entry has choices, as Hancom writes them, the one for all programs."""
    found = []
    for child in group.iterchildren(tag=etree.Element):
        if etree.QName(child).localname != "AlternateContent":
            found.append(child)
            continue
        choices = [each for each in child.iterchildren("{*}Fallback", "{*}Choice") if len(each)]
        found.append(min(choices, key=lambda each: etree.QName(each).localname != "Fallback")[0] if choices else child)
    return found


class Styles:
    """The cell formats of a workbook, and what they are made of."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        part = parts.one("styles")
        if part is None:
            part = parts.free_name("styles.xml", "styles%d.xml")
            parts.relate(parts.workbook, "styles", part)
            parts.declare(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml")
            parts.put(part, _BARE_STYLES)
        self.part, self.root = part, parts.xml(part)
        self.fonts, self.fills, self.formats = (self._group(name) for name in BEFORE)
        self.known_fills: dict[object, int] = {}

    def like(self, style: int, alignment: Mapping[str, str] | None = None, **attributes: int) -> int:
        """The number of a new format that is the one of that number but for these: `fillId=3`, `fontId=1`."""
        formats = entries(self.formats)
        if style < len(formats):
            copy = deepcopy(formats[style])
        else:
            copy = etree.Element(tag("xf"), numFmtId="0", fontId="0", borderId="0")
        for name, number in attributes.items():
            copy.set(name, str(number))
            if name.endswith("Id"):
                copy.set(f"apply{name[0].upper()}{name.removesuffix('Id')[1:]}", "1")
        if alignment is not None:
            old = copy.find(tag("alignment"))
            if old is not None:
                copy.remove(old)
            copy.insert(0, etree.Element(tag("alignment"), dict(alignment)))
            copy.set("applyAlignment", "1")
        self.formats.append(copy)
        return len(formats)

    def fill(self, colour: str, behind: Mapping[str, str] = UNSEEN) -> int:
        """The number of a fill; `behind` is a colour that it covers, and that no program shows."""
        return self._solid({"rgb": colour}, behind)

    def covered(self, style: int, colours: Collection[str]) -> int | None:
        """The number of the fill that a format of one of these colours covers; None for any other format."""
        solid = self._pattern(style)
        if solid is None or self._colour(solid, "fgColor").get("rgb") not in colours:
            return None
        behind = self._colour(solid, "bgColor")
        return 0 if behind in ({}, UNSEEN) else self._solid(behind, UNSEEN)

    def colour(self, style: int) -> Mapping[str, str]:
        """The colour that fills a format, as a fill can have it behind its own."""
        solid = self._pattern(style)
        return UNSEEN if solid is None else self._colour(solid, "fgColor") or UNSEEN

    def _solid(self, colour: Mapping[str, str], behind: Mapping[str, str]) -> int:
        key = tuple(colour.items()), tuple(behind.items())
        if key not in self.known_fills:
            fill = etree.SubElement(self.fills, tag("fill"))
            pattern = etree.SubElement(fill, tag("patternFill"), patternType="solid")
            etree.SubElement(pattern, tag("fgColor"), dict(colour))
            etree.SubElement(pattern, tag("bgColor"), dict(behind))
            self.known_fills[key] = len(entries(self.fills)) - 1
        return self.known_fills[key]

    def _pattern(self, style: int) -> etree._Element | None:
        """How a format is filled, where it is by one colour."""
        formats, fills = entries(self.formats), entries(self.fills)
        number = int(formats[style].get("fillId", "0")) if style < len(formats) else 0
        pattern = fills[number].find(tag("patternFill")) if number < len(fills) else None
        return pattern if pattern is not None and pattern.get("patternType") == "solid" else None

    def _colour(self, pattern: etree._Element, name: str) -> dict[str, str]:
        element = pattern.find(tag(name))
        return {} if element is None else {str(name): str(value) for name, value in element.attrib.items()}

    def bold(self) -> int:
        """The number of a font that is the usual one, in bold."""
        return self._font(lambda font: in_order(font, etree.Element(tag("b")), ""), "b")

    def linked(self, colour: str) -> int:
        """The number of a font that is the usual one, underlined and in a colour."""

        def change(font: etree._Element) -> None:
            in_order(font, etree.Element(tag("u")), "b i strike condense extend outline shadow")
            in_order(font, etree.Element(tag("color"), rgb=colour), BEFORE_COLOUR)

        return self._font(change, "u", "color")

    def _font(self, change: Callable[[etree._Element], None], *instead: str) -> int:
        """The number of a font that is the usual one, but for what a change puts instead of those elements."""
        fonts = entries(self.fonts)
        font = deepcopy(fonts[0]) if fonts else etree.Element(tag("font"))
        for name in instead:
            for old in font.findall(tag(name)):
                font.remove(old)
        change(font)
        self.fonts.append(font)
        return len(fonts)

    def save(self) -> None:
        """Put the part back."""
        for group in (self.fonts, self.fills, self.formats):
            group.set("count", str(len(entries(group))))
        self.parts.put_xml(self.part, self.root)

    def _group(self, name: str) -> etree._Element:
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
