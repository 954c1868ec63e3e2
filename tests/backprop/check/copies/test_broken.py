"""Marked copies of workbooks whose attributes make no sense, as campaigns found them."""

import re
from pathlib import Path
from zipfile import ZipFile

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


def test_a_broken_entry_of_a_folder_is_no_part(plain: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "source.xlsx", tmp_path / "marked.xlsx"
    with ZipFile(plain) as old, ZipFile(source, "w") as new:
        for name in ("_rels/", *old.namelist()):
            new.writestr(name, b"" if name.endswith("/") else old.read(name))
    content = source.read_bytes()
    source.write_bytes(b"\0" + content[1:])  # the header of the first entry, which is that of the folder
    write_annotated(source, report(source, finding("B4")), target)
    assert "∂E/∂w3".encode() in parts_of(target)["xl/comments1.xml"]
