"""Which cells hold the same formula, each of its own sample, and what a change of one is in another."""

import pytest
from openpyxl import Workbook

from backprop.calculus.graph import Graph, build_graph
from backprop.check.any_model.mending.siblings import sibling
from backprop.spreadsheet.formula import parse, render
from backprop.spreadsheet.read import read_workbook

FIRST, SECOND = ("Sheet", 1, 2), ("Sheet", 2, 2)


@pytest.fixture
def graph(tmp_path):
    def build(first: str, second: str) -> Graph:
        book = Workbook()
        book.active["B1"], book.active["B2"] = first, second
        book.save(tmp_path / "book.xlsx")
        return build_graph(read_workbook(tmp_path / "book.xlsx"), [FIRST, SECOND])

    return build


@pytest.mark.parametrize(
    ("second", "change"),
    [
        ("=A2*C2", "A2+D2*C2"),  # filled
        ("=A2*C1", "A2+D2*C1"),  # C1 held without a dollar sign
        ("=A1*C1", "A1+D2*C1"),
    ],
)
def test_a_change_holds_the_cells_that_the_formula_holds(graph, second, change):
    other = sibling(graph("=A1*C1", second), FIRST, SECOND)
    assert other is not None
    assert render(other.formula(parse("=A1+D1*C1", *FIRST[1:])), *SECOND[1:]) == change


@pytest.mark.parametrize("second", ["=A2+C2", "=A3*C1", "=A2*C2*1"])
def test_another_formula_is_no_sibling(graph, second):
    assert sibling(graph("=A1*C1", second), FIRST, SECOND) is None


def test_a_cell_that_is_held_here_and_moves_there_is_no_sibling(graph):
    assert sibling(graph("=A1*A1", "=A1*A2"), FIRST, SECOND) is None
