"""Drawn numbers make good exercises, whatever the seed: nothing saturates, nothing is equal, the loss falls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.classroom.behaviour import BECOMES_FLAT, EQUAL, FAR, RISES, SATURATES, first_good, judge
from backprop.classroom.manifest import drawn as drawn_network
from backprop.epochs.trace import run_trace
from backprop.network.load import describe_network, load_network
from tests.examples import drawn

NETWORKS = ("eight-weight", "mazur", "xor", "three-hidden", "recurrent", "convolution")
EPOCHS = 20
JUDGES = {name: judge(load_network(name), "closed", EPOCHS) for name in NETWORKS}


def trace_of(name, seed, rates=None):
    good = JUDGES[name]
    _, network = first_good(good, seed, "ada", rates)
    return network, run_trace(good.of(network), network.training.learning_rates, EPOCHS)


@pytest.mark.parametrize("name", NETWORKS)
@given(seed=st.integers(0, 10**9))
@drawn(24)
def test_numbers_of_any_seed_behave(name, seed):
    network, trace = trace_of(name, seed)
    sums = [n.z.name for layer in JUDGES[name].derivation.layers for n in layer]
    bounded = [column for column in trace.names if column.partition("_s")[0] in sums]
    assert max(abs(trace.column(column)).max() for column in bounded if not column.startswith("o")) <= FAR
    assert (trace.losses[:, -1] < trace.losses[:, 0]).all()
    shown = np.round(np.abs(trace.values[0, 0]), 9)
    gradient = [value for column, value in zip(trace.names, shown, strict=True) if column.startswith("dE_dw")]
    assert len(set(gradient)) == len(gradient)
    assert min(gradient) > 0
    sizes = [abs(number) for number in (*network.weights, *network.biases)]
    assert len(set(sizes)) == len(sizes)


@given(seed=st.integers(0, 10**9))
@drawn(40)
def test_the_loss_falls_at_every_rate_that_is_given(seed):
    _, trace = trace_of("eight-weight", seed, (0.1, 0.5, 2.0))
    assert (np.diff(trace.losses, axis=1) < 0).all()


@given(seed=st.integers(0, 10**9))
@drawn(40)
def test_all_quantities_of_the_first_epoch_differ_at_the_digits_shown(seed):
    _, trace = trace_of("eight-weight", seed)
    first = dict(zip(trace.names, trace.values[0, 0], strict=True))
    shown = [round(abs(value), 9 if name[0] in "Ed" else 6) for name, value in first.items()]
    assert len(set(shown)) == len(shown)


def changed(weights=(), rate=0.5, inputs=(0.21, 0.36)):
    """The eight weights with others in place of the first of them."""
    network = load_network("eight-weight").model_dump(exclude_unset=True)
    rows = [row for layer in network["layers"] for row in layer["weights"]]
    own = [0.58, 0.3, 0.44, 0.43, 0.89, -0.47, 0.7, 0.38]
    numbers = iter([*weights, *own[len(weights) :]])
    layers = [[[next(numbers) for _ in row] for row in rows[start : start + 2]] for start in (0, 2)]
    for layer, new in zip(network["layers"], layers, strict=True):
        layer["weights"] = new
    return describe_network(network | {"inputs": inputs, "training": {"learning_rates": [rate]}}, "changed")


@pytest.mark.parametrize(
    ("network", "complaint"),
    [
        (changed(), ""),
        (changed((0.58, 0.58)), EQUAL),
        (changed((0.3, 0.58, 0.3, 0.58)), EQUAL),
        (changed((9.0, 7.0)), SATURATES),
        (changed(rate=1e6), BECOMES_FLAT),
    ],
)
def test_what_is_wrong_with_a_draw_is_told(network, complaint):
    assert JUDGES["eight-weight"].complaint(network) == complaint


def test_a_loss_that_rises_is_told():
    good = JUDGES["recurrent"]
    complaints = {good.complaint(drawn_network(good.derivation.network, 7, f"s{number}", 0)) for number in range(40)}
    assert RISES in complaints
