"""Edits of a network: each gives one that Python takes too, or says in a line why it cannot be."""

import re

import pytest

from backprop.network.load import load_network, presets
from backprop.network.network import Network
from tests.backprop.explorer.own.conftest import Ask
from tests.backprop.explorer.own.networks import described

REFUSED = (
    r"softmax of one neuron is always 1; two are needed",
    r"sample 1: targets [-\d., ]+; hinge takes targets −1 and 1",
    r"sample 1: targets -0.5; binary_cross_entropy takes targets from 0 to 1",
    r"0 neurons; from 1 to 64 in a layer",
)


@pytest.mark.parametrize("name", presets())
def test_every_edit_gives_a_network_or_a_reason(name: str, ask: Ask) -> None:
    network = load_network(name)
    made = ask("explorer_edits.js", "edited", described(network))
    assert len(made) > 40
    for edit, fields, said in made:
        if fields is None:
            assert any(re.fullmatch(reason, said) for reason in REFUSED), f"{edit}: {said}"
        else:
            assert isinstance(Network.model_validate(fields), Network)


def test_a_seed_draws_the_same_weights_again(ask: Ask) -> None:
    network = described(load_network("xor"))
    first, again, other = (ask("own/edit.js", "redrawn", network, seed) for seed in (3, 3, 4))
    assert first == again
    assert first["layers"][0]["weights"] != other["layers"][0]["weights"]
    assert all(abs(weight) <= 2**-0.5 for row in first["layers"][0]["weights"] for weight in row)


def test_neurons_that_stay_keep_their_weights(ask: Ask) -> None:
    network = load_network("xor")
    more = Network.model_validate(ask("own/edit.js", "resized", described(network), 1, 3, 1))
    assert more.layers[0].weights[:2] == network.layers[0].weights
    assert more.layers[1].weights[0][:2] == network.layers[1].weights[0]
    assert Network.model_validate(ask("own/edit.js", "resized", described(more), 1, 2, 1)) == network
