"""Finite differences, recurrent networks, and wrong derivatives followed down to the cell that is wrong."""

import pytest

Cells = dict[str, object]


def differences(rows: int = 5) -> Cells:
    """A function of two parameters that descends by central differences."""
    cells: Cells = {"A1": "h", "B1": 0.001, "A2": "rate", "B2": 0.1, "A3": "x", "B3": "y", "C3": "f"}
    cells |= {"A4": 0.7, "B4": -0.3}
    f = "SIN({0})+5*({1}-COS({0}))^2".format
    for row in range(4, 4 + rows):
        x, y = f"A{row}", f"B{row}"
        cells[f"C{row}"] = f"={f(x, y)}"
        cells[f"D{row}"] = f"=({f(f'({x}+$B$1)', y)}-({f(f'({x}-$B$1)', y)}))/(2*$B$1)"
        cells[f"E{row}"] = f"=({f(x, f'({y}+$B$1)')}-({f(x, f'({y}-$B$1)')}))/(2*$B$1)"
        if row > 4:
            cells |= {x: f"=A{row - 1}-$B$2*D{row - 1}", y: f"=B{row - 1}-$B$2*E{row - 1}"}
    return cells


def test_finite_differences_are_proven_in_the_limit(report):
    found = report(differences())
    assert (found.verdict, found.findings) == ("correct", ())
    assert found.proof.proven == 8
    assert any("finite differences" in note.text and "Sheet!B1" in note.text for note in found.notes)


def test_a_difference_over_another_step_is_found(report):
    cells = differences()
    cells["D6"] = str(cells["D6"]).replace("/(2*$B$1)", "/(3*$B$1)")
    assert [each.cell for each in report(cells).findings] == ["D6"]


def recurrent() -> Cells:
    """h = tanh(w·x + u·h before + b), y = v·h, three moments, backpropagation through time, one update each."""
    cells: Cells = {"A1": "rate", "B1": 0.1, "A2": "w", "B2": 0.4, "C2": "u", "D2": -0.6, "E2": "b", "F2": 0.2,
                    "G2": "v", "H2": 0.8}  # fmt: skip
    heads = ("x", "t", "z", "h", "y", "E", "dE/dy", "dE/dh", "dE/dz")
    cells |= {f"{column}4": head for column, head in zip("ABCDEFGHI", heads, strict=True)}
    for row, (x, t) in enumerate([(0.5, 0.3), (-0.2, 0.7), (0.9, -0.1)], 5):
        before = f"+$D$2*D{row - 1}" if row > 5 else ""
        after = f"+$D$2*I{row + 1}" if row < 7 else ""
        cells |= {f"A{row}": x, f"B{row}": t, f"C{row}": f"=$B$2*A{row}{before}+$F$2", f"D{row}": f"=TANH(C{row})",
                  f"E{row}": f"=$H$2*D{row}", f"F{row}": f"=0.5*(E{row}-B{row})^2", f"G{row}": f"=E{row}-B{row}",
                  f"H{row}": f"=$H$2*G{row}{after}", f"I{row}": f"=H{row}*(1-D{row}^2)"}  # fmt: skip
    cells |= {"A9": "dw", "B9": "=SUMPRODUCT(A5:A7,I5:I7)", "C9": "du", "D9": "=D5*I6+D6*I7", "E9": "db",
              "F9": "=SUM(I5:I7)", "G9": "dv", "H9": "=SUMPRODUCT(D5:D7,G5:G7)"}  # fmt: skip
    return cells | {f"{at}10": f"={at}2-$B$1*{at}9" for at in "BDFH"}


def test_weighted_sums_of_a_recurrent_network_are_no_updates(report):
    found = report(recurrent())
    assert (found.verdict, found.findings) == ("correct", ())
    assert (found.proof.updates, found.proof.proven) == (4, 4)


@pytest.mark.parametrize(
    ("cell", "formula", "should_be"),
    [
        ("I6", "=H6", "=H6*(1-D6^2)"),  # the slope left out
        ("I6", "=H6*D6*(1-D6)", "=H6*(1-D6^2)"),  # another activation's slope
        ("I6", "=H6*(1-D7^2)", "=H6*(1-D6^2)"),
        ("B9", "=SUMPRODUCT(A5:A6,I5:I6)", None),
        ("F9", "=AVERAGE(I5:I7)", None),
    ],
)
def test_the_cell_that_is_wrong_is_named_not_what_reads_it(report, cell, formula, should_be):
    found = report({**recurrent(), cell: formula})
    assert [each.cell for each in found.findings] == [cell]
    if should_be:
        assert found.findings[0].should_be == should_be


def test_weight_decay_is_no_mistake(report):
    cells = recurrent()
    cells |= {"C1": "decay", "D1": 0.01, "B9": "=SUMPRODUCT(A5:A7,I5:I7)+$D$1*B2"}
    assert report(cells).findings == ()
