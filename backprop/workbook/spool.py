"""The trace of a workbook, on disk: rows are computed once, kept out of memory, and read again where they are written.

The sheets around the tables need numbers of the whole run (the last loss, the chart's limits) before the first row is
written; a run of a million epochs does not fit in memory.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import TOTAL_LOSS
from backprop.epochs.trace import Array, Run


class Spool:
    """Every row of every learning rate's table in one file of doubles, and the losses in memory."""

    def __init__(self, derivation: Derivation, rates: Sequence[float], epochs: int, form: Form, file: Path) -> None:
        run = Run(derivation, form, epochs)
        self.rates = tuple(rates)
        self.epochs = epochs
        self.names = run.names
        self.losses = np.empty((len(rates), epochs))
        self._file, self._chunk = file, run.chunk
        loss = self.names.index(TOTAL_LOSS)
        with file.open("wb") as stream:
            for number, rate in enumerate(rates):
                done = 0
                for chunk in run.chunks(rate):
                    chunk.tofile(stream)
                    self.losses[number, done : done + len(chunk)] = chunk[:, loss]
                    done += len(chunk)

    def chunks(self, number: int) -> Iterator[Array]:
        """The rows of the table of that rate, a chunk of epochs at a time."""
        for start in range(0, self.epochs, self._chunk):
            yield self._read(number, start, min(self._chunk, self.epochs - start))

    def row(self, number: int, epoch: int) -> dict[str, float]:
        """One epoch, counted from 1, of the table of that rate."""
        values = self._read(number, epoch - 1, 1)[0].tolist()
        return {"epoch": float(epoch), **dict(zip(self.names, values, strict=True))}

    def _read(self, number: int, start: int, count: int) -> Array:
        width = len(self.names)
        offset = (number * self.epochs + start) * width * 8
        return np.fromfile(self._file, np.float64, count * width, offset=offset).reshape(count, width)
