"""A workbook's gradient: its numbers, its sheet in a copy of which nothing else changes, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import openpyxl
import pytest

import backprop
from backprop.epochs.trace import Trace
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.xlsx.markup import MAIN, strict
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.read import read_book
from tests.backprop.check.copies.copies import new_schema_errors
from tests.backprop.conftest import Values, recalculate_with_ironcalc
from tests.backprop.gradient.books import answer, loan, matrix, shown, stored

CHANGED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
WEIGHTS = [f"w{number}" for number in range(1, 9)]


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    loan(tmp_path / "loan.xlsx")
    return tmp_path / "loan.xlsx"


def test_the_derivatives_of_a_loan_are_those_of_its_formula(bank: Path) -> None:
    amount, month, months = 10_000, 0.05 / 12, 24
    growth = (1 + month) ** -months
    by_rate = months * amount * (1 / (1 - growth) - month * months * growth / (1 + month) / (1 - growth) ** 2) / 12

    gradient = backprop.differentiate(bank, "interest", "The bank's loan!B1:B2")

    assert gradient.cells == ["'The bank''s loan'!B1", "'The bank''s loan'!B2"]
    assert list(gradient.values.values()) == pytest.approx([months * month / (1 - growth) - 1, by_rate], rel=1e-12)
    assert [row.label for row in gradient.rows] == ["amount", "rate a year"]
    assert gradient.sheet == "Gradient 2"
    assert gradient.worst is not None
    assert gradient.worst < 1e-9


def test_only_what_a_new_sheet_needs_changes_in_the_copy(bank: Path, tmp_path: Path, schemas: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    answer(bank, "interest", "The bank's loan!B1:B3").write(copy)

    with ZipFile(bank) as before, ZipFile(copy) as after:
        same = {name for name in before.namelist() if before.read(name) == after.read(name)}
        assert set(before.namelist()) - same == CHANGED
        assert set(after.namelist()) - set(before.namelist()) == {"xl/worksheets/sheet3.xml"}
    assert new_schema_errors(bank, copy, schemas) == []
    formulas, values = openpyxl.load_workbook(copy)["Gradient 2"], openpyxl.load_workbook(copy, data_only=True)
    cells = [cell for row in formulas.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(cells) == 3 * 3 + 3 * 2 + len(answer(bank, "interest", "The bank's loan!B1:B3").parts)
    assert all(values["Gradient 2"][cell.coordinate].value is not None for cell in cells)
    assert formulas["C5"].value == "='The bank''s loan'!B1"


@pytest.mark.parametrize("name", ["loan.xlsx", "loan.xlsm"])
def test_a_copy_of_the_strict_form_is_of_that_form(bank: Path, tmp_path: Path, name: str) -> None:
    other, copy = tmp_path / "other" / name, tmp_path / "copies" / name
    for file in (other, copy):
        file.parent.mkdir()
    with ZipFile(bank) as before, ZipFile(other, "w") as after:
        for part in before.namelist():
            after.writestr(part, strict(before.read(part)))
    answer(other, "interest", "The bank's loan!B1").write(copy)
    with ZipFile(copy) as written:
        assert not any(MAIN.encode() in written.read(part) for part in written.namelist())
    assert read_book(copy).sheets["Gradient 2"].value(5, 3) == 10_000


def test_the_list_of_formula_cells_goes(bank: Path, tmp_path: Path) -> None:
    chained, copy = tmp_path / "chained.xlsx", tmp_path / "copy.xlsx"
    with Parts(bank) as parts:
        parts.put("xl/calcChain.xml", f'<calcChain xmlns="{MAIN}"><c r="B4" i="1"/></calcChain>'.encode())
        parts.relate(parts.workbook, "calcChain", "xl/calcChain.xml")
        parts.declare("xl/calcChain.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml")
        parts.save(chained)
    answer(chained, "interest", "The bank's loan!B1").write(copy)
    with ZipFile(copy) as written:
        assert not any(b"calcChain" in written.read(part) for part in written.namelist())


def test_two_engines_find_what_is_stored(
    bank: Path, tmp_path: Path, libreoffice_together: Callable[[list[Path]], dict[str, Values]]
) -> None:
    matrix(tmp_path / "matrix.xlsx")
    gradients = {
        "of-loan": answer(bank, "interest", "The bank's loan!B1:B3"),
        "of-matrix": answer(tmp_path / "matrix.xlsx", "B16", "E2:G3", "E7:G8"),
    }
    copies = [gradient.write(tmp_path / f"{name}.xlsx") for name, gradient in gradients.items()]
    by_libreoffice = libreoffice_together(copies)
    for copy, gradient in zip(copies, gradients.values(), strict=True):
        assert gradient.worst is not None
        assert gradient.worst < 1e-12
        for values in (by_libreoffice[copy.stem], recalculate_with_ironcalc(copy)):
            assert shown(values, gradient) == pytest.approx(stored(gradient), rel=1e-12, abs=1e-12)


def test_a_changed_input_moves_the_derivatives(bank: Path, tmp_path: Path) -> None:
    answer(bank, "interest", "The bank's loan!B1:B3").write(tmp_path / "copy.xlsx")
    for file, moved in ((bank, tmp_path / "moved.xlsx"), (tmp_path / "copy.xlsx", tmp_path / "moved-copy.xlsx")):
        workbook = openpyxl.load_workbook(file)
        workbook["The bank's loan"]["B2"] = 0.08
        workbook.save(moved)
    values = recalculate_with_ironcalc(tmp_path / "moved-copy.xlsx")["Gradient 2"]
    gradient = answer(tmp_path / "moved.xlsx", "interest", "The bank's loan!B1:B3")
    assert [values[row.at] for row in gradient.rows] == pytest.approx([row.derivative for row in gradient.rows])


def test_the_eight_weights_derivatives_are_those_that_are_derived(default_workbook: tuple[Path, Trace]) -> None:
    file, trace = default_workbook
    sheet = "η = 0.1"
    gradient = answer(file, f"{sheet}!X6", f"{sheet}!F6:I6", f"{sheet}!N6:Q6")
    expected = [trace.column(f"dE_d{weight}")[0, 0] for weight in WEIGHTS]
    assert list(gradient.values.values()) == pytest.approx(expected, rel=1e-14)
    assert [row.label for row in gradient.rows] == WEIGHTS
    assert gradient.formulas["'η = 0.1'!F6"].endswith("*'η = 0.1'!D6")


def test_a_derivative_by_a_computed_cell_and_by_what_it_reads(tmp_path: Path, build: Callable[..., Path]) -> None:
    file = build({"A1": 3, "B1": "=A1^2", "C1": "=A1*B1+MAX(A1,0)"})
    gradient = answer(file, "C1", "A1:B1")
    assert gradient.values == {"Sheet!A1": 28, "Sheet!B1": 3}
    assert [row.difference for row in gradient.rows] == pytest.approx([28, 3])


def test_nothing_comes_through_a_branch_that_is_not_taken(tmp_path: Path, build: Callable[..., Path]) -> None:
    file = build({"A1": -1, "B1": "=SQRT(A1)", "C1": "=IF(A1>0,B1+LN(A1),2*A1)"})
    gradient = answer(file, "C1", "A1")
    assert gradient.values == {"Sheet!A1": 2}
    gradient.write(tmp_path / "copy.xlsx")
    assert recalculate_with_ironcalc(tmp_path / "copy.xlsx")["Gradient"]["D5"] == 2


CELLS = {
    "A1": 2, "A2": 3, "B1": "=A1*A2", "B2": "=CUBEVALUE(A1)", "B3": "=B2+A2", "B4": "text", "B5": "=B6+A1", "B6": "=B5",
    "B7": '=IF(A1>0,"yes","no")', "B8": "=1/(A1-2)", "B9": "=CUBEVALUE(7)*0+A1",
    "C1": "=B5*A2", "C2": "=A1+C3", "C3": f"={'SIN(' * 70}A1{')' * 70}",
}  # fmt: skip


@pytest.mark.parametrize(
    ("of", "by", "message"),
    [
        ("A1", "A2", "Sheet!A1 holds no formula, only a number"),
        ("B4", "A2", "Sheet!B4 holds no formula, only a text"),
        ("Z9", "A2", "Sheet!Z9 holds no formula, it is empty"),
        ("B1", "A5", "A5 holds no number to differentiate by"),
        ("B1", "B4:B4", "B4:B4 holds no number"),
        ("B8", "A2", "Sheet!B8 does not depend on A2|Sheet!B8 has no value"),
        ("B8", "A1", "Sheet!B8 has no value"),
        ("B2", "A1", "Sheet!B2: its formula is not followed: function CUBEVALUE"),
        ("B3", "A1", r"Sheet!B2: its formula is not followed \(function CUBEVALUE.*the derivative goes through it"),
        ("B6", "A1", "leads back to itself"),
        ("C1", "A1", r"Sheet!B[56]: its formula is not followed \(it leads back to itself\)"),
        ("C2", "A1", "Sheet!C3: its formula cannot be read: =SIN"),
        ("B7", "A1", "Sheet!B7 gives a text, no number"),
        ("A1:B1", "A1", "--of takes one cell; A1:B1 is 2"),
        ("Shet!B1", "A1", "there is no sheet 'Shet'; did you mean Sheet"),
        ("nothing", "A1", "'nothing' is no cell, range or name of this workbook"),
        ("B1", "1+1", r"'1\+1' is no cell"),
    ],
)
def test_what_cannot_be_differentiated_is_said_in_one_line(
    of: str, by: str, message: str, build: Callable[..., Path]
) -> None:
    with pytest.raises(backprop.InputError, match=message) as raised:
        answer(build(CELLS), of, by)
    assert "\n" not in str(raised.value)


def test_what_is_not_followed_beside_the_way_is_a_number(build: Callable[..., Path]) -> None:
    assert answer(build({**CELLS, "B2": "=CUBEVALUE(7)", "B3": "=A1*A2"}), "B3", "A2").values == {"Sheet!A2": 2}


def test_a_copy_is_refused_over_the_workbook_of_another_kind_and_of_a_changed_file(bank: Path, tmp_path: Path) -> None:
    gradient = answer(bank, "interest", "The bank's loan!B1", check=False)
    assert gradient.rows[0].difference is None
    with pytest.raises(backprop.InputError, match="is the workbook itself"):
        gradient.write(bank, force=True)
    with pytest.raises(backprop.InputError, match=r"a copy of loan.xlsx ends in .xlsx"):
        gradient.write(tmp_path / "copy.xlsm")
    gradient.write(tmp_path / "copy.xlsx")
    with pytest.raises(backprop.InputError, match="exists"):
        gradient.write(tmp_path / "copy.xlsx")
    matrix(bank)
    with pytest.raises(backprop.InputError, match="has changed since"):
        gradient.write(tmp_path / "other.xlsx")


def test_an_opendocument_workbook_gets_its_sheet_and_nothing_else_changes(
    bank: Path, tmp_path: Path, opendocument: Callable[[list[Path]], list[Path]],
    libreoffice_together: Callable[[list[Path]], dict[str, Values]],
) -> None:  # fmt: skip
    (ods,) = opendocument([bank])
    gradient = answer(ods, "interest", "The bank's loan!B1:B3")
    assert gradient.values == pytest.approx(answer(bank, "interest", "The bank's loan!B1:B3").values, rel=1e-14)
    assert gradient.sheet == "Gradient 2"
    copy = gradient.write(tmp_path / "copy.ods")

    with ZipFile(ods) as before, ZipFile(copy) as after:
        assert before.namelist() == after.namelist()
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
        assert changed == ["content.xml"]
        old, new = before.read("content.xml"), after.read("content.xml")
        assert after.infolist()[0].filename == "mimetype"
        assert after.infolist()[0].compress_type == ZIP_STORED
    styles = new.index(b'<style:style style:name="added1"')
    behind_styles = new.index(old[styles : styles + 200], styles)
    table = new.index(b"<table:table xmlns:table")
    behind_table = new.index(b"</table:table>", table) + len(b"</table:table>")
    assert new[:styles] + new[behind_styles:table] + new[behind_table:] == old
    assert read_workbook(copy).sheets["Gradient 2"].value(5, 3) == 10_000
    values = libreoffice_together([copy])["copy"]
    assert shown(values, gradient) == pytest.approx(stored(gradient), rel=1e-12, abs=1e-12)
    assert values["Gradient 2"]["B5"] == "amount"
    with pytest.raises(backprop.InputError, match=r"a copy of loan\.ods ends in \.ods"):
        gradient.write(tmp_path / "copy.xlsx")
