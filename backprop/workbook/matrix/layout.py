"""Where each quantity lives in the form in matrices: bands of blocks below each other, an epoch each.

On the left a table of what is one number an epoch: its count, its rate, its loss. `MatrixSheet` answers what a
`RateSheet` answers, so that the sheets which look numbers up need not know which of the two it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter, quote_sheetname
from sympy import Symbol

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import TOTAL_LOSS
from backprop.epochs.columns import column_names
from backprop.errors import WorkbookError
from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW
from backprop.workbook.layout import RateSheet
from backprop.workbook.matrix.blocks import Block, blocks

MOST_CELLS = 500_000  # on all sheets; they are kept in memory


@dataclass(frozen=True, slots=True)
class MatrixSheet(RateSheet):
    """A learning rate's sheet. Row k of the table on the left and band k are of the same epoch."""

    blocks: tuple[Block, ...] = ()
    starts: Mapping[str, int] = field(default_factory=dict)  # title of a block -> the number of its first column
    offsets: Mapping[str, int] = field(default_factory=dict)  # quantity of a block -> its row in a band
    height: int = 1  # rows of a band

    def cell(self, name: str, row: int | str) -> str:
        """The cell of a quantity in the row that stands for an epoch; of a template a place to fill in."""
        constant = self.constants.get(name)
        if constant:
            return constant
        column, offset = self.columns[name], self.offsets.get(name)
        if isinstance(row, int):
            return f"{column}{row if offset is None else self.top(row) + offset}"
        return f"{column}{{{row[1:-1]}{'' if offset is None else offset}}}"

    def top(self, row: int) -> int:
        """The first row of the band of that row of the table on the left."""
        return self.first_row + (row - self.first_row) * self.height

    def filled(self, formula: str, row: int) -> str:
        """The formula of the epoch of that row of the table on the left."""
        places = {"row": row, "previous": row - 1}
        for offset in range(self.height):
            places[f"row{offset}"] = self.top(row) + offset
            places[f"previous{offset}"] = self.top(row - 1) + offset
        return formula.format(**places)

    def range(self, sheet: str, name: str) -> str:
        """The rows in which a quantity stands, from any sheet; those of the table on the left for what it shows."""
        if name not in self.offsets:
            return RateSheet.range(self, sheet, name)
        if name == TOTAL_LOSS:
            return RateSheet.range(self, sheet, SHOWN_LOSS)
        letter, last = self.columns[name], self.top(self.last_row) + self.height - 1
        return f"{quote_sheetname(sheet)}!${letter}${self.first_row}:${letter}${last}"

    def place(self, name: str, row: str) -> str:
        """Where in that range the quantity stands in the epoch of that number, as a formula."""
        if name not in self.offsets or name == TOTAL_LOSS:
            return row
        return f"({row}-1)*{self.height}+{self.offsets[name] + 1}"


SHOWN_LOSS = f"{TOTAL_LOSS} of the table"  # on the left; the loss itself stands in its block


def matrix_sheet(derivation: Derivation, plain: RateSheet) -> MatrixSheet:
    """The layout with the constants and the counts of the plain one; WorkbookError for what has no such form."""
    _refuse(derivation)
    shown = blocks(derivation)
    inside = {name for block in shown for row in block.names for name in row}
    counts = [name for group in plain.groups[:1] for name in group.names]
    counts += [name for name in column_names(derivation, "steps") if name not in inside]
    columns = {name: get_column_letter(number) for number, name in enumerate([*counts, SHOWN_LOSS], 1)}
    column, starts, offsets = len(columns) + 2, {}, {}
    for block in shown:
        starts[block.title] = column
        for down, row in enumerate(block.names, 1):
            for right, name in enumerate(row):
                columns[name] = get_column_letter(column + right)
                offsets[name] = down
        column += len(block.names[0]) + 1
    height = 2 + max(len(block.names) for block in shown)
    last, cells = plain.first_row + height * plain.rows, len(offsets) * plain.rows
    if column > LAST_COLUMN or last > LAST_ROW or cells > MOST_CELLS:
        raise WorkbookError(
            f"network '{derivation.network.name}': {plain.rows:,} bands of {height} rows and {len(offsets):,} cells; "
            f"--form matrix takes {MOST_CELLS:,} cells and a sheet {LAST_ROW:,} rows: fewer --epochs, or --form steps"
        )
    return MatrixSheet(plain.groups, columns, plain.rows, plain.constants, plain.steps, shown, starts, offsets, height)


def _refuse(derivation: Derivation) -> None:
    """Only layers of which each feeds all of the next, with weights of their own, are products of matrices."""
    incoming, seen = derivation.inputs, set[Symbol]()
    for layer in derivation.layers:
        for neuron in layer:
            plain = neuron.incoming == incoming and not seen & set(neuron.weights)
            seen |= set(neuron.weights)
            if not plain or getattr(neuron, "has_threshold", False):
                raise WorkbookError(
                    f"network '{derivation.network.name}': neuron {neuron.name} shares weights, has a threshold or is "
                    "not fed by the whole layer before; --form matrix needs plain layers: use --form steps"
                )
        incoming = tuple(neuron.a for neuron in layer)
