"""The columns of an epoch table, in groups and in the order people use. The same for traces and for sheets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Symbol

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import EPOCH_LOSS, STEP, TOTAL_LOSS, WIDE, Equation, sample_name
from backprop.functions.optimisers import OPTIMISERS


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring columns under one heading."""

    title: str
    names: tuple[str, ...]


def groups(derivation: Derivation, form: Form = "closed") -> tuple[Group, ...]:
    """One sample: targets, inputs, then by layer its weights and its neurons, losses, deltas in steps, gradient, state.

    Several samples at once: all weights first, then a block a sample with its data, neurons, losses and deltas.
    """
    gathered = [Group("Step", (STEP, derivation.turn))] if derivation.takes_turns else []
    gathered += [Group("Rate", _names(derivation.schedule))] if derivation.schedule else []
    data = [Group("Targets", _symbols(derivation.targets)), Group("Inputs", _symbols(derivation.inputs))]
    parameters = [_parameters(derivation, number) for number in range(len(derivation.layers))]
    neurons = list(_neurons(derivation))
    losses, total = _names(derivation.loss[:-1]), (TOTAL_LOSS, *[EPOCH_LOSS] * derivation.takes_turns)
    deltas = [Group("Deltas", _names(derivation.deltas))] if form == "steps" else []
    if not derivation.per_sample:
        gathered += data
        for number, layer in enumerate(neurons):
            gathered += [parameters[number], layer]
        gathered += [Group("Loss", losses + total), *deltas]
    else:
        gathered += [
            Group(f"{group.title}, {layer.title.lower()}", group.names)
            for group, layer in zip(parameters, neurons, strict=True)
        ]
        by_inputs = Group("Input gradient", _names(derivation.input_gradient))
        blocks = (*data, *neurons, Group("Losses", losses), *deltas, by_inputs)
        block = [name for group in blocks for name in group.names]
        for sample in range(1, derivation.network.batch + 1):
            gathered.append(Group(f"Sample {sample}", tuple(sample_name(name, sample) for name in block)))
        gathered += [Group("Loss", total)]
    gathered.append(Group("Gradient", _names(derivation.gradient)))
    if not derivation.per_sample:
        gathered.append(Group("Input gradient", _names(derivation.input_gradient)))
    kept = _names(derivation.states)
    titles = [state.title for state in OPTIMISERS[derivation.network.training.optimiser].states]
    share = len(kept) // len(titles) if titles else 0
    gathered += [Group(title, kept[share * n : share * (n + 1)]) for n, title in enumerate(titles)]
    return tuple(group for group in gathered if group.names)


def column_names(derivation: Derivation, form: Form = "closed") -> tuple[str, ...]:
    """The names of all columns but the epoch's."""
    return tuple(name for group in groups(derivation, form) for name in group.names)


def layer_name(derivation: Derivation, number: int) -> str:
    """hidden layer, hidden layer 2, output layer."""
    if number == len(derivation.layers) - 1:
        return "output layer"
    return "hidden layer" if len(derivation.layers) == 2 else f"hidden layer {number + 1}"


def _parameters(derivation: Derivation, number: int) -> Group:
    """What no layer before has; weights by neuron, or by source where that is the wide side: for sums of neighbours."""
    layer = derivation.layers[number]
    weights, biases = derivation.new_in(number)
    rows = [neuron.weights for neuron in layer]
    if derivation.network.layers[number].dense and len(rows) > max(WIDE, len(rows[0])):
        weights = tuple(weight for row in zip(*rows, strict=True) for weight in row)
    return Group("Weights and biases" if biases else "Weights", _symbols((*weights, *biases)))


def _neurons(derivation: Derivation) -> Iterator[Group]:
    """Sum and activation of each neuron in turn; in a wide layer all sums, then all activations."""
    start = 0
    for number, layer in enumerate(derivation.layers):
        softmax = derivation.network.layers[number].activation == "softmax"
        end = start + (3 * len(layer) + 2 if softmax else 2 * len(layer))
        names = _names(derivation.forward[start:end])
        if len(layer) > WIDE and not softmax:
            names = names[::2] + names[1::2]
        yield Group(layer_name(derivation, number).capitalize(), names)
        start = end


def _symbols(symbols: Iterable[Symbol]) -> tuple[str, ...]:
    return tuple(symbol.name for symbol in symbols)


def _names(equations: Iterable[Equation]) -> tuple[str, ...]:
    return tuple(equation.target.name for equation in equations)
