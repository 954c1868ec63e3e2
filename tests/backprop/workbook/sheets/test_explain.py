"""Sheet Explain: the walk ends at the derivative of the table, whatever is chosen, in engines nobody here wrote."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import pytest
from hypothesis import given

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import run_trace
from backprop.network.layer import Layer
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from backprop.workbook.layout import EXPLAIN_SHEET, rate_sheet, sheet_name
from backprop.workbook.sheets.explain.chain import MOST_PARAMETERS, MOST_PATHS, chain_rule
from backprop.workbook.sheets.explain.sheet import FIRST_ROW, PRODUCT_ROW, RIGHT, RULE_ROW, WRONG
from tests.backprop.conftest import Values, Written, edit_part, read_values
from tests.backprop.networks import any_networks, only_those_that_fit
from tests.examples import drawn

EPOCHS = 5
CELLS = {"parameter": "C4", "rate": "C5", "epoch": "C6", "sample": "C7"}


class Explain:
    """The sheet in IronCalc."""

    def __init__(self, file: Path) -> None:
        self.index = openpyxl.load_workbook(file, read_only=True).sheetnames.index(EXPLAIN_SHEET)
        self.model: Any = ironcalc.load_from_xlsx(str(file))
        self.model.evaluate()

    def choose(self, **choices: object) -> None:
        for name, value in choices.items():
            self.model.set_user_input(self.index, *place(CELLS[name]), str(value))
        self.model.evaluate()

    def value(self, cell: str) -> Any:
        return self.model.get_cell_value(self.index, *place(cell))

    def derivative(self, batch: bool) -> float:
        return self.value(f"E{PRODUCT_ROW + batch}")

    def verdict(self, batch: bool) -> str:
        return self.value(f"F{PRODUCT_ROW + 1 + batch}")

    def lines(self) -> list[str]:
        """Name, symbols and numbers of each line of the walk."""
        shown = ([self.value(f"{letter}{row}") or "" for letter in "BCD"] for row in range(FIRST_ROW, 60))
        walk = [" | ".join(filter(None, map(str, line))) for line in shown]
        end = next(walk.index(title) for title in ("Forward pass", "Numbers of that epoch") if title in walk)
        return [line for line in walk[:end] if line]


def place(cell: str) -> tuple[int, int]:
    column, row = openpyxl.utils.cell.coordinate_from_string(cell)
    return row, openpyxl.utils.column_index_from_string(column)


def chain(sizes: tuple[int, ...], **fields: Any) -> Network:
    """Fully connected, with weights that differ."""
    layers = tuple(
        Layer(
            activation="tanh",
            weights=tuple(tuple(0.3 - 0.07 * ((3 * j + k) % 9) for k in range(m)) for j in range(n)),
        )
        for m, n in pairwise(sizes)
    )
    return Network(
        name="chain", title="Chain", inputs=(0.5,) * sizes[0], targets=(0.2,) * sizes[-1],
        loss="half_squared_error", layers=layers, **fields,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["closed", "steps"])
@pytest.mark.parametrize("name", list(presets()))
def test_cached_values_equal_what_ironcalc_computes(name: str, form: str, written: Written) -> None:
    file = written(load_network(name), form=form)
    explain, cached = Explain(file), read_values(file)[EXPLAIN_SHEET]
    sheet = openpyxl.load_workbook(file)[EXPLAIN_SHEET]
    cells = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(cells) > 150
    for cell in cells:
        found, expected = explain.value(cell), cached.get(cell, "")
        assert found == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-12)), cell


@pytest.mark.parametrize("form", ["closed", "steps"])
@pytest.mark.parametrize("name", list(presets()))
def test_every_parameter_of_every_preset_is_explained_at_two_rates_and_epochs(
    name: str, form: str, written: Written
) -> None:
    derivation = derive(load_network(name))
    explain = Explain(written(derivation.network, form=form))
    assert_explained(explain, derivation, (0.1, 0.7), ((0, 1), (1, 1), (1, EPOCHS)))


def assert_explained(
    explain: Explain, derivation: Derivation, rates: tuple[float, ...], places: tuple[tuple[int, int], ...]
) -> None:
    """At those numbers of a rate and an epoch; terms of about 1 may cancel."""
    trace, batch = run_trace(derivation, rates, EPOCHS), bool(derivation.per_sample)
    for rate, epoch in places:
        for parameter in derivation.trained:
            explain.choose(parameter=parameter, rate=sheet_name(rates[rate]), epoch=epoch)
            expected = trace.column(f"dE_d{parameter}")[rate, epoch - 1]
            assert explain.derivative(batch) == pytest.approx(expected, rel=1e-12, abs=1e-15), (parameter, epoch)
            assert explain.verdict(batch).startswith(RIGHT), (parameter, epoch)
            assert explain.value(f"B{RULE_ROW}").startswith(f"∂E/∂{parameter} = ")


@given(network=any_networks())
@drawn(12)
def test_every_parameter_of_random_networks_is_explained(written: Written, network: Network) -> None:
    derivation, rates = derive(network), (0.02, 0.1)
    with only_those_that_fit():
        explain = Explain(written(network, rates))
    assert_explained(explain, derivation, rates, ((1, 3),))


def test_the_walk_of_a_hidden_weight_tells_each_factor_and_each_path(written: Written) -> None:
    explain = Explain(written(load_network("mazur"), (0.5,)))
    assert explain.value(f"B{RULE_ROW}") == "∂E/∂w1 = ∂E/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1"
    assert explain.lines() == [
        "∂E/∂out_h1 | δ_o1·w5 + δ_o2·w7 | 0.055399425 + (-0.019049118)",
        "∂out_h1/∂net_h1 | out_h1·(1 − out_h1) | 0.593270·(1 − 0.593270)",
        "∂net_h1/∂w1 | i1 | 0.05",
        "∂E/∂w1 | product of the factors | 0.036350306 · 0.241300709 · 0.05",
        "∂E/∂w1 | in the epoch table | η = 0.5, epoch 1",
        "The step: what the derivative is for",
        "new w1 | w1 − η·∂E/∂w1 | 0.15 − 0.5·0.000438568",
        "Where ∂E/∂out_h1 comes from: through each neuron on the way to the loss",
        "through o1 | δ_o1·w5 | 0.138498562·0.400000",
        "through o2 | δ_o2·w7 | (-0.038098237)·0.500000",
        "∂E/∂out_h1 | δ_o1·w5 + δ_o2·w7 | 0.055399425 + (-0.019049118)",
    ]
    assert explain.value("F22") == "δ_o1 = ∂E/∂out_o1·∂out_o1/∂net_o1 = 0.741365070·0.186815602"


def test_the_walk_of_an_output_weight_has_no_paths(written: Written) -> None:
    explain = Explain(written(load_network("mazur"), (0.5,)))
    explain.choose(parameter="w5")
    assert explain.lines() == [
        "∂E/∂out_o1 | out_o1 − t1 | 0.751365 − 0.01",
        "∂out_o1/∂net_o1 | out_o1·(1 − out_o1) | 0.751365·(1 − 0.751365)",
        "∂net_o1/∂w5 | out_h1 | 0.593270",
        "∂E/∂w5 | product of the factors | 0.741365070 · 0.186815602 · 0.593270",
        "∂E/∂w5 | in the epoch table | η = 0.5, epoch 1",
        "The step: what the derivative is for",
        "new w5 | w5 − η·∂E/∂w5 | 0.4 − 0.5·0.082167041",
        "∂E/∂out_o1 comes straight from the loss: an output neuron feeds no other.",
    ]


def test_softmax_and_its_loss_are_one_factor_and_the_sheet_says_why(written: Written) -> None:
    derivation = derive(load_network("softmax-classifier"))
    output = run_trace(derivation, (0.1,), EPOCHS).column("a_o2")[0, 7]
    explain = Explain(written(derivation.network))
    explain.choose(parameter="w12", epoch=8)
    assert explain.value(f"B{RULE_ROW}") == "∂E/∂w12 = δ_o2 · ∂o2/∂w12,   where δ_o2 = ∂E/∂o2"
    assert explain.value("D6") == f"1 to {6 * EPOCHS}; this one is epoch 2, sample 2"
    assert explain.lines()[:2] == [f"δ_o2 | a_o2 − t2 | {output:.6f} − 1", "∂a_o2/∂o2 | — | —"]
    assert explain.value("F12") == "Loss and activation in one: cross-entropy after softmax leaves output minus target."
    assert explain.value("F13").startswith("Already inside δ_o2: alone, ∂E/∂a_o2 grows without bound")


def test_a_shared_bias_is_the_sum_of_its_layers_deltas(written: Written) -> None:
    explain = Explain(written(load_network("three-hidden")))
    explain.choose(parameter="b2")
    lines = explain.lines()
    assert lines[0].startswith("Σ δ | δ_h2_1 + δ_h2_2 | ")
    assert lines[7] == "Where Σ δ comes from: through each neuron on the way to the loss"
    assert [line.split(" | ")[0] for line in lines[8:]] == ["through h2_1", "through h2_2", "Σ δ"]


@pytest.mark.parametrize("name", ["xor", "three-hidden"])
def test_of_several_samples_the_chosen_one_has_its_share_of_the_mean(name: str, written: Written) -> None:
    network = load_network(name)
    if network.samples == 1:  # with shared biases
        data = network.model_dump() | {
            "inputs": [[0.05, 0.1], [0.4, -0.3], [-1, 2]],
            "targets": [[0, 1], [1, 0], [0, 0]],
        }
        network = Network.model_validate(data)
    derivation = derive(network)
    explain = Explain(written(network))
    for parameter in derivation.trained:
        shares = []
        explain.choose(parameter=parameter, epoch=EPOCHS)
        mean = explain.derivative(batch=True)
        for sample in range(1, network.batch + 1):
            explain.choose(sample=sample)
            assert explain.value(f"B{PRODUCT_ROW}") == f"∂E/∂{parameter} of sample {sample}"
            assert explain.derivative(batch=True) == mean
            assert explain.verdict(batch=True).startswith(RIGHT)
            shares.append(explain.value(f"E{PRODUCT_ROW}"))
        assert sum(shares) / network.batch == pytest.approx(mean, rel=1e-12)
        assert len(set(shares)) > 1


def test_biases_that_are_not_trained_are_not_offered() -> None:
    names = [parameter.name for parameter in chain_rule(derive(load_network("mazur"))).parameters]
    assert names == [f"w{number}" for number in range(1, 9)]


def test_many_paths_are_eight_lines_and_one_for_the_rest(written: Written) -> None:
    network = chain((2, 3, 12, 2))
    explain = Explain(written(network, form="steps"))
    paths = [line.split(" | ")[0] for line in explain.lines()[8:]]
    assert paths == [*(f"through h2_{n}" for n in range(1, MOST_PATHS + 1)), "and 4 more", "∂E/∂a_h1_1"]
    derivation = derive(network)
    trace = run_trace(derivation, (0.1, 0.7), EPOCHS, "steps")
    for parameter in ("w1", "w6", "w7", "w42", "w43", "w66"):
        explain.choose(parameter=parameter, epoch=4)
        expected = trace.column(f"dE_d{parameter}")[0, 3]
        assert explain.derivative(batch=False) == pytest.approx(expected, rel=1e-12)
        assert explain.verdict(batch=False).startswith(RIGHT)


def test_a_large_network_offers_some_parameters_and_says_so(written: Written) -> None:
    network = chain((12, 14, 6, 2))
    file = written(network, form="steps")
    offered = [parameter.name for parameter in chain_rule(derive(network)).parameters]
    assert len(offered) == MOST_PARAMETERS
    explain = Explain(file)
    assert explain.value("F4") == "200 of 264 parameters can be chosen, evenly spread."
    trace = run_trace(derive(network), (0.1, 0.7), EPOCHS, "steps")
    for parameter in (offered[1], offered[99], offered[150], offered[-1]):
        explain.choose(parameter=parameter, rate="η = 0.7", epoch=2)
        assert explain.derivative(batch=False) == pytest.approx(trace.column(f"dE_d{parameter}")[1, 1], rel=1e-12)
        assert explain.verdict(batch=False).startswith(RIGHT)


@pytest.mark.parametrize("name", ["eight-weight", "xor"])
def test_a_wrong_derivative_in_the_epoch_table_gets_a_cross(name: str, tmp_path: Path, written: Written) -> None:
    derivation = derive(load_network(name))
    file, planted = written(derivation.network), tmp_path / "planted.xlsx"
    cell = rate_sheet(derivation, EPOCHS, "closed").cell("dE_dw1", 6)
    part = f"xl/worksheets/sheet{2 + (derivation.network.samples > 1)}.xml"
    edit_part(file, planted, part, lambda xml: re.sub(rf'(<c r="{cell}".*?<f[^>]*>)', r"\g<1>1.000001*", xml, count=1))
    explain, batch = Explain(planted), bool(derivation.per_sample)
    assert explain.verdict(batch).startswith(WRONG)
    explain.choose(parameter="w2")
    assert explain.verdict(batch).startswith(RIGHT)


@pytest.mark.parametrize("name", ["three-hidden", "xor"])
def test_libreoffice_follows_a_choice(
    name: str, tmp_path: Path, written: Written, libreoffice: Callable[[Path], Values]
) -> None:
    derivation = derive(load_network(name))
    file, chosen = written(derivation.network), tmp_path / "chosen.xlsx"
    parameter, batch = str(derivation.trained[-1]), bool(derivation.per_sample)
    index = openpyxl.load_workbook(file, read_only=True).sheetnames.index(EXPLAIN_SHEET) + 1

    def choose(xml: str) -> str:
        xml = re.sub(r'(<c r="C4"[^>]*><is><t>)[^<]*', rf"\g<1>{parameter}", xml)
        xml = re.sub(r'(<c r="C5"[^>]*><is><t>)[^<]*', r"\g<1>η = 0.7", xml)
        return re.sub(r'(<c r="C6"[^>]*><v>)[^<]*', r"\g<1>5", xml)

    edit_part(file, chosen, f"xl/worksheets/sheet{index}.xml", choose)
    values, explain = libreoffice(chosen)[EXPLAIN_SHEET], Explain(chosen)
    expected = run_trace(derivation, (0.1, 0.7), EPOCHS).column(f"dE_d{parameter}")[1, 4]
    assert values[f"E{PRODUCT_ROW + batch}"] == pytest.approx(expected, rel=1e-12)
    assert values[f"F{PRODUCT_ROW + 1 + batch}"] == explain.verdict(batch) == f"{RIGHT}  the same number"
    for row in range(FIRST_ROW, FIRST_ROW + 12):
        for letter in "BCDF":
            assert (values.get(f"{letter}{row}") or "") == (explain.value(f"{letter}{row}") or "")
