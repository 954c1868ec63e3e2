"""Epoch tables as CSV and JSON, written while they are computed: the first rows at once, in little memory."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TextIO

from backprop.epochs.trace import Run, check_learning_rates, diverged

Advance = Callable[[int], None]  # takes how many rows were written since


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of one learning rate's table, the number of each epoch first; the last has none and ends it."""

    rate: float
    rows: list[list[float]]
    starts: bool = False
    ends: bool = False
    diverged: int | None = None  # the epoch, where the table ends early


Diverged = dict[float, int]  # learning rate -> epoch, of those that diverged


def write_csv(run: Run, learning_rates: Sequence[float], stream: TextIO, advance: Advance = lambda _: None) -> Diverged:
    """One line a row with its learning rate and epoch; every number reads back as the same double."""
    chunks = _chunks(run, learning_rates)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["eta", "epoch", *run.names])
    found = {}
    for chunk in chunks:
        writer.writerows([chunk.rate, *row] for row in chunk.rows)
        if chunk.diverged is not None:
            found[chunk.rate] = chunk.diverged
        advance(len(chunk.rows))
    return found


def write_json(
    run: Run, learning_rates: Sequence[float], stream: TextIO, advance: Advance = lambda _: None
) -> Diverged:
    """A table a learning rate: [{"eta": 0.5, "epochs": [{"epoch": 1, "t1": 0.01, ...}, ...], "diverged": null}, ...].

    `diverged` is the epoch in which a number left the range of doubles; the rows end before. Where an epoch has several
    steps the rows are `steps`.
    """
    chunks = _chunks(run, learning_rates)
    keys = [json.dumps(name) for name in ("epoch", *run.names)]
    unit = "epochs" if run.steps == 1 else "steps"
    found, separator = {}, "["
    for chunk in chunks:
        if chunk.starts:
            stream.write(f'{separator}\n {{\n  "eta": {chunk.rate!r},\n  "{unit}": [')
            separator = ","
        for number, row in enumerate(chunk.rows):
            fields = ",\n".join(f"    {key}: {value!r}" for key, value in zip(keys, row, strict=True))
            stream.write(f"{'' if chunk.starts and not number else ','}\n   {{\n{fields}\n   }}")
        if chunk.ends:
            stream.write(f'\n  ],\n  "diverged": {json.dumps(chunk.diverged)}\n }}')
            if chunk.diverged is not None:
                found[chunk.rate] = chunk.diverged
        advance(len(chunk.rows))
    stream.write("\n]\n")
    return found


def _chunks(run: Run, learning_rates: Sequence[float]) -> Iterator[Chunk]:
    """The tables, one after the other. The first chunk is computed here: a run that fails soon writes nothing."""
    rates = check_learning_rates(learning_rates)
    counts = 2 if run.steps > 1 else 0  # the number of the step, and of what takes its turn

    def computed() -> Iterator[Chunk]:
        for rate in rates:
            done = 0
            for values in run.chunks(rate):
                rows = [
                    [row // run.steps + 1, *map(int, numbers[:counts]), *numbers[counts:]]
                    for row, numbers in enumerate(values.tolist(), done)
                ]
                yield Chunk(rate, rows, starts=not done)
                done += len(rows)
            yield Chunk(rate, [], ends=True, diverged=diverged(done, run.steps, run.epochs))

    chunks = computed()
    return chain([next(chunks)], chunks)
