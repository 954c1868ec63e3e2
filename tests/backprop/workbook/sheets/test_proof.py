"""Sheet Check: green where the derivatives are right, red where one is wrong, in engines nobody here wrote."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import pytest
from hypothesis import given

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import run_trace
from backprop.functions.activations import ACTIVATIONS
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from backprop.workbook.layout import CHECK_SHEET, rate_sheet, sheet_name
from backprop.workbook.sheets.check import moves as proof
from backprop.workbook.sheets.check.moves import FIRST_ROW
from backprop.workbook.sheets.check.sheet import RIGHT, WRONG
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Values, Written, edit_part, read_values
from tests.backprop.networks import any_networks, only_those_that_fit
from tests.examples import drawn

EPOCHS = 8


class Check:
    """The sheet in IronCalc."""

    def __init__(self, file: Path) -> None:
        self.sheets = openpyxl.load_workbook(file, read_only=True).sheetnames
        self.model: Any = ironcalc.load_from_xlsx(str(file))
        self.model.evaluate()

    def choose(self, epoch: object, rate: str | None = None) -> None:
        index = self.sheets.index(CHECK_SHEET)
        self.model.set_user_input(index, 5, 3, str(epoch))
        if rate is not None:
            self.model.set_user_input(index, 4, 3, rate)
        self.model.evaluate()

    def value(self, cell: str) -> Any:
        column, row = openpyxl.utils.cell.coordinate_from_string(cell)
        number = openpyxl.utils.column_index_from_string(column)
        return self.model.get_cell_value(self.sheets.index(CHECK_SHEET), row, number)

    @property
    def overall(self) -> str:
        return str(self.value("E4"))

    @property
    def wrong(self) -> list[str]:
        return wrong({cell: self.value(cell) for row in range(FIRST_ROW, 120, 2) for cell in (f"B{row}", f"H{row}")})


def wrong(cells: dict[str, Any]) -> list[str]:
    """The parameters with a cross; every row has a verdict."""
    rows = [row for row in range(FIRST_ROW, 120, 2) if cells.get(f"B{row}")]
    assert rows
    assert {cells[f"H{row}"] for row in rows} <= {RIGHT, WRONG}
    return [cells[f"B{row}"] for row in rows if cells[f"H{row}"] == WRONG]


def at_its_rates(written: Written, network: Network, form: str = "closed") -> Path:
    return written(network, network.training.learning_rates or (0.1, 2.0), EPOCHS, form)


def formulas(file: Path) -> dict[str, str]:
    sheet = openpyxl.load_workbook(file)[CHECK_SHEET]
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}


@pytest.mark.parametrize("form", ["closed", "steps"])
@pytest.mark.parametrize("name", list(presets()))
def test_every_preset_is_green_at_the_first_second_and_last_epoch_of_every_rate(
    name: str, form: str, written: Written
) -> None:
    network = load_network(name)
    check = Check(at_its_rates(written, network, form))
    green = f"all {len(derive(network).trained)} derivatives agree"
    for sheet in check.sheets:
        if sheet.startswith("η"):
            for epoch in (1, 2, EPOCHS):
                check.choose(epoch, sheet)
                assert (check.overall, check.wrong) == (green, []), (sheet, epoch)


@pytest.mark.parametrize("name", list(presets()))
def test_cached_values_equal_what_ironcalc_computes(name: str, written: Written) -> None:
    file = at_its_rates(written, load_network(name))
    check, cached = Check(file), read_values(file)[CHECK_SHEET]
    cells = formulas(file)
    assert len(cells) > 200
    for cell in cells:
        found, expected = check.value(cell), cached[cell]
        if isinstance(expected, str):
            assert found == expected, cell
        elif re.fullmatch(r"[EG]\d+", cell):  # a quotient of tiny differences keeps about ten digits
            assert found == pytest.approx(expected, abs=1e-10), cell
        else:
            assert found == pytest.approx(expected, rel=1e-12), cell


@pytest.mark.parametrize("name", ["eight-weight", "softmax-classifier", "xor"])
def test_the_chosen_epoch_of_the_chosen_rate_is_what_is_checked(name: str, written: Written) -> None:
    network = load_network(name)
    rates = (0.05, 0.4)
    file = written(network, rates, EPOCHS)
    check = Check(file)
    check.choose(7, sheet_name(0.4))
    trace = run_trace(derive(network), rates, EPOCHS)
    expected = dict(zip(trace.names, trace.values[1, 6].tolist(), strict=True))
    header = {cell.value: cell.column_letter for cell in openpyxl.load_workbook(file)[CHECK_SHEET][11][9:]}
    assert {"w1", "E_total"} <= set(header)
    for shown, letter in header.items():
        quantity = shown.replace(" ", "_")
        assert check.value(f"{letter}12") == pytest.approx(expected[quantity], rel=1e-12), shown
    derivatives = [expected[f"dE_d{p.name}"] for p in derive(network).trained]
    found = [check.value(f"F{FIRST_ROW + 2 * number}") for number in range(len(derivatives))]
    assert found == pytest.approx(derivatives, rel=1e-12)


def plant(file: Path, target: Path, name: str, epoch: int, factor: str) -> None:
    """Write a wrong derivative over that of one epoch of the second rate's sheet."""
    layout = rate_sheet(derive(load_network("eight-weight")), EPOCHS, "closed")
    cell = layout.cell(name, layout.first_row + epoch - 1)
    formula = openpyxl.load_workbook(file)["η = 2"][layout.cell(name, layout.first_row)].value.removeprefix("=")
    shifted = re.sub(r"(?<=[A-Z])6\b", str(layout.first_row + epoch - 1), formula)

    def edit(xml: str) -> str:
        return re.sub(rf'(<c r="{cell}"[^>]*>)<f[^>]*?(/>|>[^<]*</f>)', rf"\g<1><f>{factor}*({shifted})</f>", xml)

    edit_part(file, target, "xl/worksheets/sheet3.xml", edit)


