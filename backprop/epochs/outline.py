"""What a network computes in an epoch or a step of it, by name and as source: all of a derivation but its expressions.

The source is that of the NumPy printer. For the networks of the package it lies beside their descriptions, as `backprop
derive NAME --form steps --format numpy` prints it, so that nothing has to be derived and sympy is not needed; that of
any other network is derived.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from backprop.derivation.equation import EPOCH, RATE, STEP, TOTAL_LOSS, derivative_name
from backprop.derivation.structure import Structure, lay_out
from backprop.functions.optimisers import OPTIMISERS
from backprop.network.alike import same_source
from backprop.network.load import load_network, presets
from backprop.network.network import Network

STORED = ".epoch.txt"  # behind the name of a network of the package


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol that is nothing but its name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Outline(Structure):
    """The names of a derivation's quantities, and what computes their numbers."""

    source: str  # of the function `epoch` or `step`

    @cached_property
    def computed(self) -> tuple[str, ...]:
        """What an epoch computes but for the updates, in an order in which it can be computed."""
        return tuple(re.findall(r'^ {8}"(\w+)": \1,$', self.source, re.MULTILINE))

    @cached_property
    def loss(self) -> tuple[str, ...]:
        """The loss of each output, then of all."""
        return (*(f"E{number}" for number in range(1, len(self.layers[-1]) + 1)), TOTAL_LOSS)

    @cached_property
    def deltas(self) -> tuple[str, ...]:
        """dE/dz of each neuron, the output layer first."""
        return tuple(neuron.delta.name for layer in reversed(self.layers) for neuron in layer)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What the optimiser keeps."""
        letters = (state.letter for state in OPTIMISERS[self.network.training.optimiser].states)
        return tuple(f"{letter}_{symbol.name}" for letter in letters for symbol in self.trained)

    @cached_property
    def input_gradient(self) -> tuple[str, ...]:
        """dE/di of each input, where it is asked for."""
        names = (derivative_name(symbol.name) for symbol in self.inputs if symbol in self.fed)
        return tuple(names) if self.network.input_gradient else ()

    @cached_property
    def fixed(self) -> dict[str, float]:
        """What is a number whatever the state: δ of an identity neuron whose output is the loss."""
        written = re.findall(r"^ {4}(\w+) = (?:full_like\(\w+, )?(\d+)\)?$", self.source, re.MULTILINE)
        return {name: float(number) for name, number in written}

    @cached_property
    def schedule(self) -> tuple[str, ...]:
        """The learning rate of the epoch, where it is none of the constants."""
        return tuple(name for name in self.computed if name == RATE)

    @cached_property
    def forward(self) -> tuple[str, ...]:
        """The sums and the activations, and what a softmax computes between them."""
        gradient = {derivative_name(symbol.name) for symbol in self.trained}
        others = gradient.union(self.schedule, self.loss, self.deltas, self.input_gradient, self.states)
        return tuple(name for name in self.computed if name not in others)

    @cached_property
    def per_sample(self) -> frozenset[str]:
        """The quantities that a step holds once a sample; none where a step has one sample."""
        if self.network.batch == 1:
            return frozenset()
        given = (symbol.name for symbol in self.inputs + self.targets)
        return frozenset((*given, *self.forward, *self.loss[:-1], *self.deltas, *self.input_gradient))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Which numbers enter an equation: of the step, of the epoch."""
        (taken,) = re.findall(r"^def \w+\((.*)\):$", self.source, re.MULTILINE)[-1:]
        return tuple(name for name in (STEP, EPOCH) if name in taken.split(", "))


def outline_of(network: Network) -> Outline:
    """The outline of any network."""
    structure = lay_out(network, Name)
    return Outline(
        network, structure.inputs, structure.targets, structure.layers, _stored(network) or _derived(network)
    )


def _stored(network: Network) -> str | None:
    """The source that comes with the package, if a network of the package has it, whatever its numbers."""
    file = presets().get(network.name)
    stored = None if file is None else file.with_suffix(STORED)
    if stored is None or not stored.is_file() or not same_source(load_network(network.name), network):
        return None
    return stored.read_text(encoding="utf-8")


def _derived(network: Network) -> str:
    from backprop.derivation.derive import derive  # here, as they need sympy
    from backprop.printers.numpy import epoch_source

    return epoch_source(derive(network), "steps")
