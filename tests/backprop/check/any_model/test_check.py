"""Small workbooks of other models, written here, right and with one mistake."""

import re

import pytest

from backprop.check.any_model.check import check_any_model
from backprop.spreadsheet.read import read_workbook
from tests.conftest import ROOT

Cells = dict[str, object]


def line(rows: int = 6) -> Cells:
    """A line through one point a row, a row a sample with running updates: slope, intercept, loss, derivatives."""
    heads = ("x", "y", "a", "b", "E", "dE/da", "dE/db")
    cells: Cells = {f"{column}3": head for column, head in zip("ABCDEFG", heads, strict=True)}
    cells |= {"A1": "rate", "B1": 0.05, "C4": 0.5, "D4": -0.25}
    for at in range(4, 4 + rows):
        cells |= {f"A{at}": 0.3 * at - 1, f"B{at}": 2.1 - 0.4 * at, f"E{at}": f"=(C{at}*A{at}+D{at}-B{at})^2"}
        cells |= {f"F{at}": f"=2*(C{at}*A{at}+D{at}-B{at})*A{at}", f"G{at}": f"=2*(C{at}*A{at}+D{at}-B{at})"}
        if at > 4:
            cells |= {f"C{at}": f"=C{at - 1}-$B$1*F{at - 1}", f"D{at}": f"=D{at - 1}-$B$1*G{at - 1}"}
    return cells


def neuron() -> Cells:
    """One step of a 1-2-1 network with one helper cell a slope, labels beside."""
    return {
        "A1": "x", "B1": 0.7, "A2": "t", "B2": 0.2, "A3": "rate", "B3": 0.5,
        "D1": "w1", "E1": 0.3, "D2": "w2", "E2": -0.4, "D3": "v1", "E3": 0.6, "D4": "v2", "E4": 0.9,
        "G1": "z1", "H1": "=E1*B1", "G2": "z2", "H2": "=E2*B1", "G3": "a1", "H3": "=TANH(H1)", "G4": "a2",
        "H4": "=TANH(H2)", "G5": "o", "H5": "=1/(1+EXP(-(E3*H3+E4*H4)))", "G6": "E", "H6": "=0.5*(B2-H5)^2",
        "J1": "δ", "K1": "=(H5-B2)*H5*(1-H5)", "J2": "slope1", "K2": "=1-H3^2", "J3": "slope2", "K3": "=1-H4^2",
        "M1": "dw1", "N1": "=K1*E3*K2*B1", "M2": "dw2", "N2": "=K1*E4*K3*B1", "M3": "dv1", "N3": "=K1*H3",
        "M4": "dv2", "N4": "=K1*H4",
        "P1": "=E1-$B$3*N1", "P2": "=E2-$B$3*N2", "P3": "=E3-$B$3*N3", "P4": "=E4-$B$3*N4",
    }  # fmt: skip


def test_a_right_line_is_correct_and_counted(report):
    found = report(line())
    assert (found.verdict, found.findings) == ("correct", ())
    assert (found.proof.right, found.proof.updates, found.proof.proven) == (12, 10, 10)


def test_a_right_network_is_correct(report):
    found = report(neuron())
    assert (found.verdict, found.findings) == ("correct", ())
    assert (found.proof.updates, found.proof.proven) == (4, 4)


@pytest.mark.parametrize(
    ("cell", "formula", "should_be"),
    [
        ("N1", "=K1*E4*K2*B1", "=K1*E3*K2*B1"),  # another weight
        ("N3", "=K1*E3", "=K1*H3"),  # the weight for the activation
        ("N2", "=K1*E4*B1", "=K1*E4*K3*B1"),  # the activation's slope left out
        ("P2", "=E2-$B$3*N1", "=E2-$B$3*N2"),  # another parameter's derivative
        ("P3", "=E3+$B$3*N3", "=E3-$B$3*N3"),
        ("P4", "=E4-$E$3*N4", "=E4-$B$3*N4"),  # a weight for the rate
        ("N4", "=-K1*H4", "=K1*H4"),
    ],
)
def test_one_mistake_is_found_with_its_repair(report, cell, formula, should_be):
    found = report({**neuron(), cell: formula})
    assert [finding.cell for finding in found.findings] == [cell]
    assert found.verdict == "mistakes"
    assert found.findings[0].should_be == should_be


