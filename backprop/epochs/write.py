"""Epoch tables as CSV and JSON, written while they are computed: the first rows at once, in little memory."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TextIO

from backprop.epochs.trace import Run, check_learning_rates

Advance = Callable[[int], None]  # takes how many rows were written since
Chunk = tuple[float, int, list[list[float]]]  # learning rate, the first row's epoch, rows


def write_csv(run: Run, learning_rates: Sequence[float], stream: TextIO, advance: Advance = lambda _: None) -> None:
    """One line an epoch with its learning rate; every number reads back as the same double."""
    chunks = _chunks(run, learning_rates)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["eta", "epoch", *run.names])
    for rate, first, rows in chunks:
        writer.writerows([rate, epoch, *row] for epoch, row in enumerate(rows, first))
        advance(len(rows))


def write_json(run: Run, learning_rates: Sequence[float], stream: TextIO, advance: Advance = lambda _: None) -> None:
    """A table a learning rate: [{"eta": 0.5, "epochs": [{"epoch": 1, "t1": 0.01, ...}, ...]}, ...]."""
    chunks = _chunks(run, learning_rates)
    keys = [json.dumps(name) for name in ("epoch", *run.names)]
    separator = "["
    for rate, first, rows in chunks:
        if first == 1:
            stream.write(f'{separator}\n {{\n  "eta": {rate!r},\n  "epochs": [')
            separator = "\n  ]\n },"
        for epoch, row in enumerate(rows, first):
            fields = ",\n".join(f"    {key}: {value!r}" for key, value in zip(keys, (epoch, *row), strict=True))
            stream.write(f"{',' if epoch > 1 else ''}\n   {{\n{fields}\n   }}")
        advance(len(rows))
    stream.write("\n  ]\n }\n]\n")


def _chunks(run: Run, learning_rates: Sequence[float]) -> Iterator[Chunk]:
    """The tables, one after the other. The first chunk is computed here: a run that fails soon writes nothing."""
    rates = check_learning_rates(learning_rates)

    def computed() -> Iterator[Chunk]:
        for rate in rates:
            epoch = 1
            for values in run.chunks(rate):
                yield rate, epoch, values.tolist()
                epoch += len(values)

    chunks = computed()
    return chain([next(chunks)], chunks)
