"""Gradient descent as a table of live formulas: its numbers, two engines, OpenDocument, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import backprop
from backprop.calculus.evaluate import Evaluation
from backprop.calculus.graph import build_graph
from backprop.gradient import descent
from backprop.gradient.gradient import FIRST_ROW, Gradient
from backprop.spreadsheet.arithmetic import EXACT, MPMATH
from backprop.spreadsheet.read import read_workbook
from tests.backprop.conftest import Values, recalculate_with_ironcalc
from tests.backprop.gradient.books import answer, matrix, random_book

NETWORK = ("B16", "E2:G3", "E7:G8")  # the loss and the parameters of the matrix workbook


@pytest.fixture
def network(tmp_path: Path) -> Path:
    matrix(tmp_path / "matrix.xlsx")
    return tmp_path / "matrix.xlsx"


def table(values: Values, gradient: Gradient) -> list[list[object]]:
    """What a recalculated sheet shows in each row of the table."""
    made = gradient.descent
    assert made is not None
    letters = [openpyxl.utils.get_column_letter(n) for n in range(1, len(made.columns) + 1)]
    rows = range(FIRST_ROW, FIRST_ROW + len(made.numbers))
    return [[values[made.sheet].get(f"{letter}{row}") for letter in letters] for row in rows]


def by_hand(file: Path, gradient: Gradient, eta: float, steps: int) -> list[list[float]]:
    """Loss and parameters of each step by reverse mode in numbers of 40 digits: no formula that is printed."""
    graph = build_graph(read_workbook(file))
    nodes = {name: graph.node(_place(name)) for name in gradient.cells}
    top = graph.node(_place(gradient.of))
    assert top is not None
    at = {node: EXACT.mpf(graph.book.sheets[_place(name)[0]].value(*_place(name)[1:]))
          for name, node in nodes.items()}  # fmt: skip
    rows = []
    for _ in range(steps + 1):
        evaluation = Evaluation(graph.tape, at, MPMATH)
        slopes = evaluation.derivatives({top: 1})
        rows.append([float(evaluation.value(top)), *map(float, at.values())])
        at = {node: value - eta * slopes.get(node, 0) for node, value in at.items()}
    return rows


def _place(name: str) -> tuple[str, int, int]:
    sheet, _, cell = name.rpartition("!")
    row, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
    return sheet.strip("'"), row, column


def shown(gradient: Gradient) -> list[list[float | None]]:
    made = gradient.descent
    assert made is not None
    return [[loss, *at] for loss, at in zip(made.losses, made.parameters, strict=True)]


def test_the_steps_are_those_of_gradient_descent(network: Path) -> None:
    gradient = answer(network, *NETWORK, steps=8, eta=0.25)
    made = gradient.descent
    assert made is not None
    expected = by_hand(network, gradient, 0.25, 8)
    assert shown(gradient) == [pytest.approx(row, rel=1e-12, abs=1e-14) for row in expected]
    assert made.derivatives[0] == pytest.approx(list(gradient.values.values()), rel=1e-14)
    assert made.losses[8] < made.losses[0] / 2  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(4))
def test_random_formulas_descend_as_by_hand_and_in_an_engine(seed: int, tmp_path: Path) -> None:
    random_book(tmp_path / "random.xlsx", seed)
    gradient = answer(tmp_path / "random.xlsx", "C1", "A1:A6", steps=3, eta=0.01)
    expected = by_hand(tmp_path / "random.xlsx", gradient, 0.01, 3)
    assert shown(gradient) == [pytest.approx(row, rel=1e-9, abs=1e-12) for row in expected]
    values = recalculate_with_ironcalc(gradient.write(tmp_path / "copy.xlsx"))
    assert gradient.descent is not None
    assert table(values, gradient) == [pytest.approx(row, rel=1e-9, abs=1e-9) for row in gradient.descent.numbers]


def test_two_engines_find_what_is_stored_and_a_new_rate_moves_every_step(
    network: Path, tmp_path: Path, libreoffice_together: Callable[[list[Path]], dict[str, Values]],
    opendocument: Callable[[list[Path]], list[Path]],
) -> None:  # fmt: skip
    gradient = answer(network, *NETWORK, steps=5, eta=0.25)
    copy = gradient.write(tmp_path / "copy.xlsx")
    (ods,) = opendocument([network])
    of_ods = answer(ods, *NETWORK, steps=5, eta=0.25)
    assert shown(of_ods) == shown(gradient)
    ods_copy = of_ods.write(tmp_path / "ods-copy.ods")
    workbook = openpyxl.load_workbook(copy)
    workbook["Descent"]["B3"], workbook["Sheet"]["E2"] = 0.1, 1.5
    workbook.save(tmp_path / "moved.xlsx")
    workbook = openpyxl.load_workbook(network)
    workbook["Sheet"]["E2"] = 1.5
    workbook.save(tmp_path / "other.xlsx")
    moved = answer(tmp_path / "other.xlsx", *NETWORK, steps=5, eta=0.1)
    by_libreoffice = libreoffice_together([copy, ods_copy, tmp_path / "moved.xlsx"])
    for expected, values in (
        (gradient, recalculate_with_ironcalc(copy)),
        (gradient, by_libreoffice["copy"]),
        (of_ods, by_libreoffice["ods-copy"]),
        (moved, recalculate_with_ironcalc(tmp_path / "moved.xlsx")),
        (moved, by_libreoffice["moved"]),
    ):
        assert expected.descent is not None
        rows = [pytest.approx(row, rel=1e-12, abs=1e-12) for row in expected.descent.numbers]
        assert table(values, expected) == rows


def test_a_cell_off_the_way_is_not_read_for_a_part_that_moves(tmp_path: Path, build: Callable[..., Path]) -> None:
    file = build({"A1": 2.0, "A2": 3.0, "B1": "=A1*A2", "C1": "=(A1*A2+1)^2"})  # B1 is no part of C1
    gradient = answer(file, "C1", "A1:A2", steps=2, eta=0.001)
    values = recalculate_with_ironcalc(gradient.write(tmp_path / "copy.xlsx"))
    assert gradient.descent is not None
    assert not any("B1" in column.formula for column in gradient.descent.columns)
    assert table(values, gradient) == [pytest.approx(row, rel=1e-12) for row in gradient.descent.numbers]


def test_a_descent_that_leaves_the_numbers_shows_errors(tmp_path: Path, build: Callable[..., Path]) -> None:
    gradient = answer(build({"A1": 0.1, "B1": "=-LN(A1)+A1^2"}), "B1", "A1", steps=3, eta=1e-3)
    assert gradient.descent is not None
    assert gradient.descent.losses[0] == pytest.approx(2.3125850929940459)
    gradient = answer(build({"A1": 0.1, "B1": "=LN(A1)"}), "B1", "A1", steps=3, eta=1)
    assert gradient.descent is not None
    assert gradient.descent.losses[1:] == (None, None, None)
    values = recalculate_with_ironcalc(gradient.write(tmp_path / "copy.xlsx"))
    assert str(values["Descent"]["C7"]).startswith("#")


def test_json_has_every_step(network: Path) -> None:
    document = answer(network, *NETWORK, steps=2, eta=0.5).as_json()["descent"]
    assert (document["sheet"], document["eta"], document["cells"][0]) == ("Descent", 0.5, "Sheet!E2")
    assert [(step["step"], step["row"], len(step["parameters"])) for step in document["steps"]] == [
        (0, 6, 12), (1, 7, 12), (2, 8, 12)
    ]  # fmt: skip


def test_what_cannot_descend_is_refused(
    tmp_path: Path, build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = build({"A1": 3, "B1": "=A1^2", "C1": "=A1*B1"})
    with pytest.raises(backprop.InputError, match=r"Sheet!B1 holds a formula; --descend changes typed numbers only"):
        answer(file, "C1", "A1:B1", steps=2)
    monkeypatch.setattr(descent, "MOST_CELLS", 40)
    with pytest.raises(backprop.InputError, match=r"--descend 9: a step takes \d columns, and 40 .*; \d steps fit"):
        answer(file, "C1", "A1", steps=9)
    monkeypatch.setattr(descent, "LAST_COLUMN", 4)
    with pytest.raises(backprop.InputError, match=r"a step takes [56] columns; a sheet holds at most 4"):
        answer(file, "C1", "A1", steps=1)
    with pytest.raises(backprop.InputError, match="descend: 0 steps; at least 1"):
        backprop.differentiate(file, "C1", "A1", descend=0)
    with pytest.raises(backprop.InputError, match="eta: nan; a learning rate is above 0"):
        backprop.differentiate(file, "C1", "A1", descend=1, eta=float("nan"))
