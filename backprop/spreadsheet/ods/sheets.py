"""Sheets added to an OpenDocument spreadsheet: behind all that are there, or before them; every other byte stays."""

import re
from html import escape
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from lxml import etree

from backprop.spreadsheet.new_sheet import BOLD, COLOURS, WRAPPED, Look, NewCell, NewSheet, in_quotes, plain
from backprop.spreadsheet.ods.edit import Content
from backprop.spreadsheet.ods.markup import FORMATTING, FORMULAS, LINK, OFFICE, STYLE, TABLE, TEXT, tag
from backprop.spreadsheet.ods.openformula import from_excel

CENTIMETRES = 0.2  # of a character

_SPACES = re.compile(r"(?<= ) +|^ +")  # which XML would lose
_NAMES = f'xmlns:table="{TABLE}" xmlns:office="{OFFICE}" xmlns:text="{TEXT}" xmlns:of="{FORMULAS}"'
_NAMES += f' xmlns:xlink="{LINK}"'


def with_sheets(content: bytes, sheets: list[NewSheet]) -> bytes:
    """The content of a spreadsheet with sheets behind its own."""
    edited = Content(content, {})
    styles = _Styles(edited.places.style_names)
    edited.add_behind_tables("".join(_table(sheet, styles) for sheet in sheets).encode())
    return edited.changed(lambda: styles.added)


def with_first_sheet(content: bytes, sheet: NewSheet) -> bytes:
    """The content of a spreadsheet with a sheet before its own, or in place of the one that has its name."""
    edited = Content(content, {})
    styles = _Styles(edited.places.style_names)
    there = sheet.name if sheet.name in edited.places.tables else None
    edited.put_first(_table(sheet, styles).encode(), there)
    return edited.changed(lambda: styles.added)


class _Styles:
    """The automatic styles of new sheets, under names that nothing has."""

    def __init__(self, used: set[str]) -> None:
        self.used, self.known, self.added = set(used), dict[object, str](), list[etree._Element]()

    def width(self, characters: float) -> str:
        """The name of a column's style."""
        properties = {tag("column-width", STYLE): f"{CENTIMETRES * characters:.2f}cm"}
        return self._style(("width", characters), "table-column", ("table-column-properties", properties))

    def look(self, look: Look) -> str:
        """The name of a cell's style; nothing for one that looks as usual."""
        if look == "plain":
            return ""
        fill = {tag("background-color", FORMATTING): f"#{COLOURS[look].lower()}"} if look in COLOURS else {}
        if look in WRAPPED:
            fill |= {tag("wrap-option", FORMATTING): "wrap", tag("vertical-align", STYLE): "top"}
        bold = {tag("font-weight", FORMATTING): "bold"} if look in BOLD else {}
        return self._style(("look", look), "table-cell", ("table-cell-properties", fill), ("text-properties", bold))

    def height(self) -> str:
        """The name of the style of rows that are as high as their texts."""
        properties = {tag("use-optimal-row-height", STYLE): "true"}
        return self._style("height", "table-row", ("table-row-properties", properties))

    def _style(self, key: object, family: str, *properties: tuple[str, dict[str, str]]) -> str:
        if key not in self.known:
            number = len(self.known) + 1
            while (name := f"added{number}") in self.used:
                number += 1
            self.used.add(name)
            self.known[key] = name
            element = etree.Element(tag("style", STYLE), {tag("name", STYLE): name, tag("family", STYLE): family})
            for kind, values in properties:
                if values:
                    etree.SubElement(element, tag(kind, STYLE), values)
            self.added.append(element)
        return self.known[key]


def _table(sheet: NewSheet, styles: _Styles) -> str:
    columns = "".join(f'<table:table-column table:style-name="{styles.width(width)}"/>' for width in sheet.widths)
    columns = columns or "<table:table-column/>"
    before = [0, *(number for number, _ in sheet.rows)]
    rows = "".join(
        _gap("table-row", "rows", "<table:table-cell/>", number - last - 1) + _row(cells, styles)
        for (last, number), (_, cells) in zip(pairwise(before), sheet.rows, strict=True)
    )
    return f"<table:table {_NAMES} table:name={quoteattr(sheet.name)}>{columns}{rows}</table:table>"


def _gap(element: str, lines: str, inside: str, often: int) -> str:
    if often < 1:
        return ""
    repeated = f' table:number-{lines}-repeated="{often}"' if often > 1 else ""
    return f"<table:{element}{repeated}>{inside}</table:{element}>"


def _row(cells: tuple[NewCell, ...], styles: _Styles) -> str:
    before = [0, *(cell.column for cell in cells)]
    inside = "".join(
        _gap("table-cell", "columns", "", column - last - 1) + _cell(cell, styles)
        for (last, column), cell in zip(pairwise(before), cells, strict=True)
    )
    wrapped = any(cell.look in WRAPPED for cell in cells)
    style = f' table:style-name="{styles.height()}"' if wrapped else ""
    return f"<table:table-row{style}>{inside}</table:table-row>"


def _cell(cell: NewCell, styles: _Styles) -> str:
    name = styles.look(cell.look)
    start = "<table:table-cell" + (f' table:style-name="{name}"' if name else "")
    if cell.formula is not None:
        start += f" table:formula={quoteattr(plain(from_excel(f'={cell.formula}'), str))}"
    if cell.number is not None:
        value = repr(cell.number).removesuffix(".0")
        return f'{start} office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    if cell.text:
        lines = "".join(f"<text:p>{_line(cell, line)}</text:p>" for line in cell.text.split("\n"))
        return f'{start} office:value-type="string">{lines}</table:table-cell>'
    return f"{start}/>"


def _line(cell: NewCell, line: str) -> str:
    text = _SPACES.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', escape(plain(line, str), quote=False))
    if cell.leads_to is None:
        return text
    sheet, area = cell.leads_to
    place = quoteattr(f"#{in_quotes(sheet)}.{area}")
    return f'<text:a xlink:href={place} xlink:type="simple">{text}</text:a>'
