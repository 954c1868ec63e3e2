"""A parameter table as a workbook: its counts are formulas of kernels, channels and strides, which one may change."""

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from groundfloor.cached_values import fill_cached
from groundfloor.disk.workbook import save_workbook
from groundfloor.files import refuse_existing, writing
from mnist.errors import MnistError
from mnist.tables.cells import COLUMNS, HEAD, HEADINGS, INPUT_ROW, fill
from mnist.tables.table import ParameterTable

_WIDE = {"number": 5, "layer": 24, "name": 20, "comment": 60}
_BLUE, _WHITE = Font(color="1D4ED8", bold=True), Font(color="FFFFFF", bold=True)
_YELLOW, _NAVY = PatternFill("solid", fgColor="FEF9C3"), PatternFill("solid", fgColor="1E3A5F")


def write_table(table: ParameterTable, file: Path, *, force: bool = False) -> None:
    """Write the workbook whole or not at all; FileError where that cannot be, MnistError for another kind of file."""
    if file.suffix.lower() != ".xlsx":
        raise MnistError(f"{file}: a workbook's name ends in .xlsx")
    if not force:
        refuse_existing(file)
    filled = fill(table)
    book = Workbook()
    sheet = book.active
    sheet.title = "Parameters"
    book.properties.creator = "mnist"
    sheet["A1"].value = f"Parameters of {table.network or 'a network'}"
    sheet["A1"].font = Font(size=16, bold=True, color="1E3A5F")
    for name, letter in COLUMNS.items():
        head = sheet[f"{letter}{HEAD}"]
        head.value, head.font, head.fill = HEADINGS[name], _WHITE, _NAVY
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = _WIDE.get(name, 11)
    sheet.freeze_panes = f"C{INPUT_ROW}"
    for place, content in filled.cells.items():
        cell = sheet[place]
        cell.value = content
        if isinstance(content, str) and place not in filled.values:
            cell.data_type = "s"  # a text, though it should begin with an equals sign
        if place in filled.inputs:
            cell.font, cell.fill = _BLUE, _YELLOW
        elif not isinstance(content, str) or place in filled.values:
            cell.number_format = "#,##0" if isinstance(filled.values.get(place, content), int) else "#,##0.00"
    saved = io.BytesIO()
    save_workbook(book, saved)
    with writing(file, force=force) as new, ZipFile(saved) as source, ZipFile(new, "w", ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, fill_cached(content, filled.values) if part.endswith("sheet1.xml") else content)
