"""Workbooks in other formats: OpenDocument as LibreOffice saves it, strict Open XML; the same findings as ever."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from backprop.check.check import check_file
from backprop.check.copies.annotated import write_annotated
from backprop.check.copies.corrected import write_corrected
from backprop.check.findings import FileReport
from backprop.derivation.derive import Derivation
from backprop.epochs.trace import Trace
from backprop.spreadsheet.book import Book
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.scan import scan_workbook
from backprop.spreadsheet.xlsx.markup import strict
from tests.backprop.check.layouts import LAYOUTS, build, save
from tests.backprop.conftest import Values, edit_part
from tests.conftest import ROOT

SLIP = ROOT / "docs" / "slip.xlsx"
SHEET = "η = 0.5"
# Of the workbook of the documents, each another kind of mistake: cell -> formula or value.
SLIPS: dict[str, dict[str, object]] = {
    "reference": {f"Z{row}": f"=((S{row}-B{row})*S{row}*(1-S{row})*N{row}+(U{row}-C{row})*U{row}*(1-U{row})*P{row})"
                             f"*K{row}*(1-K{row})*D{row}" for row in range(6, 26)},
    "sign": {f"AC{row}": f"=(B{row}-S{row})*S{row}*(1-S{row})*K{row}" for row in range(6, 26)},
    "one-cell": {"S9": "=1/(1+EXP(-R8))"},
    "typed": {"K12": 0.5068},
    "update": {"F10": "=F9-$C$2*Z9", "G17": "=G16+$C$2*Z16"},
    "frozen": {f"F{row}": f"=F{row - 1}-C${row}*Y{row - 1}" for row in (7, 8)},
}  # fmt: skip


def same(report: FileReport) -> FileReport:
    """The report without what names the file."""
    return replace(report, file="", sha256=None)


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory,
    opendocument: Callable[[list[Path]], list[Path]],
    default_workbook: tuple[Path, Trace],
) -> dict[str, tuple[Path, Path]]:
    """Workbooks by name, as .xlsx and as LibreOffice saves them as .ods."""
    folder = tmp_path_factory.mktemp("both")
    files = [default_workbook[0], SLIP]
    for name, cells in SLIPS.items():
        workbook = openpyxl.load_workbook(SLIP)
        for place, content in cells.items():
            workbook[SHEET][place] = content
        workbook.save(folder / f"{name}.xlsx")
        files.append(folder / f"{name}.xlsx")
    files += [save(build(layout), folder / f"layout-{n}.xlsx") for n, layout in enumerate(LAYOUTS[::7])]
    return {file.stem: (file, other) for file, other in zip(files, opendocument(files), strict=True)}


def test_our_own_workbook_is_correct_with_every_table_and_cell_counted(both, eight_weight: Derivation) -> None:
    excel, other = (check_file(file, eight_weight) for file in both["eight-weight"])
    assert other.verdict == "correct"
    assert (len(other.tables), {table.cells_checked for table in other.tables}) == (6, {31 * 100})
    assert same(other) == same(excel)


@pytest.mark.parametrize("name", ["slip", *SLIPS])
def test_planted_slips_are_found_as_in_the_other_format(name: str, both, eight_weight: Derivation) -> None:
    excel, other = (check_file(file, eight_weight) for file in both[name])
    assert other.verdict == "mistakes"
    assert len(other.findings) >= 2

    def found(report: FileReport) -> list[tuple[str, ...]]:
        return [(item.sheet, item.range, item.kind, item.severity, str(item.should_be)) for item in report.findings]

    assert found(other) == found(excel)


@pytest.mark.parametrize("number", range(len(LAYOUTS[::7])))
def test_a_layout_is_correct_in_both_formats(number: int, both, eight_weight: Derivation) -> None:
    excel, other = (check_file(file, eight_weight) for file in both[f"layout-{number}"])
    assert other.verdict == "correct"
    assert other.tables == excel.tables


def test_charts_and_names_are_those_of_the_other_format(both) -> None:
    excel, other = (read_workbook(file) for file in both["eight-weight"])
    assert len(other.charts) == len(excel.charts)
    assert _plotted(other) == _plotted(excel)
    assert {name: _bare(text) for name, text in other.names.items()} == {
        name: _bare(text) for name, text in excel.names.items()
    }
    assert {name for _, name in other.sheet_names} >= {"LEARNING_RATE", "LOSSES"}


def _plotted(book: Book) -> set[tuple[str, str, str]]:
    return {(chart.sheet, _bare(str(s.x)), _bare(str(s.y))) for chart in book.charts for s in chart.series}


def _bare(text: str) -> str:
    return text.replace("$", "").replace("'", "")


def test_a_stranger_s_spreadsheet_is_read(stranger_workbooks: Path) -> None:
    file = stranger_workbooks.with_name("workbooks-other") / "n6-xor.ods"
    if not file.exists():
        pytest.skip("the strangers' workbooks of other models are missing: they lie beside BACKPROP_WORKBOOKS")
    assert scan_workbook(file) == ()
    book = read_workbook(file)
    (sheet,) = book.sheets.values()
    assert not [tree for tree in book.trees if isinstance(tree, str)]
    assert sum(len(cells.rows) for cells in sheet.columns.values()) == 2_997


# -- strict Open XML --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strict_slip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the documents as Excel saves it in the strict form: other names of everything."""
    file = tmp_path_factory.mktemp("strict") / "slip.xlsx"
    with ZipFile(SLIP) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, strict(content) if name.endswith((".xml", ".rels")) else content)
    return file


