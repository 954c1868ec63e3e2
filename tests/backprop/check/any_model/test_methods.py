"""What strangers differentiate beside networks: functions, simulations, Newton's steps, titled derivatives."""

from tests.backprop.check.any_model.test_check import Cells

ROWS = range(5, 11)


def quartic(slope: str, second: str, step: str) -> Cells:
    """A function of one number and its first two derivatives, a row a step."""
    cells: Cells = {"A4": "n", "B4": "x", "C4": "f(x)", "D4": "f'(x)", "E4": "f''(x)", "A2": "rate", "B2": 0.01}
    for row in ROWS:
        cells |= {f"A{row}": row - 5, f"C{row}": f"=B{row}^4-3*B{row}^3+B{row}+2", f"D{row}": slope.format(f"B{row}"),
                  f"E{row}": second.format(f"B{row}"),
                  f"B{row}": 4 if row == 5 else step.format(*(f"{column}{row - 1}" for column in "BDE"))}  # fmt: skip
    return cells


SLOPE, SECOND = "=4*{0}^3-9*{0}^2+1", "=12*{0}^2-18*{0}"
DESCENT, NEWTON = "={0}-$B$2*{1}", "={0}-{1}/{2}"


def test_a_function_is_what_descends(report):
    assert report(quartic(SLOPE, SECOND, DESCENT)).verdict == "correct"
    (found,) = report(quartic("=3*{0}^3-9*{0}^2+1", SECOND, DESCENT)).findings
    assert (found.range, found.should_be) == ("D5:D10", "=4*B5^3-9*B5^2+1")


def test_newtons_steps_are_proven_and_titles_tell_their_derivatives(report):
    right = report(quartic(SLOPE, SECOND, NEWTON))
    assert right.verdict == "correct"
    assert "5 by Newton's method" in right.notes[-1].text
    (found,) = report(quartic(SLOPE, "=12*{0}^2+18*{0}", NEWTON)).findings
    assert (found.range, found.should_be) == ("E5:E10", "=12*B5^2-18*B5")


def decay(slope: str = "=-A{row}*$B$2*EXP(-$C$2*A{row})", last: str = "-") -> Cells:
    """Gauss-Newton's step for A·exp(−k t) + C, by its Jacobian."""
    cells: Cells = {"B1": "A", "C1": "k", "D1": "C", "B2": 7, "C2": 0.4, "D2": 1.5, "A4": "t", "B4": "y", "C4": "f",
                    "D4": "r", "E4": "df/dA", "F4": "df/dk", "G4": "df/dC", "I1": "S", "I2": "=0.5*SUMSQ(D5:D10)",
                    "I4": "J'J", "M4": "gradient", "O4": "step", "I9": "A new", "J9": "k new", "K9": "C new",
                    "I10": "=B2-O5", "J10": "=C2-O6", "K10": f"=D2{last}O7"}  # fmt: skip
    for row, (t, y) in enumerate(((0, 9.1), (1, 6.3), (2, 4.8), (3, 3.5), (5, 2.4), (8, 1.5)), 5):
        cells |= {f"A{row}": t, f"B{row}": y, f"C{row}": f"=$B$2*EXP(-$C$2*A{row})+$D$2", f"D{row}": f"=C{row}-B{row}",
                  f"E{row}": f"=EXP(-$C$2*A{row})", f"F{row}": slope.format(row=row), f"G{row}": 1}  # fmt: skip
    for at, one in enumerate("EFG", 5):
        cells[f"M{at}"] = f"=SUMPRODUCT({one}5:{one}10,D5:D10)"
        cells |= {
            f"{c}{at}": f"=SUMPRODUCT({one}5:{one}10,{two}5:{two}10)" for c, two in zip("IJK", "EFG", strict=True)
        }
        cells[f"O{at}"] = f"=SUMPRODUCT(INDEX(MINVERSE(I5:K7),{at - 4},0),TRANSPOSE(M5:M7))"
    return cells


def test_gauss_and_newtons_step_is_proven_with_all_parameters_together(report):
    right = report(decay())
    assert right.verdict == "correct"
    assert "3 by Gauss-Newton" in right.notes[-1].text
    (turned,) = report(decay(last="+")).findings
    assert (turned.cell, turned.kind, turned.should_be) == ("K10", "sign", "=D2-O7")


def test_a_jacobian_beneath_wrong_titles_is_wrong(report):
    found = report(decay("=-A{row}*EXP(-$C$2*A{row})")).findings
    assert {each.range for each in found} == {"F5:F10"}
    assert found[0].should_be == "=-A5*EXP(-$C$2*A5)*B2"


