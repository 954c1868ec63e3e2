"""Optimisers of a line y = w x + b, a row a step: each is recognised, and one that is wrong in every row is mended."""

import pytest

from tests.backprop.check.any_model.test_check import Cells

ROWS = range(7, 13)
X, Y = "$E$1:$H$1", "$E$2:$H$2"
PARAMETERS = (("B", "E", "G", "I"), ("C", "F", "H", "J"))  # columns of parameter, derivative, m and v
FIRST, SECOND = "$B$2*{m}+(1-$B$2)*{g}", "$B$4*{v}+(1-$B$4)*{g}^2"
STEP = "{p}-$B$1*({m1}/(1-$B$2^{t}))/(SQRT({v1}/(1-$B$4^{t}))+$C$4)"
RULES = {  # new value, m and v, of which {m1} and {v1} are the new ones
    "Adam": (STEP, FIRST, SECOND),
    "AdamW": (STEP + "-$B$1*$B$3*{p}", FIRST, SECOND),
    "AMSGrad": ("{p}-$B$1*{m1}/(SQRT({v1})+$C$4)", FIRST, f"MAX({{v}},{SECOND})"),
    "AdaMax": ("{p}-$B$1/(1-$B$2^{t})*{m1}/{v1}", FIRST, "MAX($B$4*{v},ABS({g}))"),
    "NAdam": ("{p}-$B$1/(SQRT({v1}/(1-$B$4^{t}))+$C$4)*($B$2*{m1}/(1-$B$2^{t})+(1-$B$2)*{g}/(1-$B$2^{t}))",
              FIRST, SECOND),
    "RMSprop": ("{p}-$B$1*{g}/(SQRT({v1})+$C$4)", "{m}", SECOND),
    "Adagrad": ("{p}-$B$1*{g}/SQRT({v1}+$C$4)", "{m}", "{v}+{g}^2"),
    "Lion with weight decay": ("{p}-$B$1*(SIGN($B$2*{m}+(1-$B$2)*{g})+$B$3*{p})", "$B$4*{m}+(1-$B$4)*{g}", "{v}"),
    "momentum": ("{p}-$B$1*{m1}", "$B$2*{m}+{g}", "{v}"),
    "Nesterov's momentum": ("{p}-$B$1*({g}+$B$2*{m1})", "$B$2*{m}+{g}", "{v}"),
    "gradient descent with weight decay": ("{p}-$B$1*({g}+$B$3*{p})", "{m}", "{v}"),
    "gradient descent with clipped derivatives": ("{p}-$B$1*MAX(-1,MIN(1,{g}))", "{m}", "{v}"),
    "gradient descent with a clipped gradient": ("{p}-$B$1*{g}*MIN(1,1/SQRT({g}^2+{other}^2))", "{m}", "{v}"),
}  # fmt: skip
SLIPS = {  # name of the rule, which of its three formulas is wrong, what it is instead
    "no square": ("Adam", 2, "$B$4*{v}+(1-$B$4)*{g}"),
    "no root": ("Adam", 0, "{p}-$B$1*({m1}/(1-$B$2^{t}))/(({v1}/(1-$B$4^{t}))+$C$4)"),
    "no power": ("Adam", 0, "{p}-$B$1*({m1}/(1-$B$2))/(SQRT({v1}/(1-$B$4^{t}))+$C$4)"),
    "exchanged": ("Adam", 1, "$B$2*{g}+(1-$B$2)*{m}"),
    "uphill": ("Adam", 0, STEP.replace("-$B$1", "+$B$1", 1)),
    "against itself": ("momentum", 1, "$B$2*{m}-{g}"),
    "grows": ("gradient descent with weight decay", 0, "{p}-$B$1*({g}-$B$3*{p})"),
}  # fmt: skip


