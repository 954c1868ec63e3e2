"""Mistakes as strangers make them: what slides as it is filled, what is not updated, a slope or a power forgotten."""

import pytest

from tests.backprop.check.any_model.test_check import Cells

ROWS = range(7, 13)


def regression(slope: str) -> Cells:
    """y = w x + b by rows, an epoch each, the sums over all samples inside; the slope's first range is given."""
    cells: Cells = {
        "A1": "α",
        "B1": 0.1,
        "A2": "x",
        "A3": "y",
        "C6": "w",
        "D6": "b",
        "E6": "MSE",
        "F6": "dw",
        "G6": "db",
    }
    cells |= {f"{column}2": x for column, x in zip("BCDE", (0.5, -1, 1.5, 2), strict=True)}
    cells |= {f"{column}3": y for column, y in zip("BCDE", (1.2, 0.3, 1.9, 2.5), strict=True)}
    for row in ROWS:
        first = row == ROWS[0]
        error = f"$B$3:$E$3-(C{row}*$B$2:$E$2+D{row})"
        cells |= {f"C{row}": 0.2 if first else f"=C{row - 1}-$B$1*F{row - 1}",
                  f"D{row}": 0.1 if first else f"=D{row - 1}-$B$1*G{row - 1}",
                  f"E{row}": f"=SUMPRODUCT(({error})^2)/4",
                  f"F{row}": f"=-2/4*SUMPRODUCT({slope.format(row - 5, row - 5)},{error})",
                  f"G{row}": f"=-2/4*SUMPRODUCT({error})"}  # fmt: skip
    return cells


def test_a_range_that_slides_down_is_held(report):
    assert report(regression("$B$2:$E$2")).verdict == "correct"
    (found,) = report(regression("B{}:E{}")).findings
    assert (found.range, found.kind, found.should_be) == (
        "F8:F12",
        "missing_absolute",
        "=-2/4*SUMPRODUCT($B$2:$E$2,$B$3:$E$3-(C8*$B$2:$E$2+D8))",
    )


def step() -> Cells:
    """One step of a 1-3-1 network of tanh neurons, a column each; deltas, derivatives and new values below."""
    cells: Cells = {"A1": "x", "B1": 0.7, "A2": "t", "B2": 0.4, "A3": "rate", "B3": 0.5}
    labels = ("w", "b", "net", "out", "v", "delta", "grad w", "grad b", "grad v", "new w", "new b", "new v")
    cells |= {f"A{row}": label for row, label in enumerate(labels, 6)}
    for column, (w, b, v) in zip("BCD", ((0.3, 0.1, 0.6), (-0.4, 0.2, 0.9), (0.8, -0.3, -0.5)), strict=True):
        cells |= {f"{column}5": f"neuron {column}", f"{column}6": w, f"{column}7": b, f"{column}10": v}
        formulas = ("{0}6*$B$1+{0}7", "TANH({0}8)", None, "$G$4*{0}10*(1-{0}9^2)", "{0}11*$B$1", "{0}11", "$G$4*{0}9",
                    "{0}6-$B$3*{0}12", "{0}7-$B$3*{0}13", "{0}10-$B$3*{0}14")  # fmt: skip
        cells |= {f"{column}{row}": f"={text.format(column)}" for row, text in enumerate(formulas, 8) if text}
    return cells | {"F1": "y", "G1": "=SUMPRODUCT(B9:D9,B10:D10)", "F2": "E", "G2": "=0.5*(G1-B2)^2",
                    "F4": "y - t", "G4": "=G1-B2"}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "formula", "should_be"),
    [
        ("C16", "=C7", "=C7-$B$3*C13"),  # keeps the old value
        ("C16", "=C7-0.5*C13", "=C7-$B$3*C13"),
        ("C16", 0.25, "=C7-$B$3*C13"),
        ("C15", "=(C6-$B$3*C12)*EXP(700)*EXP(700)", "=C6-$B$3*C12"),
        ("C11", "=$G$4*C10", "=$G$4*C10*(1-C9^2)"),  # and not each derivative that reads it
        ("D15", "=D6-D7*D12", "=D6-$B$3*D12"),  # a bias for the rate
    ],
)
def test_the_root_is_named(report, cell, formula, should_be):
    assert report(step()).verdict == "correct"
    found = report({**step(), cell: formula})
    assert [(each.cell, each.should_be) for each in found.findings] == [(cell, should_be)]


def test_a_step_from_the_weight_of_two_steps_before(report):
    (found,) = report({**regression("$B$2:$E$2"), "C10": "=C8-$B$1*F9"}).findings
    assert (found.cell, found.should_be) == ("C10", "=C9-$B$1*F9")


