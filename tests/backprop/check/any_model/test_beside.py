"""What no update and no title tells: a cell beside derivatives, a slip filled down all samples, what is no model."""

import pytest

from backprop.check.check import check_any_book
from backprop.spreadsheet.read import read_workbook
from benchmarks.any_model.score import file_of
from benchmarks.any_model.sheet.book import save
from tests.backprop.check.any_model.test_check import Cells, line, neuron

SAMPLES = range(5, 8)


def gradients() -> Cells:
    """A 1-2-1 network without titles or updates: derivatives in the places of what they are by, ten rows below."""
    return {
        "A1": 0.7, "A2": 0.2, "A4": 0.3, "B4": -0.4, "A5": 0.6, "B5": 0.9, "A6": "=A4*$A$1", "B6": "=B4*$A$1",
        "A7": "=TANH(A6)", "B7": "=TANH(B6)", "A8": "=A5*A7+B5*B7", "D8": "=0.5*(A8-A2)^2",
        "A14": "=A16*$A$1", "B14": "=B16*$A$1", "A15": "=$A$18*A7", "B15": "=$A$18*B7",
        "A16": "=A17*(1-A7^2)", "B16": "=B17*(1-B7^2)", "A17": "=$A$18*A5", "B17": "=$A$18*B5", "A18": "=A8-A2",
    }  # fmt: skip


def sums() -> Cells:
    """A step of a line through three points: a row a sample, and the sums of the rows' products."""
    cells: Cells = {"A1": "rate", "B1": 0.05, "A2": "w", "B2": 0.5, "A3": "b", "B3": -0.25}
    for number, at in enumerate(SAMPLES):
        cells |= {
            f"A{at}": 0.3 * number - 0.5, f"B{at}": 0.4 - 0.7 * number, f"C{at}": f"=$B$2*A{at}+$B$3",
            f"D{at}": f"=0.5*(C{at}-B{at})^2", f"E{at}": f"=C{at}-B{at}", f"F{at}": f"=E{at}*A{at}",
        }  # fmt: skip
    return cells | {
        "D9": "=SUM(D5:D7)", "E9": "=SUM(E5:E7)", "F9": "=SUM(F5:F7)", "B11": "=B2-$B$1*F9", "B12": "=B3-$B$1*E9",
    }  # fmt: skip


def test_right_ones_are_correct(report):
    for cells in (gradients(), sums()):
        assert report(cells).verdict == "correct"


@pytest.mark.parametrize(
    ("cell", "formula", "should_be"),
    [
        ("B16", "=B17*(1-A7^2)", "=B17*(1-B7^2)"),  # the slope of the neuron beside it
        ("B14", "=B16*$A$2", "=B16*$A$1"),
        ("B15", "=$A$18*B6", "=$A$18*B7"),
    ],
)
def test_a_cell_beside_derivatives_is_wrong_where_a_small_change_makes_it_one(report, cell, formula, should_be):
    found = report({**gradients(), cell: formula})
    assert [(finding.cell, finding.should_be) for finding in found.findings] == [(cell, should_be)]


def test_where_no_small_change_makes_it_one_it_is_not_checked(report):
    found = report({**gradients(), "A14": "=A16*SIN(A1*A7)", "B14": "=B16*SIN(A1*B7)"})
    assert (found.verdict, found.findings) == ("not_understood", ())
    assert "2 cells not checked: Sheet!A14, Sheet!B14" in found.message


def test_a_slip_in_the_rows_of_all_samples_is_found_there(report):
    found = report({**sums(), **{f"F{at}": f"=E{at}*C{at}" for at in SAMPLES}})
    assert [(finding.range, finding.should_be) for finding in found.findings] == [("F5:F7", "=E5*A5")]


def test_a_repair_never_reads_its_own_cell(report):
    for cell in ("N1", "N2", "N3", "N4", "K1"):
        for finding in report({**neuron(), cell: f"=-{neuron()[cell][1:]}"}).findings:
            assert finding.cell not in (finding.should_be or "").replace("$", "")


