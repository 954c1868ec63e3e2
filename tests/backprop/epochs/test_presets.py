"""The presets: they learn, and what is not trained stays."""

import numpy as np
import pytest

from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network, presets


def test_mazurs_loss_after_one_step_in_exact_double_arithmetic() -> None:
    """He prints 0.291027924, which carries the rounding of his steps. The last bit depends on the order of sums."""
    mazur = run_trace(derive(load_network("mazur")), [0.5], 2)
    assert mazur.column("E_total")[0, 1] == pytest.approx(0.2910277736935993, rel=2e-16, abs=0)


def test_mazurs_biases_stay() -> None:
    derivation = derive(load_network("mazur"))
    trace = run_trace(derivation, [0.5], 3)
    assert trace.column("b1")[0].tolist() == [0.35] * 3
    assert trace.column("b2")[0].tolist() == [0.60] * 3
    assert not any(name.startswith("dE_db") for name in trace.names)


def test_exclusive_or_is_learned_within_a_hundred_epochs() -> None:
    losses = run_trace(derive(load_network("xor")), [0.5], 100).column("E_total")[0]
    assert losses[0] > 0.6
    assert losses[99] < 0.05


@pytest.mark.parametrize(("name", "rate", "share"), [("softmax-classifier", 0.1, 0.25), ("three-hidden", 2.0, 0.5)])
def test_a_presets_mean_loss_falls(name: str, rate: float, share: float) -> None:
    """Over six epochs, as many as the classifier has samples that take turns."""
    losses = run_trace(derive(load_network(name)), [rate], 100).column("E_total")[0]
    assert np.mean(losses[-6:]) < share * np.mean(losses[:6])


@pytest.mark.parametrize("name", presets())
def test_a_preset_ends_lower_than_it_starts_at_each_of_its_rates(name: str) -> None:
    network = load_network(name)
    trace = run_trace(derive(network), network.training.learning_rates or (0.1, 1.0), 100)
    for losses in trace.column("E_total"):
        assert np.mean(losses[-6:]) < np.mean(losses[:6])
