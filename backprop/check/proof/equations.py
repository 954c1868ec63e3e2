"""The equations behind a model's quantities, derived when the first is asked for: to be printed, or computed apart."""

from functools import lru_cache

from sympy import Integer, Symbol

from backprop.derivation.derive import derive
from backprop.derivation.equation import EPOCH_LOSS, TOTAL_LOSS, Equation, Stage
from backprop.derivation.expressions import difference, previous, product, quotient, total
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
    number, turn, mean = Symbol(derivation.counted), Symbol(derivation.turn), Symbol(EPOCH_LOSS)
    counted = Equation(number, total([number, Integer(1)]), Stage.UPDATE)
    before = product(difference(turn, Integer(1)), previous(mean))
    averaged = Equation(mean, quotient(total([before, Symbol(TOTAL_LOSS)]), turn), Stage.STATE)
    return {each.target.name: each for each in (*derivation.equations("steps"), *closed, counted, averaged)}
