"""The structure of a network by its symbols: inputs, targets, neurons, parameters. Knows no equation.

A symbol is whatever the caller makes of a name: sympy's, where equations are to be written over it, or the name alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from backprop.derivation.equation import BATCH, EPOCH, SAMPLE, STEP, Layers, Neuron
from backprop.errors import NetworkError
from backprop.functions.losses import LOSSES
from backprop.network.network import Network
from backprop.network.wiring import Entry, Place, taken, unit_name

if TYPE_CHECKING:
    from sympy import Symbol

Named = Callable[[str], "Symbol"]  # makes a symbol


@dataclass(frozen=True)
class Structure:
    """What a network's quantities are called, as far as its layers and its data say."""

    network: Network
    inputs: "tuple[Symbol, ...]"
    targets: "tuple[Symbol, ...]"
    layers: Layers

    @cached_property
    def neurons(self) -> tuple[Neuron, ...]:
        """All neurons, in the order of the forward pass."""
        return tuple(neuron for layer in self.layers for neuron in layer)

    @property
    def weights(self) -> "tuple[Symbol, ...]":
        """w1, w2, ... layer by layer, neuron by neuron; a shared one once."""
        return tuple(dict.fromkeys(weight for neuron in self.neurons for weight in neuron.weights))

    @property
    def biases(self) -> "tuple[Symbol, ...]":
        """b1, b2, ... layer by layer; a shared one once. Thresholds too."""
        return tuple(dict.fromkeys(neuron.bias for neuron in self.neurons if neuron.bias is not None))

    @property
    def parameters(self) -> "dict[Symbol, float]":
        """Weights, then biases, with their initial values."""
        network = self.network
        return dict(zip(self.weights + self.biases, network.weights + network.biases, strict=True))

    @property
    def trained(self) -> "tuple[Symbol, ...]":
        """The parameters that change."""
        return self.weights + self.biases * self.network.training.train_biases

    @property
    def takes_turns(self) -> bool:
        """Whether an epoch has several steps, each with the next one of the samples, or the next batch of them."""
        return self.network.steps > 1

    @property
    def counted(self) -> str:
        """What a row of a table is and an optimiser counts: an epoch, or one of its steps."""
        return STEP if self.takes_turns else EPOCH

    @property
    def turn(self) -> str:
        """What takes turns in the steps of an epoch: a sample, or a batch of them."""
        return SAMPLE if self.network.batch == 1 else BATCH

    @cached_property
    def fed(self) -> "dict[Symbol, tuple[tuple[Neuron, Symbol], ...]]":
        """What each input and activation feeds: the neurons, each with its weight."""
        feeding: dict[Symbol, list[tuple[Neuron, Symbol]]] = {}
        for neuron in self.neurons:
            for weight, source in zip(neuron.weights, neuron.incoming, strict=True):
                feeding.setdefault(source, []).append((neuron, weight))
        return {source: tuple(pairs) for source, pairs in feeding.items()}

    @cached_property
    def uses(self) -> "dict[Symbol, tuple[tuple[Neuron, Symbol | None], ...]]":
        """Where each parameter is used: the neurons, each with what a weight multiplies there, None for a bias."""
        used: dict[Symbol, list[tuple[Neuron, Symbol | None]]] = {}
        for neuron in self.neurons:
            for weight, source in zip(neuron.weights, neuron.incoming, strict=True):
                used.setdefault(weight, []).append((neuron, source))
        for neuron in self.neurons:
            if neuron.bias is not None:
                used.setdefault(neuron.bias, []).append((neuron, None))
        return {parameter: tuple(pairs) for parameter, pairs in used.items()}

    def new_in(self, layer: int) -> "tuple[tuple[Symbol, ...], tuple[Symbol, ...]]":
        """The weights, and the biases, that no layer before that one has."""
        before = [neuron for neurons in self.layers[:layer] for neuron in neurons]
        known = {parameter for neuron in before for parameter in (*neuron.weights, neuron.bias)}
        weights = dict.fromkeys(weight for neuron in self.layers[layer] for weight in neuron.weights)
        biases = dict.fromkeys(neuron.bias for neuron in self.layers[layer] if neuron.bias is not None)
        return tuple(w for w in weights if w not in known), tuple(b for b in biases if b not in known)


