"""Shares as a reader sees them: cut and never rounded up, intervals widened outwards; exact intervals. No torch."""

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath


def cut(share: Fraction | float, decimals: int = 2) -> str:
    """0.98856 as "98.85", percent: the digits beyond are cut, so that 199 of 200 is not 100 %."""
    return _percent(share, decimals, math.floor)


def outwards(low: Fraction | float, high: Fraction | float, decimals: int = 3) -> tuple[str, str]:
    """Both ends of an interval in percent, the lower one rounded down and the upper one up."""
    return _percent(low, decimals, math.floor), _percent(high, decimals, math.ceil)


def share_interval(hits: int, total: int) -> tuple[float, float]:
    """95 % interval of a share of which `hits` of `total` were seen (Clopper and Pearson 1934): exact, never too short.

    Low and high are where the binomial's tails, P(X ≥ hits) and P(X ≤ hits), are 2.5 %: quantiles of the beta
    distributions with parameters hits, total - hits + 1 and hits + 1, total - hits. 10 of 10: 69 % to 100 %.
    """
    low = _beta_quantile(0.025, hits, total - hits + 1) if hits else 0.0
    high = _beta_quantile(0.975, hits + 1, total - hits) if hits < total else 1.0
    return low, high


def _percent(share: Fraction | float, decimals: int, whole: Callable[[Fraction], int]) -> str:
    exact = Fraction(repr(round(share, 12))) if isinstance(share, float) else share  # a mean of doubles is near it
    scale = 10**decimals
    number = whole(exact * 100 * scale)
    units, rest = divmod(abs(number), scale)
    return f"{'-' if number < 0 else ''}{units}" + (f".{rest:0{decimals}d}" if decimals else "")


def _beta_quantile(probability: float, a: float, b: float) -> float:
    """Where the regularised incomplete beta function I(x; a, b) is so large; by bisection."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if mpmath.betainc(a, b, 0, middle, regularized=True) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2