@pytest.mark.parametrize("rate", [0.5, -0.5])
def test_a_negative_rate_turns_the_sign(report, rate):
    """Targets are typed into the errors too, which no cell holds as losses."""
    cells = {at: value for at, value in step().items() if at not in ("A2", "B2", "F2", "G2")}
    cells |= {"B3": rate, "F4": "error", "G4": "=1-G1"}
    sign = "+" if rate > 0 else "-"
    cells |= {
        at: str(value).replace("-$B$3", f"{sign}$B$3") for at, value in cells.items() if at[1:] in ("15", "16", "17")
    }
    found = report(cells)
    assert (found.verdict, found.proof.proven) == ("correct", 9)


def test_a_number_beside_new_values_of_its_title_is_pasted(report):
    heads = {"B4": "w1", "C4": "w2", "D4": "w3", "B6": "new w1", "C6": "new w2", "D6": "new w3", "F4": "E"}
    cells: Cells = {**heads, "A1": "rate", "B1": 0.1, "B5": 0.4, "C5": -0.2, "D5": 0.7}
    cells |= {f"{column}2": x for column, x in zip("BCD", (1.5, -0.6, 0.8), strict=True)}
    cells |= {"F5": "=0.5*(SUMPRODUCT(B5:D5,B2:D2)-0.9)^2"}
    cells |= {f"{c}8": f"=(SUMPRODUCT($B$5:$D$5,$B$2:$D$2)-0.9)*{c}2" for c in "BCD"}
    cells |= {f"{c}7": f"={c}5-$B$1*{c}8" for c in "BCD"}
    assert report(cells).verdict == "correct"
    found = report({**cells, "B7": 0.41})
    assert [(each.cell, each.kind, each.should_be) for each in found.findings] == [("B7", "hard_coded", "=B5-$B$1*B8")]


def adam(first: str) -> Cells:
    """(1 − x)² + 2 (y − x²)² by Adam, a step a row."""
    heads = ("t", "x", "y", "f", "df/dx", "df/dy", "mx", "my", "vx", "vy", "m^x", "m^y", "v^x", "v^y")
    cells: Cells = {"B1": 0.2, "D1": 0.8, "F1": 0.95, "A1": "rate", "C1": "β1", "E1": "β2"}
    cells |= {f"{column}3": head for column, head in zip("ABCDEFGHIJKLMN", heads, strict=True)}
    for row in range(4, 10):
        for column, m, v, corrected, root in zip("BC", "GH", "IJ", "KL", "MN", strict=True):
            slope = {"B": "E", "C": "F"}[column]
            old_m, old_v = (0, 0) if row == 4 else (f"{m}{row - 1}", f"{v}{row - 1}")
            start = {"B": -1, "C": 0.5}[column]
            cells |= {
                f"{column}{row}": start if row == 4 else f"={column}{row - 1}-$B$1*{corrected}{row - 1}"
                                                         f"/(SQRT({root}{row - 1})+1E-8)",
                f"{m}{row}": f"=$D$1*{old_m}+(1-$D$1)*{slope}{row}",
                f"{v}{row}": f"=$F$1*{old_v}+(1-$F$1)*{slope}{row}^2",
                f"{corrected}{row}": f"={m}{row}/(1-{first.format(row)})", f"{root}{row}": f"={v}{row}/(1-$F$1^A{row})",
            }  # fmt: skip
        cells |= {f"A{row}": row - 3, f"D{row}": f"=(1-B{row})^2+2*(C{row}-B{row}^2)^2",
                  f"E{row}": f"=-2*(1-B{row})-8*B{row}*(C{row}-B{row}^2)",
                  f"F{row}": f"=4*(C{row}-B{row}^2)"}  # fmt: skip
    return cells


def test_a_power_that_adam_lacks_everywhere(report):
    assert report(adam("$D$1^A{}")).verdict == "correct"
    found = report(adam("$D$1"))
    assert {(each.range, each.should_be) for each in found.findings} == {("K4:L8", "=G4/(1-$D$1^A4)")}


def test_the_derivatives_of_a_function_in_rows_are_held_against_its_title(report):
    cells: Cells = {"A1": "rate", "B1": 0.02, "A3": "x", "B3": -1.5, "A4": "y", "B4": 0.2}
    cells |= {"A5": "L", "A6": "dL_dx", "A7": "dL_dy", "A8": "new x", "A9": "new y"}
    for at, column in enumerate("BCDEF"):
        if at:
            cells |= {f"{column}3": f"={'ABCDE'[at]}8", f"{column}4": f"={'ABCDE'[at]}9"}
        cells |= {f"{column}5": f"=({column}3-0.5)^4+{column}3*{column}4", f"{column}7": f"={column}3",
                  f"{column}6": f"=4*({column}3-0.5)^3+{column}4", f"{column}8": f"={column}3-$B$1*{column}6",
                  f"{column}9": f"={column}4-$B$1*{column}7"}  # fmt: skip
    assert report(cells).verdict == "correct"
    wrong = {at: str(value).replace("0.5)^3", "0.25)^3") for at, value in cells.items() if at[1:] == "6"}
    found = report(cells | {at: value for at, value in wrong.items() if at != "A6"})
    assert [(each.range, each.should_be) for each in found.findings] == [("B6:F6", "=4*(B3-0.5)^3+B4")]


