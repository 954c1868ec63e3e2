"""The notes on the headings, and the names of cells."""

from pathlib import Path

import openpyxl
import pytest

from backprop.derivation.derive import derive
from backprop.network.load import load_network, presets
from backprop.workbook.layout import network_sheet, rate_sheet
from backprop.workbook.notes import MOST_NOTES
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Written


@pytest.mark.parametrize("form", ["closed", "steps"])
@pytest.mark.parametrize("name", sorted(presets()))
def test_every_heading_of_an_epoch_table_has_a_note_that_names_its_equation(written: Written, name: str, form) -> None:
    derivation = derive(load_network(name))
    sheet = openpyxl.load_workbook(written(derivation.network, form=form))["η = 0.7"]
    layout = rate_sheet(derivation, 5, form)
    notes = {
        quantity: sheet[layout.cell(quantity, layout.header_row)].comment.text
        for quantity in list(layout.columns)[:MOST_NOTES]
    }
    assert len(set(notes.values())) == len(notes)
    for equation in derivation.equations(form):
        quantity = equation.target.name
        text = notes.get(quantity) or notes[f"{quantity}_s1"]
        assert (" = " in text) or (" ← " in text), (quantity, text)


def test_notes_say_it_in_words(written: Written) -> None:
    sheet = openpyxl.load_workbook(written(load_network("mazur")))["η = 0.7"]
    notes = {cell.value: cell.comment.text for cell in sheet[5] if cell.comment}
    assert notes["w1"] == (
        "Weight from i1 to net_h1. First row: sheet Network. Below, from the row above:\nw1 ← w1 − η·∂E/∂w1"
    )
    assert notes["b1"] == "Bias shared by the hidden layer. Not trained: the same in every epoch."
    assert notes["out_h1"] == "Activation of neuron h1: sigmoid of its weighted sum.\nout_h1 = σ(net_h1)"
    assert notes["∂E/∂w5"].startswith("How much E_total changes with w5")


def test_a_network_of_more_columns_than_notes_gets_them_on_the_first(tmp_path: Path) -> None:
    network = load_network("eight-weight").model_copy(
        update={
            "inputs": ((0.1,) * 12,),
            "layers": (
                load_network("eight-weight").layers[0].model_copy(update={"weights": ((0.1,) * 12,) * 10}),
                load_network("eight-weight").layers[1].model_copy(update={"weights": ((0.1,) * 10,) * 2}),
            ),
        }
    )
    file = tmp_path / "a.xlsx"
    write_workbook(derive(network), file, [0.5], 1, "steps")
    sheet = openpyxl.load_workbook(file)["η = 0.5"]
    assert sheet.max_column > MOST_NOTES
    assert sum(cell.comment is not None for cell in sheet[5]) == MOST_NOTES


@pytest.mark.parametrize("name", sorted(presets()))
def test_names_point_at_the_cells_one_may_change(written: Written, name: str) -> None:
    derivation = derive(load_network(name))
    workbook = openpyxl.load_workbook(written(derivation.network))
    places = {defined: value.attr_text for defined, value in workbook.defined_names.items()}
    cells = network_sheet(derivation).cells
    for constant in derivation.network.training.constants(5):
        assert places[constant] == cells[constant]
    assert places["chosen_loss"] == "Loss!$C$4"
    assert {"inputs", "targets"} <= places.keys()
    assert workbook["η = 0.7"].defined_names["learning_rate"].attr_text == "'η = 0.7'!$C$2"
