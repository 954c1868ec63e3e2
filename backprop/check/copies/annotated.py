"""A copy of a workbook with its wrong cells coloured and, on the first of each finding, a comment. No value changes."""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

from lxml import etree
from openpyxl.utils import get_column_letter

from backprop.check.copies.original import open_parts
from backprop.check.findings import FileReport, Finding
from backprop.check.report.phrases import kind_name, quantity_name
from backprop.spreadsheet.book import Place
from backprop.spreadsheet.xlsx.parts import (
    MAIN,
    RELATED,
    Parts,
    PartsError,
    find_cells,
    in_order,
    places,
    tag,
)
from groundfloor.text import shortened

AUTHOR = "backprop check"
COLOURS = {"error": "FFFF8CC6", "latent": "FFFFD966"}
MOST_COLOURED = 100_000  # cells; a comment on the first tells the range in any case
MOST_COMMENTS = 500  # on one sheet
TEXT_SHOWN = 8_192  # characters of a formula, Excel's own limit; a comment takes 32,767
COLUMNS, ROWS = 16_384, 1_048_576
BOX_WIDTH, LINE_HEIGHT = 420, 16  # of a comment, in pixels
LINE_LETTERS = 62  # that fit into that width
SHAPES = 1_024  # shape numbers in a block of a drawing of comments

# What the schema puts before an element that may have to be added.
BEFORE = {
    "legacyDrawing": (
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
        "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting "
        "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks "
        "customProperties cellWatches ignoredErrors smartTags drawing"
    ),
    "fills": "numFmts fonts",
    "cellXfs": "numFmts fonts fills borders cellStyleXfs",
}
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

Comments = dict[Place, list[Finding]]


def annotate(file: Path, report: FileReport, target: Path, force: bool = False) -> None:
    """Write the annotated copy whole or not at all; an existing target is replaced only with `force`.

    PartsError where the target is the file itself, where the file is not the one that was checked, and where a part
    cannot be read.
    """
    with open_parts(file, report, target, force) as parts:
        by_sheet: dict[str, list[Finding]] = defaultdict(list)
        for finding in report.findings:
            by_sheet[finding.sheet].append(finding)
        if by_sheet:
            styles, room = _Styles(parts), MOST_COLOURED
            for name, findings in by_sheet.items():
                room -= _annotate_sheet(parts, parts.sheet(name), findings, styles, room)
            styles.save()
        parts.save(target, force)


def _annotate_sheet(parts: Parts, part: str, findings: Sequence[Finding], styles: "_Styles", room: int) -> int:
    """Colour the cells, no more than there is room for and the first of each finding; how many it were."""
    threaded = _Comments(parts, part).threaded()
    colours: dict[Place, str] = {}
    comments: Comments = {}
    for finding in findings:
        cells = places(finding.range or finding.cell, max(1, room - len(colours)))
        for place in cells:
            if colours.get(place) != COLOURS["error"]:
                colours[place] = COLOURS[finding.severity]
        home = next((place for place in cells if place not in threaded), cells[0])
        if home in comments or len(comments) < MOST_COMMENTS:
            comments.setdefault(home, []).append(finding)
    _colour(parts, part, colours, styles)
    _Comments(parts, part).add(comments)
    return len(colours)


def _colour(parts: Parts, part: str, colours: dict[Place, str], styles: "_Styles") -> None:
    root = parts.xml(part)
    for place, cell in find_cells(root, colours).items():
        cell.set("s", str(styles.filled(int(cell.get("s", "0")), colours[place])))
    parts.put_xml(part, root)


class _Styles:
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
        found = self.root.find(tag(name))
        if found is None:
            found = deepcopy(etree.fromstring(_BARE_STYLES).find(tag(name)))
            assert found is not None
            in_order(self.root, found, BEFORE[name])
        return found