def test_sensitivities_begin_with_a_zero_that_is_one(report):
    cells: Cells = {"A1": "a", "B1": 0.08, "A2": "b", "B2": 0.55, "D3": "u", "E3": "T meas", "F3": "T", "G3": "e",
                    "H3": "dT/da", "I3": "dT/db", "D4": 0, "E4": 20, "F4": 20, "H4": 0, "I4": 0, "G4": "=F4-E4",
                    "A6": "step", "B6": 1e-6}  # fmt: skip
    for row, (u, measured) in enumerate(((5, 20.1), (5, 22.9), (5, 25), (2, 27.3), (0, 29)), 5):
        before = row - 1
        cells |= {f"D{row}": u, f"E{row}": measured, f"F{row}": f"=F{before}-$B$1*(F{before}-20)+$B$2*D{before}",
                  f"G{row}": f"=F{row}-E{row}", f"H{row}": f"=H{before}-(F{before}-20)-$B$1*H{before}",
                  f"I{row}": f"=I{before}+D{before}-$B$1*I{before}"}  # fmt: skip
    cells |= {"F11": "SSE", "G11": "=SUMSQ(G4:G9)", "F12": "dSSE/da", "G12": "=2*SUMPRODUCT(G4:G9,H4:H9)",
              "F13": "dSSE/db", "G13": "=2*SUMPRODUCT(G4:G9,I4:I9)", "F15": "a new", "G15": "=B1-B6*G12",
              "F16": "b new", "G16": "=B2-B6*G13"}  # fmt: skip
    found = report(cells)
    assert (found.verdict, found.proof.proven) == ("correct", 2)


def test_a_sum_of_samples_is_taken_as_often_as_there_are_samples(report):
    cells: Cells = {"A1": "logit", "B1": 0.3, "C1": 0.1, "A2": "pi", "B2": "=EXP(B1)/(EXP($B$1)+EXP($C$1))",
                    "C2": "=EXP(C1)/(EXP($B$1)+EXP($C$1))", "E1": "rate", "F1": 0.1, "E4": "log-likelihood",
                    "F4": "=SUM(D6:D9)", "D5": "ln mix"}  # fmt: skip
    for row, (one, two) in enumerate(((0.5, 0.2), (0.1, 0.7), (0.3, 0.4), (0.6, 0.1)), 6):
        cells |= {f"A{row}": one, f"B{row}": two, f"C{row}": f"=$B$2*A{row}+$C$2*B{row}", f"D{row}": f"=LN(C{row})",
                  f"E{row}": f"=B$2*A{row}/$C{row}", f"F{row}": f"=C$2*B{row}/$C{row}"}  # fmt: skip
    cells |= {"A3": "scale", "B3": 1.2, "F4": "=SUM(D6:D9)-(B3-1)^2", "D11": "=-2*(B3-1)", "D12": "=B3+$F$1*D11",
              "A11": "gradient", "B11": "=SUM(E6:E9)-B2", "C11": "=SUM(F6:F9)-C2", "A12": "new", "B12": "=B1+$F$1*B11",
              "C12": "=C1+$F$1*C11"}  # fmt: skip
    (found,) = report(cells).findings
    assert (found.range, found.should_be) == ("B11:C11", "=SUM(E6:E9)-COUNT(E6:E9)*B2")


def test_a_forgotten_part_of_an_activations_slope_is_printed(report):
    cells: Cells = {"A1": "x", "B1": 0.9, "A2": "target", "B2": 0.35, "A3": "eta", "B3": 0.3}
    for column, (w, b, v) in zip("EFG", ((0.5, 0.1, 0.7), (-0.8, 0.2, -0.5), (0.3, -0.3, 0.6)), strict=True):
        cells |= {f"{column}4": w, f"{column}5": b, f"{column}6": v, f"{column}8": f"={column}4*$B$1+{column}5",
                  f"{column}9": f"=1/(1+EXP(-{column}8))", f"{column}10": f"={column}8*{column}9",
                  f"{column}11": f"={column}9", f"{column}15": f"=$B$14*{column}6*{column}11",
                  f"{column}16": f"={column}15*$B$1", f"{column}17": f"=$B$14*{column}10",
                  f"{column}19": f"={column}4-$B$3*{column}16", f"{column}20": f"={column}5-$B$3*{column}15",
                  f"{column}21": f"={column}6-$B$3*{column}17"}  # fmt: skip
    cells |= {"D8": "z", "D9": "sigmoid", "D10": "swish", "D11": "swish'", "D12": "out",
              "E12": "=SUMPRODUCT(E10:G10,E6:G6)", "D13": "loss", "E13": "=(E12-B2)^2", "A14": "dL/dout",
              "B14": "=2*(E12-B2)"}  # fmt: skip
    (found,) = report(cells).findings
    assert found.range == "E11:G11"


