"""Small workbooks that tests make cell by cell."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.backprop.conftest import edit_part


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of those cells, `Sheet!A1` or A1 on the first sheet; formulas have no values."""

    def make(contents: dict[str, object], sheet_xml: Callable[[str], str] | None = None) -> Path:
        workbook = openpyxl.Workbook()
        for place, content in contents.items():
            sheet, _, cell = place.rpartition("!")
            if sheet and sheet not in workbook.sheetnames:
                workbook.create_sheet(sheet)
            workbook[sheet or "Sheet"][cell] = content
        file = tmp_path / "made.xlsx"
        workbook.save(file)
        if sheet_xml is not None:
            edited = tmp_path / "edited.xlsx"
            edit_part(file, edited, "xl/worksheets/sheet1.xml", sheet_xml)
            edited.replace(file)
        return file

    return make