def test_a_workbook_in_the_strict_form_is_checked(strict_slip: Path, eight_weight: Derivation) -> None:
    with ZipFile(strict_slip) as archive:
        assert b"purl.oclc.org" in archive.read("xl/workbook.xml")
    assert same(check_file(strict_slip, eight_weight)) == same(check_file(SLIP, eight_weight))
    assert len(read_workbook(strict_slip).charts) == len(read_workbook(SLIP).charts) > 0


def test_copies_of_it_keep_the_strict_form_and_open_in_libreoffice(
    strict_slip: Path, tmp_path: Path, eight_weight: Derivation, libreoffice: Callable[[Path], Values]
) -> None:
    report = check_file(strict_slip, eight_weight)
    write_annotated(strict_slip, report, tmp_path / "marked.xlsx")
    write_corrected(strict_slip, report, tmp_path / "fixed.xlsx")
    for name in ("marked", "fixed"):
        with ZipFile(tmp_path / f"{name}.xlsx") as archive:
            parts = {part: archive.read(part) for part in archive.namelist() if part.endswith((".xml", ".rels"))}
        assert not [part for part, content in parts.items() if b"spreadsheetml/2006/main" in content]
        assert not [part for part, content in parts.items() if b"officeDocument/2006/relationships" in content]
    assert check_file(tmp_path / "fixed.xlsx", eight_weight).verdict == "correct"
    assert same(check_file(tmp_path / "marked.xlsx", eight_weight)) == same(report)
    assert libreoffice(tmp_path / "fixed.xlsx")[SHEET]["X25"] == pytest.approx(0.13698173423274135, rel=1e-12)
    assert libreoffice(tmp_path / "marked.xlsx")[SHEET]["X6"] == pytest.approx(0.242519857348377, rel=1e-12)


def test_a_date_of_the_strict_form_is_a_number(build: Callable[..., Path], tmp_path: Path) -> None:
    file = build({"A1": 5, "A2": 6})
    edit_part(
        file,
        tmp_path / "dates.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('<c r="A1" t="n"><v>5</v>', '<c r="A1" t="d"><v>1900-03-01T12:00:00</v>'),
    )
    assert read_workbook(tmp_path / "dates.xlsx").sheets["Sheet"].value(1, 1) == 61.5
