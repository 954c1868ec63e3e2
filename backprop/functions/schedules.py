"""The schedules of the learning rate, a row each, as torch.optim.lr_scheduler's StepLR and CosineAnnealingLR."""

from collections.abc import Callable
from dataclasses import dataclass

from backprop.functions.function import Expr, Maths


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule by the name that descriptions give it."""

    name: str
    about: str
    rate: Callable[[Maths], Expr] | None  # of an epoch, over eta, epoch and the constants; None: eta itself
    constants: tuple[str, ...] = ()  # fields of Training, and the names of their symbols


def _passed(m: Maths) -> Expr:
    return m.difference(m.Symbol("epoch"), m.Integer(1))


def _step(m: Maths) -> Expr:
    steps = m.whole(m.quotient(_passed(m), m.Symbol("step_size")))
    return m.product(m.Symbol("eta"), m.Pow(m.Symbol("gamma"), steps, evaluate=False))


def _cosine(m: Maths) -> Expr:
    eta, least = m.Symbol("eta"), m.Symbol("eta_min")
    angle = m.quotient(m.product(m.pi, _passed(m)), m.Symbol("period"))
    wave = m.total([m.Integer(1), m.cos(angle, evaluate=False)])
    return m.total([least, m.product(m.Rational(1, 2), m.difference(eta, least), wave)])


SCHEDULES: dict[str, Schedule] = {
    row.name: row
    for row in (
        Schedule("constant", "the same in every epoch", None),
        Schedule("step", "times gamma after every step_size epochs", _step, ("step_size", "gamma")),
        Schedule("cosine", "down to eta_min along a cosine of that period", _cosine, ("period", "eta_min")),
    )
}
