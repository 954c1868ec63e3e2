"""Derivation: from a network to ordered equations, forward, loss, backward and update, by the chain rule in sympy.

Every right side is over earlier targets only, so the work grows with the number of weights. Differentiating the
expanded loss instead would square it at each layer. Expressions keep the order in which people write them: sums and
products are built unevaluated, and printers print arguments as they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from sympy import Add, Expr, Mul, Symbol

from backprop.errors import NetworkError
from backprop.functions import ACTIVATIONS, LOSSES
from backprop.network import Network

Form = Literal["closed", "steps"]
ETA = Symbol("eta")
TOTAL_LOSS = Symbol("E_total")


class Stage(StrEnum):
    """The part of an epoch in which an equation is computed."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Equation:
    """`target` = `expression`; in the update stage the target is the weight of the next epoch."""

    target: Symbol
    expression: Expr
    stage: Stage


@dataclass(frozen=True, slots=True)
class Neuron:
    """The symbols of one neuron: z = sum w*x over `weights` and `incoming`, a = activation(z), delta = dE/dz."""

    z: Symbol
    a: Symbol
    delta: Symbol
    weights: tuple[Symbol, ...]
    incoming: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """Everything that one epoch computes. A derivative is one expression; the gradient is all of them."""

    network: Network
    inputs: tuple[Symbol, ...]
    targets: tuple[Symbol, ...]
    layers: tuple[tuple[Neuron, ...], ...]
    forward: tuple[Equation, ...]
    loss: tuple[Equation, ...]
    deltas: tuple[Equation, ...]  # delta_j = dE/dz_j, output layer first
    gradient: tuple[Equation, ...]  # dE/dw in steps: over the deltas
    updates: tuple[Equation, ...]  # w - eta*dE/dw

    @property
    def weights(self) -> tuple[Symbol, ...]:
        """w1, w2, ... layer by layer, neuron by neuron."""
        return tuple(weight for layer in self.layers for neuron in layer for weight in neuron.weights)

    @property
    def closed(self) -> tuple[Equation, ...]:
        """dE/dw over forward quantities alone. Each layer multiplies its length by the layer's width: small nets."""
        return closed_gradient(self)

    def backward(self, form: Form) -> tuple[Equation, ...]:
        """The gradient in closed form, or in steps with the deltas before it."""
        return self.closed if form == "closed" else self.deltas + self.gradient

    def equations(self, form: Form = "closed") -> tuple[Equation, ...]:
        """One epoch, in an order in which it can be computed."""
        return self.forward + self.loss + self.backward(form) + self.updates

    def sections(self, form: Form = "closed") -> list[tuple[str, tuple[Equation, ...]]]:
        """The same equations under the headings of every listing."""
        return [
            ("Forward pass", self.forward),
            ("Loss", self.loss),
            ("Backward pass: derivatives of E_total", self.backward(form)),
            ("Update, for the next epoch", self.updates),
        ]


def derive(network: Network) -> Derivation:
    """The equations of one epoch of gradient descent on the network's one sample."""
    inputs = _numbered("i", len(network.inputs))
    targets = _numbered("t", len(network.targets))
    layers = _layers(network, inputs)
    activations = [ACTIVATIONS[layer.activation] for layer in network.layers]

    forward: list[Equation] = []
    for layer, activation in zip(layers, activations, strict=True):
        for neuron in layer:
            forward.append(Equation(neuron.z, weighted_sum(neuron.weights, neuron.incoming), Stage.FORWARD))
            forward.append(Equation(neuron.a, activation(neuron.z), Stage.FORWARD))

    losses = _numbered("E", len(targets))
    per_output = [LOSSES[network.loss](neuron.a, t) for neuron, t in zip(layers[-1], targets, strict=True)]
    loss = [Equation(symbol, value, Stage.LOSS) for symbol, value in zip(losses, per_output, strict=True)]
    loss.append(Equation(TOTAL_LOSS, total(losses), Stage.LOSS))

    deltas: list[Equation] = []
    for position in reversed(range(len(layers))):
        for number, neuron in enumerate(layers[position]):
            if position == len(layers) - 1:
                slope = readable(per_output[number].diff(neuron.a))
            else:  # dE/da = sum over the next layer of its delta times the weight from here
                following = layers[position + 1]
                slope = weighted_sum([n.delta for n in following], [n.weights[number] for n in following])
            value = product(slope, _local(activations[position], neuron))
            deltas.append(Equation(neuron.delta, value, Stage.BACKWARD))

    gradient = [
        Equation(derivative_symbol(weight), product(neuron.delta, x), Stage.BACKWARD)
        for layer in layers
        for neuron in layer
        for weight, x in zip(neuron.weights, neuron.incoming, strict=True)
    ]
    updates = [
        Equation(weight, difference(weight, product(ETA, derivative_symbol(weight))), Stage.UPDATE)
        for layer in layers
        for neuron in layer
        for weight in neuron.weights
    ]
    return Derivation(
        network, inputs, targets, layers, tuple(forward), tuple(loss), tuple(deltas), tuple(gradient), tuple(updates)
    )


