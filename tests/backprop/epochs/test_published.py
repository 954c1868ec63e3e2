"""Numbers that others printed, and the presets that should learn."""

import numpy as np
import pytest

from backprop.derivation.derive import derive
from backprop.epochs.trace import Trace, run_trace
from backprop.network.load import load_network

AFTER_ONE_STEP = {  # as printed: Mazur, "A Step by Step Backpropagation Example" (2015)
    "w5": "0.35891648",
    "w6": "0.408666186",
    "w7": "0.511301270",
    "w8": "0.561370121",
    "w1": "0.149780716",
    "w2": "0.19956143",
    "w3": "0.24975114",
    "w4": "0.29950229",
}


@pytest.fixture(scope="module")
def mazur() -> Trace:
    return run_trace(derive(load_network("mazur")), [0.5], 10_000)


def printed(value: float, like: str) -> str:
    """The value with as many digits behind the point as the published text."""
    return f"{value:.{len(like.partition('.')[2])}f}"


def test_mazurs_loss_before_training(mazur: Trace) -> None:
    assert printed(mazur.column("E_total")[0, 0], "0.298371109") == "0.298371109"


@pytest.mark.parametrize(("weight", "published"), AFTER_ONE_STEP.items())
def test_mazurs_weights_after_one_step(mazur: Trace, weight: str, published: str) -> None:
    assert printed(mazur.column(weight)[0, 1], published) == published


def test_mazurs_loss_after_one_step_in_exact_double_arithmetic(mazur: Trace) -> None:
    """He prints 0.291027924, which carries the rounding of his steps. The last bit depends on the order of sums."""
    assert mazur.column("E_total")[0, 1] == pytest.approx(0.2910277736935993, rel=2e-16, abs=0)


def test_mazurs_loss_at_epoch_ten_thousand(mazur: Trace) -> None:
    assert printed(mazur.column("E_total")[0, 9_999], "0.0000351085") == "0.0000351085"


def test_mazurs_intermediate_numbers(mazur: Trace) -> None:
    expected = {
        "net_h1": "0.3775",
        "out_h1": "0.593269992",
        "out_h2": "0.596884378",
        "net_o1": "1.105905967",
        "out_o1": "0.75136507",
        "out_o2": "0.772928465",
        "E1": "0.274811083",
        "E2": "0.023560026",
        "dE_dw5": "0.082167041",
        "dE_dw1": "0.000438568",
    }
    assert {name: printed(mazur.column(name)[0, 0], text) for name, text in expected.items()} == expected


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


@pytest.mark.parametrize("name", ["xor", "softmax-classifier", "three-hidden", "mazur", "eight-weight"])
def test_a_preset_ends_lower_than_it_starts_at_each_of_its_rates(name: str) -> None:
    network = load_network(name)
    trace = run_trace(derive(network), network.training.learning_rates or (0.1, 1.0), 100)
    for losses in trace.column("E_total"):
        assert np.mean(losses[-6:]) < np.mean(losses[:6])
