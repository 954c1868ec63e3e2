import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import DEFAULT_LEARNING_RATES, check_learning_rates, run_trace
from backprop.errors import TraceError
from backprop.network.load import load_network
from backprop.network.network import Network
from tests.backprop.networks import networks
from tests.examples import drawn


def torch_epochs(network: Network, rate: float, epochs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, losses and gradients (epochs, ...) by torch autograd and torch's SGD in float64."""
    matrices = [torch.tensor(layer.weights, dtype=torch.float64, requires_grad=True) for layer in network.layers]
    optimiser = torch.optim.SGD(matrices, lr=rate)
    target = torch.tensor(network.targets[0], dtype=torch.float64)
    weights, losses, gradients = [], [], []
    for _ in range(epochs):
        activation = torch.tensor(network.inputs[0], dtype=torch.float64)
        for matrix in matrices:
            activation = torch.sigmoid(matrix @ activation)
        loss = (0.5 * (target - activation) ** 2).sum()
        optimiser.zero_grad()
        loss.backward()
        weights.append(torch.cat([matrix.detach().flatten() for matrix in matrices]).numpy().copy())
        gradients.append(torch.cat([matrix.grad.flatten() for matrix in matrices]).numpy().copy())
        losses.append(loss.item())
        optimiser.step()
    return np.array(weights), np.array(losses), np.array(gradients)


@pytest.mark.parametrize("form", ["closed", "steps"])
def test_gradients_of_the_first_epoch_equal_torch_autograd(eight_weight: Derivation, form) -> None:
    _, losses, gradients = torch_epochs(eight_weight.network, 0.5, 1)
    trace = run_trace(eight_weight, [0.5], 1, form)
    derived = [trace.column(f"dE_dw{number}")[0, 0] for number in range(1, 9)]
    np.testing.assert_allclose(derived, gradients[0], rtol=1e-14, atol=0)
    np.testing.assert_allclose(trace.column("E_total")[0], losses, rtol=1e-14, atol=0)


@pytest.mark.parametrize("rate", DEFAULT_LEARNING_RATES)
def test_a_hundred_epochs_equal_torch_sgd(eight_weight: Derivation, rate: float) -> None:
    weights, losses, gradients = torch_epochs(eight_weight.network, rate, 100)
    trace = run_trace(eight_weight, [rate], 100)
    for number in range(8):
        np.testing.assert_allclose(trace.column(f"w{number + 1}")[0], weights[:, number], rtol=1e-13, atol=0)
        np.testing.assert_allclose(trace.column(f"dE_dw{number + 1}")[0], gradients[:, number], rtol=1e-12, atol=0)
    np.testing.assert_allclose(trace.column("E_total")[0], losses, rtol=1e-12, atol=0)


@given(networks(), st.sampled_from(["closed", "steps"]))
@drawn(60)
def test_gradients_of_random_networks_equal_torch_autograd(network: Network, form) -> None:
    derivation = derive(network)
    _, _, gradients = torch_epochs(network, 1.0, 1)
    trace = run_trace(derivation, [1.0], 1, form)
    derived = [trace.column(f"dE_{weight}".replace("dE_w", "dE_dw"))[0, 0] for weight in derivation.weights]
    np.testing.assert_allclose(derived, gradients[0], rtol=1e-12, atol=1e-18)


def test_gradients_equal_central_differences(eight_weight: Derivation) -> None:
    network = eight_weight.network
    trace = run_trace(eight_weight, [1.0], 1)

    def loss(number: int, step: float) -> float:
        layers = [[list(row) for row in layer.weights] for layer in network.layers]
        layers[number // 4][number % 4 // 2][number % 2] += step
        changed = network.model_copy(
            update={
                "layers": tuple(
                    layer.model_copy(update={"weights": w}) for layer, w in zip(network.layers, layers, strict=True)
                )
            }
        )
        return float(run_trace(derive(changed), [1.0], 1).column("E_total")[0, 0])

    for number in range(8):
        step = 1e-5
        difference = (loss(number, step) - loss(number, -step)) / (2 * step)
        assert trace.column(f"dE_dw{number + 1}")[0, 0] == pytest.approx(difference, rel=1e-6)


def test_the_published_first_loss(eight_weight: Derivation) -> None:
    assert run_trace(eight_weight, [0.5], 1).column("E_total")[0, 0] == pytest.approx(0.242519857, abs=5e-10)


def test_learning_rates_do_not_disturb_each_other(eight_weight: Derivation) -> None:
    together = run_trace(eight_weight, [0.1, 2.0], 50)
    alone = run_trace(eight_weight, [2.0], 50)
    assert np.array_equal(together.values[1], alone.values[0])


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ([], "none given"),
        ([math.nan], "learning rate nan: a finite number above 0"),
        ([math.inf], "learning rate inf"),
        ([0.0], "learning rate 0.0"),
        ([-1], "learning rate -1.0"),
        ([0.5, 1, 0.5], "learning rate 0.5 is given twice"),
    ],
)
def test_a_wrong_learning_rate_is_named(rates: list[float], message: str) -> None:
    with pytest.raises(TraceError, match=message):
        check_learning_rates(rates)


