"""What sheet Check proves: parameters, moved up and down, with the loss that each move gives. Opens no workbook.

Each row computes the forward pass and the loss anew, by the equations of the epoch table, so that only a right
derivative in the table equals the slope between two rows here.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from openpyxl.utils import get_column_letter

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import TOTAL_LOSS, derivative_name, sample_name
from backprop.epochs.columns import groups
from backprop.epochs.compiled import compile_epoch
from backprop.epochs.trace import ARRAYS, SCALARS
from backprop.printers.numpy import epoch_source
from backprop.spreadsheet.formula import MAX_CHARACTERS
from backprop.spreadsheet.limits import LAST_COLUMN
from backprop.workbook.layout import RateSheet, computed
from backprop.workbook.plan import Plan
from backprop.workbook.sheets.selection import evenly_spread

STEP, TOLERANCE = 1e-5, 1e-8
GENTLE = 5e-5  # largest step times input: the error of a central difference grows with the square of that
MOST_CELLS = 20_000  # of the table; a larger network has some of its parameters checked

BASE_ROW, FIRST_ROW = 12, 13
FIRST_COLUMN = 10  # of the quantities: J

Values = Mapping[str, float]  # every quantity of a row by the name of its column


@dataclass(frozen=True, slots=True)
class Proof:
    """Two rows for each parameter, moved up and moved down, below the row in which nothing is moved."""

    parameters: tuple[str, ...]
    layout: RateSheet  # the quantities' columns
    formulas: dict[str, str]  # of what a row computes, with {row}
    step: float
    base: Values
    moved: tuple[tuple[Values, Values], ...]
    derivatives: tuple[float, ...]  # of the epoch table
    allowed: float  # difference between slope and derivative

    @property
    def last_row(self) -> int:
        """The last parameter, moved down."""
        return FIRST_ROW + 2 * len(self.parameters) - 1

    def slope(self, number: int) -> float:
        """(E(w + h) - E(w - h)) / ((w + h) - (w - h)) of the parameter of that number."""
        up, down = self.moved[number]
        name = self.parameters[number]
        return (up[TOTAL_LOSS] - down[TOTAL_LOSS]) / (up[name] - down[name])


def prove(plan: Plan) -> Proof | None:
    """The proof at the first epoch of the first learning rate; None for a network that is too large for one."""
    derivation = plan.derivation
    forward = replace(derivation, schedule=(), deltas=(), gradient=(), input_gradient=(), states=(), updates=())
    moving = groups(forward)
    columns = [name for group in moving for name in group.names]
    trained = [symbol.name for symbol in derivation.trained]
    count = min(len(trained), (MOST_CELLS // len(columns) - 1) // 2)
    if count < 1 or FIRST_COLUMN - 1 + len(columns) > LAST_COLUMN:
        return None
    letters = {name: get_column_letter(number) for number, name in enumerate(columns, FIRST_COLUMN)}
    layout = RateSheet(moving, letters, 1, {})
    formulas = {
        name: column.filled
        for equation in derivation.forward + derivation.loss
        for name, column in computed(derivation, plan.network, layout, equation).items()
    }
    if max(len(formula.format(row=FIRST_ROW + 2 * count)) for formula in formulas.values()) > MAX_CHARACTERS:
        return None
    parameters = tuple(evenly_spread(trained, count))
    step = _step(derivation)
    table = plan.spool.row(0, 1)
    compute = _computing(forward, columns)
    try:
        base = compute(table)
        moved = tuple(
            (
                compute({**table, name: table[name] + step * max(1, abs(table[name]))}),
                compute({**table, name: table[name] - step * max(1, abs(table[name]))}),
            )
            for name in parameters
        )
    except OverflowError:
        return None
    derivatives = tuple(table[derivative_name(name)] for name in parameters)
    scale = max(*map(abs, derivatives), base[TOTAL_LOSS], table[TOTAL_LOSS])
    allowed = max(TOLERANCE * scale, step * step)  # a central difference leaves out terms with the step's square
    return Proof(parameters, layout, formulas, step, base, moved, derivatives, allowed)


def _step(derivation: Derivation) -> float:
    """STEP, or less where inputs are large."""
    largest = max(abs(value) for row in derivation.network.inputs for value in row)
    return float(f"{min(STEP, GENTLE / max(1, largest)):.0e}")


def _computing(derivation: Derivation, columns: Sequence[str]) -> Callable[[Values], Values]:
    """Computes a row from its data and parameters with the arithmetic of the trace; OverflowError past all doubles."""
    batch = bool(derivation.per_sample)
    run = compile_epoch(epoch_source(derivation, "steps"), ARRAYS if batch else SCALARS)
    samples = range(1, derivation.network.batch + 1)

    def given(row: Values, name: str) -> Any:
        return np.array([row[sample_name(name, sample)] for sample in samples]) if batch else row[name]

    def compute(row: Values) -> Values:
        inputs, targets = (
            [given(row, symbol.name) for symbol in symbols] for symbols in (derivation.inputs, derivation.targets)
        )
        with np.errstate(all="ignore"):
            computed_row, _ = run(inputs, targets, [row[symbol.name] for symbol in derivation.parameters], 0.0)
        values = dict(row)
        for name, value in computed_row.items():
            if np.ndim(value):
                values |= {sample_name(name, sample): float(value[sample - 1]) for sample in samples}
            else:
                values[name] = float(value)
        if not all(math.isfinite(values[name]) for name in columns):
            raise OverflowError
        return values

    return compute
