"""A table of true derivatives, found again by their values at random states."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop.check.any_model.model.states import COUNT, SIGNED

AGREES = 1e-7  # of the size, for two columns of numbers to be the same function
KEYED = SIGNED  # states by which a derivative is looked up: those with the workbook's own signs
SMALLEST = 1e-30
PAIRS = 50_000  # of columns that are compared at once
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slope:
    """∂of/∂by, by the nodes of two cells."""

    of: int
    by: int


@dataclass(frozen=True, slots=True)
class Match:
    """A derivative that a cell equals, up to a factor."""

    slope: Slope
    factor: float


class SlopeTable:
    """Derivatives with their values; looked up by direction, so that a constant factor does not matter."""

    def __init__(self) -> None:
        self.slopes: list[Slope] = []
        self.at: dict[Slope, int] = {}
        self.by: dict[int, list[Slope]] = defaultdict(list)
        self._values: list[Array] = []
        self._index: tuple[Array, NDArray[np.int64], Array] | None = None

    def add(self, slope: Slope, value: Array) -> None:
        """Add a derivative."""
        if slope not in self.at:
            self.at[slope] = len(self.slopes)
            self.slopes.append(slope)
            self.by[slope.by].append(slope)
            self._values.append(as_states(value))
            self._index = None

    def value(self, slope: Slope) -> Array | None:
        """The values of a derivative."""
        index = self.at.get(slope)
        return None if index is None else self._values[index]

    def matches(self, values: Array) -> list[Match]:
        """Every derivative that these numbers are a constant multiple of."""
        return self.matches_of(as_states(values)[None, :])[0]

    def matches_of(self, many: Array) -> list[list[Match]]:
        """The same for many rows of numbers at once."""
        if not self.slopes:
            return [[] for _ in many]
        if self._index is None:
            table = np.stack(self._values)
            keys = directions(table)
            order = np.argsort(keys)[: int(np.isfinite(keys).sum())]
            self._index = keys[order], order, table[order]
        keys, order, table = self._index
        wanted = directions(many)
        near = 1e-6 * np.maximum(1.0, np.abs(wanted))
        firsts, lasts = np.searchsorted(keys, wanted - near), np.searchsorted(keys, wanted + near)
        near_some = np.flatnonzero(np.isfinite(wanted) & (firsts < lasts))
        counts = (lasts - firsts)[near_some]
        rows = np.repeat(near_some, counts)
        entries = np.arange(len(rows)) + np.repeat(firsts[near_some] - np.cumsum(counts) + counts, counts)
        found: list[list[Match]] = [[] for _ in many]
        for start in range(0, len(rows), PAIRS):
            row, entry = rows[start : start + PAIRS], entries[start : start + PAIRS]
            factors = ratios(many[row], table[entry])
            for at in np.flatnonzero(np.isfinite(factors)):
                found[row[at]].append(Match(self.slopes[order[entry[at]]], float(factors[at])))
        return found


def as_states(value: object) -> Array:
    """Numbers in all states."""
    if isinstance(value, np.ndarray) and value.shape == (COUNT,):
        return value
    return np.broadcast_to(np.asarray(value, dtype=float), (COUNT,))


def directions(rows: Array) -> Array:
    """One number for all multiples of the same numbers; NaN where they are all alike, or not all numbers."""
    some = rows[:, :KEYED]
    with np.errstate(all="ignore"):
        largest = np.abs(some).max(axis=1)
        usable = np.isfinite(some).all(axis=1) & (np.abs(some[:, 0]) > SMALLEST)
        usable &= np.ptp(some, axis=1) > AGREES * largest
        keys: Array = np.where(usable, (some / some[:, :1]) @ _WEIGHTS, np.nan)
    return keys


_WEIGHTS = np.array([0.0, *(np.sqrt(prime) for prime in (2, 3, 5))][:KEYED])


def ratios(values: Array, of: Array) -> Array:
    """For each row of both the constant k of values = k · of; NaN where there is none."""
    both = np.isfinite(values) & np.isfinite(of)
    with np.errstate(all="ignore"):
        two = np.where(both, of, 0.0)
        at = np.abs(two).argmax(axis=1)
        rows = np.arange(len(of))
        factors = np.where(two[rows, at] == 0, np.nan, values[rows, at] / two[rows, at])
        agree = same(values, factors[:, None] * of)
    return np.where(agree & np.isfinite(factors) & (factors != 0), factors, np.nan)


def ratio(values: Array, of: Array) -> float | None:
    """The constant k of values = k · of; None where there is none."""
    factor = float(ratios(as_states(values)[None, :], as_states(of)[None, :])[0])
    return factor if np.isfinite(factor) else None


def same(one: Array, two: Array) -> NDArray[np.bool_]:
    """Whether rows of numbers are the same, to rounding; where either has no value they are not compared."""
    both = np.isfinite(one) & np.isfinite(two)
    with np.errstate(all="ignore"):
        size = np.where(both, np.maximum(np.abs(one), np.abs(two)), 0.0)
        apart = np.where(both, np.abs(one - two), 0.0)
    close = apart <= AGREES * size + 1e-14 * size.max(axis=-1, keepdims=True)
    result: NDArray[np.bool_] = close.all(axis=-1) & (both.sum(axis=-1) >= KEYED)
    return result


def alike(one: Array, two: Array) -> bool:
    """Whether two columns of numbers are the same."""
    return bool(same(as_states(one), as_states(two)))


def stacked(rows: Sequence[Array]) -> Array:
    """Columns of numbers as rows of one array."""
    return np.stack([as_states(row) for row in rows]) if rows else np.empty((0, COUNT))