class _Comments:
    """The comments of one sheet: the part with their texts and the drawing with their boxes."""

    def __init__(self, parts: Parts, sheet: str) -> None:
        self.parts, self.sheet = parts, sheet
        related = parts.related(sheet).values()
        self.part = next((part for kind, part in related if kind.endswith("/relationships/comments")), None)
        self.root = None if self.part is None else parts.xml(self.part)

    def threaded(self) -> set[Place]:
        """The cells whose comment Excel hides behind a conversation."""
        if self.root is None:
            return set()
        authors = [author.text or "" for author in self.root.iter(tag("author"))]
        found = set()
        for comment in self.root.iter(tag("comment")):
            author = int(comment.get("authorId", "0"))
            if author < len(authors) and authors[author].startswith("tc="):
                found.update(places(comment.get("ref", "A1"))[:1])
        return found

    def add(self, comments: Comments) -> None:
        """Add them, in boxes of their own; where a cell has a comment already, at its end."""
        if self.part is None or self.root is None:
            self.part = self.parts.free_name("comments%d.xml")
            self.parts.relate(self.sheet, "comments", self.part)
            self.parts.declare(self.part, COMMENTS_TYPE)
            self.root = etree.fromstring(f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>')
        authors, listed = self.root.find(tag("authors")), self.root.find(tag("commentList"))
        if authors is None or listed is None:
            raise PartsError(f"{self.parts.file}: part {self.part} has no list of comments")
        there = {places(comment.get("ref", "A1"))[0]: comment for comment in listed}
        author = str(len(authors))
        etree.SubElement(authors, tag("author")).text = AUTHOR
        boxes: dict[Place, int] = {}
        for (row, column), findings in comments.items():
            runs = [run for finding in findings for run in _runs(finding)]
            if (row, column) in there:
                _append(there[row, column], runs)
                continue
            comment = etree.SubElement(listed, tag("comment"), ref=f"{get_column_letter(column)}{row}", authorId=author)
            etree.SubElement(comment, tag("text")).extend(_elements(runs))
            boxes[row, column] = _lines("".join(text for text, _ in runs))
        self.parts.put_xml(self.part, self.root)
        self._draw(boxes, list(there))

    def _draw(self, boxes: dict[Place, int], there: list[Place]) -> None:
        sheet = self.parts.xml(self.sheet)
        drawing = sheet.find(tag("legacyDrawing"))
        related = self.parts.related(self.sheet)
        _, part = related.get("" if drawing is None else drawing.get(f"{{{RELATED}}}id", ""), ("", ""))
        if part not in self.parts.names():
            if drawing is not None:
                sheet.remove(drawing)
            boxes = dict.fromkeys(there, 4) | boxes  # no comment of the sheet has a box yet
            part = self.parts.free_name("drawings/vmlDrawing%d.vml")
            name = self.parts.relate(self.sheet, "vmlDrawing", part)
            self.parts.declare("vml", VML_TYPE)
            in_order(sheet, etree.Element(tag("legacyDrawing"), {f"{{{RELATED}}}id": name}), BEFORE["legacyDrawing"])
            self.parts.put_xml(self.sheet, sheet)
            block = 1 + max((number for name in self.parts.names() for number in self._blocks(name)), default=0)
            content = _DRAWING.format(block=block).encode()
            first = block * SHAPES + 1
        else:
            content = self.parts.read(part)
            first = 1 + max([SHAPES, *(int(number) for number in re.findall(rb"_x0000_s([0-9]{1,9})\b", content))])
        end = content.rfind(b"</xml>")
        if end < 0:
            raise PartsError(f"{self.parts.file}: part {part} is no drawing of comments")
        type_missing = re.search(rb"id=[\"']_x0000_t202[\"']", content) is None
        widths = _widths(sheet)
        shapes = [
            _SHAPE.format(number=first + index, order=index + 1, row=row - 1, column=column - 1,
                          anchor=_anchor(row, column, lines, widths))
            for index, ((row, column), lines) in enumerate(boxes.items())
        ]  # fmt: skip
        added = (_SHAPE_TYPE if type_missing else "") + "".join(shapes)
        root = re.search(rb"<xml[^>]*>", content)
        for prefix, name in _PREFIXES.items():
            if root is None or f"xmlns:{prefix}=".encode() not in root[0]:
                added = re.sub("<(v:shape(?:type)?) ", rf'<\1 xmlns:{prefix}="{name}" ', added)
        self.parts.put(part, content[:end] + added.encode() + content[end:])

    def _blocks(self, name: str) -> list[int]:
        """The blocks of shape numbers that a drawing of comments uses."""
        if not name.lower().endswith(".vml"):
            return []
        found = re.search(rb"idmap[^>]*\bdata=[\"']([0-9, ]+)", self.parts.read(name))
        return [int(number) for number in re.findall(rb"[0-9]{1,6}", found[1])] if found else []


def _runs(finding: Finding) -> list[tuple[str, bool]]:
    """The comment's text in pieces, each with whether it is bold."""
    head = f"{quantity_name(finding.quantity)}: {kind_name(finding.kind)}"
    runs = [(f"{head} ({finding.severity}), {shortened(finding.range, 200)}\n", True)]
    runs.append((f"{shortened(finding.explanation, TEXT_SHOWN)}\n", False))
    if finding.should_be is not None:
        runs += [("should be\n", True), (f"{shortened(finding.should_be, TEXT_SHOWN)}\n", False)]
    return runs


def _lines(text: str) -> int:
    return sum(max(1, math.ceil(len(line) / LINE_LETTERS)) for line in text.split("\n"))


def _elements(runs: list[tuple[str, bool]]) -> list[etree._Element]:
    elements = []
    for text, bold in runs:
        run = etree.Element(tag("r"))
        look = etree.SubElement(run, tag("rPr"))
        if bold:
            etree.SubElement(look, tag("b"))
        for name, value in (("sz", "9"), ("rFont", "Tahoma"), ("family", "2")):
            etree.SubElement(look, tag(name), val=value)
        shown = etree.SubElement(run, tag("t"))
        # _x0041_ would be read as A.
        shown.text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
        shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        elements.append(run)
    return elements


def _append(comment: etree._Element, runs: list[tuple[str, bool]]) -> None:
    """Put the runs behind the text that is there."""
    text = comment.find(tag("text"))
    if text is None:
        text = etree.Element(tag("text"))
        comment.insert(0, text)
    plain = text.find(tag("t"))
    if plain is not None:
        run = etree.Element(tag("r"))
        text.replace(plain, run)
        run.append(plain)
    position = sum(child.tag == tag("r") for child in text)
    for offset, element in enumerate(_elements([("\n", False), *runs])):
        text.insert(position + offset, element)


def _widths(sheet: etree._Element) -> dict[int, int]:
    """Column -> width in pixels where it is not the usual 64."""
    widths: dict[int, int] = {}
    for column in sheet.iterfind(f"{tag('cols')}/{tag('col')}"):
        hidden = column.get("hidden") in ("1", "true")
        width = 0 if hidden else round(float(column.get("width", "8.43")) * 7 + 5)
        first, last = int(column.get("min", "1")), min(int(column.get("max", "1")), COLUMNS)
        widths.update(dict.fromkeys(range(first, last + 1), width))
    return widths


def _anchor(row: int, column: int, lines: int, widths: dict[int, int]) -> str:
    """Where a box lies: from the next column on as wide as its text needs, to the left where the sheet ends."""
    first = last = min(column + 1, COLUMNS)
    width = widths.get(first, 64)
    while width < BOX_WIDTH and (last < COLUMNS or first > 1):
        if last < COLUMNS:
            last += 1
            width += widths.get(last, 64)
        else:
            first -= 1
            width += widths.get(first, 64)
    height = math.ceil((lines + 1) * LINE_HEIGHT / 20)
    top = max(1, min(row, ROWS - height))
    return f"{first - 1}, 10, {top - 1}, 4, {last - 1}, {max(widths.get(last, 64) - 1, 0)}, {top - 1 + height}, 4"


_BARE_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" '
    'borderId="0" xfId="0"/></cellXfs></styleSheet>'
).encode()
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_PREFIXES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" '
    'data="{block}"/></o:shapelayout></xml>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;z-index:{order};visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