def test_what_is_titled_a_derivative_and_is_none_is_never_passed_over(report):
    cells = {at: value for at, value in neuron().items() if at[0] != "P"} | {"N2": "=SIN(K1)*K3+B1"}
    found = report(cells)
    assert (found.verdict, found.findings) == ("not_understood", ())
    assert "N2" in found.message


def test_a_mistake_in_a_helper_is_found_there(report):
    found = report({**neuron(), "K3": "=1-H3^2", "K2": "=1-H4^2"})
    assert {finding.cell for finding in found.findings} <= {"K2", "K3", "N1", "N2"}
    assert found.verdict == "mistakes"


def test_what_follows_from_a_mistake_is_no_finding(report):
    found = report({**neuron(), "K1": "=(H5-B2)*H5"})
    assert [finding.cell for finding in found.findings] == ["K1"]


def test_nothing_is_called_wrong_where_most_updates_are_not_understood(report):
    wrong = {**neuron(), "N4": "=K1*E4"}
    assert [finding.cell for finding in report(wrong).findings] == ["N4"]
    own = {"P1": "=E1-$B$3*SIN(H5)*E1", "P2": "=E2-$B$3*COS(H5)*E2", "P3": "=E3-$B$3*EXP(H5)*E3"}
    found = report({**wrong, **own})
    assert (found.verdict, found.findings) == ("not_understood", ())


def test_a_printed_derivative_names_the_cells_of_its_own_sheet_as_one_does(report):
    (finding,) = report({**neuron(), "N4": "=SIN(H4)"}).findings
    assert (finding.cell, str(finding.kind)) == ("N4", "wrong_formula")
    assert "H4" in finding.should_be
    assert "!" not in finding.should_be


def test_a_row_filled_down_is_one_finding(report):
    cells = line()
    for at in range(4, 10):
        cells[f"F{at}"] = f"=2*(C{at}*A{at}+D{at}-B{at})*C{at}"
    found = report(cells)
    assert [finding.range for finding in found.findings] == ["F4:F9"]  # though no update reads the last row
    assert found.findings[0].should_be == "=2*(C4*A4+D4-B4)*A4"


@pytest.mark.parametrize(
    ("cell", "formula", "should_be"),
    [
        ("C6", "=C5+$B$1*F5", "=C5-$B$1*F5"),  # up the loss, the others down
        ("C6", "=C5-$B$1*G5", "=C5-$B$1*F5"),
    ],
)
def test_an_update_that_is_not_that_of_its_neighbours_is_found(report, cell, formula, should_be):
    found = report({**line(), cell: formula})
    assert [(finding.cell, finding.should_be) for finding in found.findings] == [(cell, should_be)]
    assert found.proof.proven < found.proof.updates


@pytest.mark.parametrize(
    ("cell", "formula"),
    [("C6", "=C5-$B$1*F4"), ("D7", "=D5-$B$1*G6")],  # what the row before has
)
def test_an_update_that_no_longer_looks_like_one_is_not_passed_over(report, cell, formula):
    found = report({**line(), cell: formula})
    assert found.verdict != "correct"
    assert {finding.cell for finding in found.findings} <= {cell}


def descents(first: str, second: str) -> Cells:
    """Numbers typed, their derivatives, and what one step would make of each."""
    cells: Cells = {"A1": "rate", "B1": 0.1, "A3": "x", "B3": "df/dx", "C3": "new x", "D3": "f"}
    for row, value in ((4, 5.0), (5, 4.2)):
        cells |= {f"A{row}": value, f"B{row}": f"=2*A{row}-2", f"D{row}": f"=A{row}^2-2*A{row}+1"}
    return cells | {"C4": first, "C5": second}


def test_steps_that_go_both_ways_are_never_correct(report):
    assert report(descents("=A4-$B$1*B4", "=A5-$B$1*B5")).verdict == "correct"
    assert report(descents("=A4+$B$1*B4", "=A5-$B$1*B5")).verdict != "correct"
    assert report(descents("=A5-$B$1*B4", "=A5-$B$1*B5")).verdict != "correct"


