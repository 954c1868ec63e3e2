"""Drawn numbers make good exercises, whatever the seed: nothing saturates, nothing is equal, the loss falls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.classroom.behaviour import FAR, first_good, judge
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network
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
