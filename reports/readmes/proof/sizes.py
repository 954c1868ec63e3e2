"""Sizes in memory beside a parameter table, at 4 bytes a number: each program counts and rounds in its own way."""

import math
from collections.abc import Iterator

from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.layers import is_known
from reports.readmes.reading.rows import Figure, Table

BYTES = 4  # float32
UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}
TOLERANCE = 0.0055  # of sizes with two decimals
NAMES = ("total", "trainable", "non-trainable", "optimiser")


def judge_sizes(table: Table) -> Judgements:
    """Judge the sizes of a table that is whole."""
    if not table.whole or table.total is None:
        return
    sizes = {"torchinfo": _torchinfo, "keras": _keras}.get(table.style, _torchsummary)
    for figure, unit, expected, tolerance, reason in sizes(table):
        wrong = abs(float(figure.text.replace(",", "")) - expected) > tolerance
        finding = Finding(figure.line, Kind.MEMORY, f"{figure.text} {unit}", f"{expected:.2f} {unit}", reason)
        yield finding if wrong else None


Size = tuple[Figure, str, float, float, str]  # as printed, its unit, what it should be, to what precision, and why


def _torchsummary(table: Table) -> Iterator[Size]:
    """One sample, in MB of 2^20 bytes; each output twice, for values and gradients."""
    outputs = sum(math.prod(row.shape) for row in table.rows)
    expected = {"parameters": BYTES * table.sum / 2**20, "pass": 2 * BYTES * outputs / 2**20}
    reasons = {
        "parameters": f"{table.sum:,} parameters of 4 bytes",
        "pass": f"{outputs:,} values and as many gradients of 4 bytes",
    }
    yield from _megabytes(table, expected, reasons, 2 * TOLERANCE)  # which versions round differently


def _torchinfo(table: Table) -> Iterator[Size]:
    """The whole batch, in MB of 10^6 bytes; of layers with parameters each output twice.

    Nothing where the table hides layers, or has modules with parameters besides those of their layers.
    """
    if not all(is_known(row) or (row.type and not row.count) for row in table.rows):
        return
    outputs = sum((row.batch or 1) * math.prod(row.shape) for row in table.rows if row.count)
    expected = {"parameters": BYTES * table.sum / 1e6, "pass": 2 * BYTES * outputs / 1e6}
    reasons = {
        "parameters": f"{table.sum:,} parameters of 4 bytes",
        "pass": f"{outputs:,} values of layers with parameters and as many gradients of 4 bytes",
    }
    yield from _megabytes(table, expected, reasons)


def _megabytes(
    table: Table, expected: dict[str, float], reasons: dict[str, str], tolerance: float = TOLERANCE
) -> Iterator[Size]:
    if {"input", "pass", "parameters", "all"} <= table.sizes.keys():
        expected["all"] = float(table.sizes["input"].text) + sum(expected.values())
        reasons["all"] = "the sum of input, pass and parameters"
    for name, value in expected.items():
        if name in table.sizes:
            yield table.sizes[name], "MB", value, tolerance * (3 if name == "all" else 1), reasons[name]


def _keras(table: Table) -> Iterator[Size]:
    """Behind each number of parameters, in the largest unit of which there is one."""
    for name in NAMES:
        size, total = table.sizes.get(f"{name} size"), table.totals.get(name)
        if size is None or total is None:
            continue
        number = table.sum + table.optimiser if name == "total" else total.value
        unit = size.text.partition(" ")[2]
        bare = Figure(size.text.partition(" ")[0], size.line, size.span)
        yield bare, unit, BYTES * number / UNITS[unit], TOLERANCE, f"{number:,} parameters of 4 bytes"
