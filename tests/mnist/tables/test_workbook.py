"""A parameter table as a workbook: an engine recalculates its formulas, and changed kernels give what torch counts."""

from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import pytest
from torch import nn

import mnist
from mnist.tables.cells import COLUMNS, INPUT_ROW
from mnist.tables.module import summarise_module
from mnist.tables.table import ParameterTable
from tests.mnist.tables.test_module_tables import CASES, OneDictionary, Residual


def small(kernel: int = 3, channels: int = 8, stride: int = 2) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, channels, 3, padding=1),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(channels, 6, kernel, stride=stride, bias=False),
        nn.Flatten(),
        nn.LazyLinear(10),
    )


TABLES = {
    "tiny": mnist.summary("tiny"),
    "best": mnist.summary("best"),
    "residual": summarise_module(Residual()),
    "dictionary": summarise_module(OneDictionary(), {"picture": (1, 28, 28), "extra": (10,)}),
    "small": summarise_module(small()),
    **{name: summarise_module(*CASES[name]) for name in ("grouped", "lstm", "transposed", "line")},
}


def cell(name: str, row: int) -> tuple[int, int, int]:
    return 0, INPUT_ROW + row, openpyxl.utils.column_index_from_string(COLUMNS[name])


def number(model: Any, name: str, row: int) -> float:
    return float(model.get_formatted_cell_value(*cell(name, row)).replace(",", ""))


@pytest.mark.parametrize("name", TABLES)
def test_every_formula_gives_the_value_beside_it_and_the_totals_are_the_tables(name: str, tmp_path: Path):
    table: ParameterTable = TABLES[name]
    file = table.xlsx(tmp_path / "table.xlsx")

    engine = ironcalc.load_from_xlsx(str(file), "en", "UTC", "en")
    engine.evaluate()
    formulas, values = openpyxl.load_workbook(file).active, openpyxl.load_workbook(file, data_only=True).active
    count = 0
    for row in formulas.iter_rows():
        for one in row:
            if one.data_type == "f":
                count += 1
                shown = engine.get_formatted_cell_value(0, one.row, one.column)
                assert float(shown.replace(",", "")) == pytest.approx(values[one.coordinate].value, abs=0.0051)
    assert count > 2 * len(table.rows)
    totals = len(table.rows) + 2
    assert number(engine, "parameters", totals) == table.total
    assert number(engine, "parameters", totals + 3) == table.multiply_adds
    assert number(engine, "parameters", totals + 7) == pytest.approx(table.total_mb, abs=0.0051)


def test_changed_kernels_strides_and_channels_give_what_torch_counts(tmp_path: Path):
    file = TABLES["small"].xlsx(tmp_path / "table.xlsx")
    book = openpyxl.load_workbook(file)
    sheet = book.active
    for side in ("height", "width"):
        sheet[f"{COLUMNS[f'kernel_{side}']}{INPUT_ROW + 5}"].value = 5
        sheet[f"{COLUMNS[f'stride_{side}']}{INPUT_ROW + 5}"].value = 1
    sheet[f"{COLUMNS['out']}{INPUT_ROW + 1}"].value = 12
    book.save(file)
    engine = ironcalc.load_from_xlsx(str(file), "en", "UTC", "en")
    engine.evaluate()

    expected = summarise_module(small(kernel=5, channels=12, stride=1))
    for index, row in enumerate(expected.rows, 1):
        assert number(engine, "parameters", index) == row.parameters
        assert number(engine, "multiply_adds", index) == row.multiply_adds
        if len(row.output_shape) == 3:
            assert [number(engine, name, index) for name in ("out", "height", "width")] == list(row.output_shape)
            assert number(engine, "field_height", index) == row.receptive_field
    assert number(engine, "parameters", len(expected.rows) + 2) == expected.total


def test_a_name_that_begins_like_a_formula_is_a_text(tmp_path: Path):
    module = nn.Sequential()
    module.add_module("=1+1", nn.Linear(3, 4))
    file = summarise_module(module, (3,)).xlsx(tmp_path / "table.xlsx")

    assert openpyxl.load_workbook(file).active[f"{COLUMNS['name']}{INPUT_ROW + 1}"].data_type != "f"


def test_an_existing_file_and_another_ending_are_refused(tmp_path: Path):
    file = tmp_path / "table.xlsx"
    file.write_text("mine")

    with pytest.raises(mnist.InputError, match=r"table\.xlsx exists"):
        TABLES["tiny"].xlsx(file)
    with pytest.raises(mnist.InputError, match=r"table\.csv: a workbook's name ends in \.xlsx"):
        TABLES["tiny"].xlsx(tmp_path / "table.csv")
    assert file.read_text() == "mine"
    TABLES["tiny"].xlsx(file, force=True)
    assert openpyxl.load_workbook(file).active["A1"].value == "Parameters of tiny"