@pytest.mark.parametrize("epochs", [0, -3])
def test_epochs_below_one_are_refused(eight_weight: Derivation, epochs: int) -> None:
    with pytest.raises(TraceError, match=f"epochs: {epochs}; at least 1"):
        run_trace(eight_weight, [0.5], epochs)


def test_more_epochs_than_memory_holds_are_refused(eight_weight: Derivation) -> None:
    with pytest.raises(TraceError, match="do not fit in memory"):
        run_trace(eight_weight, [0.5], 10**15)


@pytest.fixture(scope="module")
def linear(eight_weight: Derivation) -> Derivation:
    """The eight weights without activations: what no sigmoid bounds runs away."""
    layers = [layer.model_copy(update={"activation": "identity"}) for layer in eight_weight.network.layers]
    return derive(eight_weight.network.model_copy(update={"layers": tuple(layers)}))


def test_a_table_ends_where_a_number_leaves_the_range_of_doubles(linear: Derivation) -> None:
    trace = run_trace(linear, [0.1, 1e308, 30.0], 12)
    assert trace.diverged[:2] == (None, 2)
    assert trace.rows[:2] == (12, 1)
    last = trace.rows[2]
    assert trace.diverged[2] == last + 1
    assert np.isfinite(trace.values[2, :last]).all()
    assert np.isnan(trace.values[2, last:]).all()
    one_more = run_trace(linear, [30.0], last)
    assert one_more.diverged == (None,)
    assert np.array_equal(one_more.values[0], trace.values[2, :last])


def test_what_leaves_the_range_before_any_update_is_refused(linear: Derivation) -> None:
    network = linear.network.model_copy(update={"inputs": ((1e308, 1e308),)})
    with pytest.raises(TraceError, match="epoch 1: a number leaves the range of doubles before the first update"):
        run_trace(derive(network), [0.1], 3)


@pytest.mark.parametrize(("batch", "steps"), [("full", 1), (4, 1), (2, 2), (1, 4), ("stochastic", 4)])
def test_an_epoch_is_a_pass_over_all_samples(batch: str | int, steps: int) -> None:
    xor = load_network("xor")
    network = xor.model_copy(update={"training": xor.training.model_copy(update={"batch": batch})})
    trace = run_trace(derive(network), [0.5], 3)
    assert (trace.epochs, trace.steps, trace.values.shape[1]) == (3, steps, 3 * steps)
    losses = trace.column("E_total")[0].reshape(3, steps).mean(axis=1)
    assert trace.losses[0] == pytest.approx(losses, rel=1e-15)
    if steps > 1:
        assert trace.column("step")[0].tolist() == list(range(1, 3 * steps + 1))
        assert trace.column("sample" if steps == 4 else "batch")[0].tolist() == [*range(1, steps + 1)] * 3
    taken = [name for name in ("i1", "i1_s1", "i1_s2", "i1_s3", "i1_s4") if name in trace.names]
    seen = np.stack([trace.column(name)[0] for name in taken], axis=1).ravel()
    assert seen.tolist() == [row[0] for row in network.inputs] * 3


def test_an_epoch_in_which_the_training_diverges_has_no_loss(linear: Derivation) -> None:
    network = linear.network.model_copy(
        update={
            "inputs": ((1.0, 2.0), (3.0, 4.0)),
            "targets": ((1.0, 0.0), (0.0, 1.0)),
            "training": linear.network.training.model_copy(update={"batch": "stochastic"}),
        }
    )
    trace = run_trace(derive(network), [1e300], 3)
    assert (trace.rows, trace.diverged) == ((1,), (1,))
    assert np.isnan(trace.losses).all()


def test_saturated_sigmoids_stay_at_their_limit(eight_weight: Derivation) -> None:
    trace = run_trace(eight_weight, [1e308], 3)
    assert trace.column("a_o1")[0, 1] == pytest.approx(0.0, abs=1e-300)
    assert trace.column("o1")[0, 1] < -1000
