"""Marked copies of workbooks whose attributes make no sense, as campaigns found them."""

import re
from pathlib import Path

import openpyxl
import pytest

from backprop.check.copies.annotated import write_annotated
from tests.backprop.check.copies.copies import finding, parts_of, report
from tests.backprop.conftest import edit_part


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A workbook of one column of its own width."""
    workbook = openpyxl.Workbook()
    for row in range(1, 6):
        workbook.active.append([row, f"=A{row}*2"])
    workbook.active.column_dimensions["B"].width = 20
    workbook.save(tmp_path / "plain.xlsx")
    return tmp_path / "plain.xlsx"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", 'width="20"', 'width=" "'),
        ("xl/worksheets/sheet1.xml", 'width="20"', 'width="1e999"'),
        ("xl/worksheets/sheet1.xml", ' min="2"', ' min="two"'),
        ("xl/workbook.xml", ' sheetId="1"', ' sheetId="first"'),
        ("xl/workbook.xml", "<sheets>", "<sheets><!-- a comment among the sheets -->"),
    ],
)
def test_they_are_marked_all_the_same(plain: Path, tmp_path: Path, part: str, old: str, new: str) -> None:
    source, target = tmp_path / "source.xlsx", tmp_path / "marked.xlsx"
    edit_part(plain, source, part, lambda xml: re.sub(re.escape(old), new, xml, count=1))
    write_annotated(source, report(source, finding("B4")), target)
    assert "∂E/∂w3".encode() in parts_of(target)["xl/comments1.xml"]
