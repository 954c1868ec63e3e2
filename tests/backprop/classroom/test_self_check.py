"""Sheet Self-check: right everywhere of the right formulas, not yet at the wrong quantity only, no answer on it."""

from functools import lru_cache

import openpyxl
import pytest

from backprop.classroom.blank.write import write_blank
from backprop.classroom.self_check.moves import lay_out
from backprop.classroom.self_check.sheet import EMPTY, LATER, RIGHT, WRONG
from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.errors import WorkbookError
from backprop.network.generate import Changes, change_network, make_fields
from backprop.network.load import load_network
from tests.backprop.classroom.filled import fill_in
from tests.backprop.classroom.test_blank import EPOCHS, given_numbers, right_formulas
from tests.backprop.conftest import read_values, recalculate_with_ironcalc

CASES = [("eight-weight", 1), ("eight-weight", 2), ("eight-weight", 3), ("xor", 2), ("recurrent", 3)]


GRADIENT = {f"{letter}6" for letter in ("Y", "Z", "AA", "AB", "AC", "AD", "AE", "AF")}


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("self-check")

    @lru_cache
    def written(name, level):
        derivation, rates = given_numbers(name)
        file = folder / f"{name}-{level}.xlsx"
        write_blank(derivation, file, level, rates, EPOCHS, self_check=True)
        return file

    return written


def verdicts(values):
    """Quantity -> what the sheet says of it."""
    sheet = values["Self-check"]
    rows = [int(cell[1:]) for cell in sheet if cell[0] == "E" and cell[1:].isdigit() and int(cell[1:]) > 8]
    return {sheet[f"B{row}"]: sheet[f"E{row}"] for row in sorted(rows)}


def typed(blank, name, level, changes, tmp_path, epoch=None):
    """What IronCalc computes of a blank that is filled in with changed formulas."""
    formulas = right_formulas(name, level)
    formulas |= {cell: change(formulas[cell]) for cell, change in changes.items()}
    file = fill_in(blank(name, level), formulas, tmp_path / "filled.xlsx")
    if epoch:
        workbook = openpyxl.load_workbook(file)
        workbook["Self-check"]["C5"] = epoch
        workbook.save(file)
    return recalculate_with_ironcalc(file)


@pytest.mark.parametrize(("name", "level"), CASES)
def test_right_formulas_are_right_everywhere(name, level, blank, tmp_path):
    said = verdicts(typed(blank, name, level, {}, tmp_path))
    assert set(said.values()) == {RIGHT}
    assert ("∂E/∂b1" if name == "xor" else "∂E/∂w1") in said


@pytest.mark.parametrize("epoch", [3, EPOCHS])
def test_any_epoch_can_be_judged(epoch, blank, tmp_path):
    said = verdicts(typed(blank, "eight-weight", 3, {}, tmp_path, epoch))
    assert {said[name] for name in said if "next" not in name} == {RIGHT}
    assert {said[name] for name in said if "next" in name} == {RIGHT if epoch < EPOCHS else "–"}


@pytest.mark.parametrize(
    ("level", "cell", "change", "wrong", "later"),
    [
        (1, "Y6", lambda formula: formula.replace("=", "=-", 1), "∂E/∂w1", 0),
        (2, "AC6", lambda formula: formula.replace("*K6", "*M6"), "∂E/∂w5", 0),
        (2, "X6", lambda formula: formula.replace("+", "-"), "E_total", 0),
        (2, "J6", lambda formula: formula.replace("F6", "G6"), "h1", 16),
        (3, "AC6", lambda formula: formula.replace("*K6", "*M6"), "∂E/∂w5", 1),
        (3, "F7", lambda formula: formula.replace("-", "+"), "w1, next epoch", 0),
    ],
)
def test_a_wrong_formula_is_not_yet_right_at_its_quantity_only(level, cell, change, wrong, later, blank, tmp_path):
    said = verdicts(typed(blank, "eight-weight", level, {cell: change}, tmp_path))
    assert [name for name, verdict in said.items() if verdict == WRONG] == [wrong]
    assert list(said.values()).count(LATER) == later


