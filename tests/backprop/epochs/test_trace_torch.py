"""The trace of random networks of every kind against torch: autograd, torch.optim and its schedules, in float64."""

from collections import defaultdict

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional

from backprop.derivation.derive import Derivation, Form, derive
from backprop.derivation.equation import sample_name
from backprop.epochs.trace import Trace, run_trace
from backprop.functions.activations import ACTIVATIONS as ACTIVATION_ROWS
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from tests.backprop.networks import any_networks, rates
from tests.backprop.torch_oracle import ACTIVATIONS, torch_steps
from tests.examples import drawn

FORMS = st.sampled_from(["closed", "steps"])
ROUNDING = 1e-15  # of numbers near 1, whose difference a gradient is: t - a, e^z - 1


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    torch.set_num_threads(1)


def kind(name: str) -> str:
    """What is compared on one scale: dE_dw and dE_db, w and b, a state of all parameters, each other alone."""
    letters = name.rstrip("0123456789")
    return letters[:-1] if letters.endswith(("w", "b")) else name


def differences(trace: Trace, expected: list[dict[str, float]]) -> dict[str, tuple[float, float]]:
    """By kind: the largest difference, and the largest number that torch gives."""
    found: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    assert len(expected) == trace.values.shape[1]
    for step, row in enumerate(expected):
        for name, value in row.items():
            if name in ("eta_t", "E_epoch") and name not in trace.names:
                continue
            worst, largest = found[kind(name)]
            difference = abs(float(trace.column(name)[0, step]) - value)
            found[kind(name)] = max(worst, difference), max(largest, abs(value))
    return found


def away_from_kinks(derivation: Derivation, trace: Trace) -> bool:
    """No number is so near a jump of a derivative that torch, which adds in another order, may see its other side."""
    network = derivation.network
    samples = range(1, network.batch + 1)

    def numbers(name: str) -> np.ndarray:
        columns = [sample_name(name, sample) for sample in samples] if name in derivation.per_sample else [name]
        return np.stack([trace.column(column)[0] for column in columns])

    distances = [
        numbers(neuron.z.name) - kink
        for layer, neurons in zip(network.layers, derivation.layers, strict=True)
        for kink, _ in ACTIVATION_ROWS[layer.activation].kinks
        for neuron in neurons
    ]
    for neuron, target in zip(derivation.layers[-1], derivation.targets, strict=False):  # there may be none
        a, t = numbers(neuron.a.name), numbers(target.name)
        distances += {"mean_absolute_error": [a - t], "hinge": [1 - t * a]}.get(network.loss, [])
    if network.training.optimiser == "rprop":  # which goes by the sign alone
        distances += [trace.column(name)[0] for name in trace.names if name.startswith("dE_d")]
    return all(np.all((each == 0) | (np.abs(each) > 1e-9)) for each in distances)


@given(any_networks(), FORMS)
@drawn(150)
def test_gradients_and_losses_of_the_first_epoch_equal_autograd(network: Network, form: Form) -> None:
    """To 1e-12 of the gradient's largest entry: terms of opposite sign cancel in the others."""
    derivation = derive(network)
    trace = run_trace(derivation, [0.5], 1, form)
    assume(away_from_kinks(derivation, trace))
    found = differences(trace, torch_steps(network, 0.5, 1))
    for which in ("dE_d", "E_total"):
        worst, largest = found[which]
        assert worst <= 1e-12 * largest + ROUNDING, which


@given(any_networks(positive=True), FORMS)
@drawn(80)
def test_each_entry_of_the_gradient_equals_autograds_where_nothing_cancels(network: Network, form: Form) -> None:
    """Inputs, weights and errors above 0: to 1e-12 of the entry itself."""
    derivation = derive(network)
    trace = run_trace(derivation, [0.5], 1, form)
    row = torch_steps(network, 0.5, 1)[0]
    gradient = {name: value for name, value in row.items() if name.startswith("dE_d")}
    assert len(gradient) == len(derivation.gradient) + network.batch * len(derivation.input_gradient)
    for name, expected in gradient.items():
        assert trace.column(name)[0, 0] == pytest.approx(expected, rel=1e-12, abs=0), name


@given(any_networks(), rates, FORMS)
@drawn(120)
def test_twenty_epochs_equal_torchs_optimisers(network: Network, rate: float, form: Form) -> None:
    """Weights, losses, gradients, states and learning rates, to 1e-10 of the largest of their kind."""
    derivation = derive(network)
    trace = run_trace(derivation, [rate], 20, form)
    assume(away_from_kinks(derivation, trace))
    expected = torch_steps(network, rate, 20)
    states = [name for name in trace.names if name.startswith(("v_", "m_", "s_", "r_", "p_"))]
    assert set(states) <= expected[0].keys()
    for which, (worst, largest) in differences(trace, expected).items():
        assert worst <= 1e-10 * largest + ROUNDING, which


@pytest.mark.parametrize("name", presets())
def test_a_preset_trains_as_in_torch(name: str) -> None:
    network = load_network(name)
    rate = (network.training.learning_rates or (0.5,))[0]
    trace = run_trace(derive(network), [rate], 100)
    for which, (worst, largest) in differences(trace, torch_steps(network, rate, 100)).items():
        assert worst <= 1e-11 * largest, which


def test_elu_is_torchs_own_to_a_rounding() -> None:
    """Spreadsheets have no e^z - 1 in one step, so the oracle takes two; RMSprop makes much of a last digit."""
    z = torch.linspace(-40, 5, 10_001, dtype=torch.float64, requires_grad=True)
    for elu in (ACTIVATIONS["elu"], functional.elu):
        value = elu(z)
        (slope,) = torch.autograd.grad(value.sum(), z)
        assert torch.allclose(value, torch.where(z > 0, z, torch.expm1(z)), rtol=0, atol=2e-16)
        assert torch.allclose(slope, torch.where(z > 0, 1.0, torch.exp(z)), rtol=1e-15, atol=0)
