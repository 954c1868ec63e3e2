"""What a differentiation gives: each derivative with its value and its formula, and what these formulas read."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

DEFAULT_ETA = 0.1
FIRST_ROW = 6  # of the steps on their sheet
RATE_CELL = "$B$3"  # there
ROW, BEFORE = "\0", "\1"  # in a formula there: the number of its row, and of the row before


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a file: ∂of/∂cell of each cell of `by`, and steps of gradient descent at the rate eta."""

    file: Path
    of: str
    by: tuple[str, ...]
    check: bool = True  # against central differences
    steps: int | None = None
    eta: float = DEFAULT_ETA


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of steps: its heading, and its formula with row numbers left open."""

    heading: str
    formula: str
    first: str | None = None  # in the first row, where it is another one

    def at(self, row: int) -> str:
        """The formula of a row, without '='."""
        text = self.first if self.first is not None and row == FIRST_ROW else self.formula
        return text.replace(BEFORE, str(row - 1)).replace(ROW, str(row))


@dataclass(frozen=True, slots=True)
class Descent:
    """N steps of gradient descent. A number is None where the formulas give an error."""

    sheet: str
    eta: float
    cells: tuple[str, ...]  # the parameters
    losses: tuple[float | None, ...]  # before the first step, and after each
    parameters: tuple[tuple[float | None, ...], ...]  # a tuple a step
    derivatives: tuple[tuple[float | None, ...], ...]
    columns: tuple[Column, ...]
    numbers: tuple[tuple[float | None, ...], ...]  # of every column, a tuple a row


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet: a cell, and ∂of/∂cell. A part of a formula that stands apart has no cell."""

    at: str  # where its formula stands on the sheet
    cell: str
    label: str
    value: float | None  # of the cell
    derivative: float | None  # None: an error, as a division by zero
    formula: str  # without '='; what names no sheet is on the sheet of the gradient itself
    difference: float | None = None  # what central differences give


@dataclass(frozen=True, slots=True)
class Gradient:
    """∂of/∂cell for every cell that was asked for. `write` makes the copy of the workbook with the sheet."""

    file: str
    of: str
    value: float
    sheet: str  # the name of the new sheet
    rows: tuple[Row, ...]  # the cells that were asked for
    between: tuple[Row, ...]  # the cells on the way from there to `of`
    parts: tuple[Row, ...]  # parts of formulas that stand apart
    checked: bool
    notes: tuple[str, ...]
    sha256: str
    descent: Descent | None = None  # steps of gradient descent by the cells that were asked for

    @property
    def cells(self) -> list[str]:
        """The cells, as Sheet1!B2."""
        return [row.cell for row in self.rows]

    @property
    def formulas(self) -> dict[str, str]:
        """Cell -> the formula of its derivative, as it stands on the sheet."""
        return {row.cell: f"={row.formula}" for row in self.rows}

    @property
    def values(self) -> dict[str, float | None]:
        """Cell -> derivative."""
        return {row.cell: row.derivative for row in self.rows}

    @property
    def worst(self) -> float | None:
        """The largest difference between a derivative and central differences, of its size where that is above 1."""
        pairs = [(row.derivative, row.difference) for row in self.rows]
        known = [(one, two) for one, two in pairs if one is not None and two is not None]
        return max((abs(one - two) / max(1.0, abs(two)) for one, two in known), default=None)

    def write(self, file: str | PathLike[str], *, force: bool = False) -> Path:
        """Write the copy whole or not at all; an existing file is replaced only with `force`."""
        from backprop.gradient.write import write_gradient

        write_gradient(self, Path(file), force)
        return Path(file)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "file": self.file, "of": self.of, "value": self.value, "sheet": self.sheet, "notes": list(self.notes),
            "derivatives": [_as_json(row) for row in self.rows], "between": [_as_json(row) for row in self.between],
            "parts": [_as_json(row) for row in self.parts],
            **({} if self.descent is None else {"descent": _descent_as_json(self.descent)}),
        }  # fmt: skip


def _as_json(row: Row) -> dict[str, Any]:
    shown = {
        "cell": row.cell, "label": row.label, "value": row.value, "derivative": row.derivative,
        "formula": f"={row.formula}", "at": row.at, "central_difference": row.difference,
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None and value != ""}


def _descent_as_json(descent: Descent) -> dict[str, Any]:
    steps = zip(descent.losses, descent.parameters, descent.derivatives, strict=True)
    return {
        "sheet": descent.sheet, "eta": descent.eta, "cells": list(descent.cells),
        "steps": [
            {"step": number, "row": FIRST_ROW + number, "loss": loss, "parameters": list(parameters),
             "derivatives": list(derivatives)}
            for number, (loss, parameters, derivatives) in enumerate(steps)
        ],
    }  # fmt: skip
