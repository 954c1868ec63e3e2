"""Sizes in memory beside a parameter table, at 4 bytes a number: each program counts and rounds in its own way."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.own import is_judged
from reports.readmes.reading.rows import Figure, Row, Table

BYTES = 4  # float32
MOST_VALUES = 10**12  # of one layer's output, more than any machine holds
UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}
TOLERANCE = 0.0055  # of sizes with two decimals
NAMES = ("total", "trainable", "non-trainable", "optimiser")
LAYERS = {"LayerNorm", "PReLU", "ConvTranspose1d", "ConvTranspose2d"}  # others that are one layer with one output
MEGABYTE = {"torchinfo": 10**6}  # of others 2^20


@dataclass(frozen=True, slots=True)
class Size:
    """A printed size, what it should be, and why."""

    figure: Figure
    unit: str
    expected: float
    reason: str
    tolerance: float = TOLERANCE

    @property
    def value(self) -> float:
        """The number."""
        return float(self.figure.text.replace(",", ""))

    @property
    def wrong(self) -> bool:
        """Whether it is another."""
        return abs(self.value - self.expected) > self.tolerance


def judge_sizes(table: Table) -> Judgements:
    """Judge the sizes of a table that is whole."""
    if not table.whole or table.total is None:
        return
    for size in _keras(table) if table.style == "keras" else _megabytes(table):
        finding = Finding(
            size.figure.line, Kind.MEMORY, f"{size.figure.text} {size.unit}", f"{size.expected:.2f} {size.unit}",
            size.reason,
        )  # fmt: skip
        yield finding if size.wrong else None


def pass_gap(table: Table) -> float | None:
    """What the printed size of all outputs, in MB, has more than the shapes of the rows; 0 but for rounding.

    None where the program prints none, or where the rows do not tell it.
    """
    size = _pass(table) if table.whole else None
    return None if size is None else size.value - size.expected if size.wrong else 0.0


def _megabytes(table: Table) -> Iterator[Size]:
    """Of torchsummary and torchinfo. A size that agrees with the sum of all is what the program printed."""
    sizes, megabyte = table.sizes, MEGABYTE.get(table.style, 2**20)
    known: list[Size] = []
    if "parameters" in sizes and (table.style != "torchinfo" or all(_is_layer(row) for row in table.rows)):
        known.append(
            Size(sizes["parameters"], "MB", BYTES * table.sum / megabyte, f"{table.sum:,} parameters of 4 bytes")
        )
    if (outputs := _pass(table)) is not None:
        known.append(outputs)
    parts = [sizes[name] for name in ("input", "pass", "parameters", "all") if name in sizes]
    if len(parts) < 4:
        yield from known
        return
    given, whole = float(sizes["input"].text), float(sizes["all"].text)
    exact = {size.figure.line: size.expected for size in known}
    printed = {figure.line: float(figure.text) for figure in (sizes["pass"], sizes["parameters"])}
    right = True
    for size in known:
        others = sum(exact.get(line, number) for line, number in printed.items() if line != size.figure.line)
        off, mended = (abs(given + others + own - whole) for own in (size.value, size.expected))
        right &= not size.wrong
        if not size.wrong or (mended < off and mended <= 2 * TOLERANCE):
            yield size
        elif size.figure is sizes["pass"] and table.style != "markdown":
            yield replace(size, reason=f"{size.reason}; or one of the shapes is another")
    if right:
        total = given + sum(printed.values())
        yield Size(sizes["all"], "MB", total, "the sum of input, pass and parameters", 4 * TOLERANCE)


def _pass(table: Table) -> Size | None:
    """Each output twice, for values and gradients; under torchinfo of layers with parameters only."""
    if "pass" not in table.sizes or not all(row.dims and row.type for row in table.rows):
        return None
    if any(abs(math.prod(row.dims)) > MOST_VALUES for row in table.rows):
        return None
    if table.style != "torchinfo":
        values = abs(sum(math.prod(row.dims) for row in table.rows))
        expected, words = 2 * BYTES * values / 2**20, f"{values:,} values and as many gradients of 4 bytes"
        return Size(table.sizes["pass"], "MB", expected, words)
    if not all(_is_layer(row) for row in table.rows):
        return None
    values = sum(math.prod(row.dims) for row in table.rows if row.count)
    words = f"{values:,} values of layers with parameters and as many gradients of 4 bytes"
    return Size(table.sizes["pass"], "MB", 2 * BYTES * values / 1e6, words)


def _is_layer(row: Row) -> bool:
    """Whether torchinfo counts the row's output: that of a layer, not of a module whose layers it hides."""
    return not row.count or is_judged(row) or row.type in LAYERS


def _keras(table: Table) -> Iterator[Size]:
    """Behind each number of parameters, in the largest unit of which there is one."""
    for name in NAMES:
        size, total = table.sizes.get(f"{name} size"), table.totals.get(name)
        if size is None or total is None:
            continue
        number = table.sum + table.optimiser if name == "total" else total.value
        unit = size.text.partition(" ")[2]
        bare = Figure(size.text.partition(" ")[0], size.line, size.span)
        yield Size(bare, unit, BYTES * number / UNITS[unit], f"{number:,} parameters of 4 bytes")
