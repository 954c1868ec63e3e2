"""The optimiser and the schedule as equations: what is kept of earlier epochs, and the weights of the next epoch."""

from sympy import Expr, Integer, Symbol

from backprop.derivation.equation import EPOCH, ETA, RATE, Equation, Stage, derivative_name
from backprop.derivation.expressions import difference, first, product, total
from backprop.derivation.functions import MATHS
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES
from backprop.network.training import Training

DECAY, DAMPENING = Symbol("weight_decay"), Symbol("dampening")


def schedule(training: Training) -> tuple[Equation, ...]:
    """The learning rate of an epoch; no equation where it is constant."""
    rate = SCHEDULES[training.schedule].rate
    return () if rate is None else (Equation(Symbol(RATE), rate(MATHS), Stage.SCHEDULE),)


def optimise(training: Training, weights: tuple[Symbol, ...]) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
    """The states of this epoch, ordered by kind, and the weights of the next."""
    optimiser = OPTIMISERS[training.optimiser]
    rate = Symbol(ETA if SCHEDULES[training.schedule].rate is None else RATE)
    states: dict[str, list[Equation]] = {state.letter: [] for state in optimiser.states}
    updates = []
    for weight in weights:
        gradient = Symbol(derivative_name(weight.name))
        shrunk = product(DECAY, weight) if training.decay else None
        if shrunk is not None and not optimiser.decouples:
            gradient = total([gradient, shrunk])
        if training.dampening:
            gradient = product(_undamped(), gradient)
        kept = [Symbol(f"{state.letter}_{weight.name}") for state in optimiser.states]
        for state, symbol in zip(optimiser.states, kept, strict=True):
            states[state.letter].append(Equation(symbol, state.value(MATHS, gradient, *kept), Stage.STATE))
        step = optimiser.step(MATHS, gradient, *kept)
        following = weight
        if shrunk is not None and optimiser.decouples:
            following = difference(following, product(rate, shrunk))
        following = difference(following, product(rate, step) if optimiser.scaled else step)
        updates.append(Equation(weight, following, Stage.UPDATE))
    return tuple(equation for kind in states.values() for equation in kind), tuple(updates)


def _undamped() -> Expr:
    """The share of the gradient that enters a velocity: all of it in the first epoch, 1 - dampening later."""
    one = Integer(1)
    return difference(one, product(DAMPENING, difference(one, first(Symbol(EPOCH)))))
