"""The equations behind a model's quantities, derived when the first is asked for: to be printed, or computed apart."""

from functools import lru_cache

from sympy import Integer, Symbol

from backprop.derivation.derive import derive
from backprop.derivation.equation import EPOCH, Equation, Stage
from backprop.derivation.expressions import total
from backprop.errors import NetworkError
from backprop.network.network import Network


@lru_cache(maxsize=8)
def equations(network: Network) -> dict[str, Equation]:
    """Target -> what computes it, derivatives in closed form where that is short enough to be read."""
    derivation = derive(network)
    try:
        closed = derivation.closed
    except NetworkError:
        closed = ()
    counted = Equation(Symbol(EPOCH), total([Symbol(EPOCH), Integer(1)]), Stage.UPDATE)
    return {each.target.name: each for each in (*derivation.equations("steps"), *closed, counted)}
