"""The epoch tables of random networks of every kind and of wide ones, recalculated by IronCalc, against the trace."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop.derivation.derive import Derivation, Form, derive
from backprop.derivation.equation import sample_name
from backprop.epochs.trace import run_trace
from backprop.network.description import Table
from backprop.network.load import load_network
from backprop.network.network import Network
from backprop.spreadsheet.formula import MAX_CHARACTERS
from backprop.workbook.layout import formula_columns, network_sheet, rate_sheet, sheet_name
from tests.backprop.networks import any_networks, only_those_that_fit, wide_network
from tests.backprop.tables import calculated_by_ironcalc, input_values, table_cells, worst_difference
from tests.examples import drawn

FORMS = st.sampled_from(["closed", "steps"])
RATES = [0.1, 0.3]


def difference(derivation: Derivation, epochs: int, form: Form, changed: dict[str, float] | None = None) -> float:
    """Worst relative difference between the tables with those changes and the trace of the network with them."""
    values = calculated_by_ironcalc(table_cells(derivation, RATES, epochs, form, changed))
    network = derivation.network
    for name, value in (changed or {}).items():
        network = with_value(derivation, network, name, value)
    trace = run_trace(derive(network), RATES, epochs, form)
    return worst_difference(values, trace, rate_sheet(derivation, epochs, form))


def away_from_signs(derivation: Derivation, form: Form) -> bool:
    """Whether no derivative is 0 but for rounding: rprop goes by the sign alone."""
    if derivation.network.training.optimiser != "rprop":
        return True
    trace = run_trace(derivation, RATES, 4, form)
    slopes = (trace.column(name) for name in trace.names if name.startswith("dE_d"))
    return all(np.all((each == 0) | (np.abs(each) > 1e-9)) for each in slopes)


def with_value(derivation: Derivation, network: Network, name: str, value: float) -> Network:
    """The network with another number in one of its inputs, as in input_values."""
    if name in network.training.constants(1):
        return network.model_copy(update={"training": network.training.model_copy(update={name: value})})
    given: dict[str, list[list[float]]] = {
        "inputs": [list(row) for row in network.inputs],
        "targets": [list(row) for row in network.targets],
    }
    for key, symbols in (("inputs", derivation.inputs), ("targets", derivation.targets)):
        for number, symbol in enumerate(symbols):
            for sample in range(network.samples):
                if name == (sample_name(symbol.name, sample + 1) if network.samples > 1 else symbol.name):
                    given[key][sample][number] = value
                    return network.model_copy(update=given)
    if name in network.shared:
        return network.model_copy(update={"shared": Table({**network.shared, name: value})})
    layers = []
    for neurons, layer in zip(derivation.layers, network.layers, strict=True):
        rows = [list(row) for row in layer.weights]
        biases = list(layer.bias_entries)
        for neuron, row in zip(neurons, rows, strict=True):
            used = iter(neuron.weights)
            for column, entry in enumerate(row):
                if entry != "" and next(used).name == name:
                    row[column] = value
        for number, neuron in enumerate(neurons[: len(biases)]):
            if neuron.bias is not None and neuron.bias.name == name:
                biases[number] = value
        update: dict[str, Any] = {"weights": tuple(map(tuple, rows))}
        kind = next((k for k in ("biases", "thresholds") if getattr(layer, k) is not None), None)
        update |= {"shared_bias": biases[0]} if layer.shared_bias is not None else {kind: tuple(biases)} if kind else {}
        layers.append(layer.model_copy(update=update))
    return network.model_copy(update={"layers": tuple(layers)})


@given(any_networks(), FORMS)
@drawn(150)
def test_tables_of_random_networks_equal_their_trace(network: Network, form: Form) -> None:
    with only_those_that_fit():
        derivation = derive(network)
        assume(away_from_signs(derivation, form))
        assert difference(derivation, 4, form) <= 1e-12


@given(any_networks(), FORMS, st.data())
@drawn(100)
def test_a_changed_input_changes_every_table_as_it_changes_the_trace(
    network: Network, form: Form, data: st.DataObject
) -> None:
    """Any weight, bias, input and target of any sample, or constant of the training."""
    derivation = derive(network)
    name = data.draw(st.sampled_from(sorted(input_values(derivation, 4))))
    value = 3 if name in ("period", "step_size") else 0.625
    with only_those_that_fit():
        assert difference(derivation, 4, form, {name: value}) <= 1e-12


@pytest.mark.parametrize("name", ["momentum", "i2_s3", "t1_s4", "w5", "b3"])
def test_each_kind_of_input_is_felt(name: str) -> None:
    derivation = derive(load_network("xor"))
    before, after = (calculated_by_ironcalc(table_cells(derivation, RATES, 4, "closed", c)) for c in ({}, {name: 0.7}))
    loss = rate_sheet(derivation, 4, "closed").cell("E_total", 9)
    for rate in RATES:
        assert before[sheet_name(rate)][loss] != after[sheet_name(rate)][loss]


def test_samples_take_turns_and_start_over() -> None:
    derivation = derive(load_network("softmax-classifier"))
    layout = rate_sheet(derivation, 2, "closed")
    table = calculated_by_ironcalc(table_cells(derivation, [0.1], 2, "closed"))[sheet_name(0.1)]
    counts = [[table[layout.cell(name, row)] for row in range(6, 18)] for name in ("epoch", "step", "sample")]
    assert counts == [[1] * 6 + [2] * 6, [*range(1, 13)], [*range(1, 7)] * 2]
    assert [table[layout.cell("i2", 6 + epoch)] for epoch in range(7)] == [0.2, 0.1, 0.9, 0.1, 0.3, 0.8, 0.2]


WIDE = {  # sizes, output, samples
    "fan-in": ((40, 3, 2), "sigmoid", 1),
    "fan-out": ((2, 40, 2), "tanh", 1),
    "wide-output": ((3, 2, 40), "identity", 1),
    "wide-twice": ((12, 40, 11), "softmax", 1),
    "wide-batch": ((11, 12, 2), "sigmoid", 2),
    "classes": ((2, 300), "softmax", 1),
}


@pytest.mark.parametrize("form", ["closed", "steps"])
@pytest.mark.parametrize("name", WIDE)
def test_tables_of_wide_networks_equal_their_trace(name: str, form: Form) -> None:
    assert difference(derive(wide_network(*WIDE[name])), 2, form) <= 1e-12


@pytest.mark.parametrize("form", ["closed", "steps"])
@pytest.mark.parametrize("name", WIDE)
def test_formulas_of_wide_networks_are_ranges_within_excels_limits(name: str, form: Form) -> None:
    derivation = derive(wide_network(*WIDE[name]))
    layout = rate_sheet(derivation, 1_000_000, form)
    columns = formula_columns(derivation, network_sheet(derivation), layout, form)
    for column in columns.values():
        formula = column.filled.format(row=1_000_005, previous=1_000_004)
        assert len(formula) <= MAX_CHARACTERS
        for arguments in re.findall(r"\(([^()]*)\)", formula):
            assert arguments.count(",") < 255
    for target in (equation.target.name for equation in derivation.forward):
        assert len(columns.get(target, columns.get(f"{target}_s1")).filled) < 300


def test_the_largest_of_300_logits_is_one_range() -> None:
    derivation = derive(wide_network(*WIDE["classes"]))
    layout = rate_sheet(derivation, 2, "steps")
    columns = formula_columns(derivation, network_sheet(derivation), layout, "steps")
    assert re.fullmatch(r"=MAX\([A-Z]+\{row\}:[A-Z]+\{row\}\)", columns["z_max"].filled)
    assert re.fullmatch(r"=SUM\([A-Z]+\{row\}:[A-Z]+\{row\}\)", columns["e_sum"].filled)


def test_a_long_sum_back_through_a_wide_layer_is_one_sumproduct() -> None:
    derivation = derive(wide_network(*WIDE["wide-output"]))
    layout = rate_sheet(derivation, 2, "steps")
    columns = formula_columns(derivation, network_sheet(derivation), layout, "steps")
    for name in ("delta_h1", "delta_h2"):
        assert columns[name].filled.startswith("=(SUMPRODUCT(")
