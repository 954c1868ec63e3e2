"""The optimisers that have a name, recognised by what their rule does to drawn numbers, however it is written."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
FITS = 1e-8  # of the size
ROUGHLY, TINY = 1e-4, 1e-9
SMALL = 0.9  # the most that may be added below a fraction, so that it is never zero


@dataclass(frozen=True, slots=True)
class Rule:
    """An update at drawn derivatives g, old values w and kept numbers, its constants being the same in all of them."""

    g: Numbers
    before: Numbers  # the derivative of the step before, of which a kept number that lags behind is made
    w: Numbers
    kept: tuple[Numbers, ...]
    helpers: tuple[Numbers, ...]  # the cells between
    new: Numbers
    constants: tuple[float, ...]  # what the formulas hold and compute without any of these
    step: int  # from 1
    upwards: bool = False  # g is the negative derivative

    def has(self, value: float) -> bool:
        """Whether a number is one of the constants."""
        return any(close(value, each) for each in self.constants)

    def has_small(self, value: float) -> bool:
        """The same for what is added below a fraction: next to nothing, and therefore known to few digits."""
        return value < TINY or any(abs(value - each) <= ROUGHLY * value for each in self.constants)


def name_of_rule(rule: Rule) -> str | None:
    """Gradient descent, momentum, Nesterov's momentum, RMSprop, Adagrad or Adam; None for any other rule."""
    if not all(np.isfinite(values).all() for values in (rule.new, *rule.helpers)):
        return None
    change = rule.new - rule.w
    if (parts := linear(change, rule.g)) is not None or (parts := linear(change, rule.g, rule.w)) is not None:
        return "gradient descent" if _descends(rule, parts[0]) and not rule.kept else None
    return _momentum(rule, change) or _scaled(rule, change) or _adam(rule, change)


def close(one: float, two: float) -> bool:
    """Whether two numbers are the same, to rounding."""
    return abs(one - two) <= FITS * max(abs(one), abs(two))


def linear(values: Numbers, *columns: Numbers) -> list[float] | None:
    """The factors of a sum of multiples that gives these values; None where none does."""
    table = np.stack(columns, axis=1)
    size = np.abs(values).max()
    if not np.isfinite(table).all() or not np.isfinite(size) or size == 0:
        return None
    factors = np.linalg.lstsq(table, values, rcond=None)[0]
    return [float(factor) for factor in factors] if np.abs(table @ factors - values).max() <= FITS * size else None


def _descends(rule: Rule, factor: float) -> bool:
    return (factor > 0) if rule.upwards else (factor < 0)


def _averages(rule: Rule, of: Numbers) -> Iterator[tuple[Numbers, float | None, float]]:
    """Helper cells that are a·kept + b·`of`, with a and b; at a first step that keeps nothing yet a is unknown."""
    for values in rule.helpers:
        if (first := linear(values, of)) is not None:
            yield values, None, first[0]
        for kept in rule.kept:
            parts = linear(values, kept, of)
            if parts is not None and abs(parts[0]) > FITS and abs(parts[1]) > FITS:
                yield values, parts[0], parts[1]


def _is_average(rule: Rule, a: float | None, b: float) -> bool:
    """Whether a and b are those of a running mean."""
    if a is None:
        return 0 < b < 1 and rule.has(1 - b)
    return 0 < a < 1 and close(a + b, 1)


def _momentum(rule: Rule, change: Numbers) -> str | None:
    for velocity, a, b in _averages(rule, rule.g):
        if a is None or not 0 < a <= 1 or len(rule.kept) != 1:
            continue
        if (parts := linear(change, velocity)) is not None and _descends(rule, parts[0] * b):
            its_own = close(parts[0], 1) and rule.has(a) and (rule.has(b) or rule.has(-b))
            if its_own or close(b, 1) or close(abs(b), 1 - a):
                return "momentum"
        parts = linear(change, rule.kept[0], rule.g)
        if parts is not None and close(parts[0], a * a) and close(parts[1], (1 + a) * b):
            return "Nesterov's momentum" if _descends(rule, parts[1]) else None
    return None


def _divided(rule: Rule, above: Numbers, change: Numbers, square: Numbers) -> tuple[float, float] | None:
    """c and e of change = −c·above / (√square + e), or of −c·above / √(square + e)."""
    inverse, root_of_square = above / change, np.sqrt(square)
    root = linear(inverse, root_of_square, np.ones_like(square))
    if root is not None and _descends(rule, root[0]):
        small = root[1] / root[0]
        return (1 / abs(root[0]), max(0.0, small)) if -TINY <= small < SMALL else None
    within = linear(inverse**2, square, np.ones_like(square))
    if within is not None and within[0] > 0 and _descends(rule, float(np.sign(inverse[0]))):
        small = within[1] / within[0]
        return (within[0] ** -0.5, max(0.0, small)) if -TINY <= small < SMALL else None
    return None


def _scaled(rule: Rule, change: Numbers) -> str | None:
    """RMSprop and Adagrad: the derivative over the root of a mean or a sum of squares."""
    if len(rule.kept) > 1:
        return None
    lagging = [(kept, None, 1.0) for kept in rule.kept] if rule.step == 1 else _averages(rule, rule.before**2)
    for square, a, b in (*_averages(rule, rule.g**2), *lagging):
        divided = _divided(rule, rule.g, change, square)
        if divided is None or not (rule.has(divided[0]) and rule.has_small(divided[1])):
            continue
        if close(b, 1) and (a is None or close(a, 1)):
            return "Adagrad"
        if _is_average(rule, a, b):
            return "RMSprop"
    return None


def _adam(rule: Rule, change: Numbers) -> str | None:
    for (mean, a, b), (square, c, d) in (
        (one, two) for one in _averages(rule, rule.g) for two in _averages(rule, rule.g**2)
    ):
        if not (_is_average(rule, a, b) and _is_average(rule, c, d)):
            continue
        divided = _divided(rule, mean, change, square)
        if divided is None:
            continue
        for of_mean, of_square in _corrections(rule, 1 - b, 1 - d):
            rate, small = divided[0] * of_square**0.5 / of_mean, divided[1] * of_square**0.5
            if rule.has(rate) and (rule.has_small(small) or rule.has_small(divided[1] * of_square)):
                return "Adam"
    return None


def _corrections(rule: Rule, a: float, c: float) -> Iterator[tuple[float, float]]:
    """What the mean and the mean square are multiplied with: nothing, or what corrects them for their first steps."""
    yield 1.0, 1.0
    for turn in (float(rule.step), *rule.constants):
        if 0 < turn < 1e6:
            yield 1 / (1 - a**turn), 1 / (1 - c**turn)
