"""Random formulas: reverse mode in numbers, in formulas and recalculated by an engine is what differences give."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from tests.backprop.conftest import recalculate_with_ironcalc
from tests.backprop.gradient.agreement import worst_difference
from tests.backprop.gradient.books import answer, random_book, shown, stored
from tests.examples import drawn


@drawn(80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_numbers_formulas_differences_and_an_engine_agree(seed: int, tmp_path: Path) -> None:
    random_book(tmp_path / "random.xlsx", seed)
    worst = worst_difference(tmp_path / "random.xlsx", tmp_path / "copy.xlsx")
    assume(worst is not None)
    assert worst < 1e-9  # type: ignore[operator]


def test_a_cell_that_many_read_and_a_deep_formula_are_taken_apart(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"], sheet["A2"] = 0.3, 0.7
    for row in range(1, 401):
        sheet[f"B{row}"] = f"=SIN(A1*{row})*A2"
    deep = "A2"
    for _ in range(25):
        deep = f"SIN(A1+{deep})"
    sheet["C1"] = f"={deep}"
    sheet["C2"] = "=SUM(B1:B400)*C1"
    workbook.save(tmp_path / "large.xlsx")

    gradient = answer(tmp_path / "large.xlsx", "C2", "A1:A2")
    gradient.write(tmp_path / "copy.xlsx")

    assert gradient.worst is not None
    assert gradient.worst < 1e-9
    assert len(gradient.parts) > 10
    every = [row.formula for row in (*gradient.rows, *gradient.between, *gradient.parts)]
    assert max(map(len, every)) <= 2_000
    assert max(text.count("(") for text in every) < 400
    assert sum(map(len, every)) < 100_000
    values = shown(recalculate_with_ironcalc(tmp_path / "copy.xlsx"), gradient)
    assert values == pytest.approx(stored(gradient), rel=1e-9, abs=1e-9)
