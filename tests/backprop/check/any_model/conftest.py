"""A workbook of a few cells, checked by its own formulas."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from backprop.check.any_model.check import check_any_model
from backprop.check.findings import FileReport
from backprop.spreadsheet.read import read_workbook


@pytest.fixture
def report(tmp_path: Path) -> Callable[[dict[str, object]], FileReport]:
    """The report on cells by their addresses; a range in place of an address holds an array formula."""

    def check(cells: dict[str, object]) -> FileReport:
        book = Workbook()
        sheet = book.active
        for at, value in cells.items():
            area = at.split(":")[0]
            sheet[area] = ArrayFormula(at, value) if ":" in at else value
        book.save(tmp_path / "book.xlsx")
        return check_any_model(read_workbook(tmp_path / "book.xlsx"))

    return check
