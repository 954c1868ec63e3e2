"""Workbooks whose epochs have several steps: what a row counts, and the loss of an epoch."""

import re
from pathlib import Path
from zipfile import ZipFile

import ironcalc
import numpy as np
import openpyxl
import pytest

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Values, read_values, recalculate_with_ironcalc
from tests.backprop.workbook.test_stored_values import assert_stored_values_are_recalculated

RATES, EPOCHS = (0.1, 1.0), 7


def in_batches(batch: int | str) -> Derivation:
    xor = load_network("xor")
    return derive(xor.model_copy(update={"training": xor.training.model_copy(update={"batch": batch})}))


@pytest.fixture(scope="module", params=["stochastic", 2])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Derivation]:
    derivation = in_batches(request.param)
    file = tmp_path_factory.mktemp("steps") / "steps.xlsx"
    write_workbook(derivation, file, RATES, EPOCHS)
    return file, derivation


def test_every_stored_value_is_recalculated(written: tuple[Path, Derivation]) -> None:
    assert_stored_values_are_recalculated(written[0])


def test_sheet_epochs_holds_the_loss_of_each_epoch_at_each_rate(written: tuple[Path, Derivation]) -> None:
    file, derivation = written
    trace = run_trace(derivation, RATES, EPOCHS)
    for values in (read_values(file), recalculate_with_ironcalc(file)):
        sheet = values["Epochs"]
        assert [sheet["B5"], sheet["C5"]] == ["η = 0.1", "η = 1"]
        rows = [[sheet[f"{letter}{row}"] for letter in "ABC"] for row in range(6, 6 + EPOCHS)]
        assert [row[0] for row in rows] == list(range(1, EPOCHS + 1))
        assert pytest.approx(trace.losses, rel=1e-12) == np.array(rows)[:, 1:].T
        assert f"A{6 + EPOCHS}" not in sheet


def test_the_chosen_loss_is_reached_by_an_epoch_and_no_lone_sample(written: tuple[Path, Derivation]) -> None:
    file, derivation = written
    trace = run_trace(derivation, RATES, EPOCHS)
    sheet = read_values(file)["Loss"]
    for row, losses in enumerate(trace.losses.tolist(), 7):
        reached = next((epoch for epoch, loss in enumerate(losses, 1) if loss <= 0.1), "not reached")
        assert sheet[f"E{row}"] == reached
        assert [sheet[f"C{row}"], sheet[f"D{row}"]] == pytest.approx([losses[0], losses[-1]])


def test_softmax_classifier_reaches_a_tenth_when_its_six_samples_do(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    derivation, rates = derive(load_network("softmax-classifier")), [0.02, 0.05, 0.1]
    write_workbook(derivation, file, rates, 20)
    sheet = read_values(file)["Loss"]
    assert [sheet[f"E{row}"] for row in (7, 8, 9)] == ["not reached", 16, 9]
    lone = run_trace(derivation, rates, 20).column("E_total") <= 0.1
    assert np.argmax(lone, axis=1)[1:].tolist() == [43, 25]  # a lone sample is there long before


def test_charts_draw_epochs(written: tuple[Path, Derivation]) -> None:
    with ZipFile(written[0]) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name]
    ranges = {text for chart in charts for text in re.findall("<f>([^<]*)</f>", chart) if ":" in text}
    assert ranges == {f"'Epochs'!${letter}$6:${letter}${5 + EPOCHS}" for letter in "ABC"}


def test_what_a_row_is_stands_in_its_first_columns(written: tuple[Path, Derivation]) -> None:
    file, derivation = written
    sheet = openpyxl.load_workbook(file)["η = 0.1"]
    assert [sheet.cell(5, column).value for column in (1, 2, 3)] == ["epoch", "step", derivation.turn]
    assert sheet["B6"].value == 1
    steps = derivation.network.steps
    assert [sheet.cell(7, column).value for column in (1, 2, 3)] == [
        f"=INT((B7-1)/{steps})+1", "=B6+1", f"=MOD(B7-1,{steps})+1"
    ]  # fmt: skip
    assert "Mean of E_total since the epoch began" in next(
        cell.comment.text for cell in sheet[5] if cell.value == "E_epoch"
    )


def ended(values: Values, sheet: str) -> int:
    """The row with the text that ends a table."""
    return next(row for row in range(6, 200) if str(values[sheet].get(f"A{row}")).startswith("diverged"))


@pytest.fixture(scope="module")
def identity() -> Derivation:
    """2-2-1 without activations, inputs 2 and 3: no learning rate of the usual ones above 0.5 converges."""
    fields = {"activation": "identity"}
    layers = load_network("eight-weight").layers
    return derive(
        load_network("eight-weight").model_copy(
            update={
                "inputs": ((2.0, 3.0),),
                "targets": ((1.0,),),
                "layers": (
                    layers[0].model_copy(update={**fields, "weights": ((0.5, 0.4), (0.3, 0.2))}),
                    layers[1].model_copy(update={**fields, "weights": ((0.5, 0.4),)}),
                ),
            }
        )
    )


