"""The trace of a workbook, on disk: rows are computed once, kept out of memory, and read again where they are written.

The sheets around the tables need numbers of the whole run (the last loss, the chart's limits) before the first row is
written; a run of a million epochs does not fit in memory.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import EPOCH, EPOCH_LOSS, TOTAL_LOSS
from backprop.epochs.trace import Array, Run, diverged


class Spool:
    """Every row of every learning rate's table in one file of doubles, and the loss of each epoch in memory."""

    def __init__(self, derivation: Derivation, rates: Sequence[float], epochs: int, form: Form, file: Path) -> None:
        run = Run(derivation, form, epochs)
        self.rates = tuple(rates)
        self.epochs, self.steps = epochs, run.steps
        self.names = run.names
        self.losses: list[Array] = []  # of each epoch that was finished
        self._file, self._chunk = file, run.chunk
        loss = self.names.index(TOTAL_LOSS if self.steps == 1 else EPOCH_LOSS)
        rows = []
        with file.open("wb") as stream:
            for rate in rates:
                column = np.empty(epochs * self.steps)
                done = 0
                for chunk in run.chunks(rate):
                    chunk.tofile(stream)
                    column[done : done + len(chunk)] = chunk[:, loss]
                    done += len(chunk)
                rows.append(done)
                self.losses.append(column[:done][self.steps - 1 :: self.steps].copy())
        self.rows = tuple(rows)  # computed at each rate
        self._starts = (0, *accumulate(rows))

    def diverged(self, number: int) -> int | None:
        """The epoch in which the training of that rate diverged; None where it did not."""
        return diverged(self.rows[number], self.steps, self.epochs)

    def chunks(self, number: int) -> Iterator[Array]:
        """The rows of the table of that rate, a chunk of them at a time."""
        rows = self.rows[number]
        for start in range(0, rows, self._chunk):
            yield self._read(number, start, min(self._chunk, rows - start))

    def row(self, number: int, row: int) -> dict[str, float]:
        """One row, counted from 1, of the table of that rate."""
        values = self._read(number, row - 1, 1)[0].tolist()
        return {EPOCH: float((row - 1) // self.steps + 1), **dict(zip(self.names, values, strict=True))}

    def _read(self, number: int, start: int, count: int) -> Array:
        width = len(self.names)
        offset = (self._starts[number] + start) * width * 8
        return np.fromfile(self._file, np.float64, count * width, offset=offset).reshape(count, width)
