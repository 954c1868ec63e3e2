"""Sheet Walkthrough: one step, every number in its formula; and its part of sheet Explain, in IronCalc."""

from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import pytest
from hypothesis import given
from openpyxl.utils import range_boundaries

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from backprop.workbook.layout import EXPLAIN_SHEET, WALKTHROUGH_SHEET, sheet_name
from backprop.workbook.sheets.walkthrough.lines import lay_out
from tests.backprop.conftest import Written
from tests.backprop.networks import LARGE, any_networks
from tests.examples import drawn

EPOCHS = 5
RATES = (0.1, 0.7)


class Board:
    """The sheet in IronCalc: the value of each line by its name, and the texts beside it."""

    def __init__(self, file: Path) -> None:
        self.names = openpyxl.load_workbook(file, read_only=True).sheetnames
        self.model: Any = ironcalc.load_from_xlsx(str(file))
        self.model.evaluate()

    def cell(self, sheet: str, place: str) -> Any:
        column, row, *_ = range_boundaries(place)
        return self.model.get_cell_value(self.names.index(sheet), row, column)

    def choose(self, rate: float, epoch: int, **others: object) -> None:
        explain = self.names.index(EXPLAIN_SHEET)
        places = {"parameter": 4, "rate": 5, "epoch": 6, "sample": 7}
        for name, value in {"rate": sheet_name(rate), "epoch": epoch, **others}.items():
            self.model.set_user_input(explain, places[name], 3, str(value))
        self.model.evaluate()

    def lines(self) -> dict[str, tuple[str, str, float]]:
        """The last line of each name: in symbols, with numbers, its value."""
        found = {}
        for row in range(4, 500):
            name, *line = (self.cell(WALKTHROUGH_SHEET, f"{letter}{row}") for letter in "BCDE")
            if name and line[-1] not in (None, ""):
                found[name] = tuple(line)
        return found


def test_the_published_example_stands_on_the_board(written: Written) -> None:
    lines = Board(written(load_network("mazur"), (0.5,))).lines()
    assert lines["net_h1"][:2] == ("w1·i1 + w2·i2 + b1", "0.15·0.05 + 0.2·0.1 + 0.35")
    assert lines["out_h1"][:2] == ("σ(net_h1)", "1/(1 + e^(−0.3775))")
    assert lines["E_total"][2] == pytest.approx(0.298371109, abs=5e-10)
    assert lines["∂E/∂w5"][1:] == ("0.138498562·0.593269992", pytest.approx(0.082167041, abs=5e-10))
    assert lines["new w1"] == ("w1 − η·∂E/∂w1", "0.15 − 0.5·0.000438568", pytest.approx(0.149780716, abs=5e-10))
    assert lines["new w7"][1] == "0.5 − 0.5·(-0.022602540)"


def test_what_adam_keeps_stands_there_in_numbers(written: Written) -> None:
    board = Board(written(load_network("softmax-classifier")))
    board.choose(0.1, 2)
    lines = board.lines()
    assert lines["m_w1"][0] == "β1·m_w1 + (1 − β1)·∂E/∂w1"
    assert lines["m_w1"][1].startswith("0.9·0.004835694 + (1 − 0.9)·")
    assert lines["m̂_w1"][0] == "m_w1/(1 − β1^step)"
    assert lines["m̂_w1"][1] == f"({lines['m_w1'][2]:.9f})/(1 − 0.9^2)"
    assert lines["new w1"][0] == "w1 − η·(m̂_w1/(√(v̂_w1) + ε))"


def test_a_kinked_function_is_what_it_computes(written: Written) -> None:
    lines = Board(written(load_network("softmax-classifier"))).lines()
    assert lines["a_h1"][:2] == ("lrelu(h1)", "(0.08 for 0.08 > 0, else 0.01·0.08)")
    assert lines["δ_h1"][1].endswith("·(1 for 0.08 > 0, else 0.01)")


def assert_next_epoch(board: Board, derivation: Derivation) -> None:
    """From each epoch of each rate the board computes the weights that the table has in the next."""
    trace = run_trace(derivation, RATES, EPOCHS)
    for number, rate in enumerate(RATES):
        for epoch in (1, EPOCHS - 1):
            board.choose(rate, epoch)
            lines = board.lines()
            for symbol in derivation.trained:
                expected = trace.column(symbol.name)[number, epoch]
                assert lines[f"new {symbol.name}"][2] == pytest.approx(expected, rel=1e-11, abs=1e-13)
            assert lines["E_total"][2] == pytest.approx(trace.column("E_total")[number, epoch - 1], rel=1e-11)


@pytest.mark.parametrize("name", list(presets()))
def test_a_step_leads_to_the_next_epoch(name: str, written: Written) -> None:
    network = load_network(name)
    assert_next_epoch(Board(written(network)), derive(network))


@given(network=any_networks())
@drawn(6)
def test_a_step_of_a_random_network_leads_to_the_next_epoch(written: Written, network: Network) -> None:
    derivation = derive(network)
    assert lay_out(derivation) is not None
    assert_next_epoch(Board(written(network)), derivation)


@pytest.mark.parametrize("name", ["eight-weight", "xor", "softmax-classifier"])
def test_explain_takes_forward_pass_and_update_from_the_board(name: str, written: Written) -> None:
    network = load_network(name)
    derivation, board = derive(network), Board(written(network))
    parameter = str(derivation.trained[-2])
    batch = {"sample": 3} if derivation.per_sample else {}
    board.choose(0.7, 3, parameter=parameter, **batch)
    lines = board.lines()
    explained = {}
    for row in range(12, 60):
        name_, *line = (board.cell(EXPLAIN_SHEET, f"{letter}{row}") for letter in "BCDE")
        explained.setdefault(name_, tuple(line))
    assert explained[f"new {parameter}"] == lines[f"new {parameter}"]
    trace = run_trace(derivation, RATES, EPOCHS)
    suffix = "_s3" if batch else ""
    for neuron in derivation.layers[0]:
        assert explained[neuron.z.name][2] == pytest.approx(trace.column(f"{neuron.z.name}{suffix}")[1, 2], rel=1e-11)


def test_a_network_too_large_for_a_board_has_none(written: Written) -> None:
    assert lay_out(derive(LARGE)) is None
    assert WALKTHROUGH_SHEET not in openpyxl.load_workbook(written(LARGE, form="steps"), read_only=True).sheetnames