def sheet(title: str, new: str, m: str, v: str) -> Cells:
    """Six steps from w = 0.2 and b = 0.1."""
    cells: Cells = {"A1": "eta", "B1": 0.1, "A2": "beta1", "B2": 0.9, "A3": "lambda", "B3": 0.01, "A4": "beta2",
                    "B4": 0.999, "C4": 1e-8, "D1": "x", "D2": "y", "K1": f"trained by {title}"}  # fmt: skip
    cells |= {f"{column}1": x for column, x in zip("EFGH", (0.5, -1, 1.5, 2), strict=True)}
    cells |= {f"{column}2": y for column, y in zip("EFGH", (1.2, 0.3, 1.9, 2.5), strict=True)}
    heads = ("t", "w", "b", "loss", "dw", "db", "m w", "m b", "v w", "v b")
    cells |= {f"{column}6": head for column, head in zip("ABCDEFGHIJ", heads, strict=True)}
    cells |= {"B7": 0.2, "C7": 0.1, "G7": 0, "H7": 0, "I7": 0, "J7": 0}
    for row in ROWS:
        error = f"B{row}*{X}+C{row}-{Y}"
        cells |= {f"A{row}": row - 7, f"D{row}": f"=SUMPRODUCT(({error})^2)/4",
                  f"E{row}": f"=2/4*SUMPRODUCT({X},{error})", f"F{row}": f"=2/4*SUMPRODUCT({error})"}  # fmt: skip
        for (p, g, one, two), other in zip(PARAMETERS, "FE", strict=True) if row > ROWS[0] else ():
            old = row - 1
            names = {"p": f"{p}{old}", "g": f"{g}{old}", "m": f"{one}{old}", "v": f"{two}{old}", "t": f"A{row}",
                     "m1": f"{one}{row}", "v1": f"{two}{row}", "other": f"{other}{old}"}  # fmt: skip
            cells |= {f"{p}{row}": f"={new.format(**names)}", f"{one}{row}": f"={m.format(**names)}",
                      f"{two}{row}": f"={v.format(**names)}"}  # fmt: skip
    return cells


@pytest.mark.parametrize("name", RULES)
def test_optimisers_are_recognised(report, name):
    found = report(sheet(name, *RULES[name]))
    assert found.verdict == "correct"
    assert f"by {name}" in " ".join(note.text for note in found.notes)


def test_a_parameter_that_keeps_a_share_of_itself_decays(report):
    found = report(sheet("decay", "(1-$B$1*$B$3)*{p}-$B$1*{g}", "{m}", "{v}"))
    assert (found.verdict, found.proof.updates) == ("correct", 10)


@pytest.mark.parametrize("name", SLIPS)
def test_a_rule_that_is_wrong_in_every_step_is_mended_to_what_the_sheet_says(report, name):
    rule, at, wrong = SLIPS[name]
    formulas = list(RULES[rule])
    right = formulas[at]
    formulas[at] = wrong
    found = report(sheet(rule, *formulas))
    assert found.verdict == "mistakes"
    column, row = {0: "B8", 1: "G8", 2: "I8"}[at], 8
    names = {"p": "B7", "g": "E7", "m": "G7", "v": "I7", "t": f"A{row}", "m1": "G8", "v1": "I8"}
    first = next(each for each in found.findings if each.cell == column)
    assert first.should_be == f"={right.format(**names)}"