CLOSED_TERMS = 100_000


def closed_gradient(derivation: Derivation) -> tuple[Equation, ...]:
    """dE/dw with every delta written out in forward quantities; NetworkError where that is too long to read."""
    _refuse_long(derivation.network)
    delta: dict[Symbol, Expr] = {}
    following: tuple[Neuron, ...] = ()
    equations = {equation.target: equation.expression for equation in derivation.deltas}
    for layer, description in zip(reversed(derivation.layers), reversed(derivation.network.layers), strict=True):
        for number, neuron in enumerate(layer):
            if following:
                slope = total([product(delta[n.delta], n.weights[number]) for n in following])
                delta[neuron.delta] = product(slope, _local(ACTIVATIONS[description.activation], neuron))
            else:
                delta[neuron.delta] = equations[neuron.delta]
        following = layer
    return tuple(
        Equation(derivative_symbol(weight), product(delta[neuron.delta], x), Stage.BACKWARD)
        for layer in derivation.layers
        for neuron in layer
        for weight, x in zip(neuron.weights, neuron.incoming, strict=True)
    )


def derivative_symbol(weight: Symbol) -> Symbol:
    """The symbol of the total loss's derivative by that weight: dE_dw1."""
    return Symbol(f"dE_d{weight.name}")


def total(terms: Sequence[Expr]) -> Expr:
    """The sum of the terms, in their order."""
    return terms[0] if len(terms) == 1 else Add(*terms, evaluate=False)


def product(*factors: Expr) -> Expr:
    """The product of the factors, in their order, nested products flattened."""
    flat = [part for factor in factors for part in (factor.args if isinstance(factor, Mul) else (factor,))]
    return flat[0] if len(flat) == 1 else Mul(*flat, evaluate=False)


def difference(left: Expr, right: Expr) -> Expr:
    """left - right, in that order."""
    return Add(left, Mul(-1, right, evaluate=False), evaluate=False)


def weighted_sum(weights: Sequence[Expr], values: Sequence[Expr]) -> Expr:
    """sum_k weights[k] * values[k]."""
    return total([product(w, x) for w, x in zip(weights, values, strict=True)])


def readable(expression: Expr) -> Expr:
    """The same expression, its sums and products rebuilt unevaluated in the order of sympy's printers."""
    if isinstance(expression, Add):
        return Add(*map(readable, expression.as_ordered_terms()), evaluate=False)
    if isinstance(expression, Mul):
        return Mul(*map(readable, expression.as_ordered_factors()), evaluate=False)
    return expression


def _local(activation: type, neuron: Neuron) -> Expr:
    """da/dz of one neuron, with activation(z) written as a."""
    return readable(activation(neuron.z).diff(neuron.z).xreplace({activation(neuron.z): neuron.a}))


def _layers(network: Network, inputs: tuple[Symbol, ...]) -> tuple[tuple[Neuron, ...], ...]:
    layers: list[tuple[Neuron, ...]] = []
    incoming, weight_number = inputs, 1
    for position, layer in enumerate(network.layers, 1):
        neurons = []
        for number in range(1, layer.size + 1):
            name = _neuron_name(network, position, number)
            weights = _numbered("w", len(incoming), start=weight_number)
            weight_number += len(incoming)
            neurons.append(Neuron(Symbol(name), Symbol(f"a_{name}"), Symbol(f"delta_{name}"), weights, incoming))
        layers.append(tuple(neurons))
        incoming = tuple(neuron.a for neuron in neurons)
    return tuple(layers)


def _neuron_name(network: Network, layer: int, number: int) -> str:
    """o1 in the output layer, h1 in a lone hidden layer, h2_1 for the first neuron of the second of several."""
    if layer == len(network.layers):
        return f"o{number}"
    return f"h{number}" if len(network.layers) == 2 else f"h{layer}_{number}"


def _numbered(letter: str, count: int, start: int = 1) -> tuple[Symbol, ...]:
    return tuple(Symbol(f"{letter}{number}") for number in range(start, start + count))


def _refuse_long(network: Network) -> None:
    terms = 1
    length = 0
    for layer in reversed(network.layers):
        length += terms * layer.size * len(layer.weights[0])
        terms *= layer.size
    if length > CLOSED_TERMS:
        sizes = "-".join(map(str, network.sizes))
        raise NetworkError(
            f"network '{network.name}' ({sizes}): closed derivatives would hold {length:,} terms, "
            f"at most {CLOSED_TERMS:,} are written out; use the form in steps"
        )
