"""Derivatives in closed form: every delta written out in quantities of the forward pass, as people read them."""

from sympy import Expr, Symbol

from backprop.derivation.equation import Equation, Layers, Neuron
from backprop.derivation.expressions import product, total
from backprop.derivation.functions import local_derivative
from backprop.errors import NetworkError
from backprop.network.network import Network

CLOSED_TERMS = 100_000


def closed_deltas(network: Network, layers: Layers, deltas: tuple[Equation, ...]) -> dict[Symbol, Expr]:
    """Each delta in forward quantities; NetworkError where that is too long to read."""
    _refuse_long(network)
    closed: dict[Symbol, Expr] = {}
    following: tuple[Neuron, ...] = ()
    steps = {equation.target: equation.expression for equation in deltas}
    for layer, description in zip(reversed(layers), reversed(network.layers), strict=True):
        for number, neuron in enumerate(layer):
            if following:
                slope = total([product(closed[n.delta], n.weights[number]) for n in following])
                closed[neuron.delta] = product(slope, local_derivative(description.activation, neuron.z, neuron.a))
            else:
                closed[neuron.delta] = steps[neuron.delta]
        following = layer
    return closed


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