def look_ahead(at: str, share: str = "+$B$2") -> Cells:
    """Nesterov's momentum, with the derivatives taken at `at`, where it should be look-ahead's cells."""
    cells: Cells = {"A1": "eta", "B1": 0.1, "A2": "mu", "B2": 0.9, "D1": "x", "D2": "y"}
    cells |= {f"{column}1": x for column, x in zip("EFGH", (0.5, -1, 1.5, 2), strict=True)}
    cells |= {f"{column}2": y for column, y in zip("EFGH", (1.2, 0.3, 1.9, 2.5), strict=True)}
    heads = ("epoch", "w", "b", "v_w", "v_b", "w ahead", "b ahead", "dL/dw", "dL/db", "loss")
    cells |= {f"{column}6": head for column, head in zip("ABCDEFGHIJ", heads, strict=True)}
    cells |= {"B7": 0.2, "C7": 0.1, "D7": 0, "E7": 0}
    for row in ROWS:
        for p, v, ahead, g in ("BDFH", "CEGI"):
            if row > ROWS[0]:
                cells[f"{p}{row}"] = f"={p}{row - 1}+{v}{row}"
                cells[f"{v}{row}"] = f"=$B$2*{v}{row - 1}-$B$1*{g}{row - 1}"
            cells[f"{ahead}{row}"] = f"={p}{row}{share}*{v}{row}"
        cells[f"H{row}"] = f"=2/4*SUMPRODUCT({X},{at}{row}*{X}+G{row}-{Y})"
        cells[f"I{row}"] = f"=2/4*SUMPRODUCT(F{row}*{X}+G{row}-{Y})"
        cells[f"J{row}"] = f"=SUMPRODUCT((B{row}*{X}+C{row}-{Y})^2)/4"
    return cells


def test_derivatives_are_taken_where_momentum_looks_ahead(report):
    assert report(look_ahead("F")).verdict == "correct"
    found = report(look_ahead("B"))
    assert {each.cell[0] for each in found.findings} == {"H"}
    assert found.findings[0].should_be == f"=2/4*SUMPRODUCT({X},F7*{X}+G7-{Y})"
    assert report(look_ahead("F", share="-$B$2")).verdict == "not_understood"


def test_a_penalty_titled_as_a_derivative_is_no_update(report):
    cells: Cells = {"A1": "C", "B1": 1.5, "A2": "rate", "B2": 0.05, "E3": "w", "F3": "b", "E4": 0.3, "F4": -0.05}
    for row, (x, y) in enumerate(((2, 1), (0.5, 1), (-1, -1), (-1.6, -1), (0.4, -1)), 5):
        cells |= {f"A{row}": x, f"B{row}": y, f"C{row}": f"=B{row}*($E$4*A{row}+$F$4)", f"D{row}": f"=MAX(0,1-C{row})",
                  f"H{row}": f"=IF(C{row}<1,1,0)"}  # fmt: skip
    cells |= {"C11": "objective", "D11": "=0.5*E4^2+B1*SUM(D5:D9)", "E11": "dw", "F11": "db", "E13": "w", "F13": "b",
              "E12": "=E4-$B$1*SUMPRODUCT(H5:H9,B5:B9,A5:A9)", "F12": "=-$B$1*SUMPRODUCT(H5:H9,B5:B9)",
              "E14": "=E4-$B$2*E12", "F14": "=F4-$B$2*F12"}  # fmt: skip
    found = report(cells)
    assert (found.verdict, found.proof.right, found.proof.proven) == ("correct", 2, 2)


def test_a_loss_that_is_not_followed_gives_no_alarm(report):
    cells: Cells = {"A1": "rate", "B1": 0.1, "A2": "w", "B2": 0.4, "D4": "x", "E4": "y", "F4": "mu", "G4": "loss",
                    "H4": "dw", "A3": "new w", "B3": "=B2-B1*SUM(H5:H8)"}  # fmt: skip
    for row, (x, y) in enumerate(((1, 2), (0.5, 1), (2, 4), (1.5, 2)), 5):
        cells |= {f"D{row}": x, f"E{row}": y, f"F{row}": f"=EXP($B$2*D{row})",
                  f"G{row}": f"=-BETA.DIST(F{row},E{row},1,FALSE)", f"H{row}": f"=(F{row}-E{row})*D{row}"}  # fmt: skip
    assert report(cells).verdict == "not_understood"
    cells |= {f"G{row}": f"=-LN(POISSON.DIST(E{row},F{row},FALSE))" for row in range(5, 9)}
    assert report(cells).verdict == "correct"