@pytest.fixture(scope="module")
def two_rates(written: Written, eight_weight: Derivation) -> Path:
    return at_its_rates(written, eight_weight.network)


@pytest.mark.parametrize(("name", "factor"), [("dE_dw5", "-1"), ("dE_dw1", "1.001"), ("dE_dw8", "1000")])
def test_a_wrong_derivative_makes_its_row_red_and_no_other(
    two_rates: Path, tmp_path: Path, name: str, factor: str
) -> None:
    planted = tmp_path / "planted.xlsx"
    plant(two_rates, planted, name, 5, factor)
    check = Check(planted)
    assert check.wrong == []
    check.choose(5, "η = 2")
    assert check.wrong == [name.removeprefix("dE_d")]
    assert check.overall == "1 of 8 derivatives differs"
    check.choose(6)
    assert (check.overall, check.wrong) == ("all 8 derivatives agree", [])


def choose_in_file(file: Path, target: Path, epoch: int, rate: str) -> None:
    workbook = openpyxl.load_workbook(file)
    workbook[CHECK_SHEET]["C4"].value, workbook[CHECK_SHEET]["C5"].value = rate, epoch
    workbook.save(target)


def test_libreoffice_sees_the_same_green_and_red(
    two_rates: Path, tmp_path: Path, libreoffice: Callable[[Path], Values]
) -> None:
    planted, chosen = tmp_path / "planted.xlsx", tmp_path / "chosen.xlsx"
    plant(two_rates, planted, "dE_dw3", 5, "2")
    choose_in_file(planted, chosen, 5, "η = 2")
    cells = libreoffice(chosen)[CHECK_SHEET]
    assert (cells["E4"], wrong(cells)) == ("1 of 8 derivatives differs", ["w3"])
    choose_in_file(planted, chosen, EPOCHS, "η = 2")
    cells = libreoffice(chosen)[CHECK_SHEET]
    assert (cells["E4"], wrong(cells)) == ("all 8 derivatives agree", [])


@pytest.mark.parametrize(("epoch", "rate"), [(0, "η = 2"), (EPOCHS + 1, "η = 2"), ("one", "η = 2"), (1, "η = 3")])
def test_what_no_table_has_asks_for_another_choice(two_rates: Path, epoch: object, rate: str) -> None:
    check = Check(two_rates)
    check.choose(epoch, rate)
    assert check.overall == f"choose a sheet and an epoch from 1 to {EPOCHS}"


def test_the_reader_may_change_four_named_cells_within_bounds(two_rates: Path) -> None:
    workbook = openpyxl.load_workbook(two_rates)
    names = {name: workbook.defined_names[f"check_{name}"].attr_text for name in ("rate", "epoch", "h", "tolerance")}
    assert names == {"rate": "Check!$C$4", "epoch": "Check!$C$5", "h": "Check!$C$6", "tolerance": "Check!$C$7"}
    rules = {
        str(rule.sqref): (rule.type, rule.formula1) for rule in workbook[CHECK_SHEET].data_validations.dataValidation
    }
    assert rules == {
        "C4": ("list", "$K$4:$L$4"), "C5": ("whole", "1"), "C6": ("decimal", "0"), "C7": ("decimal", "0"),
    }  # fmt: skip


