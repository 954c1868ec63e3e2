"""The workbook that the page writes: Python's formulas, right in other hands, and what it says where it writes none."""

import contextlib
import re
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree

from backprop.check.check import check_any_file
from backprop.derivation.derive import derive
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import read_cells, read_values, recalculate_with_ironcalc
from tests.backprop.explorer.own.conftest import Ask, PageError
from tests.backprop.explorer.own.networks import books, described
from tests.backprop.workbook.test_parts import SCHEMAS, load_schema

EPOCHS = 3
RATES = [0.1, 2.0]
OTHERS = ["momentum step 2", "adamw cosine stochastic", "output", "rprop"]
WRITER = "export/book/workbook.js"


@pytest.fixture(scope="module")
def written(ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("books")
    files = {name: folder / f"{name}.xlsx" for name in books()}
    for name, network in books().items():
        epochs = 60 if name == "diverging" else EPOCHS
        files[name].write_bytes(ask(WRITER, "workbook", described(network), RATES, epochs))
    return files


@pytest.mark.parametrize("name", ["eight-weight", "recurrent", "softmax-classifier", "xor", *OTHERS, "wide"])
def test_every_formula_of_an_epoch_table_is_that_of_pythons_workbook(
    name: str, written: dict[str, Path], tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.xlsx"
    write_workbook(derive(books()[name]), theirs, RATES, EPOCHS, "steps")
    expected, found = (
        {(sheet, cell.coordinate): cell.value for sheet, cell in read_cells(file, values=False) if sheet[0] == "η"}
        for file in (theirs, written[name])
    )
    table = {place for place in expected if int(re.sub(r"\D", "", place[1])) > 4}
    assert len(table) > 10 * EPOCHS
    assert {place: found.get(place) for place in table} == {place: expected[place] for place in table}


@pytest.mark.parametrize("name", ["mazur", "softmax-classifier", "three-hidden", "xor", *OTHERS, "wide", "diverging"])
def test_recalculated_by_ironcalc_every_number_is_the_pages(name: str, written: dict[str, Path]) -> None:
    stored, found = read_values(written[name]), recalculate_with_ironcalc(written[name])
    compared = 0
    for sheet, cells in stored.items():
        for cell, value in cells.items():
            if isinstance(value, (int, float)):
                assert found[sheet][cell] == pytest.approx(value, rel=1e-12, abs=1e-14), f"{sheet}!{cell}"
                compared += 1
            else:
                assert str(found[sheet][cell]).strip() == value.strip()
    assert compared > 10 * EPOCHS


@pytest.mark.parametrize("name", ["eight-weight", "mazur", "xor", "rprop", "diverging"])
def test_backprop_check_calls_it_correct(name: str, written: dict[str, Path]) -> None:
    report = check_any_file(written[name], None)
    assert (report.verdict, report.findings) == ("correct", ())


@pytest.mark.parametrize("name", ["xor", "wide"])
def test_sheet_network_names_the_commands_below_the_equations(name: str, written: dict[str, Path]) -> None:
    lines = [str(value) for cell, value in read_values(written[name])["Network"].items() if cell.startswith("E")]
    network = books()[name].name
    assert [line.split(" (")[0] for line in lines[-3:]] == [
        "In a terminal",
        f"backprop check {network}.xlsx",
        f"backprop explore {network}.toml",
    ]


@pytest.mark.parametrize("name", ["xor", "diverging"])
def test_each_part_follows_the_schema_of_the_format(name: str, written: dict[str, Path], schemas: Path) -> None:
    with ZipFile(written[name]) as archive:
        assert archive.testzip() is None
        for part in archive.namelist():
            (schema,) = (schema for pattern, schema in SCHEMAS if re.fullmatch(pattern, part))
            load_schema(schemas / schema).assertValid(etree.fromstring(archive.read(part)))


def test_a_training_that_diverges_ends_where_it_does_and_says_so(written: dict[str, Path]) -> None:
    with contextlib.closing(openpyxl.load_workbook(written["diverging"], data_only=True)) as workbook:
        sheet = workbook["η = 2"]
        assert re.search(r"Diverged at epoch \d+$", sheet["A1"].value)
        assert sheet.max_row == 5 + int(sheet["A1"].value.split()[-1]) - 1


@pytest.mark.parametrize(
    ("name", "epochs", "said"),
    [
        ("xor", 1_000_000, r"162,000,000 cells; at most 2,000,000: take fewer epochs, learning rates or samples"),
        ("mazur", 27_778, r"2,111,128 cells; at most 2,000,000"),
    ],
)
def test_what_is_too_large_is_refused_in_a_line(name: str, epochs: int, said: str, ask: Ask) -> None:
    with pytest.raises(PageError, match=said):
        ask(WRITER, "workbook", described(books()[name]), RATES, epochs)


def test_no_number_at_all_is_refused_in_a_line(ask: Ask) -> None:
    network = {**described(books()["diverging"]), "inputs": [[1e308, 1e308]]}
    with pytest.raises(PageError, match="the first epoch leaves the range of doubles: take smaller inputs or weights"):
        ask(WRITER, "workbook", network, RATES, EPOCHS)
