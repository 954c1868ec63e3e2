"""The optimisers, a row each: what each keeps of earlier epochs, and its step from a weight to that of the next epoch.

Conventions are torch.optim's: weight decay is added to the gradient g, the first velocity is the first gradient, Adam
divides by 1 - beta^epoch. What is kept starts at 0.
"""

from collections.abc import Callable
from dataclasses import dataclass

from backprop.functions.function import Expr, Maths


@dataclass(frozen=True, slots=True)
class State:
    """What an optimiser keeps for each weight, one number."""

    letter: str  # v_w1 for weight w1
    title: str  # heading of its columns
    value: Callable[[Maths, Expr, Expr], Expr]  # over its symbol and g


@dataclass(frozen=True, slots=True)
class Optimiser:
    """An optimiser by the name that descriptions give it; the next weight is w - eta*step."""

    name: str
    about: str
    step: Callable[..., Expr]  # over m, g and the symbols of the states
    states: tuple[State, ...] = ()
    constants: tuple[str, ...] = ()  # fields of Training, and the names of their symbols


def _average(share: str) -> Callable[[Maths, Expr, Expr], Expr]:
    """The running average with that share of the old."""

    def value(m: Maths, kept: Expr, new: Expr) -> Expr:
        old = m.Symbol(share)
        return m.total([m.product(old, m.previous(kept)), m.product(m.difference(m.Integer(1), old), new)])

    return value


def _average_square(share: str) -> Callable[[Maths, Expr, Expr], Expr]:
    average = _average(share)
    return lambda m, kept, g: average(m, kept, m.square(g))


def _unbiased(m: Maths, moment: Expr, share: str) -> Expr:
    power = m.Pow(m.Symbol(share), m.Symbol("epoch"), evaluate=False)
    return m.quotient(moment, m.difference(m.Integer(1), power))


def _rmsprop(m: Maths, g: Expr, s: Expr) -> Expr:
    return m.quotient(g, m.total([m.root(s), m.Symbol("epsilon")]))


def _adam(m: Maths, _: Expr, first: Expr, second: Expr) -> Expr:
    spread = m.total([m.root(_unbiased(m, second, "beta2")), m.Symbol("epsilon")])
    return m.quotient(_unbiased(m, first, "beta1"), spread)


_VELOCITY = State("v", "Velocity", lambda m, v, g: m.total([m.product(m.Symbol("momentum"), m.previous(v)), g]))

OPTIMISERS: dict[str, Optimiser] = {
    row.name: row
    for row in (
        Optimiser("sgd", "gradient descent", lambda _, g: g),
        Optimiser("momentum", "a velocity instead of the gradient", lambda _m, _g, v: v, (_VELOCITY,), ("momentum",)),
        Optimiser(
            "nesterov",
            "momentum that looks one step ahead",
            lambda m, g, v: m.total([g, m.product(m.Symbol("momentum"), v)]),
            (_VELOCITY,),
            ("momentum",),
        ),
        Optimiser(
            "rmsprop",
            "the gradient over the root of its mean square",
            _rmsprop,
            (State("s", "Mean square", _average_square("alpha")),),
            ("alpha", "epsilon"),
        ),
        Optimiser(
            "adam",
            "a mean gradient over the root of its mean square; Kingma and Ba 2015",
            _adam,
            (State("m", "First moment", _average("beta1")), State("v", "Second moment", _average_square("beta2"))),
            ("beta1", "beta2", "epsilon"),
        ),
    )
}
