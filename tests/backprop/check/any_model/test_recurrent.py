"""An unrolled recurrent network, a row a time, whose errors go back through all later times."""

import pytest

from tests.backprop.check.any_model.test_check import Cells

TIMES = range(9, 12)


def unrolled(**changed: str) -> Cells:
    """h = tanh(w x + u h' + b) and y = v h over three times, one step of gradient descent."""
    cells: Cells = {"B3": "w", "B4": 0.5, "C3": "u", "C4": -0.3, "D3": "b", "D4": 0.1, "E3": "v", "E4": 0.8,
                    "F3": "rate", "F4": 0.1, "A8": 0, "C8": 0}  # fmt: skip
    heads = ("t", "x", "h", "y", "target", "loss", "dL/dy", "dL/dh", "dL/dz")
    cells |= {f"{column}7": head for column, head in zip("ABCDEFGHI", heads, strict=True)}
    for row, (x, target) in zip(TIMES, ((0.5, 0.3), (-0.2, 0.1), (0.9, 0.6)), strict=True):
        later = f"+I{row + 1}*$C$4" if row < TIMES[-1] else ""
        cells |= {f"A{row}": row - 8, f"B{row}": x, f"C{row}": f"=TANH($B$4*B{row}+$C$4*C{row - 1}+$D$4)",
                  f"D{row}": f"=$E$4*C{row}", f"E{row}": target, f"F{row}": f"=0.5*(D{row}-E{row})^2",
                  f"G{row}": f"=D{row}-E{row}", f"H{row}": f"=G{row}*$E$4{later}",
                  f"I{row}": f"=H{row}*(1-C{row}^2)"}  # fmt: skip
    sums = ("I9:I11,B9:B11", "I9:I11,C8:C10", "I9:I11", "G9:G11,C9:C11")
    for row, (name, old, ranges) in enumerate(zip("wubv", ("B4", "C4", "D4", "E4"), sums, strict=True), 14):
        cells |= {f"A{row}": f"d{name}", f"B{row}": f"=SUMPRODUCT({ranges})", f"D{row}": f"{name} new",
                  f"E{row}": f"={old}-$F$4*B{row}"}  # fmt: skip
    return cells | {"E12": "total", "F12": "=SUM(F9:F11)"} | changed


@pytest.mark.parametrize(
    ("changed", "at", "should_be"),
    [
        ({"H9": "=G9*$E$4"}, "H9", "=G9*$E$4+I10*$C$4"),
        ({"B15": "=SUMPRODUCT(I9:I11,C9:C11)"}, "B15", "=SUMPRODUCT(I9:I11,C8:C10)"),
        ({f"I{row}": f"=H{row}*(1-C{row})" for row in TIMES}, "I9:I11", "=H9*(1-C9*C9)"),
    ],
)
def test_what_goes_back_through_time_is_mended(report, changed, at, should_be):
    (found,) = report(unrolled(**changed)).findings
    assert (found.range, found.should_be) == (at, should_be)


def test_a_right_one_is_correct(report):
    assert report(unrolled()).verdict == "correct"
