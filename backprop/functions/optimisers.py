"""The optimisers, a row each: what each keeps of earlier epochs, and its step from a weight to that of the next epoch.

Conventions are torch.optim's: weight decay is added to the gradient g unless it is decoupled, the first velocity is the
first gradient, Adam divides by 1 - beta^epoch. What is kept starts at 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backprop.functions.function import Expr, Maths


@dataclass(frozen=True, slots=True)
class State:
    """What an optimiser keeps for each weight, one number."""

    letter: str  # v_w1 for weight w1
    title: str  # heading of its columns
    about: str  # what it is, in the note of a column
    value: Callable[..., Expr]  # over m, g and the symbols of all states; those before it are of this epoch


@dataclass(frozen=True, slots=True)
class Optimiser:
    """An optimiser by the name that descriptions give it; the next weight is w - eta*step, w - step if not `scaled`."""

    name: str
    about: str
    step: Callable[..., Expr]  # over m, g and the symbols of the states
    states: tuple[State, ...] = ()
    constants: tuple[str, ...] = ()  # fields of Training, and the names of their symbols
    defaults: Mapping[str, float] = field(default_factory=dict)  # where they are not Training's
    scaled: bool = True
    decouples: bool = False  # weight decay shrinks the weight itself: w - eta*weight_decay*w - eta*step


def _average(m: Maths, share: str, kept: Expr, new: Expr) -> Expr:
    """The running average with that share of the old."""
    old = m.Symbol(share)
    return m.total([m.product(old, m.previous(kept)), m.product(m.difference(m.Integer(1), old), new)])


def _unbiased(m: Maths, moment: Expr, share: str) -> Expr:
    power = m.Pow(m.Symbol(share), m.Symbol("epoch"), evaluate=False)
    return m.quotient(moment, m.difference(m.Integer(1), power))


def _over_root(m: Maths, g: Expr, s: Expr) -> Expr:
    return m.quotient(g, m.total([m.root(s), m.Symbol("epsilon")]))


def _adam(m: Maths, _: Expr, first: Expr, second: Expr) -> Expr:
    spread = m.total([m.root(_unbiased(m, second, "beta2")), m.Symbol("epsilon")])
    return m.quotient(_unbiased(m, first, "beta1"), spread)


def _rprop_step(m: Maths, g: Expr, size: Expr, last: Expr) -> Expr:
    """The step before, eta in the first epoch: larger where the derivative kept its sign, smaller where it changed."""
    before = m.total([m.previous(size), m.product(m.first(m.Symbol("epoch")), m.Symbol("eta"))])
    factor = m.by_sign(m.product(g, m.previous(last)), m.Symbol("eta_plus"), m.Symbol("eta_minus"))
    return m.clip(m.product(before, factor), m.Symbol("step_min"), m.Symbol("step_max"))


_VELOCITY = State(
    "v", "Velocity", "Velocity", lambda m, g, v: m.total([m.product(m.Symbol("momentum"), m.previous(v)), g])
)
_MEAN_SQUARE = State(
    "s", "Mean square", "Running mean of the derivative's square",
    lambda m, g, s: _average(m, "alpha", s, m.square(g)),
)  # fmt: skip
_SUM_OF_SQUARES = State(
    "s", "Sum of squares", "Sum of the derivative's squares so far",
    lambda m, g, s: m.total([m.previous(s), m.square(g)]),
)  # fmt: skip
_FIRST_MOMENT = State(
    "m", "First moment", "Running mean of the derivative", lambda m, g, first, _: _average(m, "beta1", first, g)
)
_SECOND_MOMENT = State(
    "v", "Second moment", "Running mean of the derivative's square",
    lambda m, g, _, second: _average(m, "beta2", second, m.square(g)),
)  # fmt: skip
_STEP_SIZE = State("r", "Step size", "Step", _rprop_step)
_LAST_GRADIENT = State(
    "p", "Last gradient", "Derivative for the next epoch to compare, 0 where its sign changed,",
    lambda m, g, _, last: m.unless_negative(m.product(g, m.previous(last)), g),
)  # fmt: skip
_ADAM = ("beta1", "beta2", "epsilon")

_ROWS = (
    Optimiser("sgd", "gradient descent", lambda _, g: g),
    Optimiser("momentum", "a velocity instead of the gradient", lambda _m, _g, v: v, (_VELOCITY,), ("momentum",)),
    Optimiser(
        "nesterov", "momentum that looks one step ahead",
        lambda m, g, v: m.total([g, m.product(m.Symbol("momentum"), v)]), (_VELOCITY,), ("momentum",),
    ),
    Optimiser(
        "rmsprop", "the gradient over the root of its mean square",
        _over_root, (_MEAN_SQUARE,), ("alpha", "epsilon"),
    ),
    Optimiser(
        "adam", "a mean gradient over the root of its mean square; Kingma and Ba 2015",
        _adam, (_FIRST_MOMENT, _SECOND_MOMENT), _ADAM,
    ),
    Optimiser(
        "adamw", "Adam whose weight decay shrinks the weight itself; Loshchilov and Hutter 2019",
        _adam, (_FIRST_MOMENT, _SECOND_MOMENT), _ADAM, defaults={"weight_decay": 0.01}, decouples=True,
    ),
    Optimiser(
        "adagrad", "the gradient over the root of the sum of its squares; Duchi et al. 2011",
        _over_root, (_SUM_OF_SQUARES,), ("epsilon",), defaults={"epsilon": 1e-10},
    ),
    Optimiser(
        "rprop", "the gradient's sign times a step of its own, which starts at eta; Riedmiller and Braun 1993",
        lambda m, _g, size, last: m.product(m.signum(last), size), (_STEP_SIZE, _LAST_GRADIENT),
        ("eta_plus", "eta_minus", "step_min", "step_max"), scaled=False,
    ),
)  # fmt: skip
OPTIMISERS: dict[str, Optimiser] = {row.name: row for row in _ROWS}
