"""Proofs on random states: equal functions hold however they are written, others do not, and what cannot be said."""

import pytest

from backprop.check.proof.evaluator import Evaluator
from backprop.check.proof.prover import Prover
from backprop.check.proof.states import States
from backprop.check.recognition.find import find_tables
from backprop.check.tables.table import Table
from backprop.derivation.derive import Derivation
from backprop.epochs.outline import outline_of
from backprop.spreadsheet.arithmetic import MPMATH, NUMPY
from backprop.spreadsheet.book import Book
from backprop.spreadsheet.contents import named
from backprop.spreadsheet.formula import Name, NotComputableError, parse
from tests.backprop.check.layouts import LAYOUTS, Cells, Layout, as_book, build

BY_NAME = {layout.name: layout for layout in LAYOUTS}


@pytest.fixture(scope="module")
def prover(eight_weight: Derivation) -> Prover:
    return Prover(outline_of(eight_weight.network))


def table(made: Cells, derivation: Derivation, prover: Prover) -> Table:
    (only,) = find_tables(as_book(made), prover)
    return only


def verdict(prover: Prover, of: Table, cell: str, name: str, text: str) -> str:
    column, row = cell.rstrip("0123456789"), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    number = {letter: k for k, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}[column[-1]] + 26 * (
        len(column) > 1
    )
    return prover.explain(of, parse(text, row, number), row, number, name)


@pytest.mark.parametrize(
    ("cell", "name", "text"),
    [
        ("I34", "h1", "=E34*C34+F34*D34"),
        ("I34", "h1", "=SUMPRODUCT(E34:F34,C34:D34)"),
        ("I34", "h1", "=SUM(E32:F32)+E34*C34+F34*D34"),  # texts in an area count for nothing
        ("I34", "h1", "=E34*C33+F34*D40"),  # inputs are the same in every epoch
        ("J34", "a_h1", "=EXP(I34)/(EXP(I34)+1)"),
        ("U34", "E1", "=(R34-A34)^2/2"),
        ("U34", "E1", "=-A34*R34+(A34*A34+POWER(R34,2))*50%"),
        ("W34", "E_total", "=SUM(U34:V34)"),
        ("AB34", "dE_dw5", "=(A34-R34)*R34*(R34-1)*J34"),
        ("E34", "w1", "=E33-X33*$G$30"),
        ("E34", "w1", "=-(G30*X33-E33)"),
    ],
)
def test_equal_functions_hold(cell: str, name: str, text: str, eight_weight: Derivation, prover: Prover):
    assert verdict(prover, table(build(Layout("x")), eight_weight, prover), cell, name, text) == ""


@pytest.mark.parametrize(
    ("cell", "name", "text"),
    [
        ("I34", "h1", "=E34*C34+F34*C34"),
        ("I34", "h1", "=E33*C34+F34*D34"),
        ("U34", "E1", "=(R34-B34)^2/2"),  # also where t1 = t2
        ("Z34", "dE_dw3", "=((R34-A34)*R34*(1-R34)*N34+(T34-B34)*T34*(1-T34)*P34)*J34*(1-J34)*C34"),
        ("E34", "w1", "=E33-X$33*$G$30*1.000000000001"),
        ("E34", "w1", "=E33-0.5*X33"),
        ("H42", "w4", "=H41-AA$33*$G$30"),
    ],
)
def test_other_functions_do_not(cell: str, name: str, text: str, eight_weight: Derivation, prover: Prover):
    made = build(BY_NAME["class, equal targets"])
    assert verdict(prover, table(made, eight_weight, prover), cell, name, text) == "another function"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("=E34*C34+E32", "a reference to a text"),
        ("=I34", "reads its own cell"),
        ("=Nowhere!A1", "a cell that does not exist"),
        ("=unknown*C34", "name unknown is not known"),
        ("=VLOOKUP(C34,A1:B2,1)", "function VLOOKUP"),
        ("=SUM(A1:Z900)", "more than 10,000 cells"),
    ],
)
def test_what_cannot_be_computed_is_said(text: str, match: str, eight_weight: Derivation, prover: Prover):
    assert match in verdict(prover, table(build(Layout("x")), eight_weight, prover), "I34", "h1", text)


def test_helper_cells_are_followed_to_the_end_and_circles_end(eight_weight: Derivation, prover: Prover):
    made = build(Layout("x"))
    for row in range(33, 45):
        made.put(("Sheet1", row, 33), f"=AH{row}*2")
        made.put(("Sheet1", row, 34), f"=(E{row}*C{row}+F{row}*D{row})/2")
        made.put(("Sheet1", row, 35), f"=AJ{row}+AJ{row}")
        made.put(("Sheet1", row, 36), f"=AI{row}+AI{row}")
    of = table(made, eight_weight, prover)
    assert verdict(prover, of, "I34", "h1", "=AG34") == ""
    assert "comes back to itself" in verdict(prover, of, "I34", "h1", "=AI34")


def test_states_are_epochs_in_a_row_and_the_same_each_time(prover: Prover):
    exact, doubles = States(prover.model, MPMATH), States(prover.model, NUMPY)
    before, now, _ = exact.around(0)
    assert now["w1"] == before["w1"] - before["eta"] * before["dE_dw1"]
    assert float(now["h2"]) == pytest.approx(doubles.around(0)[1]["h2"][0], rel=1e-12)
    assert States(prover.model, MPMATH).around(0)[1]["E_total"] == now["E_total"]
    assert exact.around(1)[1]["E_total"] != now["E_total"]


def test_another_formula_on_trial_takes_the_place_of_a_cells_own(eight_weight: Derivation, prover: Prover):
    made = build(BY_NAME["local derivatives"])
    of = table(made, eight_weight, prover)
    tree, cell = of.view.formula(40, 30), ("Sheet1", 40, 24)
    assert tree is not None
    assert prover.holds(of, tree, 40, 30, "dE_dw1")
    assert not prover.holds(of, tree, 40, 30, "dE_dw1", {cell: parse("=A40-R40", 40, 24)})


def test_every_name_that_a_formula_could_have_is_told(eight_weight: Derivation, prover: Prover):
    of = table(build(Layout("x")), eight_weight, prover)
    assert prover.names(of, parse("=G34*C34+H34*D34", 34, 50), 34, 50) == ["h2"]
    assert prover.names(of, parse("=1", 34, 50), 34, 50) == []


def test_a_name_means_a_cell_or_raises():
    book = Book(names={"ETA": "Parameters!$B$2", "SUM_OF": "1+2"})
    assert named(book, Name("eta")).sheet == "Parameters"
    with pytest.raises(NotComputableError, match="name sum_of is not a cell"):
        named(book, Name("sum_of"))


def test_a_prover_follows_a_cell_once(eight_weight: Derivation, prover: Prover):
    of = table(build(BY_NAME["chain of derivatives"]), eight_weight, prover)
    evaluator = Evaluator(of, prover.quick)
    tree = of.view.formula(35, 40)
    assert tree is not None
    evaluator.value(tree, 35, 40)
    assert len(evaluator.known) <= 12
