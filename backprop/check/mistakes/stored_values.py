"""Stored values that are not what their formulas give, error values, and what is no number where one belongs.

A file of Google Sheets stores ten digits of each number and 0 for what lies below 1e-10. Where all numbers of a table
are so short, a value may differ by as much as the rounding of all that its formula reads explains.
"""

import random
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.finding import finding
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.stored_values import Array, on_stored_values
from backprop.check.tables.view import View
from backprop.spreadsheet.book import CONSTANT, Cell, Value

STALE = 1e-6  # relative difference of a stored value from what its formula gives; caches may hold ten digits
SHORT_DIGITS, SHORT_ZERO = 10, 1e-10  # what Google Sheets stores of a number, and below what it stores 0
SAMPLED = 30  # steps of a table whose numbers tell whether all are short
MOVES = 12  # ways in which all that a formula reads is moved within its rounding
SLACK = 4  # on the widest of these moves

Flags = NDArray[np.bool_]


def wrong_stored_values(key: AnswerKey) -> Iterator[Finding]:
    """Stored values that are not what their formulas give; and error values."""
    table, view = key.table, key.table.view
    short = _short(key)
    for name, line in table.lines.items():
        for tree, first, last in view.runs(line, table.first, table.last):
            if tree is None or tree == CONSTANT:
                continue
            shown = [view.value(step, line) for step in range(first, last + 1)]
            errors = [first + index for index, value in enumerate(shown) if _is_error(value)]
            if errors:
                text = f"the stored value is {shown[errors[0] - first]}"
                yield _finding(view, line, errors, name, Kind.ERROR_VALUE, text)
            node = view.book.trees[tree]
            computed = None if isinstance(node, str) else on_stored_values(table, node, line, (first, last))
            if isinstance(node, str) or computed is None:
                continue
            stored = np.array([_number(value) for value in shown])
            differ = _differ(stored, computed)
            if short and differ.any():
                ways = (partial(_moved, way) for way in range(MOVES))
                moved = [on_stored_values(table, node, line, (first, last), way) for way in ways]
                differ &= ~_within(stored, computed, [values for values in moved if values is not None])
            differ |= _no_number(shown, stored, computed)
            steps = np.flatnonzero(differ)
            if len(steps):
                text = _sentence(shown[steps[0]], float(computed[steps[0]]))
                yield _finding(view, line, (steps + first).tolist(), name, Kind.STALE_VALUE, text)


def _number(value: Value) -> float:
    """The number that a cell shows, TRUE as 1 and FALSE as 0; NaN where it shows none."""
    return float(value) if isinstance(value, float | bool) else np.nan


def _differ(stored: Array, computed: Array) -> Flags:
    # One wild value widens the scale for no other.
    smaller = np.minimum(np.abs(stored), np.abs(computed))
    scale = np.max(smaller[np.isfinite(smaller)], initial=1e-6)
    with np.errstate(invalid="ignore"):
        differ: Flags = np.abs(stored - computed) > STALE * np.abs(computed) + 1e-8 * scale
    return differ


def _no_number(shown: list[Value], stored: Array, computed: Array) -> Flags:
    """Where something is stored that is no number, though the formula gives one, or a number that no cell can hold."""
    texts = np.array([isinstance(value, str) and not _is_error(value) for value in shown])
    flags: Flags = np.isinf(stored) | (texts & np.isfinite(computed))
    return flags


def _sentence(stored: Value, computed: float) -> str:
    if not np.isfinite(computed):
        return f"the stored value {stored!r} is no number that a cell can hold"
    return f"the stored value {stored!r} is not what the formula gives on the stored cells, {computed!r}"


def _short(key: AnswerKey) -> bool:
    """Whether no computed number of the table's first steps has more digits than Google Sheets stores."""
    table, view = key.table, key.table.view
    last = min(table.last, table.first + SAMPLED)
    lines = [line for _, line in key.checked()]
    numbers = np.concatenate([view.numbers(line, table.first, last) for line in lines] or [np.empty(0)])
    numbers = numbers[np.isfinite(numbers)]
    return len(numbers) > 0 and all(float(f"{number:.{SHORT_DIGITS}g}") == number for number in numbers.tolist())


def _moved(way: int, cell: Cell, values: Array) -> Array:
    """What a formula reads in a cell, at one end of its rounding; which end, the way says."""
    sign = random.Random(f"{way}/{cell}").choice((1, -1))
    return values + sign * _rounding(values)


def _rounding(values: Array) -> Array:
    return np.where(values == 0, SHORT_ZERO, 0.5 * 10.0 ** (1 - SHORT_DIGITS) * np.abs(values))


def _within(stored: Array, computed: Array, moved: list[Array]) -> Flags:
    """Whether the difference is explained by the rounding of the value and of all that its formula reads."""
    with np.errstate(invalid="ignore"):
        spread = np.max([np.abs(values - computed) for values in moved], axis=0, initial=0.0)
        within: Flags = np.abs(stored - computed) <= SLACK * spread + _rounding(stored)
    return within


def _finding(view: View, line: int, steps: list[int], name: str, kind: Kind, text: str) -> Finding:
    formula = view.formula(steps[0], line)
    return finding(view, line, (steps[0], steps[-1]), name, kind, text, formula=formula, should_be=formula)


def _is_error(value: object) -> bool:
    return isinstance(value, str) and value.startswith("#")