def test_libreoffice_says_the_same(blank, libreoffice_together, tmp_path):
    files = [blank("eight-weight", 3), blank("eight-weight", 2), blank("xor", 2)]
    filled = fill_in(files[0], right_formulas("eight-weight", 3), tmp_path / "filled.xlsx")
    found = libreoffice_together([*files, filled])
    for file in files:
        stored = read_values(file)
        assert set(verdicts(found[file.stem]).values()) == {EMPTY}
        assert verdicts(found[file.stem]) == verdicts(stored)
        for cell, value in stored["Self-check"].items():
            expected = value if isinstance(value, str) else pytest.approx(value, rel=1e-12, abs=1e-15)
            assert found[file.stem]["Self-check"][cell] == expected
    assert set(verdicts(found["filled"]).values()) == {RIGHT}


def test_no_derivative_stands_on_the_sheet(blank):
    """Its formulas are those of the forward pass, differences of the loss, and references."""
    derivation, _ = given_numbers("eight-weight")
    workbook = openpyxl.load_workbook(blank("eight-weight", 2))
    sheet = workbook["Self-check"]
    formulas = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 100
    assert not [formula for formula in formulas if "(1-" in formula and "EXP" not in formula]
    right = {formula for cell, formula in right_formulas("eight-weight", 2).items() if cell in GRADIENT}
    assert not right & set(formulas)
    values = read_values(blank("eight-weight", 2))["Self-check"]
    shown = {round(value, 9) for value in values.values() if isinstance(value, float)}
    trace = run_trace(derivation, (0.5,), 1)
    gradient = {round(float(trace.column(f"dE_dw{number}")[0, 0]), 9) for number in range(1, 9)}
    assert not gradient & shown


def test_all_but_the_choices_is_locked_and_its_formulas_hidden(blank):
    sheet = openpyxl.load_workbook(blank("eight-weight", 3))["Self-check"]
    assert sheet.protection.sheet
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked] == ["C5"]
    assert all(sheet.column_dimensions[letter].hidden for letter in ("G", "H", "X"))
    assert all(cell.protection.hidden for cell in sheet["H"][8:] if cell.data_type == "f")


def test_an_empty_sheet_is_judged_by_linked_cells(blank, tmp_path):
    file = tmp_path / "linked.xlsx"
    derivation, rates = given_numbers("eight-weight")
    write_blank(derivation, file, 4, rates, EPOCHS, self_check=True)
    workbook = openpyxl.load_workbook(file)
    table, check = workbook.worksheets[2], workbook["Self-check"]
    table["B3"] = "=Network!C13*Network!C5+Network!C14*Network!C6"
    check["D9"], check["D10"] = f"='{table.title}'!B3", f"='{table.title}'!B3"
    workbook.save(file)
    said = verdicts(recalculate_with_ironcalc(file))
    assert (said["h1"], said["a_h1"]) == (RIGHT, WRONG)


def test_a_network_too_large_for_a_self_check_is_refused():
    network = change_network(make_fields((20, 20, 10)), Changes(), "large")
    with pytest.raises(WorkbookError, match=r"a self-check would move 630 quantities of [\d,]+; at most 20,000 cells"):
        lay_out(derive(network), 2, "steps", 8, 9)


def test_several_learning_rates_can_be_chosen_from(tmp_path):
    file = tmp_path / "two.xlsx"
    write_blank(derive(load_network("eight-weight")), file, 3, (0.5, 0.1), EPOCHS, self_check=True)
    sheet = openpyxl.load_workbook(file)["Self-check"]
    assert (sheet["C4"].value, sheet["C4"].protection.locked) == ("η = 0.5", False)
    found = recalculate_with_ironcalc(file)["Self-check"]
    assert found["C6"] == 0.5
