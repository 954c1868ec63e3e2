"""Softmax as equations: it couples the neurons of its layer, so it is written out with quantities of its own."""

from sympy import Expr, Symbol, exp

from backprop.derivation.equation import Neuron
from backprop.derivation.expressions import Max, difference, quotient, total


def softmax_symbols(layer: tuple[Neuron, ...]) -> tuple[Symbol, Symbol, tuple[Symbol, ...]]:
    """The largest sum, the sum of the exponentials, and the exponentials e^(z - largest)."""
    return Symbol("z_max"), Symbol("e_sum"), tuple(Symbol(f"e_{neuron.name}") for neuron in layer)


def softmax_forward(layer: tuple[Neuron, ...]) -> list[tuple[Symbol, Expr]]:
    """Each quantity with its value: the largest sum, exponentials that are at most 1, their sum, their shares of it."""
    largest, whole, exponentials = softmax_symbols(layer)
    shifted = [exp(difference(neuron.z, largest), evaluate=False) for neuron in layer]
    shares = [quotient(exponential, whole) for exponential in exponentials]
    return [
        (largest, Max(*(neuron.z for neuron in layer))),
        *zip(exponentials, shifted, strict=True),
        (whole, total(exponentials)),
        *((neuron.a, share) for neuron, share in zip(layer, shares, strict=True)),
    ]
