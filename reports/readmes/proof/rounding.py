"""Whether a printed number is a rounding of an exact one: to the nearest, either way at a tie, or cut."""

import math
from fractions import Fraction


def is_nearest(printed: Fraction, exact: Fraction, decimals: int) -> bool:
    """Whether `printed`, with so many decimals, lies as near as that allows."""
    return bool(abs(printed - exact) <= Fraction(1, 2 * 10**decimals))


def is_cut(printed: Fraction, exact: Fraction, decimals: int) -> bool:
    """Whether the digits behind were dropped."""
    return bool(Fraction(math.floor(exact * 10**decimals), 10**decimals) == printed)


def is_rounding(printed: Fraction, exact: Fraction, decimals: int) -> bool:
    """Whether it is one of the two."""
    return is_nearest(printed, exact, decimals) or is_cut(printed, exact, decimals)


def show(exact: Fraction, decimals: int) -> str:
    """The exact number cut to so many decimals."""
    scale = 10**decimals
    whole, rest = divmod(math.floor(exact * scale), scale)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)
