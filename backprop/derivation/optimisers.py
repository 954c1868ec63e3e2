"""The optimisers as equations: what each keeps of earlier epochs, and how a weight becomes that of the next epoch.

Conventions are torch.optim's: weight decay is added to the gradient, the first velocity is the first gradient, Adam
divides by 1 - beta^epoch. States start at 0.
"""

from collections.abc import Callable

from sympy import Expr, Function, Integer, Pow, Rational, Symbol, cos, pi

from backprop.derivation.equation import EPOCH, ETA, Equation, Stage, derivative_symbol
from backprop.derivation.expressions import difference, previous, product, quotient, root, square, total
from backprop.network.training import Training

RATE = Symbol("eta_t")  # the learning rate of an epoch, where it follows a schedule
MU, ALPHA, BETA1, BETA2, EPSILON = map(Symbol, ("momentum", "alpha", "beta1", "beta2", "epsilon"))
DECAY, STEP_SIZE, GAMMA, PERIOD, ETA_MIN = map(Symbol, ("weight_decay", "step_size", "gamma", "period", "eta_min"))
ONE = Integer(1)


class whole(Function):  # noqa: N801 - sympy prints and matches a function by its class name
    """whole(x), the largest integer not above x."""


def schedule(training: Training) -> tuple[Equation, ...]:
    """The learning rate of an epoch, as torch.optim.lr_scheduler's StepLR and CosineAnnealingLR; none if constant."""
    passed = difference(EPOCH, ONE)
    if training.schedule == "constant":
        return ()
    if training.schedule == "step":
        value = product(ETA, Pow(GAMMA, whole(quotient(passed, STEP_SIZE)), evaluate=False))
    else:
        angle = quotient(product(pi, passed), PERIOD)
        wave = total([ONE, cos(angle, evaluate=False)])
        value = total([ETA_MIN, product(Rational(1, 2), difference(ETA, ETA_MIN), wave)])
    return (Equation(RATE, value, Stage.SCHEDULE),)


def optimise(training: Training, weights: tuple[Symbol, ...]) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
    """The states of this epoch, ordered by kind, and the weights of the next."""
    kinds = STATES[training.optimiser]
    rate = ETA if training.schedule == "constant" else RATE
    states: dict[str, list[Equation]] = {letter: [] for letter in kinds}
    updates = []
    for weight in weights:
        gradient = derivative_symbol(weight)
        if training.weight_decay:
            gradient = total([gradient, product(DECAY, weight)])
        kept = {letter: Symbol(f"{letter}_{weight.name}") for letter in kinds}
        for letter, value in kinds.items():
            states[letter].append(Equation(kept[letter], value(kept[letter], gradient), Stage.STATE))
        step = product(rate, STEPS[training.optimiser](gradient, *kept.values()))
        updates.append(Equation(weight, difference(weight, step), Stage.UPDATE))
    return tuple(equation for kind in states.values() for equation in kind), tuple(updates)


def _average(share: Symbol) -> Callable[[Symbol, Expr], Expr]:
    return lambda kept, new: total([product(share, previous(kept)), product(difference(ONE, share), new)])


def _average_square(share: Symbol) -> Callable[[Symbol, Expr], Expr]:
    average = _average(share)
    return lambda kept, gradient: average(kept, square(gradient))


def _velocity(kept: Symbol, gradient: Expr) -> Expr:
    return total([product(MU, previous(kept)), gradient])


def _unbiased(moment: Expr, share: Symbol) -> Expr:
    return quotient(moment, difference(ONE, Pow(share, EPOCH, evaluate=False)))


def _adam(_: Expr, m: Expr, v: Expr) -> Expr:
    return quotient(_unbiased(m, BETA1), total([root(_unbiased(v, BETA2)), EPSILON]))


STATES: dict[str, dict[str, Callable[[Symbol, Expr], Expr]]] = {
    "sgd": {},
    "momentum": {"v": _velocity},
    "nesterov": {"v": _velocity},
    "rmsprop": {"s": _average_square(ALPHA)},
    "adam": {"m": _average(BETA1), "v": _average_square(BETA2)},
}
STEPS: dict[str, Callable[..., Expr]] = {
    "sgd": lambda gradient: gradient,
    "momentum": lambda _, v: v,
    "nesterov": lambda gradient, v: total([gradient, product(MU, v)]),
    "rmsprop": lambda gradient, s: quotient(gradient, total([root(s), EPSILON])),
    "adam": _adam,
}
STATE_TITLES = {
    "momentum": ("Velocity",),
    "nesterov": ("Velocity",),
    "rmsprop": ("Mean square",),
    "adam": ("First moment", "Second moment"),
}