@pytest.fixture(scope="module")
def diverging(identity: Derivation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("diverging") / "diverging.xlsx"
    write_workbook(identity, file, epochs=20)
    return file


def test_a_table_ends_where_its_training_diverges_and_says_so(diverging: Path, identity: Derivation) -> None:
    trace, values = run_trace(identity, epochs=20), read_values(diverging)
    assert [epoch for epoch in trace.diverged if epoch] == [8, 8, 6]
    for rate, epoch, rows in zip(trace.learning_rates, trace.diverged, trace.rows, strict=True):
        sheet = values[f"η = {rate:g}"]
        assert [sheet[f"A{row}"] for row in range(6, 6 + rows)] == list(range(1, rows + 1))
        if epoch is None:
            assert f"A{6 + rows}" not in sheet
            continue
        assert ended(values, f"η = {rate:g}") == 5 + epoch
        assert sheet["I2"] == sheet[f"A{6 + rows}"] == f"diverged at epoch {epoch}"
        assert "fill the last row down" in sheet[f"D{6 + rows}"]


def test_sheet_loss_says_which_rates_diverged(diverging: Path) -> None:
    for values in (read_values(diverging), recalculate_with_ironcalc(diverging)):
        last = [values["Loss"][f"D{row}"] for row in range(7, 13)]
        assert last[3:] == ["diverged at epoch 8", "diverged at epoch 8", "diverged at epoch 6"]
        assert all(isinstance(loss, float) for loss in last[:3])


def test_stored_values_of_a_diverging_workbook_are_recalculated(diverging: Path) -> None:
    assert_stored_values_are_recalculated(diverging)


def test_charts_of_a_training_that_diverged_end_with_it(diverging: Path) -> None:
    with ZipFile(diverging) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name]
    assert all("nan" not in chart and "inf" not in chart for chart in charts)
    drawn = {text for chart in charts for text in re.findall("<f>('η = 0.8'[^<]*)</f>", chart)}
    assert {re.sub("[A-Z]", "", text.partition("!")[2]) for text in drawn} == {"$$6:$$12"}
    linear = next(chart for chart in charts if chart.count("<ser>") == 6 and "logBase" not in chart)
    tops = re.findall(r'<max val="([^"]*)"/><min val="0"/>', linear)  # of the epochs, and of the losses
    assert [float(top) for top in tops] == [20, 0.6]


def test_a_rate_that_is_changed_to_one_that_diverges_is_named_live(tmp_path: Path, identity: Derivation) -> None:
    file = tmp_path / "a.xlsx"
    write_workbook(identity, file, [0.1], 20)
    model = ironcalc.load_from_xlsx(str(file))
    model.set_user_input(1, 2, 3, "2")  # η, on its sheet
    model.evaluate()
    assert model.get_cell_value(1, 2, 9) == model.get_cell_value(2, 7, 4) == "diverged at epoch 6"


def test_a_choice_beyond_the_end_of_a_table_asks_for_another(diverging: Path) -> None:
    model = ironcalc.load_from_xlsx(str(diverging))
    names = [sheet["name"] for sheet in model.get_worksheets_properties()]
    check, explain = names.index("Check"), names.index("Explain")
    for sheet, row in ((check, 4), (explain, 5)):
        model.set_user_input(sheet, row, 3, "η = 0.8")
        model.set_user_input(sheet, row + 1, 3, "9")
    model.evaluate()
    assert model.get_cell_value(check, 4, 5) == "choose a sheet and an epoch from 1 to 7"
    assert model.get_cell_value(explain, 6, 4) == "1 to 7"


def test_a_training_in_steps_that_diverges_within_an_epoch_has_no_loss_of_it(tmp_path: Path) -> None:
    linear = [layer.model_copy(update={"activation": "identity"}) for layer in load_network("xor").layers]
    network = load_network("xor").model_copy(
        update={
            "layers": tuple(linear),
            "loss": "half_squared_error",
            "inputs": ((2.0, 3.0),) * 4,
            "training": load_network("mazur").training.model_copy(update={"batch": 1}),
        }
    )
    file = tmp_path / "a.xlsx"
    write_workbook(derive(network), file, [0.001, 1e9], 5)
    values = read_values(file)
    assert [values["Loss"][f"{letter}8"] for letter in "CDE"] == ["diverged at epoch 1"] * 2 + ["not reached"]
    assert values["Epochs"]["C4"] == "diverged at epoch 1"
    assert "C6" not in values["Epochs"]
    assert_stored_values_are_recalculated(file)
