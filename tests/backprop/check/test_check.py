"""Whole workbooks: correct ones in every layout, our own, and those of strangers against the answers for them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.utils.cell import range_boundaries

from backprop.check.check import check_book, check_file
from backprop.check.findings import FileReport
from backprop.derivation.derive import Derivation
from backprop.spreadsheet.book import Cell
from backprop.workbook.layout import rate_sheet
from backprop.workbook.write import write_workbook
from tests.backprop.check.calculator import Calculator
from tests.backprop.check.layouts import LAYOUTS, Layout, as_book, build, save
from tests.backprop.check.spellings import GIVEN, WEIGHT_NAMES

ANSWERS = "expected.json"


@pytest.mark.parametrize("cached", [True, False], ids=["cached", "bare"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_correct_workbook_of_any_layout_is_correct(layout: Layout, cached: bool, eight_weight: Derivation):
    report = check_book(as_book(build(layout), cached), eight_weight)
    assert (report.verdict, report.findings) == ("correct", ())
    assert [table.learning_rate for table in report.tables] in (
        [rate for _, _, _, rate in layout.tables],
        [None] * len(layout.tables),  # typed into the formulas, or pasted away
    )


@pytest.mark.parametrize("layout", LAYOUTS[::5], ids=lambda layout: layout.name)
def test_a_correct_file_is_correct(layout: Layout, tmp_path: Path, eight_weight: Derivation):
    assert check_file(save(build(layout), tmp_path / "x.xlsx"), eight_weight).verdict == "correct"


@pytest.mark.parametrize("form", ["closed", "steps"])
def test_our_own_workbook_is_correct_with_every_cell_counted(form: str, tmp_path: Path, eight_weight: Derivation):
    file = tmp_path / "own.xlsx"
    write_workbook(eight_weight, file, learning_rates=(0.1, 2.0), epochs=15, form=form)  # type: ignore[arg-type]
    report = check_file(file, eight_weight)
    assert (report.verdict, report.findings, len(report.tables)) == ("correct", (), 2)
    quantities = len(rate_sheet(eight_weight, 15, form).columns) - 1  # type: ignore[arg-type]
    assert {len(table.columns) for table in report.tables} == {quantities}
    assert {table.cells_checked for table in report.tables} == {15 * quantities}


@pytest.mark.parametrize("epochs", [1, 2])
@pytest.mark.parametrize("transposed", [False, True], ids=["rows", "columns"])
def test_a_worksheet_of_one_step_or_two_is_checked(epochs: int, transposed: bool, eight_weight: Derivation):
    layout = Layout("x", tables=(("S", 4, 3, 0.5),), epochs=epochs, transposed=transposed)
    made = build(layout)
    assert check_book(as_book(made), eight_weight).verdict == "correct"
    made.put(made.places[0].cell("E1", 5), "=1")
    assert check_book(as_book(made, cached=False), eight_weight).verdict == "mistakes"


@pytest.fixture(scope="module")
def answers(stranger_workbooks: Path) -> dict[str, dict[str, object]]:
    return {answer["file"]: answer for answer in json.loads((stranger_workbooks / ANSWERS).read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def reports(stranger_workbooks: Path, checked: Callable[[Path], FileReport]) -> dict[str, FileReport]:
    return {file.name: checked(file) for file in sorted(stranger_workbooks.glob("*.xlsx"))}


def cells(sheet: str, ranges: str) -> set[Cell]:
    found = set()
    for part in ranges.split(","):
        left, top, right, bottom = range_boundaries(part)
        found |= {(sheet, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    return found


def test_the_verdicts_on_strangers_workbooks(reports: dict[str, FileReport], answers: dict[str, dict[str, object]]):
    assert {name: report.verdict for name, report in reports.items()} == {
        name: answer["verdict"] for name, answer in answers.items()
    }


def test_every_answer_lies_within_a_finding(reports: dict[str, FileReport], answers: dict[str, dict[str, object]]):
    missed = []
    for name, answer in answers.items():
        ours = [cells(finding.sheet, finding.range) for finding in reports[name].findings]
        for expected in answer["findings"]:  # type: ignore[attr-defined]
            (cell,) = cells(expected["sheet"], expected["cell"])
            if not any(cell in each for each in ours):
                missed.append((name, cell))
    assert missed == []


def test_no_error_is_found_beside_the_answers(reports: dict[str, FileReport], answers: dict[str, dict[str, object]]):
    false = []
    for name, answer in answers.items():
        allowed: set[Cell] = set()
        for expected in answer["findings"]:  # type: ignore[attr-defined]
            allowed |= cells(expected["sheet"], expected["range"])
        false += [
            (name, finding.sheet, finding.range)
            for finding in reports[name].findings
            if finding.severity == "error" and not cells(finding.sheet, finding.range) <= allowed
        ]
    assert false == []


def test_the_formula_of_an_answer_is_ours(reports: dict[str, FileReport], answers: dict[str, dict[str, object]]):
    def plain(text: str) -> str:
        return text.replace(" ", "").replace("$", "")

    for name, answer in answers.items():
        ours = {(finding.sheet, finding.cell): finding for finding in reports[name].findings}
        for expected in answer["findings"]:  # type: ignore[attr-defined]
            finding = ours.get((expected["sheet"], expected["cell"]))
            if finding is not None and finding.formula and expected.get("should_be"):
                assert plain(finding.should_be or "") == plain(expected["should_be"]), (name, finding.cell)


@pytest.mark.parametrize("transposed", [False, True], ids=["rows", "columns"])
def test_a_table_that_is_only_begun_is_incomplete(transposed: bool, eight_weight: Derivation):
    made = build(Layout("x", tables=(("S", 5, 1, 0.5),), epochs=1, transposed=transposed))
    (place,) = made.places
    for name in place.lines:
        if name not in (*GIVEN, *WEIGHT_NAMES):
            del made.cells[place.cell(name, 6)]
    report = check_book(as_book(made), eight_weight)
    (finding,) = report.findings
    lanes = "column F in rows 9 to 12, 17 to 31" if transposed else "row 6 in columns I to L, Q to AE"
    assert report.verdict == "incomplete"
    assert finding.range == ("F9:F12,F17:F31" if transposed else "I6:L6,Q6:AE6")
    assert finding.explanation == f"nothing stands in {lanes}, though the epoch's weights are given"


def test_a_row_of_numbers_that_shows_an_epoch_is_no_table(eight_weight: Derivation):
    made = build(Layout("x", tables=(("S", 5, 1, 0.5),), epochs=1))
    numbers = Calculator(made.cells, made.names)
    made.cells.update({cell: value for cell in made.cells if isinstance(value := numbers.value(cell), float)})
    assert check_book(as_book(made), eight_weight).verdict == "not_this_network"