def adaline(output: str = "{sum}", rate: str = "K{row}") -> Cells:
    """One neuron, a row a sample, trained by t − y, with a rounded sum of the errors of each four samples."""
    heads = ("x1", "x2", "target", "net", "y", "t-y", "w1", "w2", "b", "error", "rate", "SSE")
    cells: Cells = {f"{column}2": head for column, head in zip("ABCDEFGHIJKL", heads, strict=True)}
    cells |= {"G3": 0.1, "H3": 0.2, "I3": 0.3, "K3": 0.1}
    samples = ((1, 1, 1), (1, -1, 1), (-1, 1, 1), (-1, -1, -1))
    for row, (one, two, target) in enumerate(samples * 2, 4):
        before = row - 1
        net = f"I{before}+A{row}*G{before}+B{row}*H{before}"
        cells |= {f"A{row}": one, f"B{row}": two, f"C{row}": target, f"D{row}": f"={net}",
                  f"E{row}": "=" + output.format(sum=f"D{row}"), f"F{row}": f"=C{row}-E{row}",
                  f"J{row}": f"=F{row}^2", f"K{row}": 0.1}  # fmt: skip
        for w, x in zip("GHI", (f"*A{row}", f"*B{row}", ""), strict=True):
            cells[f"{w}{row}"] = f"={w}{before}+{rate.format(row=before)}*(C{row}-E{row}){x}"
        if row % 4 == 3:
            cells[f"L{row}"] = f"=ROUND(SUM(J{row - 3}:J{row}),3)"
    return cells


def test_what_is_rounded_to_digits_keeps_its_slope(report):
    found = report(adaline())
    assert (found.verdict, found.proof.proven) == ("correct", 24)
    assert report(adaline("ROUND({sum},4)")).verdict == "correct"
    wrong = adaline("ROUND({sum},4)") | {"G9": "=G8+K8*(C9-E9)*B9"}
    assert [each.cell for each in report(wrong).findings] == ["G9"]


def test_the_perceptrons_rule_is_no_derivative(report):
    cells: Cells = {"A1": "rate", "B1": 0.1, "A2": "w", "B2": 0.4, "D4": "x", "E4": "t", "F4": "y", "G4": "dw",
                    "A3": "w new", "B3": "=B2+SUM(G5:G7)"}  # fmt: skip
    for row, (x, t) in enumerate(((1, 1), (0.5, 0), (2, 1)), 5):
        cells |= {f"D{row}": x, f"E{row}": t, f"F{row}": f"=IF($B$2*D{row}>0.3,1,0)",
                  f"G{row}": f"=$B$1*(E{row}-F{row})*D{row}"}  # fmt: skip
    assert report(cells).verdict == "no_derivatives"


def test_a_statistic_is_no_derivative_by_chance(report):
    cells: Cells = {"A3": "name", "B3": "marks", "C3": "z-score", "A10": "mean", "B10": "=AVERAGE(B4:B8)",
                    "A11": "sd", "B11": "=STDEV(B4:B8)"}  # fmt: skip
    for row, (one, two) in enumerate(((41, 30), (38, 25), (22, 31), (50, 44), (35, 20)), 4):
        cells |= {f"E{row}": one, f"F{row}": two, f"B{row}": f"=E{row}+F{row}", f"C{row}": f"=(B{row}-$B$10)/$B$11"}
    assert report(cells).verdict == "no_derivatives"


def autoencoder(decoder: str) -> Cells:
    """Two numbers through one hidden neuron and back, three samples; the weights by which errors go back are given."""
    cells: Cells = {"A1": "X", "A2": 0.9, "B2": 0.2, "A3": 0.1, "B3": 0.7, "A4": 0.5, "B4": 0.4, "D1": "We", "D2": 0.3,
                    "D3": -0.5, "F1": "Wd", "F2": 0.8, "G2": -0.4, "I1": "rate", "I2": 0.5, "K1": "loss",
                    "K2": "=0.5*SUMXMY2(D6:E8,A2:B4)", "A5": "H", "D5": "out", "A10": "D2", "D10": "D1",
                    "A15": "gWd", "D15": "gWe", "F15": "Wd new", "F18": "We new"}  # fmt: skip
    cells |= {"A6:A8": "=TANH(MMULT(A2:B4,D2:D3))", "D6:E8": "=TANH(MMULT(A6:A8,F2:G2))",
              "A11:B13": "=(D6:E8-A2:B4)*(1-D6:E8^2)",
              "D11:D13": f"=MMULT(A11:B13,TRANSPOSE({decoder}))*(1-A6:A8^2)",
              "A16:B16": "=MMULT(TRANSPOSE(A6:A8),A11:B13)", "D16:D17": "=MMULT(TRANSPOSE(A2:B4),D11:D13)"}  # fmt: skip
    return cells | {"F16": "=F2-$I$2*A16", "G16": "=G2-$I$2*B16", "F19": "=D2-$I$2*D16", "F20": "=D3-$I$2*D17"}


def test_a_helper_that_is_an_array_is_mended_by_the_old_values(report):
    assert report(autoencoder("F2:G2")).verdict == "correct"
    (found,) = report(autoencoder("F16:G16")).findings
    assert found.should_be == "=MMULT(A11:B13,TRANSPOSE(F2:G2))*(1-A6:A8^2)"
