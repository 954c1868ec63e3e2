"""Generated workbooks are what their key says: right, rewritten and equal, or wrong exactly where it says."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backprop.spreadsheet.xlsx.read import read_book
from benchmarks.any_model.case import Case, NoPlaceError, make
from benchmarks.any_model.draw import wish
from benchmarks.any_model.judge import judge
from benchmarks.any_model.models import MODELS
from benchmarks.any_model.plant import plant
from benchmarks.any_model.rewritings import REWRITINGS
from benchmarks.any_model.sheet.book import Book, Formula, address, save
from benchmarks.any_model.sheet.calculator import Calculator
from benchmarks.any_model.sheet.parser import moved
from benchmarks.any_model.slips import SLIPS
from benchmarks.any_model.truth import differs_from_engine, wrong_gradients
from tests.backprop.conftest import Values
from tests.backprop.workbook.test_parts import schema_errors

SEEDS = range(0, 40)


def case_of(seed: int, **changes: object) -> Case:
    drawn = replace(wish(seed), **changes)  # type: ignore[arg-type]
    return make(drawn, MODELS[drawn.model])


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_of_a_right_workbook_are_differences_of_its_loss(seed: int) -> None:
    case = case_of(seed, loss_cell=True)
    assert case.program.role("gradient", "update")
    assert wrong_gradients(case) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_another_engine_computes_the_stored_values(seed: int, tmp_path: Path) -> None:
    case = case_of(seed)
    save(case.right, case.values, tmp_path / "right.xlsx")
    assert differs_from_engine(case, tmp_path / "right.xlsx") == []


def test_libreoffice_computes_the_stored_values(
    libreoffice_together: Callable[[list[Path]], dict[str, Values]], tmp_path: Path
) -> None:
    cases = {f"seed-{case.wish.seed}": case for case in map(case_of, range(60)) if case.wish.arithmetic != "lambda"}
    for name, case in cases.items():
        save(case.right, case.values, tmp_path / f"{name}.xlsx")
    computed = libreoffice_together(sorted(tmp_path.iterdir()))
    for name, case in cases.items():
        for (sheet, row, column), value in case.values.items():
            if isinstance(value, float):
                assert computed[name][sheet][address(row, column)] == pytest.approx(value, rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("kind", REWRITINGS)
def test_a_rewriting_changes_formulas_and_no_gradient(kind: str) -> None:
    for seed in range(100):
        try:
            case = case_of(seed, rewriting=kind, loss_cell=True)
        except NoPlaceError:
            continue
        assert wrong_gradients(case) == []
        assert None not in case.values.values()
        assert case.right.cells != case_of(seed, loss_cell=True).right.cells
        return
    pytest.fail(f"no workbook takes {kind}")


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_makes_its_cells_wrong_and_no_other(kind: str) -> None:
    for seed in range(200):
        case = case_of(seed)
        planted = plant(case, kind, seed)
        if planted is None:
            continue
        mended = Book(dict(planted.book.cells), case.right.names, case.right.sheets)
        for place in planted.right:
            mended.cells[place] = case.right.cells[place]
        assert planted.wrong
        assert mended.cells == case.right.cells
        assert planted.visible == (Calculator(planted.book).all() != case.values) or kind == "number pasted"
        return
    pytest.fail(f"no workbook takes {kind}")


@pytest.mark.parametrize("seed", range(8))
def test_a_file_is_valid(seed: int, schemas: Path, tmp_path: Path) -> None:
    case = case_of(seed)
    save(case.right, case.values, tmp_path / "file.xlsx")
    assert schema_errors(tmp_path / "file.xlsx", schemas) == []


def test_the_reader_of_the_product_reads_the_same_cells(tmp_path: Path) -> None:
    case = case_of(3)
    save(case.right, case.values, tmp_path / "file.xlsx")
    book = read_book(tmp_path / "file.xlsx")
    for (sheet, row, column), content in case.right.cells.items():
        if not isinstance(content, str):
            assert book.sheets[sheet].value(row, column) == case.values[sheet, row, column]


def test_a_finding_counts_as_found_placed_and_mended_only_where_it_is() -> None:
    cases = [case_of(seed, arithmetic="scalar") for seed in range(9)]
    planted_in = ((case, plant(case, "another element", 1)) for case in cases)
    case, planted = next((c, p) for c, p in planted_in if p and len(p.wrong) == 1)
    (place, right), *_ = planted.right.items()
    finding = {"sheet": place[0], "cell": address(*place[1:]), "range": address(*place[1:]), "should_be": right,
               "kind": "sign", "severity": "error", "formula": "", "explanation": ""}  # fmt: skip
    elsewhere = {**finding, "cell": "A1", "range": "A1"}
    told = lambda *findings: judge(case, planted, "slip", {"verdict": "mistakes", "findings": findings}, 0.0)  # noqa: E731
    assert not told(finding).fails
    assert told(finding, elsewhere).alarms == 1
    assert not told(elsewhere).found
    assert not told({**finding, "should_be": f"={right[1:]}+1"}).mended


@pytest.mark.parametrize(
    ("text", "expected"),
    [("=A1+$A1+A$1+$A$1", "=B3+$A3+B$1+$A$1"), ("=SUM('My data'!A1:B2)*a", "=SUM('My data'!B3:C4)*a")],
)
def test_a_formula_filled_on_moves_what_has_no_dollar(text: str, expected: str) -> None:
    assert moved(text, 2, 1) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [("=-2^2", 4.0), ("=2^3^2", 64.0), ("=10%", 0.1), ("=_xlfn.LET(_xlpm.x,3,_xlpm.x^2)", 9.0), ("=1/0", None),
     ("=SUM(_xlfn.MAP({1,2},{3,4},_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a*_xlpm.b)))", 11.0)],
)  # fmt: skip
def test_the_interpreter_reads_as_a_spreadsheet_does(text: str, value: float | None) -> None:
    assert Calculator(Book({("S", 1, 1): Formula(text)})).value(("S", 1, 1)) == value
