"""What is said of a mistake: its cells, its kind, the formula that belongs there, and the difference by name."""

import pytest

from backprop.check.check import check_book
from backprop.check.findings import Finding, Kind
from backprop.derivation.derive import Derivation
from backprop.spreadsheet.formula import render
from tests.backprop.check.layouts import LAYOUTS, Cells, Layout, as_book, build

BY_NAME = {layout.name: layout for layout in LAYOUTS}
COLUMNS = {letter: k for k, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}
COLUMNS |= {f"A{letter}": k + 26 for letter, k in list(COLUMNS.items())}


def fill(made: Cells, column: str, first: int, last: int, text: str) -> Cells:
    """A formula in the first row, its references moved down to the last."""
    made.put(("Sheet1", first, COLUMNS[column]), text)
    for row in range(first + 1, last + 1):
        made.cells["Sheet1", row, COLUMNS[column]] = made.cells["Sheet1", first, COLUMNS[column]]
    return made


def only(made: Cells, derivation: Derivation, cached: bool = False) -> Finding:
    (finding,) = check_book(as_book(made, cached), derivation).findings
    return finding


@pytest.mark.parametrize(
    ("column", "rows", "stands", "kind", "should_be", "says"),
    [
        ("Z", (33, 44), "=((R33-A33)*R33*(1-R33)*N33+(T33-B33)*T33*(1-T33)*P33)*J33*(1-J33)*C33", "wrong_reference",
         "=((R33-A33)*R33*(1-R33)*N33+(T33-B33)*T33*(1-T33)*P33)*L33*(1-L33)*C33",
         "∂E/∂w3 multiplies by a_h1·(1 − a_h1) (column J); should be a_h2·(1 − a_h2) (column L)"),
        ("AC", (33, 44), "=(R33-A33)*R33*(1-R33)*K33", "wrong_reference", "=(R33-A33)*R33*(1-R33)*L33",
         "∂E/∂w6 reads h2 (K33) where a_h2 (L33) belongs"),
        ("H", (34, 44), "=H33-$G$30*AA$33", "frozen_row", "=H34-$G$30*AA34", "because the $ holds it"),
        ("F", (34, 44), "=F33-$G30*Y33", "missing_absolute", "=F34-$G$30*Y34", "the learning rate stands in $G$30"),
        ("I", (40, 40), "=E40*C40+F39*D40", "wrong_row", "=E40*C40+F40*D40", "reads w2 (F39) of another epoch"),
        ("U", (33, 44), "=0.5*(A33+R33)^2", "sign", "=0.5*(A33-R33)^2", "h"),
        ("U", (33, 44), "=0.5*(A33-R33)^3", "wrong_number", "=0.5*(A33-R33)^2", "has 3 where 2 belongs"),
        ("V", (35, 44), "=(B35-T35)^2", "missing_factor", None, "lacks the factor 0.5"),
        ("W", (33, 44), "=U33*V33", "wrong_operator", "=U33+V33", "has * where + belongs"),
        ("J", (33, 44), "=1/1+EXP(-I33)", "missing_parentheses", "=1/(1+EXP(-I33))", "lacks a pair of brackets"),
        ("AB", (33, 44), "=(R33-A33)*R33*(1-R33)*J33*J33", "extra_factor", "=(R33-A33)*R33*(1-R33)*J33", "too many"),
        ("J", (36, 44), "=G36*C36+H36*D36", "overwritten", "=1/(1+EXP(-I36))", "a_h1 holds the formula of h2"),
        ("K", (38, 38), "=E37-W35*C39", "overwritten", "=G38*C38+H38*D38", "another formula than in other epochs"),
        ("Q", (33, 44), "=VLOOKUP(M33,A1:B2,1)", "not_computable", "=M33*J33+N33*L33", "function VLOOKUP"),
    ],
)  # fmt: skip
def test_a_formula_is_diagnosed_by_the_smallest_change_that_mends_it(
    column: str, rows: tuple[int, int], stands: str, kind: str, should_be: str | None, says: str,
    eight_weight: Derivation,
):  # fmt: skip
    finding = only(fill(build(Layout("x")), column, *rows, stands), eight_weight)
    first = rows[0] + (kind in ("frozen_row", "missing_absolute"))  # the first row is right
    assert finding.range == (f"{column}{first}:{column}{rows[1]}" if rows[0] < rows[1] else f"{column}{first}")
    assert (finding.cell, finding.kind) == (f"{column}{first}", kind)
    assert should_be in (None, finding.should_be)
    assert says in finding.explanation


