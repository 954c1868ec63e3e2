"""Descriptions as the page has them, and the networks that its files are tested with."""

from functools import cache
from typing import Any

from backprop.network.layer import Layer
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from backprop.network.training import Training
from tests.backprop.networks import wide_network
from tests.backprop.printers.test_javascript import cases as printed_cases

derivations = cache(printed_cases)  # of every preset, activation, loss, optimiser


def described(network: Network) -> dict[str, Any]:
    """The description as the page has it."""
    fields: dict[str, Any] = network.model_dump(mode="json", exclude_defaults=True)
    return {**fields, "inputs": network.inputs, "targets": network.targets}


@cache
def books() -> dict[str, Network]:
    """Every preset; batches, wide layers, an optimiser with steps of its own, no targets, one that diverges."""
    made = {name: load_network(name) for name in presets()}
    for name in ("momentum step 2", "adamw cosine stochastic", "output"):
        made[name] = derivations()[name].network
    made["wide"] = wide_network((10, 2, 10), "softmax", 2)
    eight = load_network("eight-weight")
    made["rprop"] = eight.model_copy(update={"training": Training(optimiser="rprop")})
    identity: tuple[Layer, ...] = tuple(layer.model_copy(update={"activation": "identity"}) for layer in eight.layers)
    made["diverging"] = eight.model_copy(update={"layers": identity, "inputs": ((2.0, 3.0),)})
    return made
