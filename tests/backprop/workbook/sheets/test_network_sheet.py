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
from backprop.network.network import Network
from backprop.workbook.sheets.network.equations import subscripted
from backprop.workbook.sheets.network.picture import can_draw
from backprop.workbook.write import write_workbook
from tests.backprop.networks import wide_network
from tests.backprop.workbook.test_parts import schema_errors

XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def write(folder: Path, network: Network) -> Path:
    write_workbook(derive(network), folder / "a.xlsx", [0.1, 0.7], 5)
    return folder / "a.xlsx"


@pytest.mark.parametrize(("name", "command"), [("xor", "backprop explore xor"), ("own", "backprop explore own.toml")])
def test_the_sheet_names_the_command_that_shows_the_network_in_a_browser(
    name: str, command: str, tmp_path: Path
) -> None:
    sheet = openpyxl.load_workbook(write(tmp_path, load_network("xor").model_copy(update={"name": name})))["Network"]
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
def test_the_picture_shows_the_chosen_epoch(name: str, tmp_path: Path) -> None:
    network = load_network(name)
    derivation, trace = derive(network), run_trace(derive(network), [0.1, 0.7], 5)
    found = numbers(write(tmp_path, network), F5="η = 0.7", I5=3, **({"K5": 2} if derivation.per_sample else {}))
    expected = {
        column.replace("dE_d", "∂E/∂").removesuffix("_s2"): trace.column(column)[1, 2]
        for column in trace.names
        if (column.endswith("_s2") if re.search(r"_s\d+$", column) else True)
    }
    shown = [symbol.name for symbol in derivation.parameters] + [layer.z.name for layer in derivation.layers[0]]
    shown += ["E_total", *(f"∂E/∂{symbol}" for symbol in derivation.trained)]
    for quantity in shown:
        assert found[quantity] == pytest.approx(expected[quantity], rel=1e-11, abs=1e-15), quantity


def test_a_changed_input_changes_the_picture(tmp_path: Path) -> None:
    file = write(tmp_path, load_network("eight-weight"))
    before, after = numbers(file), numbers(file, C5=0.5)
    assert after["i1"] == 0.5
    assert after["h1"] == pytest.approx(before["h1"] + 0.15 * 0.45)


def test_each_weight_has_a_line_from_what_it_multiplies(tmp_path: Path, schemas: Path) -> None:
    file = write(tmp_path, load_network("eight-weight"))
    with ZipFile(file) as archive:
        relations = archive.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
        drawing = re.search(r"drawings/(\w+\.xml)", relations)
        assert drawing is not None
        root = etree.fromstring(archive.read(f"xl/drawings/{drawing[1]}"))
    names = [element.get("name") for element in root.iter(f"{XDR}cNvPr")]
    assert names == [*(f"w{number}" for number in range(1, 9)), "E1", "E2"]
    assert schema_errors(file, schemas) == []


def test_derivatives_are_coloured_and_barred_by_rules(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write(tmp_path, load_network("eight-weight")))["Network"]
    rules = {rule.type: str(area.sqref) for area in sheet.conditional_formatting for rule in area.rules}
    assert set(rules) == {"colorScale", "dataBar"}
    assert len(rules["colorScale"].split()) == len(rules["dataBar"].split()) == 8


def test_a_large_network_has_a_picture_without_numbers(tmp_path: Path) -> None:
    network = wide_network((6, 30, 3), "sigmoid", 1)
    assert not can_draw(derive(network))
    assert len(openpyxl.load_workbook(write(tmp_path, network))["Network"]._images) == 1


@pytest.mark.parametrize("name", ["eight-weight", "softmax-classifier"])
def test_network_links_to_every_other_sheet(name: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write(tmp_path, load_network(name)))
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


def test_what_is_alike_for_every_weight_is_said_once(tmp_path: Path) -> None:
    file = write(tmp_path, load_network("softmax-classifier"))
    texts = [str(cell.value) for row in openpyxl.load_workbook(file)["Network"] for cell in row if cell.value]
    every = [text for text in texts if text.endswith("for every w and b")]
    assert [text.split(" ")[0] for text in every] == ["mw", "vw", "w"]


def test_a_sheet_that_a_large_network_lacks_is_named_with_the_reason(tmp_path: Path) -> None:
    few = write(tmp_path, load_network("eight-weight"))
    wide = tmp_path / "wide.xlsx"
    write_workbook(derive(wide_network((12, 12, 3), "sigmoid", 1)), wide, [0.1], 1, "steps")
    said = []
    for file in (few, wide):
        workbook = openpyxl.load_workbook(file)
        texts = [str(cell.value) for row in workbook["Network"] for cell in row if cell.value]
        said.append([("Walkthrough" in workbook.sheetnames), sum("too large for this sheet" in text for text in texts)])
    assert said == [[True, 0], [False, 1]]