def test_a_slip_inside_let_is_mended(report):
    found = report({**neuron(), "N3": "=_xlfn.LET(_xlpm.d,K1,_xlpm.d*_xlpm.d)"})
    assert [(finding.cell, finding.should_be) for finding in found.findings] == [("N3", "=K1*H3")]


def test_what_is_left_to_subtract_from_is_a_difference_all_the_same(report):
    cells = {at: value for at, value in line().items() if at[0] != "E"}  # no loss: implied by outputs less targets
    for at in range(4, 10):
        cells |= {f"F{at}": f"=(-B{at}+H{at})*A{at}", f"G{at}": f"=-B{at}+H{at}", f"H{at}": f"=C{at}*A{at}+D{at}"}
    found = report(cells)
    assert (found.verdict, found.proof.proven) == ("correct", 10)


def test_by_how_much_a_parameter_changed_is_no_update(report):
    found = report({**neuron(), "Q1": "=E1-P1", "Q2": "=E2-P2"})
    assert (found.verdict, found.proof.updates) == ("correct", 4)


def test_a_moving_average_is_no_model(report):
    cells: Cells = {"A1": "x", "B1": "average", "C1": "delta", "E1": 0.1, "B2": 1.0}
    for at in range(3, 12):
        cells |= {f"A{at}": 0.7 * at % 3, f"C{at}": f"=A{at}-B{at - 1}", f"B{at}": f"=B{at - 1}+$E$1*C{at}"}
    assert report(cells).verdict == "no_derivatives"


def test_a_title_that_promises_derivatives_is_not_passed_over(report):
    cells = {at: value for at, value in gradients().items() if int(at[1:]) < 14}
    found = report({**cells, "A12": "Loss Gradients", "E12": "=2*A2/3"})
    assert (found.verdict, found.findings) == ("not_understood", ())
    assert "1 cell titled a derivative, of no loss found here: Sheet!E12" in found.message


def test_beta_times_what_was_kept_may_stand_in_a_cell_of_its_own(report):
    cells = line()
    cells |= {"H3": "m", "I3": "n", "J3": "beta m", "K3": "beta n", "D1": "beta", "E1": 0.9, "H4": 0.0, "I4": 0.0}
    for at in range(4, 9):
        cells |= {
            f"J{at}": f"=$E$1*H{at}", f"K{at}": f"=$E$1*I{at}", f"H{at + 1}": f"=J{at}+F{at}^2*(1-$E$1)",
            f"I{at + 1}": f"=K{at}+G{at}^2*(1-$E$1)", f"C{at + 1}": f"=C{at}-$B$1*F{at}/(SQRT(H{at + 1})+0.001)",
            f"D{at + 1}": f"=D{at}-$B$1*G{at}/(SQRT(I{at + 1})+0.001)",
        }  # fmt: skip
    found = report(cells)
    assert found.verdict == "correct"
    assert any("RMSprop" in note.text for note in found.notes)


def test_a_convolution_that_looks_like_a_known_network_is_judged_by_its_own_loss(tmp_path):
    case, _ = file_of("right", 3, 25)  # its columns fit Mazur's network, all but its weighted sums
    save(case.right, case.values, tmp_path / "book.xlsx")
    found = check_any_book(read_workbook(tmp_path / "book.xlsx"))
    assert (found.verdict, found.findings) == ("correct", ())


def test_a_mean_that_is_found_by_the_slope_of_a_loss_is_a_model(report):
    cells: Cells = {"A1": "x", "B1": "b", "C1": "Slope of MSE", "A9": 0.1, "B2": 1.0}
    cells |= {f"A{at}": 0.7 * at % 3 for at in range(2, 6)}
    for at in range(2, 8):
        cells[f"C{at}"] = f"=2*((B{at}-$A$2)+(B{at}-$A$3)+(B{at}-$A$4)+(B{at}-$A$5))/4"
        if at > 2:
            cells[f"B{at}"] = f"=B{at - 1}-$A$9*C{at - 1}"
    found = report(cells)
    assert (found.verdict, found.proof.proven) == ("correct", 5)
