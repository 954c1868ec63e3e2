"""What a differentiation gives: each derivative with its value and its formula, and what these formulas read."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any


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
        }  # fmt: skip


def _as_json(row: Row) -> dict[str, Any]:
    shown = {
        "cell": row.cell, "label": row.label, "value": row.value, "derivative": row.derivative,
        "formula": f"={row.formula}", "at": row.at, "central_difference": row.difference,
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None and value != ""}
