"""Whether two networks compute the same, whatever their numbers and names are."""

from functools import lru_cache

from backprop.network.layer import Layer
from backprop.network.load import load_network, presets
from backprop.network.network import Network

LONGEST = 64  # of a name

Kind = tuple[object, ...]


def kind_of(network: Network) -> Kind:
    """What networks with the same equations have in common: their numbers, notation and names are their own."""
    training = network.training
    counts = network.steps > 1 and training.schedule != "constant" and training.schedule_counts
    biases = tuple((len(layer.bias_entries), layer.thresholds is not None) for layer in network.layers)
    wiring = tuple(None if layer.dense else _wiring(layer) for layer in network.layers)
    return (
        network.sizes, tuple(layer.activation for layer in network.layers), biases, wiring, network.loss,
        network.reduction, network.input_gradient, network.samples, network.batch, training.optimiser,
        training.schedule, counts, bool(training.decay), bool(training.dampening),
        training.train_biases and bool(network.biases),
    )  # fmt: skip


def name_of(network: Network) -> str:
    """The name of the preset with the same equations; else the sizes of the layers: 2-3-2."""
    return _names().get(kind_of(network), "-".join(map(str, network.sizes))[:LONGEST])


def same_source(one: Network, other: Network) -> bool:
    """Whether their equations are the same in print, the constants of the training included."""
    return (
        kind_of(one) == kind_of(other)
        and one.notation == other.notation
        and one.training.model_copy(update={"learning_rates": None})
        == other.training.model_copy(update={"learning_rates": None})
    )


def _wiring(layer: Layer) -> Kind:
    """What a layer takes, and its entries, of which numbers are their own."""
    entries = (*layer.weights, layer.bias_entries)
    return layer.inputs, tuple(tuple(e if isinstance(e, str) else None for e in row) for row in entries)


@lru_cache(maxsize=1)
def _names() -> dict[Kind, str]:
    return {kind_of(load_network(name)): name for name in presets()}
