"""Marked and corrected copies of what LibreOffice wrote: what changes, what stays, what LibreOffice shows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from backprop.check.check import check_file
from backprop.check.copies.annotated import write_annotated
from backprop.check.copies.corrected import Correction, write_corrected
from backprop.check.copies.findings_sheet import NAME
from backprop.check.findings import FileReport
from backprop.derivation.derive import Derivation
from backprop.epochs.trace import run_trace
from backprop.spreadsheet.book import Book
from backprop.spreadsheet.ods.markup import tag
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.scan import scan_workbook
from tests.backprop.check.copies.copies import parts_of
from tests.backprop.check.copies.ods.read_back import fills, notes, outside_rows, rows
from tests.backprop.conftest import read_values
from tests.backprop.spreadsheet.ods.crafted import CONTENT
from tests.backprop.spreadsheet.ods.test_read import formula
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def slip(opendocument: Callable[[list[Path]], list[Path]]) -> Path:
    """The workbook of the documents with a slip, saved by LibreOffice."""
    return opendocument([ROOT / "docs" / "slip.xlsx"])[0]


@pytest.fixture(scope="module")
def copies(
    slip: Path, eight_weight: Derivation, tmp_path_factory: pytest.TempPathFactory
) -> tuple[FileReport, Path, Path, Correction]:
    """The report on it, its marked and its corrected copy."""
    folder = tmp_path_factory.mktemp("copies")
    checked = check_file(slip, eight_weight)
    write_annotated(slip, checked, folder / "marked.ods")
    corrected = write_corrected(slip, checked, folder / "fixed.ods")
    return checked, folder / "marked.ods", folder / "fixed.ods", corrected


def test_only_rows_of_the_content_change_and_styles_are_added(slip: Path, copies) -> None:
    for copy in copies[1:3]:
        old, new = parts_of(slip), parts_of(copy)
        assert list(old) == list(new)
        assert {name for name in old if old[name] != new[name]} <= {CONTENT, "settings.xml"}
        assert outside_rows(copy) == outside_rows(slip)
        assert scan_workbook(copy) == ()
        with ZipFile(copy) as archive:
            assert archive.infolist()[0].filename == "mimetype"
            assert archive.infolist()[0].compress_type == 0


def test_a_marked_copy_holds_what_the_workbook_holds_and_its_findings_ascomments(
    slip: Path, copies, eight_weight: Derivation
) -> None:
    checked, marked = copies[:2]
    before, after = read_workbook(slip), read_workbook(marked)
    assert next(iter(after.sheets)) == NAME
    del after.sheets[NAME]
    assert _cells(before) == _cells(after)
    again = check_file(marked, eight_weight)
    assert replace(again, file=checked.file, sha256=checked.sha256) == checked
    coloured = [part for part in rows(marked) if fills(marked).keys() & {c.get(tag("style-name")) for c in part}]
    assert len(coloured) >= 20
    texts = ["\n".join(lines) for part in rows(marked) for lines in notes(part)]
    for item in checked.findings:
        (text,) = (text for text in texts if item.range in text)
        assert item.explanation in text
        assert item.should_be is not None
        assert text.endswith(f"should be\n{item.should_be}")


def test_libreoffice_shows_the_marks(slip: Path, copies, converted: Callable[[list[Path], str], list[Path]]) -> None:
    checked, marked = copies[:2]
    workbooks = [openpyxl.load_workbook(file) for file in converted([slip, marked], "xlsx")]
    original, copy = (workbook["η = 0.5"] for workbook in workbooks)
    assert workbooks[1].sheetnames == [NAME, *workbooks[0].sheetnames]
    for number in range(6, 26):
        for column in ("Z", "AA", "AB", "AC"):
            place = f"{column}{number}"
            assert (copy[place].fill.fgColor.rgb == "FFFF8CC6") == (column in ("AA", "AB"))
            assert copy[place].number_format == original[place].number_format
            assert repr(copy[place].font) == repr(original[place].font)
    assert [item.explanation in copy[item.cell].comment.text for item in checked.findings] == [True, True]
    assert copy["AA6"].comment.text.startswith("∂E/∂w3: wrong reference (error), AA6:AA25\n")


def test_a_corrected_copy_checks_as_correct_and_has_the_values_of_the_trace(
    copies, eight_weight: Derivation, converted: Callable[[list[Path], str], list[Path]]
) -> None:
    _, _, fixed, corrected = copies
    assert (corrected.cells, corrected.left) == (40, ())
    checked = check_file(fixed, eight_weight)
    assert checked.verdict == "correct"
    trace, values = run_trace(eight_weight, [0.5], 20), read_values(converted([fixed], "xlsx")[0])
    for name, column in checked.tables[0].columns.items():
        found = [values["η = 0.5"][f"{column}{number}"] for number in range(6, 26)]
        assert found == pytest.approx(trace.column(name)[0].tolist(), rel=1e-12, abs=1e-16), name
    assert values["Loss"]["E7"] == "not reached"  # which was not computed here


def _cells(book: Book) -> dict[str, dict[tuple[int, int], object]]:
    return {
        name: {
            (number, column): (sheet.value(number, column), formula(book, name, number, column))
            for column, cells in sheet.columns.items()
            for number in cells.rows
        }
        for name, sheet in book.sheets.items()
    }
