"""A gate, attention, batch normalisation and pooling by hand, with nothing updated: titles tell what is meant."""

import pytest

from tests.backprop.check.any_model.test_check import Cells


def placed(rows: str) -> Cells:
    """Rows of cells, written a line each, `|` between columns."""
    cells: Cells = {}
    for row, line in enumerate(rows.strip().splitlines(), 1):
        for column, text in zip("ABCDEFGHIJKLMN", line.split("|"), strict=False):
            if value := text.strip():
                cells[f"{column}{row}"] = value if value.startswith("=") or not _is_number(value) else float(value)
    return cells


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()


GATE = """
         | f                       | g
W        | 0.5                     | 0.9
U        | 0.1                     | 0.3
b        | 0.3                     | -0.1
x        | 0.8
s before | -0.6
wanted   | 0.4
a        | =B2*$B$5+B3*$B$6+B4     | =C2*$B$5+C3*(B9*$B$6)+C4
act      | =1/(1+EXP(-B8))         | =TANH(C8)
s        | =B9*B6+(1-B9)*C9
loss     | =(B10-B7)^2/2
ds       | =B10-B7
dact     | =B12*(B6-C9)+C14*C3*B6  | =B12*(1-B9)
da       | =B13*B9*(1-B9)          | =C13*(1-C9^2)
dW       | =B14*$B$5               | =C14*$B$5
dU       | =B14*$B$6               | =C14*B9*$B$6
db       | =B14                    | =C14
"""
ATTENTION = """
query  | 0.9  | -0.4
score  | weight | value | key1 | key2 | dweight | dscore | dkey1 | dkey2
=$B$1*D3+$C$1*E3 | =EXP(A3)/(EXP(A$3)+EXP(A$4)) | 0.5 | 0.3 | 1 | =$B$8*C3 | {slope} | =G3*$B$1 | =G3*$C$1
=$B$1*D4+$C$1*E4 | =EXP(A4)/(EXP(A$3)+EXP(A$4)) | 1.4 | 1.2 | -0.5 | =$B$8*C4 | {other} | =G4*$B$1 | =G4*$C$1
context | =SUMPRODUCT(B3:B4,C3:C4)
wanted | 1
loss | =0.5*(B5-B6)^2
dcontext | =B5-B6
dquery | =SUMPRODUCT(G3:G4,D3:D4) | =SUMPRODUCT(G3:G4,E3:E4)
"""
POOLING = """
signal | 0.2 | 0.9 | -0.4 | 0.7 | 1.1
kernel | 0.6 | -0.5
conv   | =B1*$B$2+C1*$C$2 | =C1*$B$2+D1*$C$2 | =D1*$B$2+E1*$C$2 | =E1*$B$2+F1*$C$2
relu   | =MAX(B3,0) | =MAX(C3,0) | =MAX(D3,0) | =MAX(E3,0)
pool   | =MAX(B4:C4) | =MAX(D4:E4)
dense  | 1.3 | -0.7
wanted | 0.5
loss   | =(B5*B6+C5*C6-B7)^2
ddense | =2*(B5*B6+C5*C6-B7)*B5 | =2*(B5*B6+C5*C6-B7)*C5
dpool  | =2*(B5*B6+C5*C6-B7)*B6 | =2*(B5*B6+C5*C6-B7)*C6
drelu  | =IF(B4=B5,B10,0) | =IF(C4=B5,B10,0) | =IF(D4=C5,C10,0) | =IF(E4=C5,C10,0)
dconv  | =IF(B3>0,B11,0) | =IF(C3>0,C11,0) | =IF(D3>0,D11,0) | =IF(E3>0,E11,0)
dkernel | =SUMPRODUCT($B$12:$E$12,B1:E1) | =SUMPRODUCT($B$12:$E$12,C1:F1)
"""
NORMALISED = """
x | xhat | y | wanted | dy | dxhat | dx | | mean | =AVERAGE(A2:A5)
1 | =(A2-$J$1)/$J$3 | =$J$4*B2 | 0.2 | =C2-D2 | =E2*$J$4 | {slope} | | var | =VARP(A2:A5)
2.5 | =(A3-$J$1)/$J$3 | =$J$4*B3 | 1.1 | =C3-D3 | =E3*$J$4 | {slope} | | std | =SQRT(J2+0.001)
-0.4 | =(A4-$J$1)/$J$3 | =$J$4*B4 | -0.9 | =C4-D4 | =E4*$J$4 | {slope} | | gamma | 1.2
0.8 | =(A5-$J$1)/$J$3 | =$J$4*B5 | 0.4 | =C5-D5 | =E5*$J$4 | {slope} | | dgamma | =SUMPRODUCT(E2:E5,B2:B5)
  |   |   |   |   |   |   | | loss | =SUMXMY2(C2:C5,D2:D5)/2
"""


def attention(one: str, two: str) -> Cells:
    """Two keys; what their scores' derivatives are."""
    return placed(ATTENTION.format(slope=one, other=two))


def normalised(slope: str) -> Cells:
    """Four numbers normalised; what their derivatives are."""
    cells = placed(NORMALISED.replace("{slope}", "="))
    return cells | {f"G{row}": slope.format(row=row) for row in range(2, 6)}


SOFTMAX = "=B3*(F3-SUMPRODUCT(B$3:B$4,F$3:F$4))", "=B4*(F4-SUMPRODUCT(B$3:B$4,F$3:F$4))"
THROUGH_ALL = "=(F{row}-AVERAGE($F$2:$F$5)-B{row}*SUMPRODUCT($F$2:$F$5,$B$2:$B$5)/4)/$J$3"


@pytest.mark.parametrize("cells", [placed(GATE), attention(*SOFTMAX), placed(POOLING), normalised(THROUGH_ALL)])
def test_right_ones_are_correct_also_where_max_chooses_of_equals(report, cells):
    found = report(cells)
    assert (found.verdict, found.findings) == ("correct", ())


@pytest.mark.parametrize(
    ("cells", "at", "should_be"),
    [
        (placed(GATE) | {"C16": "=C14*$B$6"}, "C16", "=C14*$B$6*B9"),  # the gate inside
        (placed(GATE) | {"C13": "=B12*(1-C9)"}, "C13", "=B12*(1-B9)"),
        (placed(GATE) | {"C14": "=C13*(1-C9)^2"}, "C14", "=C13*(1-C9^2)"),
    ],
)
def test_a_slip_in_a_gate_is_mended(report, cells, at, should_be):
    assert [(each.range, each.should_be) for each in report(cells).findings] == [(at, should_be)]


def test_what_equals_the_derivative_by_another_cell_is_found_where_it_is_taken_for_its_own(report):
    cells = placed(GATE) | {"B13": "=B12*B9", "A18": "ds before", "B18": "=B12*B9+C14*C3*B9"}
    found = report(cells | {"C8": "=C2*$B$5+C3*$B$6+C4", "C16": "=C14*$B$6", "B18": "=B12*B9"})
    (finding,) = found.findings
    assert finding.range == "B13"
    assert "follow from it" in finding.effect


def test_half_of_a_jacobian_is_found_at_the_scores_not_at_what_follows(report):
    (finding,) = report(attention("=B3*(1-B3)*F3", "=B4*(1-B4)*F4")).findings
    assert finding.range == "G3:G4"
    assert "follow from it" in finding.effect


def test_the_way_through_the_variance_is_missed(report):
    (finding,) = report(normalised("=(F{row}-AVERAGE($F$2:$F$5))/$J$3")).findings
    assert (finding.range, finding.kind) == ("G2:G5", "wrong_formula")
