"""Workbooks to fill in: what stands in them, what is open, and what a check says of them empty and filled."""

import re
from functools import lru_cache

import openpyxl
import pytest

from backprop.check.check import check_any_file
from backprop.classroom.behaviour import first_good, judge
from backprop.classroom.blank.write import write_blank
from backprop.errors import WorkbookError
from backprop.network.load import load_network
from tests.backprop.classroom import filled
from tests.backprop.classroom.filled import fill_in
from tests.backprop.conftest import read_values, recalculate_with_ironcalc
from tests.backprop.workbook.test_parts import schema_errors

EPOCHS = 6
EVERYWHERE = {"ABS", "AND", "COUNT", "COUNTIF", "EXP", "IF", "IFERROR", "INDEX", "ISERROR", "ISNUMBER", "LN", "MAX",
              "MIN", "MOD", "SUMSQ", "TANH", "_xlfn.ISFORMULA"}  # fmt: skip
CASES = [("eight-weight", 1), ("eight-weight", 2), ("eight-weight", 3), ("eight-weight", 4), ("xor", 2),
         ("recurrent", 1), ("three-hidden", 2)]  # fmt: skip


@lru_cache
def given_numbers(name):
    good = judge(load_network(name), "closed", EPOCHS)
    _, network = first_good(good, 1, "ada", None)
    return good.of(network), network.training.learning_rates


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blank")

    @lru_cache
    def written(name, level):
        derivation, rates = given_numbers(name)
        file = folder / f"{name}-{level}.xlsx"
        write_blank(derivation, file, level, rates, EPOCHS, person="=1+1 (7)")
        return file

    return written


def right_formulas(name, level):
    """The formulas of the key, by cell of the sheet to fill in."""
    return filled.right_formulas(given_numbers(name)[0], level, EPOCHS)


@pytest.mark.parametrize(("name", "level"), CASES)
def test_a_blank_is_incomplete(name, level, blank):
    report = check_any_file(blank(name, level), None)
    assert report.verdict == "incomplete"
    (finding,) = report.findings
    if level == 4:
        assert finding.explanation == "nothing stands on the sheet, where the table is to be made"
    else:
        assert finding.explanation.startswith("nothing stands in ")
        assert "∂E/∂w1" in finding.quantity


@pytest.mark.parametrize(("name", "level"), [case for case in CASES if case[1] != 4])
def test_a_blank_filled_with_the_keys_formulas_is_correct(name, level, blank, tmp_path):
    file = fill_in(blank(name, level), right_formulas(name, level), tmp_path / "filled.xlsx")
    assert [check_any_file(file, None).verdict, check_any_file(file, load_network(name)).verdict] == ["correct"] * 2


def test_one_empty_cell_is_named(blank, tmp_path):
    formulas = right_formulas("eight-weight", 1) | {"Z6": None}
    report = check_any_file(fill_in(blank("eight-weight", 1), formulas, tmp_path / "filled.xlsx"), None)
    assert report.verdict == "incomplete"
    assert [(finding.cell, finding.quantity) for finding in report.findings] == [("Z6", "∂E/∂w2")]


@pytest.mark.parametrize(("name", "level"), CASES)
def test_only_what_is_asked_is_open(name, level, blank):
    workbook = openpyxl.load_workbook(blank(name, level))
    for sheet in workbook:
        open_cells = [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
        to_fill_in = sheet.title not in ("Task", "Network", "Samples")
        assert sheet.protection.sheet == (not to_fill_in or level != 4)
        assert sheet.protection.password is None
        assert bool(open_cells) == (to_fill_in and level != 4)
        if open_cells:
            asked = {validated for rule in sheet.data_validations.dataValidation for validated in rule.sqref.ranges}
            assert {cell for area in asked for row in sheet[area.coord] for cell in row} == {
                sheet[c] for c in open_cells
            }
            assert all(sheet[cell].value is None for cell in open_cells)


@pytest.mark.parametrize(("name", "level"), CASES)
def test_stored_values_are_what_the_formulas_give(name, level, blank):
    stored, computed = read_values(blank(name, level)), recalculate_with_ironcalc(blank(name, level))
    formulas = openpyxl.load_workbook(blank(name, level))
    for sheet, cells in stored.items():
        for cell, value in cells.items():
            if str(formulas[sheet][cell].value).startswith("=") and formulas[sheet][cell].data_type == "f":
                assert computed[sheet][cell] == pytest.approx(value, rel=1e-12, abs=1e-15), f"{sheet} {cell}"


@pytest.mark.parametrize(("name", "level"), [("eight-weight", 3), ("xor", 2), ("three-hidden", 2)])
def test_functions_are_those_that_excel_libreoffice_and_google_sheets_have(name, level, tmp_path):
    derivation, rates = given_numbers(name)
    write_blank(derivation, tmp_path / "x.xlsx", level, rates, EPOCHS, self_check=True)
    workbook = openpyxl.load_workbook(tmp_path / "x.xlsx")
    formulas = [
        str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    formulas += [rule.formula1 for sheet in workbook for rule in sheet.data_validations.dataValidation]
    used = {function for formula in formulas for function in re.findall(r"([A-Z_a-z.]+)\(", formula)}
    assert used <= EVERYWHERE
    assert "_xlfn.ISFORMULA" in used


def test_every_part_is_valid(blank, schemas):
    assert schema_errors(blank("eight-weight", 3), schemas) == []


def test_who_it_is_for_stays_a_text(blank):
    cell = openpyxl.load_workbook(blank("eight-weight", 1))["Task"]["A2"]
    assert (cell.value, cell.data_type) == ("For =1+1 (7)", "s")


def test_no_sheet_tells_a_derivative(blank):
    for level in (1, 2, 3):
        workbook = openpyxl.load_workbook(blank("eight-weight", level))
        texts = [str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value]
        notes = [cell.comment.text for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.comment]
        assert not [text for text in texts if text.startswith("∂E/∂w1 =") or "(1 − a" in text or "*(1-" in text]
        assert not [note for note in notes if " = " in note]


def test_a_table_too_long_for_an_exercise_is_refused(tmp_path):
    derivation, rates = given_numbers("eight-weight")
    with pytest.raises(
        WorkbookError, match=r"100,000 rows of 32 columns for 1 η are no exercise; at most 200,000 cells"
    ):
        write_blank(derivation, tmp_path / "x.xlsx", 3, rates, 100_000)
