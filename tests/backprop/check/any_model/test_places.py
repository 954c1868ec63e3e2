"""What tells that a cell is wrong though it equals some derivative: the loss of its step, its line, its place."""

import pytest

from tests.backprop.check.any_model.test_check import Cells, line, neuron

STEPS = range(2)
SAMPLES = range(3)


def batch() -> Cells:
    """Two steps of a line through three points, with momentum: a block a step, the whole loss and its gradient."""
    cells: Cells = {"A1": "rate", "B1": 0.05, "A2": "decay", "B2": 0.9}
    for step in STEPS:
        top, before = 5 + 10 * step, 5 + 10 * (step - 1)
        for column, head in zip("ABCDEFGHI", ("x", "t", "y", "L", "dy", "w", "b", "mw", "mb"), strict=True):
            cells[f"{column}{top - 1}"] = head
        totals = ("E", "dw", "db", "mw new", "mb new", "w new", "b new")
        cells |= {f"{column}{top + 4}": head for column, head in zip("DEFGHIJ", totals, strict=True)}
        starts = (0.5, -0.25, 0.0, 0.0)
        for column, start, source in zip("FGHI", starts, "IJGH", strict=True):
            cells[f"{column}{top}"] = start if step == 0 else f"={source}{before + 5}"
        for sample in SAMPLES:
            at = top + sample
            cells |= {
                f"A{at}": 0.3 * sample - 0.5, f"B{at}": 0.4 - 0.7 * sample, f"C{at}": f"=$F${top}*A{at}+$G${top}",
                f"D{at}": f"=0.5*(C{at}-B{at})^2", f"E{at}": f"=C{at}-B{at}",
            }  # fmt: skip
        last, total = top + 2, top + 5
        cells |= {
            f"D{total}": f"=SUM(D{top}:D{last})", f"E{total}": f"=SUMPRODUCT(A{top}:A{last},E{top}:E{last})",
            f"F{total}": f"=SUM(E{top}:E{last})", f"G{total}": f"=$B$2*H{top}+E{total}",
            f"H{total}": f"=$B$2*I{top}+F{total}", f"I{total}": f"=F{top}-$B$1*G{total}",
            f"J{total}": f"=G{top}-$B$1*H{total}",
        }  # fmt: skip
    return cells


def test_a_right_batch_is_correct(report):
    found = report(batch())
    assert (found.verdict, found.findings) == ("correct", ())
    assert (found.proof.updates, found.proof.through_optimiser) == (4, 4)


@pytest.mark.parametrize(
    ("cell", "formula", "should_be"),
    [
        ("F10", "=SUM(E5:E6)", "=SUM(E5:E7)"),  # the derivative of two samples' loss
        ("E20", "=SUMPRODUCT(A15:A16,E15:E16)", "=SUMPRODUCT(A15:A17,E15:E17)"),
        ("H15", "=H5", "=G10"),  # the momentum of the step before the last
        ("J10", "=G5-$F$5*H10", "=G5-$B$1*H10"),  # a weight for the rate
        ("H20", "=$B$2*I15+E20", "=$B$2*I15+F20"),  # another parameter's derivative
    ],
)
def test_a_slip_in_a_batch_is_found_where_it_is(report, cell, formula, should_be):
    found = report({**batch(), cell: formula})
    assert found.verdict == "mistakes"
    assert [(finding.cell, finding.should_be) for finding in found.findings] == [(cell, should_be)]


def test_a_derivative_at_the_end_of_its_line_that_nothing_reads_is_judged(report):
    found = report({**line(), "G9": "=$G$8"})
    assert [finding.cell for finding in found.findings] == ["G9"]


def test_a_chain_that_nothing_judges_is_not_called_correct(report):
    cells = {cell: value for cell, value in neuron().items() if cell[0] not in "PMJ"}
    assert report(cells).verdict == "correct"
    found = report({**cells, "K2": "=1-H4^2"})
    assert found.verdict == "not_understood"
    assert "N1" in found.message


def test_a_workbook_that_was_followed_in_part_is_not_called_correct_or_without_derivatives(report, monkeypatch):
    monkeypatch.setattr("backprop.check.any_model.model.analysis.MOST_WORK", 1)
    monkeypatch.setattr("backprop.check.any_model.judge.MOST_WORK", 1)
    found = report(batch())
    assert found.verdict == "not_understood"
    assert "the workbook is too large" in found.message


def test_an_error_with_a_sign_is_no_loss(report):
    """Its derivative by a weighted sum is the slope of the activation, which stands in a column of its own."""
    heads = ("x", "t", "z", "a", "slope", "error", "dz", "dw")
    cells: Cells = {f"{column}4": head for column, head in zip("ABCDEFGH", heads, strict=True)}
    cells |= {"J4": "w", "J5": 0.4, "K4": "sum of dw", "K5": "=SUM(H5:H8)"}
    for at in range(5, 9):
        cells |= {
            f"A{at}": 0.3 * at - 1.9, f"B{at}": float(at % 2),
            f"C{at}": f"=$J$5*A{at}", f"D{at}": f"=1/(1+EXP(-C{at}))",
            f"E{at}": f"=D{at}*(1-D{at})", f"F{at}": f"=D{at}-B{at}", f"G{at}": f"=(B{at}-D{at})*E{at}/4",
            f"H{at}": f"=G{at}*A{at}",
        }  # fmt: skip
    found = report(cells)
    assert (found.verdict, found.findings) == ("correct", ())
