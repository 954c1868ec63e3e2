"""One misunderstanding in every derivative: nothing is right, and the workbook's own loss tells all the same."""

from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from backprop.check.check import check_any_book
from backprop.spreadsheet.read import read_workbook
from tests.backprop.check.any_model.test_check import Cells

WEIGHTS = ("w11", "w12", "w13", "w21", "w22", "w23", "v1", "v2")
HEADS = ("x1", "x2", "x3", "t", *WEIGHTS, "z1", "h1", "z2", "h2", "zo", "y", "E", "∂E/∂zo", "∂E/∂v1", "∂E/∂v2",
         "∂E/∂z1", "∂E/∂z2", *(f"∂E/∂w{unit}{entry}" for unit in (1, 2) for entry in (1, 2, 3)))  # fmt: skip
COLUMNS = {head: get_column_letter(place) for place, head in enumerate(HEADS, 1)}
STARTS = (-0.5, 0.3, 0.7, 0.2, -0.4, 0.6, 0.8, -0.9)
FIRST, LAST = 4, 6
PLACES = "T4:T6", "W4:W6", "X4:X6"  # ∂E/∂zo, ∂E/∂z1, ∂E/∂z2


def network(slope: Callable[[str], str], output: Callable[[str], str] | None = None) -> Cells:
    """Three inputs, two hidden sigmoid neurons, one output: an epoch a row, with what is taken for σ'."""
    cells: Cells = {"A1": "η", "B1": 0.5} | {f"{column}3": head for head, column in COLUMNS.items()}
    for row in range(FIRST, LAST + 1):
        at = {head: f"{column}{row}" for head, column in COLUMNS.items()}
        given = dict(zip(("x1", "x2", "x3", "t"), (0.3, 0.8, -0.4, 0.9), strict=True))
        for weight, start in zip(WEIGHTS, STARTS, strict=True):
            column, slope_column = COLUMNS[weight], COLUMNS[f"∂E/∂{weight}"]
            given[weight] = start if row == FIRST else f"={column}{row - 1}-$B$1*{slope_column}{row - 1}"
        for unit in "12":
            given[f"z{unit}"] = "=" + "+".join(f"{at[f'w{unit}{entry}']}*{at[f'x{entry}']}" for entry in "123")
            given[f"h{unit}"] = f"=1/(1+EXP(-{at[f'z{unit}']}))"
            given[f"∂E/∂v{unit}"] = f"={at['∂E/∂zo']}*{at[f'h{unit}']}"
            given[f"∂E/∂z{unit}"] = f"={at['∂E/∂zo']}*{at[f'v{unit}']}*{slope(at[f'h{unit}'])}"
            for entry in "123":
                given[f"∂E/∂w{unit}{entry}"] = f"={at[f'∂E/∂z{unit}']}*{at[f'x{entry}']}"
        given |= {
            "zo": f"={at['v1']}*{at['h1']}+{at['v2']}*{at['h2']}", "y": f"=1/(1+EXP(-{at['zo']}))",
            "E": f"=0.5*({at['t']}-{at['y']})^2", "∂E/∂zo": f"=({at['y']}-{at['t']})*{(output or slope)(at['y'])}",
        }  # fmt: skip
        cells |= {at[head]: value for head, value in given.items()}
    return cells


def right(a: str) -> str:
    return f"{a}*(1-{a})"


@pytest.mark.parametrize(
    ("slope", "kind"),
    [
        (lambda a: f"(1/(1+EXP(-{a})))*(1-1/(1+EXP(-{a})))", "wrong_formula"),  # σ' of what is activated already
        (lambda a: f"(1-{a})", "missing_factor"),
        (lambda a: f"(1-{a}^2)", "wrong_formula"),  # tanh's
        ("1".format, "missing_factor"),
    ],
    ids=["of the activation", "half of it", "tanh's", "none"],
)
def test_a_slope_that_is_wrong_everywhere_is_found_where_it_stands(report, slope, kind):
    found = report(network(slope))
    assert found.verdict == "mistakes"
    assert {finding.range: finding.kind for finding in found.findings} == dict.fromkeys(
        ("T4:T6", "W4:W6", "X4:X6"), kind
    )
    assert all("N4*(1-N4)" in finding.should_be for finding in found.findings if finding.range == "W4:W6")


def test_the_loss_that_the_titles_name_is_meant_though_another_fits(report):
    found = report(network(right, output="1".format))
    assert [(finding.range, finding.kind) for finding in found.findings] == [("T4:T6", "missing_factor")]
    assert report(network(right)).verdict == "correct"


def test_another_network_with_mistakes_is_not_held_against_a_known_one(tmp_path):
    book = Workbook()
    for at, value in network(lambda a: f"(1-{a})").items():
        book.active[at] = value.replace("∂E/∂", "d") if isinstance(value, str) else value
    book.save(tmp_path / "book.xlsx")
    found = check_any_book(read_workbook(tmp_path / "book.xlsx"))
    assert {finding.range for finding in found.findings} == set(PLACES)


def changed(head: str, formula: str) -> Cells:
    """The right network with another formula in a column; {y} is the cell of the same row, {y-} of the row before."""
    cells = network(right)
    for row in range(FIRST, LAST + 1):
        at = {name: f"{column}{row}" for name, column in COLUMNS.items()}
        before = {f"{name}-": f"{column}{row - 1}" for name, column in COLUMNS.items()}
        if row > FIRST or "-}" not in formula:
            cells[f"{COLUMNS[head]}{row}"] = formula.format(**at, **before)
    return cells


@pytest.mark.parametrize(
    ("head", "formula", "place", "kind", "should_be"),
    [
        ("∂E/∂zo", "=({t}-{y})*{y}*(1-{y})", "T4:T5", "sign", "=-(D4-R4)*R4*(1-R4)"),  # every step goes up
        ("∂E/∂zo", "=({y}-{t})^2*{y}*(1-{y})", "T4:T6", "extra_factor", "=(R4-D4)*R4*(1-R4)"),
        ("∂E/∂zo", "=ABS({y}-{t})*{y}*(1-{y})", "T4:T6", "wrong_formula", "=(R4-D4)*R4*(1-R4)"),
        ("∂E/∂z1", "={∂E/∂zo}*{h1}*(1-{h1})", "W4:W6", "missing_factor", "=T4*K4*N4*(1-N4)"),
        ("v2", "={v2-}-{∂E/∂v2-}", "L5:L6", "missing_factor", "=L4-$B$1*V4"),  # the others have a rate
    ],
)
def test_a_column_that_is_wrong_is_found_where_it_stands(report, head, formula, place, kind, should_be):
    found = report(changed(head, formula))
    assert [(each.range, each.kind, each.should_be) for each in found.findings] == [(place, kind, should_be)]


def test_updates_that_all_go_up_a_cost_are_wrong(report):
    cells = network(right)
    updates = {at: value.replace("-$B$1", "+$B$1") for at, value in cells.items() if "-$B$1" in str(value)}
    found = report(cells | updates)
    assert {(each.range, each.kind) for each in found.findings} == {("E5:J6", "sign"), ("K5:L6", "sign")}