def test_new_weights_in_the_backward_pass(report):
    """δ of a hidden neuron by the output weight of the next row, which two updates multiply with inputs."""
    heads = ("x1", "x2", "t", "w1", "w2", "b", "v", "net", "h", "o", "E", "δo", "δh")
    cells: Cells = {"A1": "eta", "B1": 0.5} | {f"{c}3": head for c, head in zip("ABCDEFGHIJKLM", heads, strict=True)}
    for row in range(4, 11):
        before = row - 1
        starts = (0.4, -0.3, 0.1, 0.8)
        steps = (f"M{before}*A{before}", f"M{before}*B{before}", f"M{before}", f"L{before}*I{before}")
        for column, start, change in zip("DEFG", starts, steps, strict=True):
            cells[f"{column}{row}"] = start if row == 4 else f"={column}{before}-$B$1*{change}"
        cells |= {f"A{row}": 0.3 + row % 2, f"B{row}": 0.9 - row % 3, f"C{row}": row % 2,
                  f"H{row}": f"=D{row}*A{row}+E{row}*B{row}+F{row}", f"I{row}": f"=1/(1+EXP(-H{row}))",
                  f"J{row}": f"=1/(1+EXP(-G{row}*I{row}))", f"K{row}": f"=0.5*(C{row}-J{row})^2",
                  f"L{row}": f"=(J{row}-C{row})*J{row}*(1-J{row})",
                  f"M{row}": f"=L{row}*G{row}*I{row}*(1-I{row})"}  # fmt: skip
    assert report(cells).verdict == "correct"
    found = report(cells | {f"M{row}": f"=L{row}*G{row + 1}*I{row}*(1-I{row})" for row in range(4, 10)})
    assert [(each.range, each.should_be) for each in found.findings] == [("M4:M9", "=L4*G4*I4*(1-I4)")]


def by_samples(loss: str) -> Cells:
    """y = m x + c, a sample a step; the error is squared in the loss, and the steps take it from the same cell."""
    heads = ("x", "y", "m", "c", "guess", "y - guess", "E", "step m", "step c")
    cells: Cells = {"A1": "eta", "B1": 0.1} | {f"{c}3": head for c, head in zip("ABCDEFGHI", heads, strict=True)}
    for row in range(4, 10):
        cells |= {f"A{row}": 0.5 + row % 3, f"B{row}": 1.1 + row % 4,
                  f"C{row}": 0 if row == 4 else f"=C{row - 1}+H{row - 1}",
                  f"D{row}": 0 if row == 4 else f"=D{row - 1}+I{row - 1}", f"E{row}": f"=C{row}*A{row}+D{row}",
                  f"F{row}": f"=B{row}-E{row}", f"G{row}": loss.format(row), f"H{row}": f"=$B$1*F{row}*A{row}",
                  f"I{row}": f"=$B$1*F{row}"}  # fmt: skip
    return cells


def test_a_loss_of_the_error_that_the_steps_read(report):
    assert report(by_samples("=F{0}*F{0}/2")).verdict == "correct"
    found = report(by_samples("=ABS(F{0})"))
    assert (found.verdict, found.findings) == ("not_understood", ())
    assert "holds another loss" in found.message


def test_a_forward_pass_and_a_smoothed_series_claim_nothing(report):
    softmax: Cells = {"A1": "logit", "B1": "=0.4*D1-0.2", "C1": "=0.9*D1+0.1", "D1": 0.7, "A2": "softmax",
                      "B2": "=EXP(B1)/(EXP($B1)+EXP($C1))", "C2": "=EXP(C1)/(EXP($B1)+EXP($C1))", "A3": "loss",
                      "B3": "=-LN(C2)"}  # fmt: skip
    assert report(softmax).verdict == "no_derivatives"
    series: Cells = {
        "A1": "alpha",
        "B1": 0.4,
        "D1": 0.2,
        "A4": 110,
        "D4": "=A4",
        "E4": 4,
        "C3": "error",
        "F3": "squared",
    }
    for row in range(5, 14):
        series |= {f"A{row}": 100 + 7 * row % 31, f"B{row}": f"=D{row - 1}+E{row - 1}", f"C{row}": f"=A{row}-B{row}",
                   f"D{row}": f"=B{row}+$B$1*C{row}", f"E{row}": f"=E{row - 1}+$B$1*$D$1*C{row}",
                   f"F{row}": f"=C{row}^2"}  # fmt: skip
    assert report(series | {"F15": "=AVERAGE(F5:F13)"}).verdict == "no_derivatives"