def lay_out(network: Network, named: Named) -> Structure:
    """The network's structure, with symbols of that kind; NetworkError where two quantities have one name."""
    notation = network.notation
    names = _Names(network)
    inputs = tuple(named(names.new(notation.input.replace("{}", str(n)))) for n in range(1, network.sizes[0] + 1))
    targets: tuple[Symbol, ...] = ()
    if LOSSES[network.loss].takes_targets:
        count = network.sizes[-1]
        targets = tuple(named(names.new(notation.target.replace("{}", str(n)))) for n in range(1, count + 1))
    return Structure(network, inputs, targets, _layers(network, inputs, names, named))


def numbered(letter: str, count: int, named: Named, start: int = 1) -> "tuple[Symbol, ...]":
    """i1, i2, ..."""
    return tuple(named(f"{letter}{number}") for number in range(start, start + count))


@dataclass(slots=True)
class _Names:
    """Names by the network's notation, each given once."""

    network: Network
    given: set[str] = field(default_factory=set)
    counted: dict[str, int] = field(default_factory=dict)  # of each pattern, how many numbers are given

    def new(self, name: str) -> str:
        """The name; NetworkError if something has it already."""
        if name in self.given or name in self.network.shared:
            raise NetworkError(f"network '{self.network.name}': notation gives two quantities the name '{name}'")
        self.given.add(name)
        return name

    def parameter(self, pattern: str, layer: int, source: Place | None = None, neuron: Place | None = None) -> str:
        """The name of a layer's weight or bias by the units that it joins, or the next number that is free."""
        joined = {"layer": layer}
        joined |= {key: self.number(place) for key, place in (("from", source), ("to", neuron)) if place is not None}
        for key, number in joined.items():
            pattern = pattern.replace(f"{{{key}}}", str(number))
        if "{to}" in pattern:  # of a bias that the neurons of a layer share
            pattern = pattern.replace("{to}", "")
        if "{}" not in pattern:
            return self.new(pattern)
        while True:
            self.counted[pattern] = self.counted.get(pattern, 0) + 1
            name = pattern.replace("{}", str(self.counted[pattern]))
            if name not in self.network.shared:
                return self.new(name)

    def number(self, unit: Place) -> int:
        """Of a unit in its layer, or in the whole network."""
        layer, position = unit
        before = sum(self.network.sizes[:layer]) if self.network.notation.units == "numbered" else 0
        return before + position + 1

    def neuron(self, unit: Place) -> str:
        """What a neuron is called."""
        if self.network.notation.units == "numbered":
            return str(self.number(unit))
        return unit_name(len(self.network.layers), unit[0], unit[1] + 1)


def _layers(network: Network, inputs: "tuple[Symbol, ...]", names: _Names, named: Named) -> Layers:
    notation = network.notation
    layers: list[tuple[Neuron, ...]] = []
    outputs = {(0, number): symbol for number, symbol in enumerate(inputs)}
    for position, layer in enumerate(network.layers, 1):
        places = taken(network, position)
        bias_pattern = notation.bias if layer.thresholds is None else notation.threshold
        lone = names.parameter(bias_pattern, position) if layer.shared_bias is not None else None
        neurons = []
        for number, row in enumerate(layer.weights):
            unit = (position, number)
            connected = [(entry, place) for entry, place in zip(row, places, strict=True) if entry != ""]
            weights = [
                entry if isinstance(entry, str) else names.parameter(notation.weight, position, place, unit)
                for entry, place in connected
            ]
            bias = lone
            if lone is None and layer.bias_entries:
                bias = _bias(layer.bias_entries[number], names, bias_pattern, unit)
            name = names.neuron(unit)
            z, a, delta = (
                named(pattern.replace("{}", name)) for pattern in (notation.sum, notation.activation, notation.delta)
            )
            neurons.append(
                Neuron(
                    name, z, a, delta, tuple(map(named, weights)), tuple(outputs[place] for _, place in connected),
                    None if bias is None else named(bias), layer.thresholds is not None,
                )
            )  # fmt: skip
            outputs[unit] = a
        layers.append(tuple(neurons))
    return tuple(layers)


def _bias(entry: Entry, names: _Names, pattern: str, unit: Place) -> str | None:
    if isinstance(entry, str):
        return entry or None
    return names.parameter(pattern, unit[0], neuron=unit)
