"""When two functions, or two numbers, are taken as equal: in doubles, or to 30 digits."""

from typing import Any

import numpy as np

from backprop.spreadsheet.arithmetic import EXACT

DOUBLES = 1e-9  # relative; what doubles lose in a formula, and far below what any mistake changes
DIGITS = EXACT.mpf(10) ** -30


def same_function(values: Any, expected: Any) -> bool:
    """Whether values are the expected function's, on every state that they hold."""
    if isinstance(expected, np.ndarray) or isinstance(values, np.ndarray):
        return bool(np.all(alike(values, expected)))
    return bool(abs(values - expected) <= abs(expected) * DIGITS)


def alike(values: Any, expected: Any) -> Any:
    """Whether arrays of doubles, with the states along their last axis, are the expected ones on every state."""
    with np.errstate(all="ignore"):
        return np.all(np.abs(values - expected) <= DOUBLES * np.abs(expected), axis=-1)


def same_number(stored: Any, given: float) -> Any:
    """Whether stored doubles, one or many, are a given number, which may be 0."""
    with np.errstate(invalid="ignore"):
        return np.abs(stored - given) <= DOUBLES * max(1.0, abs(given))
