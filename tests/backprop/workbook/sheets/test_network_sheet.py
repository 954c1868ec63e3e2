"""Sheet Network: a picture whose numbers live, links to every sheet, equations as one reads them."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import ironcalc
import openpyxl
import pytest
from lxml import etree
from openpyxl.cell.rich_text import CellRichText

from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network, presets
from backprop.workbook.sheets.network.equations import subscripted
from backprop.workbook.sheets.network.picture import can_draw
from tests.backprop.conftest import Written
from tests.backprop.networks import LARGE
from tests.backprop.workbook.test_parts import schema_errors

XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


RATES, EPOCHS = (0.1, 0.7), 5


@pytest.mark.parametrize(("name", "command"), [("xor", "backprop explore xor"), ("own", "backprop explore own.toml")])
def test_the_sheet_names_the_command_that_shows_the_network_in_a_browser(
    name: str, command: str, written: Written
) -> None:
    sheet = openpyxl.load_workbook(written(load_network("xor").model_copy(update={"name": name})))["Network"]
    assert command in {cell.value for row in sheet.iter_rows() for cell in row}


def numbers(file: Path, **changes: object) -> dict[str, float]:
    """The number beside each name of the picture in IronCalc, after these cells have been changed."""
    model: Any = ironcalc.load_from_xlsx(str(file))
    for cell, value in changes.items():
        column, row = openpyxl.utils.cell.coordinate_from_string(cell)
        model.set_user_input(0, row, openpyxl.utils.column_index_from_string(column), str(value))
    model.evaluate()
    sheet = openpyxl.load_workbook(file)["Network"]
    found = {}
    for row in sheet.iter_rows(min_row=9, min_col=5):
        for name, number in pairwise(row):
            if number.data_type == "f" and isinstance(name.value, str) and not name.value.startswith("="):
                found[name.value] = model.get_cell_value(0, number.row, number.column)
            elif number.data_type == "f" and name.data_type == "f" and name.number_format == "0.000000":
                label = sheet.cell(name.row, name.column - 1).value
                found[f"∂E/∂{label}"] = model.get_cell_value(0, number.row, number.column)
    return found


@pytest.mark.parametrize("name", list(presets()))
def test_the_picture_shows_the_chosen_epoch(name: str, written: Written) -> None:
    network = load_network(name)
    derivation, trace = derive(network), run_trace(derive(network), RATES, EPOCHS)
    found = numbers(written(network), F5="η = 0.7", I5=3, **({"K5": 2} if derivation.per_sample else {}))
    expected = {
        column.replace("dE_d", "∂E/∂").removesuffix("_s2"): trace.column(column)[1, 2]
        for column in trace.names
        if (column.endswith("_s2") if re.search(r"_s\d+$", column) else True)
    }
    shown = [symbol.name for symbol in derivation.parameters] + [layer.z.name for layer in derivation.layers[0]]
    shown += ["E_total", *(f"∂E/∂{symbol}" for symbol in derivation.trained)]
    for quantity in shown:
        assert found[quantity] == pytest.approx(expected[quantity], rel=1e-11, abs=1e-15), quantity


def test_a_changed_input_changes_the_picture(written: Written) -> None:
    file = written(load_network("eight-weight"))
    before, after = numbers(file), numbers(file, C5=0.5)
    assert after["i1"] == 0.5
    assert after["h1"] == pytest.approx(before["h1"] + 0.15 * 0.45)


def test_each_weight_has_a_line_from_what_it_multiplies(written: Written, schemas: Path) -> None:
    file = written(load_network("eight-weight"))
    with ZipFile(file) as archive:
        relations = archive.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
        drawing = re.search(r"drawings/(\w+\.xml)", relations)
        assert drawing is not None
        root = etree.fromstring(archive.read(f"xl/drawings/{drawing[1]}"))
    names = [element.get("name") for element in root.iter(f"{XDR}cNvPr")]
    assert names == [*(f"w{number}" for number in range(1, 9)), "E1", "E2"]
    assert schema_errors(file, schemas) == []


def test_derivatives_are_coloured_and_barred_by_rules(written: Written) -> None:
    sheet = openpyxl.load_workbook(written(load_network("eight-weight")))["Network"]
    rules = {rule.type: str(area.sqref) for area in sheet.conditional_formatting for rule in area.rules}
    assert set(rules) == {"colorScale", "dataBar"}
    assert len(rules["colorScale"].split()) == len(rules["dataBar"].split()) == 8


def test_a_large_network_has_a_picture_without_numbers(written: Written) -> None:
    assert not can_draw(derive(LARGE))
    assert len(openpyxl.load_workbook(written(LARGE, form="steps"))["Network"]._images) == 1


@pytest.mark.parametrize("name", ["eight-weight", "softmax-classifier"])
def test_network_links_to_every_other_sheet(name: str, written: Written) -> None:
    book = openpyxl.load_workbook(written(load_network(name)))
    links = {cell.value: cell.hyperlink.location for row in book["Network"] for cell in row if cell.hyperlink}
    assert sorted(links) == sorted(book.sheetnames[1:])
    assert all(location == f"'{name}'!A1" for name, location in links.items())


@pytest.mark.parametrize(
    ("text", "lowered"),
    [
        ("a_h1 = σ(h1)", ["h1", "1"]),
        ("∂E/∂w12 = δ_o1·net_h2_1", ["12", "o1", "h2,1"]),
        ("E_total = E1 + E2", ["total", "1", "2"]),
        ("v_w3 ← β2·v_w3 + 0.1·(½)²", ["w3", "2", "w3"]),
    ],
)
def test_indices_are_below_the_line(text: str, lowered: list[str]) -> None:
    shown = subscripted(text)
    assert isinstance(shown, CellRichText)
    assert [part.text for part in shown if not isinstance(part, str) and part.font.vertAlign] == lowered


def test_a_text_without_indices_stays_one() -> None:
    assert subscripted("σ(z) = 1/(1 + e^(−z))") == "σ(z) = 1/(1 + e^(−z))"


def test_what_is_alike_for_every_weight_is_said_once(written: Written) -> None:
    file = written(load_network("softmax-classifier"))
    texts = [str(cell.value) for row in openpyxl.load_workbook(file)["Network"] for cell in row if cell.value]
    every = [text for text in texts if text.endswith("for every w and b")]
    assert [text.split(" ")[0] for text in every] == ["mw", "vw", "w"]


def test_a_sheet_that_a_large_network_lacks_is_named_with_the_reason(written: Written) -> None:
    said = []
    for file in (written(load_network("eight-weight")), written(LARGE, form="steps")):
        workbook = openpyxl.load_workbook(file)
        texts = [str(cell.value) for row in workbook["Network"] for cell in row if cell.value]
        said.append([("Walkthrough" in workbook.sheetnames), sum("too large for this sheet" in text for text in texts)])
    assert said == [[True, 0], [False, 1]]