def test_every_computed_cell_is_a_formula_and_none_is_volatile(two_rates: Path) -> None:
    found = formulas(two_rates)
    rows, quantities = 1 + 2 * 8, 23
    assert (
        len(found) == rows * (quantities + 1) + 8 * 4 + 3 + 3
    )  # E_total stands twice; the choice, the limit, the verdict; rows
    assert not [text for text in found.values() if re.search("INDIRECT|OFFSET|NOW|RAND", text)]


def at_a_kink(derivation: Derivation, epoch: int) -> bool:
    """Whether a weighted sum or a loss is so near a kink that a step may cross it."""
    trace = run_trace(derivation, (0.1,), EPOCHS)
    row = dict(zip(trace.names, trace.values[0, epoch - 1].tolist(), strict=True))
    bends = {"mean_absolute_error": lambda a, t: a - t, "hinge": lambda a, t: 1 - t * a,
             "huber_error": lambda a, t: abs(a - t) - 1}.get(derivation.network.loss)  # fmt: skip
    ends = [""] if not derivation.per_sample else [f"_s{n}" for n in range(1, derivation.network.batch + 1)]
    distances = [
        bends(row[f"{neuron.a.name}{end}"], row[f"{target.name}{end}"])
        for neuron, target in zip(derivation.layers[-1], derivation.targets, strict=False)  # there may be none
        for end in ends
        if bends
    ]
    distances += [
        value - kink
        for layer, neurons in zip(derivation.network.layers, derivation.layers, strict=True)
        for kink, _ in ACTIVATIONS[layer.activation].kinks
        for name, value in row.items()
        if re.sub(r"_s\d+$", "", name) in {neuron.z.name for neuron in neurons}
    ]
    return any(abs(distance) < 1e-3 for distance in distances)


@given(network=any_networks())
@drawn(15)
def test_random_networks_are_green_away_from_kinks(written: Written, network: Network) -> None:
    with only_those_that_fit():
        check = Check(written(network, (0.1,), EPOCHS))
    for epoch in (1, 2, EPOCHS):
        check.choose(epoch)
        assert check.wrong == [] or at_a_kink(derive(network), epoch)


def test_biases_that_are_not_trained_have_no_row(written: Written) -> None:
    cells = read_values(at_its_rates(written, load_network("mazur")))[CHECK_SHEET]
    assert [cells.get(f"B{row}") for row in range(FIRST_ROW, FIRST_ROW + 18, 2)] == [
        *(f"w{number}" for number in range(1, 9)), None,
    ]  # fmt: skip


def lone(inputs: int, outputs: int, activation: str = "sigmoid", value: float = 1.0) -> Network:
    fields = {
        "name": "lone", "title": "", "inputs": [value] * inputs, "targets": [0.5] * outputs,
        "loss": "half_squared_error",
        "layers": [{"activation": activation, "weights": [[0.01] * inputs] * outputs}],
    }  # fmt: skip
    return Network.model_validate(fields)


def test_of_a_large_network_some_parameters_are_checked_and_the_sheet_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "MOST_CELLS", 1000)
    write_workbook(derive(lone(8, 4)), tmp_path / "a.xlsx", (0.5,), EPOCHS)
    cells = read_values(tmp_path / "a.xlsx")[CHECK_SHEET]
    checked = [cells[f"B{row}"] for row in range(FIRST_ROW, 60, 2) if f"B{row}" in cells]
    assert checked == ["w1", "w5", "w9", "w13", "w17", "w21", "w25", "w29"]
    assert cells["B9"] == "8 of 32 parameters are checked, evenly spread."
    assert cells["E4"] == "all 8 derivatives agree"


def test_a_network_too_large_for_one_parameter_has_no_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "MOST_CELLS", 150)
    write_workbook(derive(lone(8, 4)), tmp_path / "a.xlsx", (0.5,), EPOCHS)
    assert CHECK_SHEET not in openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True).sheetnames


def test_large_inputs_get_a_smaller_step_and_are_green(written: Written) -> None:
    file = written(lone(2, 2, "tanh", 200.0), (1e-6,), EPOCHS)
    assert read_values(file)[CHECK_SHEET]["C6"] == 2e-7
    assert Check(file).wrong == []


def test_a_kink_has_its_note(written: Written) -> None:
    cells = read_values(written(lone(2, 2, "relu"), (0.5,), EPOCHS))[CHECK_SHEET]
    assert str(cells["B9"]).startswith("relu bends abruptly at 0")
