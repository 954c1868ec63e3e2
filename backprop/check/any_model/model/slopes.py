"""A table of true derivatives, found again by their values at random states."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop.check.any_model.model.states import COUNT, SIGNED

AGREES = 1e-7  # of the size, for two columns of numbers to be the same function
KEYED = SIGNED  # states by which a derivative is looked up: those with the workbook's own signs, else the next ones
SMALLEST = 1e-30
MOST_ALIKE = 2_000  # derivatives of one direction that a column is compared with: of steps most are alike
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
        self._indices: dict[int, tuple[Array, NDArray[np.int64], Array]] = {}

    def add(self, slope: Slope, value: Array) -> None:
        """Add a derivative."""
        if slope not in self.at:
            self.at[slope] = len(self.slopes)
            self.slopes.append(slope)
            self.by[slope.by].append(slope)
            self._values.append(as_states(value))
            self._indices.clear()

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
        found: list[list[Match]] = [[] for _ in many]
        left = np.arange(len(many))
        for start in range(0, COUNT, KEYED):
            wanted = directions(many[left], start)
            usable = np.isfinite(wanted)
            if usable.any():
                self._add_matches(found, many, left[usable], wanted[usable], start)
            left = left[~usable]
        return found

    def _add_matches(
        self, found: list[list[Match]], many: Array, rows: NDArray[np.int64], wanted: Array, start: int
    ) -> None:
        """The matches of some of the rows, by their directions in the states from `start` on."""
        keys, order, table = self._index(start)
        near = 1e-6 * np.maximum(1.0, np.abs(wanted))
        firsts, lasts = np.searchsorted(keys, wanted - near), np.searchsorted(keys, wanted + near)
        counts = np.minimum(lasts - firsts, MOST_ALIKE)
        pairs = np.repeat(rows, counts)
        entries = np.arange(len(pairs)) + np.repeat(firsts - np.cumsum(counts) + counts, counts)
        for at in range(0, len(pairs), PAIRS):
            row, entry = pairs[at : at + PAIRS], entries[at : at + PAIRS]
            factors = ratios(many[row], table[entry])
            for each in np.flatnonzero(np.isfinite(factors)):
                found[row[each]].append(Match(self.slopes[order[entry[each]]], float(factors[each])))

    def _index(self, start: int) -> tuple[Array, NDArray[np.int64], Array]:
        """Directions in these states in ascending order, whose they are, and all their values."""
        if start not in self._indices:
            table = np.stack(self._values)
            keys = directions(table, start)
            order = np.argsort(keys)[: int(np.isfinite(keys).sum())]
            self._indices[start] = keys[order], order, table[order]
        return self._indices[start]


def as_states(value: object) -> Array:
    """Numbers in all states."""
    if isinstance(value, np.ndarray) and value.shape == (COUNT,):
        return value
    return np.broadcast_to(np.asarray(value, dtype=float), (COUNT,))


def directions(rows: Array, start: int = 0) -> Array:
    """One number for all multiples of the same numbers, of KEYED states; NaN where not all are numbers or are alike."""
    some = rows[:, start : start + KEYED]
    largest = np.abs(some).max(axis=1)
    usable = np.isfinite(some).all(axis=1) & (np.abs(some[:, 0]) > SMALLEST)
    usable &= np.ptp(some, axis=1) > AGREES * largest
    keys: Array = np.where(usable, (some / some[:, :1]) @ _WEIGHTS, np.nan)
    return keys


_WEIGHTS = np.array([0.0, *(np.sqrt(prime) for prime in (2, 3, 5))][:KEYED])


def ratios(values: Array, of: Array) -> Array:
    """For each row of both the constant k of values = k · of; NaN where there is none."""
    both = np.isfinite(values) & np.isfinite(of)
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