@pytest.mark.parametrize(
    ("layout", "column", "stands", "should_be", "quantity"),
    [
        ("local derivatives", "X", "=R33+A33", "=R33-A33", "dE_dao1"),
        ("chain of derivatives", "AB", "=T33*(1+T33)", "=T33*(1-T33)", "dao2_do2"),
        ("chain of derivatives", "AG", "=AE33*N33", "=AE33*O33", "dE2_dah1"),
        ("chain at the end", "AJ", "=J33", "=T33-B33", "dE_dao2"),
    ],
)
def test_the_helper_column_is_blamed_and_not_what_reads_it(
    layout: str, column: str, stands: str, should_be: str, quantity: str, eight_weight: Derivation
):
    made = build(BY_NAME[layout])
    finding = only(fill(made, column, 33, made.places[0].last, stands), eight_weight)
    assert (finding.cell, finding.should_be, finding.quantity) == (f"{column}33", should_be, quantity)


def test_a_helper_cell_unlike_its_column_is_blamed(eight_weight: Derivation):
    made = build(BY_NAME["local derivatives"])
    made.cells["Sheet1", 37, 24] = 0.7
    finding = only(made, eight_weight)
    assert (finding.range, finding.kind, finding.should_be) == ("X37", Kind.HARD_CODED, "=R37-A37")


@pytest.mark.parametrize(("value", "severity"), [(None, "latent"), (0.3, "error")])
def test_a_number_over_a_formula_is_an_error_where_it_is_another(
    value: float | None, severity: str, eight_weight: Derivation
):
    made = build(Layout("x"))
    book = as_book(made)
    stored = book.sheets["Sheet1"].value(44, 9)
    assert isinstance(stored, float)
    made.cells["Sheet1", 44, 9] = stored if value is None else value
    finding = only(made, eight_weight, cached=True)
    assert (finding.kind, finding.severity, finding.should_be) == (Kind.HARD_CODED, severity, "=E44*C44+F44*D44")


def test_equal_targets_make_a_mixed_up_target_latent(eight_weight: Derivation):
    made = build(BY_NAME["class, equal targets"])
    finding = only(fill(made, "U", 33, 44, "=0.5*(B33-R33)^2"), eight_weight, cached=True)
    assert (finding.severity, finding.effect) == ("latent", "none with these numbers")


def test_an_input_that_reads_another_cell_is_told_without_stored_numbers(eight_weight: Derivation):
    made = build(Layout("x", given="above"))
    finding = only(fill(made, "C", 38, 44, "=D37"), eight_weight)
    assert (finding.range, finding.quantity, finding.should_be) == ("C38:C44", "i1", "=C37")


def test_constants_written_as_formulas_are_no_mistake(eight_weight: Derivation):
    made = build(Layout("x"))
    for row in range(33, 45):
        for column, text in enumerate(("=0.01", "=0.99", "=0.1/2", "=1/10"), 1):
            made.put(("Sheet1", row, column), text)
    assert check_book(as_book(made), eight_weight).findings == ()


def test_empty_cells_of_an_epoch_are_one_finding(eight_weight: Derivation):
    made = build(Layout("x"))
    for column in (*range(9, 13), *range(17, 32)):
        del made.cells["Sheet1", 44, column]
    finding = only(made, eight_weight)
    assert (finding.kind, finding.range) == (Kind.INCOMPLETE, "I44:L44,Q44:AE44")


def test_an_epoch_with_the_formulas_of_the_one_before_is_told_at_each_quantity(eight_weight: Derivation):
    made = build(BY_NAME["local derivatives"])
    for column in range(5, 38):
        tree = made.cells["Sheet1", 39, column]
        if not isinstance(tree, float | str):
            made.put(("Sheet1", 40, column), f"={render(tree, 39, column)}")
    findings = check_book(as_book(made, cached=False), eight_weight).findings
    assert {finding.cell[-2:] for finding in findings} == {"40"}
    assert len(findings) > 27
