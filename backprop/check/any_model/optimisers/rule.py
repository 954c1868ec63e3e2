"""What an optimiser makes of the derivative, as functions of drawn numbers, and how such numbers are told apart."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
FITS = 1e-8  # of the size
ROUGHLY, TINY = 1e-4, 1e-7


@dataclass(frozen=True, slots=True)
class Rule:
    """An update at drawn derivatives g, old values w and kept numbers, its constants being the same in all of them."""

    g: Numbers
    before: Numbers  # the derivative of the step before, of which a kept number that lags behind is made
    w: Numbers
    kept: tuple[Numbers, ...]
    others: tuple[Numbers, ...]  # the derivatives by other parameters that the update reads
    helpers: tuple[Numbers, ...]  # the cells between
    new: Numbers
    at_zero: Numbers  # the new value where w is 0
    constants: tuple[float, ...]  # what the formulas hold and compute without any of these
    step: int  # from 1
    upwards: bool = False  # g is the negative derivative

    def has(self, value: float) -> bool:
        """Whether a number is one of the constants."""
        return any(close(value, each) for each in self.constants)

    def has_small(self, value: float) -> bool:
        """The same for what is added below a fraction: next to nothing, and therefore known to few digits."""
        return value < TINY or any(abs(value - each) <= ROUGHLY * value for each in self.constants)

    def descends(self, factor: float) -> bool:
        """Whether a multiple of g with this factor makes the loss smaller."""
        return (factor > 0) if self.upwards else (factor < 0)


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


def averages(rule: Rule, of: Numbers) -> Iterator[tuple[Numbers, float | None, float]]:
    """Helper cells that are a·kept + b·`of`, with a and b; at a first step that keeps nothing yet a is unknown."""
    for values in rule.helpers:
        if (first := linear(values, of)) is not None:
            yield values, None, first[0]
        for kept in rule.kept:
            parts = linear(values, kept, of)
            if parts is not None and abs(parts[0]) > FITS and abs(parts[1]) > FITS:
                yield values, parts[0], parts[1]


def is_average(rule: Rule, a: float | None, b: float) -> bool:
    """Whether a and b are those of a running mean."""
    if a is None:
        return 0 < b < 1 and rule.has(1 - b)
    return 0 < a < 1 and close(a + b, 1)
