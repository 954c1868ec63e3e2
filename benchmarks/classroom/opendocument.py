"""A made-up student's workbook as LibreOffice stores it: cells with formulas and all their values, a chart of the loss.

Cells that are empty stand as such, as often as they follow each other; numbers have every digit of a double.
"""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import quote_sheetname

from backprop.spreadsheet.book import Cell, address
from backprop.spreadsheet.formula import render
from backprop.spreadsheet.ods.openformula import from_excel
from tests.backprop.check.calculator import Calculator, Content
from tests.backprop.spreadsheet.crafted import pack
from tests.backprop.spreadsheet.ods.crafted import CHART, cell, document, parts, row, table

Curve = tuple[Cell, Cell]  # its first and its last cell
FRAME = '<table:shapes><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></table:shapes>'


def save_opendocument(
    cells: Mapping[Cell, Content], names: Mapping[str, str], file: Path, chart: tuple[Curve, Curve] | None
) -> None:
    """Write it; `chart` has what lies across and what is plotted."""
    numbers = Calculator(cells, names)
    sheets = list(dict.fromkeys(place[0] for place in cells))
    held = chart[1][0][0] if chart else None
    content = "".join(table(_rows(cells, numbers, sheet), sheet, FRAME * (sheet == held)) for sheet in sheets)
    named = "".join(
        f'<table:named-expression table:name="{name}" table:expression={quoteattr(from_excel(f"={text}")[4:])}/>'
        for name, text in names.items()
    )
    content += f"<table:named-expressions>{named}</table:named-expressions>" if named else ""
    others = {CHART: document(_curve(*chart), part="chart")} if chart else {}
    pack(parts(document(content)) | others)(file)


def _rows(cells: Mapping[Cell, Content], numbers: Calculator, sheet: str) -> str:
    by_row: dict[int, dict[int, Content]] = {}
    for (name, at, column), content in cells.items():
        if name == sheet:
            by_row.setdefault(at, {})[column] = content
    written = ""
    for before, at in pairwise((0, *sorted(by_row))):
        written += row("<table:table-cell/>", at - before - 1) if at - before > 1 else ""
        inside, columns = "", by_row[at]
        for left, column in pairwise((0, *sorted(columns))):
            inside += cell(repeated=column - left - 1) if column - left > 1 else ""
            inside += _cell((sheet, at, column), columns[column], numbers)
        written += row(inside)
    return written


def _cell(place: Cell, content: Content, numbers: Calculator) -> str:
    if isinstance(content, str):
        return cell(text=f"<text:p>{escape(content)}</text:p>", more=' office:value-type="string"')
    if isinstance(content, float):
        return cell(repr(content))
    formula = escape(from_excel(f"={render(content, *place[1:])}"), {'"': "&quot;"})
    value = numbers.value(place)
    if value is None:
        error = ' office:value-type="string" office:string-value="" calcext:value-type="error"'
        return cell(formula=formula, text="<text:p>#VALUE!</text:p>", more=error)
    return cell(repr(value), formula)


def _curve(across: Curve, plotted: Curve) -> str:
    def area(curve: Curve) -> str:
        (sheet, *first), (_, *last) = curve
        return f"{quote_sheetname(sheet)}.{address(*first)}:.{address(*last)}"

    return (
        f'<chart:chart><chart:plot-area><chart:series chart:values-cell-range-address="{area(plotted)}">'
        f'<chart:domain table:cell-range-address="{area(across)}"/></chart:series></chart:plot-area></chart:chart>'
    )
