"""Logistic and linear regression in blocks, an epoch each: what a whole column has wrong, and what is no mistake."""

import pytest

from tests.backprop.check.any_model.test_check import Cells

SAMPLES = ((0.5, 1.2, 1), (-0.3, 0.4, 0), (1.5, -0.7, 1), (0.2, 0.9, 0))
CROSS_ENTROPY = "=-({t}*LN({p})+(1-{t})*LN(1-{p}))"
SQUARED = "=({t}-{p})^2"
SIGMOID = "=1/(1+EXP(-{z}))"
PLAIN = ("x1", "x2", "t", "z", "p", "E", "dz"), ("dw1", "dw2", "db")
OF_E = ("x1", "x2", "t", "z", "p", "E", "∂E/∂z"), ("∂E/∂w1", "∂E/∂w2", "∂E/∂b")


def regression(
    slope: str = "=({p}-{t})", weights: str = "=SUMPRODUCT({dz},{x})/4", bias: str = "=SUM({dz})/4", sign: str = "-",
    loss: str = CROSS_ENTROPY, output: str = SIGMOID, whole: str = "=AVERAGE({E})",
    titles: tuple[tuple[str, ...], tuple[str, ...]] = OF_E,
) -> Cells:  # fmt: skip
    """Two epochs: weights in rows 4 and 16, samples in 6 to 9, derivatives in 11, new weights in 13."""
    cells: Cells = {"A1": "η", "B1": 0.3}
    for top in (3, 15):
        cells |= {f"{column}{top}": name for column, name in zip("ABC", ("w1", "w2", "b"), strict=True)}
        for column, start in zip("ABC", (0.2, -0.4, 0.1), strict=True):
            cells[f"{column}{top + 1}"] = start if top == 3 else f"={column}13"
            cells[f"{column}{top + 10}"] = f"={column}{top + 1}{sign}$B$1*{column}{top + 8}"
        for place, title in enumerate(titles[0]):
            cells["ABCDEFG"[place] + str(top + 2)] = title
        for row, (x1, x2, target) in enumerate(SAMPLES, top + 3):
            at = {"t": f"C{row}", "z": f"D{row}", "p": f"E{row}"}
            cells |= {f"A{row}": x1, f"B{row}": x2, f"C{row}": target}
            cells[f"D{row}"] = f"=$A${top + 1}*A{row}+$B${top + 1}*B{row}+$C${top + 1}"
            cells |= {f"E{row}": output.format(**at), f"F{row}": loss.format(**at), f"G{row}": slope.format(**at)}
        column = {name: f"{letter}{top + 3}:{letter}{top + 6}" for name, letter in (("dz", "G"), ("E", "F"))}
        for letter, title in zip("ABCD", (*titles[1], "E total"), strict=True):
            cells[f"{letter}{top + 7}"] = title
        for letter in "AB":
            cells[f"{letter}{top + 8}"] = weights.format(x=f"{letter}{top + 3}:{letter}{top + 6}", **column)
        cells |= {f"C{top + 8}": bias.format(**column), f"D{top + 8}": whole.format(**column)}
    return cells


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"titles": PLAIN},
        {"weights": "=SUMPRODUCT({dz},{x})", "bias": "=SUM({dz})"},  # n left to the rate
        {"slope": "=({t}-{p})", "sign": "+"},  # the negative derivative, added
        {"slope": "=({t}-{p})", "sign": "+", "whole": "=-SUM({E})", "weights": "=SUMPRODUCT({dz},{x})",
         "bias": "=SUM({dz})"},  # up a likelihood
        {"slope": "=2*({p}-{t})", "loss": SQUARED, "output": "={z}"},
        {"slope": "=({p}-{t})", "loss": SQUARED, "output": "={z}"},  # 2 left out
    ],
)  # fmt: skip
def test_what_is_right_or_a_convention_is_correct(report, given):
    assert report(regression(**given)).verdict == "correct"


@pytest.mark.parametrize(
    ("given", "place", "kind", "should_be"),
    [
        ({"slope": "=({p}-{t})*{p}*(1-{p})"}, "G6:G9", "extra_factor", "=(E6-C6)"),
        ({"slope": "=({p}-{t})", "loss": "=0.5*({t}-{p})^2"}, "G6:G9", "missing_factor", "=(E6-C6)*E6*(1-E6)"),
        ({"slope": "=({t}-{p})"}, "G6:G9", "sign", "=-(C6-E6)"),
        ({"weights": "=SUM({dz})/4"}, "A11", "missing_factor", "=SUMPRODUCT(G6:G9,A6:A9)/4"),
        ({"weights": "=SUMPRODUCT({dz},{x},{x})/4"}, "A11", "extra_factor", "=SUMPRODUCT(G6:G9,A6:A9)/4"),
        ({"weights": "=SUMPRODUCT({dz},{x})"}, "A11", "missing_factor", "=SUMPRODUCT(G6:G9,A6:A9)/4"),
        ({"slope": "=2*({p}-{t})^2", "loss": SQUARED, "output": "={z}"}, "G6:G9", "extra_factor", "=2*(E6-C6)"),
    ],
)
def test_a_column_that_is_wrong_in_every_epoch_is_found(report, given, place, kind, should_be):
    found = report(regression(**given))
    assert (place, kind, should_be) in [(each.range, each.kind, each.should_be) for each in found.findings]
    assert {each.kind for each in found.findings} == {kind}


def test_derivatives_of_another_loss_than_the_one_shown_are_not_called_correct(report):
    found = report(regression(slope="=({p}-{t})*{p}*(1-{p})", titles=PLAIN))
    assert found.verdict == "not_understood"
    assert "the derivatives are those of half the squared error, and Sheet!F6 holds another loss" in found.message
