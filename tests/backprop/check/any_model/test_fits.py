"""Losses of other fits than networks: hinge, penalties, mixtures, quantiles, bumps, policies."""

from tests.backprop.check.any_model.test_check import Cells
from tests.backprop.check.any_model.test_layers import placed

HINGE = """
x1  | x2   | label | score                  | hinge              | active         | | w1 | 0.7
1.2 | 0.7  | 1     | =A2*$I$1+B2*$I$2+$I$3  | =MAX(0,1-C2*D2)    | =IF(C2*D2<1,1,0) | | w2 | -0.3
0.3 | -0.9 | -1    | =A3*$I$1+B3*$I$2+$I$3  | =MAX(0,1-C3*D3)    | =IF(C3*D3<1,1,0) | | b | 0.1
2.1 | 1.8  | 1     | =A4*$I$1+B4*$I$2+$I$3  | =MAX(0,1-C4*D4)    | =IF(C4*D4<1,1,0) | | C | 2
0.9 | -0.3 | -1    | =A5*$I$1+B5*$I$2+$I$3  | =MAX(0,1-C5*D5)    | =IF(C5*D5<1,1,0) | | rate | 0.1
  | | | | | | | objective | =0.5*SUMSQ(I1:I2)+I4*SUM(E2:E5)
  | | | | | | | grad w1 | =I1-I4*SUMPRODUCT(F2:F5,C2:C5,A2:A5)
  | | | | | | | grad w2 | =I2-I4*SUMPRODUCT(F2:F5,C2:C5,B2:B5)
  | | | | | | | grad b  | =-I4*SUMPRODUCT(F2:F5,C2:C5)
  | | | | | | | w1 new  | =I1-I5*I7
  | | | | | | | w2 new  | =I2-I5*I8
  | | | | | | | b new   | =I3-I5*I9
"""
PENALISED = """
x1 | x2 | y | | beta1 | beta2
1 | 0.2 | 1.9 | beta | 1.1 | -0.4
0.3 | -1.1 | -0.7 | lambda | 0.2
-0.9 | 0.6 | -1.5 | RSS | =SUMPRODUCT((A2:A5*E2+B2:B5*F2-C2:C5)^2)/8
0.5 | 1.3 | 0.4 | L1 | =E3*(ABS(E2)+ABS(F2))
 | | | objective | =E4+E5
 | | | data part | =SUMPRODUCT(A2:A5*E2+B2:B5*F2-C2:C5,A2:A5)/4 | =SUMPRODUCT(A2:A5*E2+B2:B5*F2-C2:C5,B2:B5)/4
 | | | l1 part | =$E$3*SIGN(E2) | =$E$3*SIGN(F2)
 | | | gradient | =E7+E8 | =F7+F8
 | | | new | =E2-0.1*E9 | =F2-0.1*F9
"""
DEMAND = """
tau | 0.8
temperature | sales | forecast | error | pinball | slope of it | | slope | 1.5
1.1 | 4 | =$I$2*A3+$I$3 | =B3-C3 | =MAX($B$1*D3,($B$1-1)*D3) | =IF(D3>0,-$B$1,1-$B$1) | | intercept | 2
1.9 | 5.2 | =$I$2*A4+$I$3 | =B4-C4 | =MAX($B$1*D4,($B$1-1)*D4) | =IF(D4>0,-$B$1,1-$B$1)
2.4 | 4.1 | =$I$2*A5+$I$3 | =B5-C5 | =MAX($B$1*D5,($B$1-1)*D5) | =IF(D5>0,-$B$1,1-$B$1)
mean pinball | =AVERAGE(E3:E5)
d slope | =SUMPRODUCT(F3:F5,A3:A5)/3
d intercept | =AVERAGE(F3:F5)
new slope | =I2-0.1*B7
new intercept | =I3-0.1*B8
"""
BUMPS = """
x | wanted | phi | output | error | | centre | width | weight
-1 | 0.2 | =EXP({one}) | =C2*$I$2 | =D2-B2 | | -0.5 | 0.7 | 0.8
0.4 | 0.7 | =EXP({two}) | =C3*$I$2 | =D3-B3 | | dE/dcentre | dE/dwidth | dE/dweight
1.2 | -0.1 | =EXP({three}) | =C4*$I$2 | =D4-B4 | | {centre} | {width} | =SUMPRODUCT(E2:E4,C2:C4)
E | =SUMSQ(E2:E4)/2 | | | | new | =G2-0.1*G4 | =H2-0.1*H4 | =I2-0.1*I4
"""
POLICY = """
arm | theta | prob | | arm | reward | advantage | ln pi | surrogate
red | 0.2 | =EXP(B2)/SUMPRODUCT(EXP($B$2:$B$3)) | | 1 | 2 | =F2-AVERAGE(F$2:F$4) | =LN(INDEX($C$2:$C$3,E2)) | =G2*H2
blue | -0.1 | =EXP(B3)/SUMPRODUCT(EXP($B$2:$B$3)) | | 2 | 0.5 | =F3-AVERAGE(F$2:F$4) | =LN(INDEX($C$2:$C$3,E3)) | =G3*H3
 | grad J | new theta | | 2 | 1.7 | =F4-AVERAGE($F$2:$F$4) | =LN(INDEX($C$2:$C$3,E4)) | =G4*H4
red | =SUMPRODUCT($G$2:$G$4,($E$2:$E$4=1)-C2)/3 | =B2+0.5*B5 | | | | | J | =AVERAGE(I2:I4)
blue | =SUMPRODUCT($G$2:$G$4,($E$2:$E$4=2)-C3)/3 | =B3+0.5*B6
"""
MIXTURE = """
 | mu | share
1 | 1 | =1/(1+EXP(-F1)) | | logit | 0.3
2 | 4 | =1-C2
data | one | two | both | ln | r1 | r2
{rows}
logL | =SUM(E5:E7)
dmu1 | =SUMPRODUCT(F5:F7,A5:A7-B2)
dmu2 | =SUMPRODUCT(G5:G7,A5:A7-B3)
dlogit | =SUM(F5:F7)-3*C2
new mu1 | =B2+0.05*B9
new mu2 | =B3+0.05*B10
new logit | =F2+0.05*B11
"""