def test_a_number_pasted_over_a_derivative_is_found(report):
    found = report({**line(), "G6": 0.125})
    assert [(finding.cell, str(finding.kind)) for finding in found.findings] == [("G6", "hard_coded")]


def test_half_of_the_derivative_everywhere_is_a_convention(report):
    cells = line()
    for at in range(4, 10):
        cells |= {f"F{at}": f"=(C{at}*A{at}+D{at}-B{at})*A{at}", f"G{at}": f"=(C{at}*A{at}+D{at}-B{at})"}
    found = report(cells)
    assert found.verdict == "correct"
    assert any("0.5 times" in note.text for note in found.notes)


def test_a_loss_that_no_cell_holds_is_told(report):
    found = report({at: value for at, value in line().items() if at[0] != "E"})
    assert found.verdict == "correct"
    assert any("squared error" in note.text for note in found.notes)


def test_a_forward_pass_claims_nothing(report):
    cells = {at: value for at, value in neuron().items() if at[0] in "ABDEGH"}
    assert report(cells).verdict == "no_derivatives"
    assert report({"A1": 1.5, "B1": "=A"}).verdict == "no_derivatives"


def test_a_formula_that_cannot_be_read_is_named_as_not_checked(report):
    deep = f"={'SIN(' * 70}A4{')' * 70}"
    found = report({**line(), "I4": deep})
    assert (found.verdict, found.findings) == ("not_understood", ())
    assert [note.text for note in found.unchecked] == ["1 formula cannot be read: Sheet!I4"]
    assert "Sheet!I4" in found.message
    alone = report({"B1": deep})
    assert (alone.verdict, alone.message) == ("not_understood", "1 formula cannot be read: Sheet!B1")
    wrong = report({**line(), "F6": "=C6", "I4": deep})
    assert (wrong.verdict, [finding.cell for finding in wrong.findings]) == ("mistakes", ["F6"])
    assert len(wrong.unchecked) == 1


def test_the_perceptrons_rule_is_no_derivative(report):
    cells: Cells = {"A1": "rate", "B1": 0.1, "B4": 0.2, "C4": -0.3}
    for at in range(4, 9):
        cells |= {f"D{at}": at % 2, f"E{at}": at % 3 - 1, f"F{at}": (at % 2) * 1.0}
        cells |= {f"G{at}": f"=IF(B{at}*D{at}+C{at}*E{at}>0,1,0)", f"H{at}": f"=F{at}-G{at}"}
        if at > 4:
            cells |= {f"{c}{at}": f"={c}{at - 1}+$B$1*H{at - 1}*{x}{at - 1}" for c, x in (("B", "D"), ("C", "E"))}
    assert report(cells).verdict == "no_derivatives"


def test_the_matrix_workbook_of_the_documents():
    found = check_any_model(read_workbook(ROOT / "docs" / "matrix.xlsx"))
    assert [(finding.range, finding.should_be) for finding in found.findings] == [("I17:K18", "=IF(I2:K3>0,M12:O13,0)")]
    assert {(cells.range, cells.status) for cells in found.proof.cells} >= {("I12:K13", "right"), ("E12:G13", "right")}


def test_a_loop_is_one_step(report):
    """Iterative calculation: the weights read their own new values."""
    cells = neuron() | {"E1": "=P1", "E2": "=P2", "E3": "=P3", "E4": "=P4"}
    found = report(cells)
    assert found.proof is None or found.proof.updates == 4


def test_a_carried_value_of_another_parameter_is_found(report):
    cells = neuron() | {f"{c}{at + 20}": v.replace("$B$3", "$B$23") if isinstance(v, str) else v
                        for (c, at), v in (((k[0], int(k[1:])), v) for k, v in neuron().items())}  # fmt: skip
    for at, value in list(cells.items()):
        if int(at[1:]) > 20 and isinstance(value, str) and value.startswith("="):
            cells[at] = re.sub(r"([A-Z])([1-6])(?![0-9])", lambda m: f"{m[1]}{int(m[2]) + 20}", value)
    cells |= {"E21": "=P1", "E22": "=P2", "E23": "=P3", "E24": "=P4"}
    assert report(cells).verdict == "correct"
    found = report({**cells, "E23": "=P4"})
    assert [(finding.cell, finding.should_be) for finding in found.findings] == [("E23", "=P3")]
