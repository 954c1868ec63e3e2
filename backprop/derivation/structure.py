"""The structure of a network by its symbols: inputs, targets, neurons, parameters. Knows no equation.

A symbol is whatever the caller makes of a name: sympy's, where equations are to be written over it, or the name alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backprop.derivation.equation import Layers, Neuron
from backprop.network.network import Network

if TYPE_CHECKING:
    from sympy import Symbol

Named = Callable[[str], "Symbol"]  # makes a symbol


@dataclass(frozen=True, slots=True)
class Structure:
    """What a network's quantities are called, as far as its layers and its data say."""

    network: Network
    inputs: "tuple[Symbol, ...]"
    targets: "tuple[Symbol, ...]"
    layers: Layers

    @property
    def weights(self) -> "tuple[Symbol, ...]":
        """w1, w2, ... layer by layer, neuron by neuron."""
        return tuple(weight for layer in self.layers for neuron in layer for weight in neuron.weights)

    @property
    def biases(self) -> "tuple[Symbol, ...]":
        """b1, b2, ... layer by layer; a shared one once."""
        return tuple(dict.fromkeys(neuron.bias for layer in self.layers for neuron in layer if neuron.bias is not None))

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
        """Whether each epoch takes the next one of several samples."""
        return self.network.samples > 1 and self.network.batch == 1


def lay_out(network: Network, named: Named) -> Structure:
    """The network's structure, with symbols of that kind."""
    inputs = numbered("i", len(network.inputs[0]), named)
    return Structure(
        network, inputs, numbered("t", len(network.targets[0]), named), _layers(network, inputs, named)
    )  # fmt: skip


def numbered(letter: str, count: int, named: Named, start: int = 1) -> "tuple[Symbol, ...]":
    """i1, i2, ..."""
    return tuple(named(f"{letter}{number}") for number in range(start, start + count))


def _layers(network: Network, inputs: "tuple[Symbol, ...]", named: Named) -> Layers:
    layers: list[tuple[Neuron, ...]] = []
    incoming, weight_number, bias_number = inputs, 1, 1
    for position, layer in enumerate(network.layers, 1):
        neurons = []
        biases = numbered("b", len(layer.bias_values), named, start=bias_number)
        bias_number += len(biases)
        for number in range(1, layer.size + 1):
            name = _neuron_name(network, position, number)
            weights = numbered("w", len(incoming), named, start=weight_number)
            weight_number += len(incoming)
            z = named(network.notation.sum.replace("{}", name))
            a = named(network.notation.activation.replace("{}", name))
            bias = (biases[0] if layer.shared_bias is not None else biases[number - 1]) if biases else None
            neurons.append(Neuron(name, z, a, named(f"delta_{name}"), weights, incoming, bias))
        layers.append(tuple(neurons))
        incoming = tuple(neuron.a for neuron in neurons)
    return tuple(layers)


def _neuron_name(network: Network, layer: int, number: int) -> str:
    """o1 in the output layer, h1 in a lone hidden layer, h2_1 for the first neuron of the second of several."""
    if layer == len(network.layers):
        return f"o{number}"
    return f"h{number}" if len(network.layers) == 2 else f"h{layer}_{number}"
