"""A workbook as a dictionary of cells, and its file: every formula with its stored value, arrays as t="array"."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.any_model.sheet.parser import column_letters

Place = tuple[str, int, int]  # sheet, row, column; both from 1


@dataclass(frozen=True, slots=True)
class Formula:
    """The text, with its =, of a cell, or of an array over so many rows and columns."""

    text: str
    rows: int = 1
    columns: int = 1
    is_array: bool = False


Content = Formula | float | str


@dataclass(slots=True)
class Book:
    """Cells in an order in which each reads earlier ones; defined names; the cells that are given numbers."""

    cells: dict[Place, Content] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)

    def put(self, place: Place, content: Content) -> None:
        if place[0] not in self.sheets:
            self.sheets.append(place[0])
        self.cells[place] = float(content) if isinstance(content, int) else content

    def spilled(self) -> dict[Place, Place]:
        """The cells that an array formula fills beside its own, each with the array's first cell."""
        inside = {}
        for (sheet, row, column), content in self.cells.items():
            if isinstance(content, Formula) and content.rows * content.columns > 1:
                for r in range(content.rows):
                    for c in range(content.columns):
                        if r or c:
                            inside[sheet, row + r, column + c] = (sheet, row, column)
        return inside


def address(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


def written(place: Place) -> str:
    return f"{place[0]}!{address(*place[1:])}"


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill '
    'patternType="solid"><fgColor rgb="FFFFF2CC"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/>'
    "<diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="2" borderId="0" xfId="0" applyFill="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def save(book: Book, values: Mapping[Place, float | str | None], file: Path) -> None:
    """Write the book with these stored values."""
    names = "".join(f'<definedName name="{name}">{escape(text[1:])}</definedName>' for name, text in book.names.items())
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(book.sheets, 1)
    )
    parts = {f"xl/worksheets/sheet{i}.xml": _sheet(book, values, name) for i, name in enumerate(book.sheets, 1)}
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{_TYPE}.worksheet+xml"/>' for part in parts)
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(book.sheets) + 1)
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(part: str, text: str) -> None:
            archive.writestr(zipfile.ZipInfo(part, (2026, 1, 1, 0, 0, 0)), _HEAD + text, zipfile.ZIP_DEFLATED)

        put("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
            f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>')  # fmt: skip
        put("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
        put("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets>'
            + (f"<definedNames>{names}</definedNames>" if names else "") + "</workbook>")  # fmt: skip
        put("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship '
            f'Id="rId{len(book.sheets) + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
            "</Relationships>")  # fmt: skip
        put("xl/styles.xml", _STYLES)
        for part, text in parts.items():
            put(part, text)


def _sheet(book: Book, values: Mapping[Place, float | str | None], sheet: str) -> str:
    rows: dict[int, dict[int, str]] = {}
    for (name, row, column), content in book.cells.items():
        if name == sheet:
            rows.setdefault(row, {})[column] = _cell(content, values.get((name, row, column)), row, column)
    for name, row, column in book.spilled():
        if name == sheet:
            value = values.get((name, row, column))
            rows.setdefault(row, {})[column] = f'<c r="{address(row, column)}">{_value(value)}</c>'
    body = "".join(
        f'<row r="{row}">{"".join(text for _, text in sorted(cells.items()))}</row>'
        for row, cells in sorted(rows.items())
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _value(value: float | str | None) -> str:
    return f"<v>{value!r}</v>" if isinstance(value, float) else ""


def _cell(content: Content, value: float | str | None, row: int, column: int) -> str:
    at = address(row, column)
    if isinstance(content, str):
        return f'<c r="{at}" s="1" t="inlineStr"><is><t>{escape(content)}</t></is></c>'
    if isinstance(content, float):
        shown = repr(int(content)) if content.is_integer() and abs(content) < 1e15 else repr(content)
        return f'<c r="{at}" s="2"><v>{shown}</v></c>'
    kind = ""
    if content.is_array:
        last = address(row + content.rows - 1, column + content.columns - 1)
        kind = f' t="array" ref="{at}:{last}"'
    formula = f"<f{kind}>{escape(content.text[1:])}</f>"
    if value is None:
        return f'<c r="{at}" t="e">{formula}<v>#VALUE!</v></c>'
    return f'<c r="{at}">{formula}{_value(value)}</c>'
