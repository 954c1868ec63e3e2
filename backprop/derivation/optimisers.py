"""The optimiser and the schedule as equations: what is kept of earlier epochs, and the weights of the next epoch."""

from sympy import Symbol

from backprop.derivation.equation import ETA, RATE, Equation, Stage, derivative_name
from backprop.derivation.expressions import difference, product, total
from backprop.derivation.functions import MATHS
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES
from backprop.network.training import Training

DECAY = Symbol("weight_decay")


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
        if training.weight_decay:
            gradient = total([gradient, product(DECAY, weight)])
        kept = [Symbol(f"{state.letter}_{weight.name}") for state in optimiser.states]
        for state, symbol in zip(optimiser.states, kept, strict=True):
            states[state.letter].append(Equation(symbol, state.value(MATHS, symbol, gradient), Stage.STATE))
        step = product(rate, optimiser.step(MATHS, gradient, *kept))
        updates.append(Equation(weight, difference(weight, step), Stage.UPDATE))
    return tuple(equation for kind in states.values() for equation in kind), tuple(updates)
