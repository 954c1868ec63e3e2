"""Which units a layer takes and which parameters it shares, as descriptions name them: whether that fits together."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from groundfloor.text import did_you_mean, listed, quoted

if TYPE_CHECKING:
    from backprop.network.layer import Layer
    from backprop.network.network import Network

Place = tuple[int, int]  # of a unit: its layer, 0 for the inputs, and its position there, from 0
Entry = float | str  # of a weight matrix: a number, the name of a shared one, or "" where nothing is connected


def unit_name(layers: int, layer: int, number: int) -> str:
    """i1; o1 in the output layer, h1 in a lone hidden layer, h2_1 for the first neuron of the second of several."""
    if layer == 0:
        return f"i{number}"
    if layer == layers:
        return f"o{number}"
    return f"h{number}" if layers == 2 else f"h{layer}_{number}"


def taken(network: "Network", layer: int) -> tuple[Place, ...]:
    """The units that a layer, counted from 1, takes: those that it names, else all of the layer before."""
    sizes, named = network.sizes, network.layers[layer - 1].inputs
    if named is None:
        return tuple((layer - 1, number) for number in range(sizes[layer - 1]))
    units = _units(sizes, layer)
    return tuple(units[name] for name in named)


def shared_names(rows: Sequence[Sequence[Entry]]) -> Iterator[str]:
    """The names in rows of entries."""
    return (entry for row in rows for entry in row if isinstance(entry, str) and entry)


def first_values(entries: Sequence[Entry], shared: dict[str, float]) -> tuple[float, ...]:
    """The values of parameters in the order of their first use, a shared one once."""
    seen: set[str] = set()
    values = []
    for entry in entries:
        if not isinstance(entry, str):
            values.append(entry)
        elif entry and entry not in seen:
            seen.add(entry)
            values.append(shared[entry])
    return tuple(values)


def check_wiring(network: "Network") -> None:
    """ValueError where a layer takes no such unit, has rows of another length, or leaves a unit unconnected."""
    feeding: set[Place] = set()
    for position, layer in enumerate(network.layers, 1):
        for name in layer.inputs or ():
            units = _units(network.sizes, position)
            if name not in units:
                known = f"{did_you_mean(name, units)}One of: {listed(units)}"
                raise ValueError(f"layer {position}: input {quoted(name)} is unknown; {known}")
        places = taken(network, position)
        for neuron, row in enumerate(layer.weights, 1):
            if len(row) != len(places):
                raise ValueError(f"layer {position}, neuron {neuron} has {len(row)} weights; {len(places)} needed")
            connected = [place for place, entry in zip(places, row, strict=True) if entry != ""]
            if not connected:
                raise ValueError(f"layer {position}, neuron {neuron} is connected to nothing")
            feeding.update(connected)
        _check_biases(layer, position)
    for position, layer in enumerate(network.layers[:-1], 1):
        for number in range(layer.size):
            if (position, number) not in feeding:
                name = unit_name(len(network.layers), position, number + 1)
                raise ValueError(f"layer {position}, neuron {number + 1} ({name}) feeds nothing")


def check_shared(network: "Network") -> None:
    """ValueError for a name that has no value, is used nowhere, or is a weight here and a bias there."""
    weights = {*shared_names([row for layer in network.layers for row in layer.weights])}
    biases = {*shared_names([layer.bias_entries for layer in network.layers])}
    for name in (*weights, *biases):
        if name not in network.shared:
            known = f"{did_you_mean(name, network.shared)}It has: {listed(network.shared) or 'none'}"
            raise ValueError(f"weight or bias {quoted(name)} has no value in the table shared; {known}")
    for name in network.shared:
        if name not in weights | biases:
            raise ValueError(f"shared.{name} is used nowhere")
        if name in weights & biases:
            raise ValueError(f"shared.{name} is a weight and a bias; one of them at most")


def _check_biases(layer: "Layer", position: int) -> None:
    given = [name for name in ("biases", "shared_bias", "thresholds") if getattr(layer, name) is not None]
    if len(given) > 1:
        second = "a shared_bias" if given[1] == "shared_bias" else given[1]
        raise ValueError(f"layer {position} has {given[0]} and {second}; one of them at most")
    for name in ("biases", "thresholds"):
        values = getattr(layer, name)
        if values is not None and len(values) != layer.size:
            raise ValueError(f"layer {position} has {len(values)} {name} for {layer.size} neurons")


def _units(sizes: Sequence[int], layer: int) -> dict[str, Place]:
    """The inputs and the neurons of the layers before that one, by name."""
    layers = len(sizes) - 1
    return {
        unit_name(layers, before, number + 1): (before, number)
        for before in range(layer)
        for number in range(sizes[before])
    }
