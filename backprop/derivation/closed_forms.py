"""Derivatives in closed form: every delta written out in quantities of the forward pass, as people read them."""

from sympy import Expr, Symbol

from backprop.derivation.equation import Equation
from backprop.derivation.expressions import product, total
from backprop.derivation.functions import local_derivative
from backprop.derivation.structure import Structure
from backprop.errors import NetworkError

CLOSED_TERMS = 100_000


def closed_deltas(structure: Structure, deltas: tuple[Equation, ...]) -> dict[Symbol, Expr]:
    """Each delta in forward quantities; NetworkError where that is too long to read."""
    _refuse_long(structure)
    closed: dict[Symbol, Expr] = {}
    steps = {equation.target: equation.expression for equation in deltas}
    for layer, description in zip(reversed(structure.layers), reversed(structure.network.layers), strict=True):
        for neuron in layer:
            fed = structure.fed.get(neuron.a, ())
            if fed:
                slope = total([product(closed[n.delta], weight) for n, weight in fed])
                closed[neuron.delta] = product(slope, local_derivative(description.activation, neuron.z, neuron.a))
            else:
                closed[neuron.delta] = steps[neuron.delta]
    return closed


def _refuse_long(structure: Structure) -> None:
    terms: dict[Symbol, int] = {}
    for neuron in reversed(structure.neurons):
        terms[neuron.a] = sum(terms[n.a] for n, _ in structure.fed.get(neuron.a, ())) or 1
    length = sum(terms[neuron.a] * len(neuron.weights) for neuron in structure.neurons)
    if length > CLOSED_TERMS:
        network = structure.network
        sizes = "-".join(map(str, network.sizes))
        raise NetworkError(
            f"network '{network.name}' ({sizes}): closed derivatives would hold {length:,} terms, "
            f"at most {CLOSED_TERMS:,} are written out; use the form in steps"
        )
