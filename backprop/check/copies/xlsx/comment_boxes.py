"""The boxes of comments: shapes in the VML drawing that a sheet of comments has beside it."""

import math
import re

from lxml import etree

from backprop.spreadsheet.book import Place
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.xlsx.cells import in_order
from backprop.spreadsheet.xlsx.markup import RELATED, tag
from backprop.spreadsheet.xlsx.parts import Parts

_SHAPES = re.compile(rb"<(\w+:)?shape\b(?:(?!</(?:\w+:)?shape>).)*</(?:\w+:)?shape>", re.DOTALL)
_WIDTH, _WHOLE = re.compile(r"[0-9]{1,4}(\.[0-9]*)?"), re.compile("[0-9]{1,7}")  # of a column's attributes
COLUMNS, ROWS = 16_384, 1_048_576
BOX_WIDTH, LINE_HEIGHT, USUAL_WIDTH = 420, 16, 64  # in pixels
SHAPES = 1_024  # shape numbers in a block of a drawing of comments
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

# What the schema puts before the element that names the drawing.
BEFORE = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
    "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting "
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks "
    "customProperties cellWatches ignoredErrors smartTags drawing"
)


def draw_boxes(parts: Parts, sheet_part: str, boxes: dict[Place, int], there: list[Place]) -> None:
    """Add a box of so many lines at each place; where the sheet has no drawing, also for the comments `there`."""
    sheet = parts.xml(sheet_part)
    drawing = sheet.find(tag("legacyDrawing"))
    related = parts.related(sheet_part)
    _, part = related.get("" if drawing is None else drawing.get(f"{{{RELATED}}}id", ""), ("", ""))
    if part not in parts.names():
        if drawing is not None:
            sheet.remove(drawing)
        boxes = dict.fromkeys(there, 4) | boxes  # no comment of the sheet has a box yet
        part = parts.free_name("drawings/vmlDrawing%d.vml")
        name = parts.relate(sheet_part, "vmlDrawing", part)
        parts.declare("vml", VML_TYPE)
        in_order(sheet, etree.Element(tag("legacyDrawing"), {f"{{{RELATED}}}id": name}), BEFORE)
        parts.put_xml(sheet_part, sheet)
        block = 1 + max((number for name in parts.names() for number in _blocks(parts, name)), default=0)
        content = _DRAWING.format(block=block).encode()
        first = block * SHAPES + 1
    else:
        content = parts.read(part)
        first = 1 + max([SHAPES, *(int(number) for number in re.findall(rb"_x0000_s([0-9]{1,9})\b", content))])
    end = content.rfind(b"</xml>")
    if end < 0:
        raise PartsError(f"{parts.file}: part {part} is no drawing of comments")
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
    parts.put(part, content[:end] + added.encode() + content[end:])


def remove_boxes(parts: Parts, sheet_part: str, gone: set[Place]) -> None:
    """Take the boxes of these cells out of the sheet's drawing."""
    drawing = parts.xml(sheet_part).find(tag("legacyDrawing"))
    name = "" if drawing is None else drawing.get(f"{{{RELATED}}}id", "")
    _, part = parts.related(sheet_part).get(name, ("", ""))
    if part not in parts.names():
        return

    def kept(shape: re.Match[bytes]) -> bytes:
        numbers = [re.search(rb"<(?:\w+:)?%b>\s*([0-9]+)\s*<" % each, shape[0]) for each in (b"Row", b"Column")]
        row, column = (-1 if number is None else int(number[1]) for number in numbers)
        return b"" if (row + 1, column + 1) in gone else shape[0]

    parts.put(part, _SHAPES.sub(kept, parts.read(part)))


def _blocks(parts: Parts, name: str) -> list[int]:
    """The blocks of shape numbers that a drawing of comments uses."""
    if not name.lower().endswith(".vml"):
        return []
    match = re.search(rb"idmap[^>]*\bdata=[\"']([0-9, ]+)", parts.read(name))
    return [int(number) for number in re.findall(rb"[0-9]{1,6}", match[1])] if match else []


def _widths(sheet: etree._Element) -> dict[int, int]:
    """Column -> width in pixels where it is not the usual one."""
    widths: dict[int, int] = {}
    for column in sheet.iterfind(f"{tag('cols')}/{tag('col')}"):
        hidden = column.get("hidden") in ("1", "true")
        given = column.get("width", "")
        width = 0 if hidden else round(float(given) * 7 + 5) if _WIDTH.fullmatch(given) else USUAL_WIDTH
        ends = [column.get(end, "") for end in ("min", "max")]
        if not all(_WHOLE.fullmatch(end) for end in ends):
            continue
        first, last = int(ends[0]), min(int(ends[1]), COLUMNS)
        widths.update(dict.fromkeys(range(first, last + 1), width))
    return widths


def _anchor(row: int, column: int, lines: int, widths: dict[int, int]) -> str:
    """Where a box lies: from the next column on as wide as its text needs, to the left where the sheet ends."""
    first = last = min(column + 1, COLUMNS)
    width = widths.get(first, USUAL_WIDTH)
    while width < BOX_WIDTH and (last < COLUMNS or first > 1):
        if last < COLUMNS:
            last += 1
            width += widths.get(last, USUAL_WIDTH)
        else:
            first -= 1
            width += widths.get(first, USUAL_WIDTH)
    height = math.ceil((lines + 1) * LINE_HEIGHT / 20)
    top = max(1, min(row, ROWS - height))
    return (
        f"{first - 1}, 10, {top - 1}, 4, {last - 1}, {max(widths.get(last, USUAL_WIDTH) - 1, 0)}, {top - 1 + height}, 4"
    )


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