def bumps(power: str) -> Cells:
    """A radial network whose exponent is written so."""
    powers = {name: power.format(row=row) for row, name in enumerate(("one", "two", "three"), 2)}
    centre = "=I2/H2^2*SUMPRODUCT(E2:E4,C2:C4,A2:A4-G2)"
    width = "=I2/H2^3*SUMPRODUCT(E2:E4,C2:C4,(A2:A4-G2)^2)"
    return placed(BUMPS.format(**powers, centre=centre, width=width))


def mixture() -> Cells:
    """Two bells of width 1, whose means climb their likelihood."""
    bells = "=$C$2*EXP(-0.5*(A{n}-$B$2)^2) | =$C$3*EXP(-0.5*(A{n}-$B$3)^2)"
    row = f"{{x}} | {bells} | =B{{n}}+C{{n}} | =LN(D{{n}}) | =B{{n}}/D{{n}} | =C{{n}}/D{{n}}"
    rows = "\n".join(row.format(x=x, n=n) for n, x in enumerate((0.7, 1.5, 3.6), 5))
    return placed(MIXTURE.replace("{rows}", rows)) | {"C2": "=1/(1+EXP(-F2))"}


def test_right_ones_are_correct_whatever_their_loss_is_called(report):
    for cells in (placed(HINGE), placed(PENALISED), placed(DEMAND), bumps("-((A{row}-$G$2)^2)/(2*$H$2^2)"), mixture()):
        assert (report(cells).verdict, report(cells).findings) == ("correct", ())


def test_a_factor_that_the_derivative_beside_it_has_is_missed(report):
    (found,) = report(placed(HINGE) | {"I8": "=I2-SUMPRODUCT(F2:F5,C2:C5,B2:B5)"}).findings
    assert (found.range, found.kind) == ("I8", "missing_factor")
    assert found.should_be == "=I2-I4*SUMPRODUCT(F2:F5,C2:C5,B2:B5)"


def test_the_part_of_a_sum_that_is_no_derivative_is_that_of_the_part_left(report):
    cells = placed(PENALISED) | {"E8": "=$E$3*ABS(E2)", "F8": "=$E$3*ABS(F2)"}
    (found,) = report(cells).findings
    assert (found.range, found.should_be) == ("E8:F8", "=$E$3*SIGN(E2)")


def test_what_right_derivatives_read_is_not_changed_for_a_wrong_one(report):
    (found,) = report(mixture() | {"B10": "=SUMPRODUCT(F5:F7,A5:A7-B3)"}).findings
    assert (found.range, found.should_be) == ("B10", "=SUMPRODUCT(G5:G7,A5:A7-B3)")


def test_the_minus_of_a_power_is_the_mistake_not_the_derivatives(report):
    (found,) = report(bumps("-(A{row}-$G$2)^2/(2*$H$2^2)")).findings
    assert (found.range, found.should_be) == ("C2:C4", "=EXP(-((A2-$G$2)^2)/(2*$H$2^2))")
    assert "in a spreadsheet -x^2 is (-x)^2" in found.explanation


def test_rewards_less_their_mean_are_no_updates(report):
    right = report(placed(POLICY))
    assert (right.findings, right.proof.updates) == ((), 2)
    (found,) = report(placed(POLICY) | {"B6": "=SUMPRODUCT($F$2:$F$4,($E$2:$E$4=2)-C3)/3"}).findings
    assert (found.range, found.should_be) == ("B6", "=SUMPRODUCT($G$2:$G$4,($E$2:$E$4=2)-C3)/3")
