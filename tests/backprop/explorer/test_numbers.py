"""The numbers on the page are those of the trace."""

from typing import Any

import numpy as np
import pytest

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import DEFAULT_LEARNING_RATES, run_trace
from backprop.network.load import load_network, presets
from tests.backprop.explorer.conftest import Open

EPOCHS = 100
ALL_ROWS = """([rates, rows]) => rates.map((rate) => {
  const {store} = explorer, model = store.state.model;
  store.setRate(rate);
  const run = store.state.run;
  run.reach(rows - 1);
  const names = model.order.filter((name) => !["E_epoch", "sample", "batch", "step"].includes(name));
  return {names, diverged: run.diverged, losses: run.losses, values: run.losses.map((_, row) => {
    const values = run.row(row);
    return names.map((name) => values[name]);
  })};
})"""


def pages() -> dict[str, Derivation]:
    return {name: derive(load_network(name)) for name in presets()}


@pytest.mark.parametrize("name", presets())
def test_every_quantity_of_every_row_at_every_rate_equals_the_trace(name: str, open_page: Open) -> None:
    derivation = derive(load_network(name))
    rates = derivation.network.training.learning_rates or DEFAULT_LEARNING_RATES
    trace = run_trace(derivation, rates, EPOCHS, "steps")
    tab = open_page(derivation)
    tables: list[dict[str, Any]] = tab.evaluate(ALL_ROWS, [list(rates), EPOCHS * trace.steps])
    assert len(tables) == len(rates)
    for number, table in enumerate(tables):
        assert len(table["values"]) == trace.rows[number] == EPOCHS * trace.steps
        expected = np.stack([trace.column(quantity)[number] for quantity in table["names"]], axis=1)
        np.testing.assert_allclose(table["values"], expected, rtol=1e-12, atol=1e-15)
        losses = table["losses"][trace.steps - 1 :: trace.steps]
        np.testing.assert_allclose(losses, trace.losses[number], rtol=1e-12)
