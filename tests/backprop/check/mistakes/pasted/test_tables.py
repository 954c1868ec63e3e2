"""Tables of numbers: rounding is granted, the one wrong number is blamed, epochs repeated or exchanged are told."""

from collections.abc import Callable

import pytest

from backprop.check.check import check_book
from backprop.check.findings import Finding
from backprop.derivation.derive import Derivation
from tests.backprop.check.layouts import Cells, Layout, as_book, build

PASTED = Layout("pasted", pasted=0, epochs=20)
TAIL = Layout("tail", pasted=6, epochs=20)


def findings(made: Cells, derivation: Derivation) -> list[Finding]:
    report = check_book(as_book(made), derivation)
    assert report.tables
    return list(report.findings)


@pytest.mark.parametrize("layout", [PASTED, TAIL], ids=lambda layout: layout.name)
@pytest.mark.parametrize("digits", [4, 6, 9, 15, 17])
def test_rounded_numbers_are_right(layout: Layout, digits: int, eight_weight: Derivation):
    made = build(layout)
    for cell in made.pasted:
        made.cells[cell] = round(made.cells[cell], digits)  # type: ignore[arg-type, call-overload]
    assert findings(made, eight_weight) == []


@pytest.mark.parametrize(
    ("cell", "quantity", "should_be"),
    [
        ("I40", "h1", "=E40*C40+F40*D40"),
        ("R41", "a_o1", "=1/(1+EXP(-Q41))"),
        ("F45", "w2", "=F44-0.5*Y44"),
        ("U39", "E1", "=1/2*POWER(A39-R39,2)"),
        ("AB45", "dE_dw5", "=(R45-A45)*R45*(1-R45)*J45"),
        ("C42", "i1", "=C41"),
    ],
)
def test_one_wrong_number_is_one_finding(cell: str, quantity: str, should_be: str, eight_weight: Derivation):
    made = build(PASTED)
    column = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(cell.rstrip("0123456789")[-1]) + 1 + 26 * cell.startswith("AB")
    place = ("Sheet1", int(cell[-2:]), column)
    made.cells[place] = made.cells[place] * 1.01  # type: ignore[operator]
    (finding,) = findings(made, eight_weight)
    assert (finding.range, finding.quantity, finding.should_be) == (cell, quantity, should_be)


@pytest.mark.parametrize(("units", "expected"), [(1, []), (4, ["W40"])])
def test_a_number_may_differ_by_the_roundings_that_made_it(units: int, expected: list[str], eight_weight: Derivation):
    made = build(PASTED)
    for cell in made.pasted:
        made.cells[cell] = round(made.cells[cell], 6)  # type: ignore[arg-type, call-overload]
    total = "Sheet1", 40, 23
    made.cells[total] = round(made.cells["Sheet1", 40, 21] + made.cells["Sheet1", 40, 22] + units * 1e-6, 6)  # type: ignore[operator]
    assert [finding.range for finding in findings(made, eight_weight)] == expected


def test_a_column_wrong_from_top_to_bottom_is_one_finding(eight_weight: Derivation):
    made = build(PASTED)
    for row in range(33, 53):
        made.cells["Sheet1", row, 26] *= 1.001  # type: ignore[operator]
    assert ("Z33:Z52", "dE_dw3") in [(f.range, f.quantity) for f in findings(made, eight_weight)]


def repeated(made: Cells) -> None:
    for column in range(1, 32):
        made.cells["Sheet1", 41, column] = made.cells["Sheet1", 40, column]


def swapped(made: Cells) -> None:
    for column in range(1, 32):
        one, two = ("Sheet1", 41, column), ("Sheet1", 40, column)
        made.cells[one], made.cells[two] = made.cells[two], made.cells[one]


@pytest.mark.parametrize("layout", [PASTED, TAIL], ids=lambda layout: layout.name)
@pytest.mark.parametrize(
    ("change", "expected"),
    [(repeated, ("A41:AE41", "repeated_rows")), (swapped, ("A40:AE41", "pasted_values_differ"))],
)
def test_epochs_repeated_or_exchanged_are_told(
    layout: Layout, change: Callable[[Cells], None], expected: tuple[str, str], eight_weight: Derivation
):
    made = build(layout)
    change(made)
    assert [(finding.range, finding.kind) for finding in findings(made, eight_weight)] == [expected]


def test_wrong_formulas_are_not_told_again_by_the_numbers_below(eight_weight: Derivation):
    made = build(TAIL)
    for row in range(33, 39):
        made.put(("Sheet1", row, 22), f"=0.5*(A{row}-T{row})^2")
        made.put(("Sheet1", row, 24), f"=Y{row}")
    assert {finding.quantity for finding in findings(made, eight_weight)} == {"E2", "dE_dw1"}
